/**
 * The command that sorts dumps: what it prints, and what it ends with.
 */

'use strict';

const test = require('ava');
const { execFile } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const zlib = require('node:zlib');

const { callLines, during, withEvents } = require('./calls');
const { dump } = require('./dumps');

const CLI = path.join(__dirname, '..', '..', 'collector', 'cli.js');
const ID = '7f9c24e5-0f1b-4a8e-9d55-3c1a2b4d6e8f';

test.before(t => {
    t.context.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'collector-findings-'));
});

test.after.always(t => fs.rmSync(t.context.folder, { recursive: true }));

/**
 * Writes a dump.
 *
 * @param {Object} t - The test.
 * @param {string} name - The path of the file below the test's folder.
 * @param {any[]} lines - Its lines.
 * @returns {string} The file.
 */
function write(t, name, lines) {
    const file = path.join(t.context.folder, name);
    const text = dump([ [ 'rtcstatsJournal', null, { userAgent: 'Electron/39.0' } ], ...lines ]);

    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, name.endsWith('.gz') ? zlib.gzipSync(text) : text);

    return file;
}

/**
 * Runs the command.
 *
 * @param {...string} args - Its arguments.
 * @returns {Promise<{code: number, stdout: string, stderr: string}>} What it prints and ends with.
 */
function find(...args) {
    return new Promise(resolve => {
        execFile(process.execPath, [ CLI, 'findings', ...args ], (error, stdout, stderr) => resolve({
            code: error?.code ?? 0,
            stdout,
            stderr
        }));
    });
}

test('says what went wrong, and ends with 0 if nothing is critical', async t => {
    const file = write(t, 'frozen', callLines(during(0, 90, ({ rates, second }) => {
        rates.IV.freezeCount = second % 15 === 5 ? 1 : 0;
        rates.IV.totalFreezesDuration = second % 15 === 5 ? 2 : 0;
    })));
    const { code, stdout, stderr } = await find(file);

    t.is(stderr, '');
    t.is(code, 0);
    t.regex(stdout, /^frozen · 2026-03-14 09:30:00 UTC · 90 s · journal · Electron\/39\.0$/m);
    t.regex(stdout, /^ {2}MAJOR: Video froze 6×, 12 s in 89 s \(13 %\)\.$/m);
    t.regex(stdout, /^ {2}major {5}PC_0 · Video froze 6×, 12 s in 89 s \(13 %\) {2}\[freeze\]$/m);
    t.regex(stdout, /^ {14}09:30:04-09:30:05, .*, 3 more; worst 09:30:04-09:30:05$/m);
});

test('ends with 1 if something is critical, whatever the other dumps are', async t => {
    write(t, 'sorted/good', callLines());
    write(t, 'sorted/deep/lost.gz', callLines(withEvents([ 60, 'onconnectionstatechange', 'failed' ])));
    const { code, stdout } = await find(path.join(t.context.folder, 'sorted'));

    t.is(code, 1);
    t.regex(stdout, /^good .*\n {2}FINE: Nothing was found that a person would notice$/m);
    t.regex(stdout, /^lost .*\n {2}CRITICAL: The connection broke after 59\.3 s and did not come back\.$/m);
});

test('joins the parts of a session, and prints JSON', async t => {
    const lines = callLines();
    const files = [ write(t, ID, lines.slice(0, 60)), write(t, `${ID}_1.gz`, lines.slice(60)) ];
    const { code, stdout } = await find(...files, '--json');
    const [ session, ...others ] = JSON.parse(stdout);

    t.is(code, 0);
    t.deepEqual(others, []);
    t.is(session.id, ID);
    t.deepEqual(session.files, files);
    t.deepEqual(session.report.findings.map(({ id, level }) => [ id, level ]), [ [ 'resumed', 'minor' ] ]);
    t.is(session.report.connections[0].numbers.rttMs, 40);
});

test('says of what is no dump that it is none, and of what can not be read why', async t => {
    const notes = path.join(t.context.folder, 'notes.txt');
    const cut = path.join(t.context.folder, 'cut.gz');

    fs.writeFileSync(notes, '# Notes\n');
    fs.writeFileSync(path.join(t.context.folder, 'empty'), '');
    fs.writeFileSync(cut, zlib.gzipSync(dump(callLines())).subarray(0, 3000));

    t.regex((await find(notes)).stdout, /· no dump$[^]*NOT JUDGED: [^]*can not be judged: there are no entries/m);
    t.regex((await find(path.join(t.context.folder, 'empty'))).stdout, /there are no entries/);
    t.regex((await find(cut)).stdout, /connected|FINE|MINOR/);
    t.deepEqual(await find(path.join(t.context.folder, 'gone')), {
        code: 2,
        stdout: '',
        stderr: `rtcstats-collector: ${path.join(t.context.folder, 'gone')} does not exist\n`
    });
    t.deepEqual(await find(), {
        code: 2,
        stdout: '',
        stderr: 'rtcstats-collector: findings needs a file\nTry --help.\n'
    });
});
