/**
 * The command, run as a process of its own. It must never rely on a port being free.
 */

'use strict';

const test = require('ava');
const { execFileSync, spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { createInterface } = require('node:readline');

const { bin } = require('../../collector/package.json');

const { Client, entryMessage } = require('./client');

const CLI = path.join(__dirname, '../../collector', bin['rtcstats-collector']);

test.before(t => {
    t.context.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'collector-cli-'));
});

test.after.always(t => fs.rmSync(t.context.folder, { recursive: true }));

/**
 * Runs the command.
 *
 * @param {Object} t - The test.
 * @param {...string} args - Its arguments.
 * @returns {Object} The process, with `line()` for its next line and `ended` for its output and code.
 */
function run(t, ...args) {
    const child = spawn(process.execPath, [ CLI, ...args ], { cwd: t.context.folder });
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const errors = [];

    child.stderr.on('data', data => errors.push(data));
    t.teardown(() => child.kill('SIGKILL'));

    return {
        child,
        line: async () => (await lines.next()).value,
        ended: once(child, 'close').then(([ code ]) => {
            return {
                code,
                errors: errors.join('')
            };
        })
    };
}

test('collects, and closes every dump on SIGINT', async t => {
    const command = run(t, '--port', '0', '--origin', 'https://meet.example', '--dir',
        path.join(t.context.folder, 'new', 'dumps'));

    t.regex(await command.line(), /development only.*jitsi\/rtcstats-server/);
    const [ , endpoint ] = /endpoint\s+(ws:\/\/127\.0\.0\.1:\d+)$/.exec(await command.line());
    const [ , page ] = /page\s+(http:\/\/127\.0\.0\.1:\d+\/)$/.exec(await command.line());

    await command.line();
    const client = await new Client(endpoint).ready();

    client.sendEntries(1);
    const [ , file ] = /receiving (.*)$/.exec(await command.line());

    await client.barrier();
    t.regex(await (await fetch(page)).text(), /<title>rtcstats collector/);

    // A page that listens does not hold up the end.
    const news = await fetch(`${page}api/events`);

    command.child.kill('SIGINT');
    t.regex(await command.line(), /closed {4}.*\(2 lines\)/);
    t.deepEqual(await command.ended, {
        code: 0,
        errors: ''
    });
    t.is(fs.readFileSync(file, 'utf8').trimEnd()
        .split('\n').length, 2);
    await t.throwsAsync(news.text());
});

test('serves TLS', async t => {
    const key = path.join(t.context.folder, 'key.pem');
    const cert = path.join(t.context.folder, 'cert.pem');

    execFileSync('openssl', [
        'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj',
        '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'
    ], { stdio: 'ignore' });
    const command = run(t, '--port', '0', '--tls-cert', cert, '--tls-key', key, '--dir', 'tls', '--importer-format',
        '--origin', 'https://meet.example');

    await command.line();
    const [ , endpoint ] = /endpoint\s+(wss:.*)$/.exec(await command.line());
    const client = await new Client(endpoint, { ca: fs.readFileSync(cert) }).ready();

    client.socket.send(entryMessage('x', 1));
    await client.barrier();
    t.regex(fs.readFileSync(path.join(t.context.folder, 'tls/x'), 'utf8'),
        /^\{"fileFormat":2.*\n\["logs",null,null,\d{13}\]\n$/);
    command.child.kill('SIGTERM');
    t.is((await command.ended).code, 0);
});

test('shows a saved dump', async t => {
    const file = path.join(t.context.folder, 'saved.dump');

    fs.writeFileSync(file, '["connectionInfo",null,{},1]\n');
    const command = run(t, 'view', file);
    const [ , page ] = /saved\.dump is shown at (http:.*)$/.exec(await command.line());

    t.is(await (await fetch(`${page}api/dumps/saved.dump`)).text(), '["connectionInfo",null,{},1]\n');
    command.child.kill('SIGINT');
    t.is((await command.ended).code, 0);
});

test('explains its use', async t => {
    const command = run(t, '--help');

    t.regex(await command.line(), /^Usage: rtcstats-collector/);
    t.is((await command.ended).code, 0);
});

test('says what is wrong, without a stack', async t => {
    const taken = run(t, '--port', '0', '--dir', 'taken');

    await taken.line();
    const [ , port ] = /:(\d+)$/.exec(await taken.line());
    const file = path.join(t.context.folder, 'file');

    fs.writeFileSync(file, 'text');
    for (const [ args, message ] of [
        [ [ '--port', port, '--dir', 'taken' ], new RegExp(`^rtcstats-collector: port ${port} is taken on 127.0.0.1`) ],
        [ [ '--port', '70000' ], /--port must be a number/ ],
        [ [ '--port', '0', '--dir', file ], /file is not a folder/ ],
        [ [ '--port', '0', '--dir', '/proc/dumps' ], /dumps can not be created|not allowed to use/ ],
        [ [ '--port', '0', '--host', '203.0.113.1' ], /203\.0\.113\.1 is not an address of this machine/ ],
        [ [ '--tls-cert', file ], /go together/ ],
        [ [ '--tls-cert', 'nowhere.pem', '--tls-key', file ], /nowhere\.pem does not exist/ ],
        [ [ '--port', '0', '--tls-cert', file, '--tls-key', file ], /certificate or the key/ ],
        [ [ '--port', '0', '--origin', 'meet.example' ], /"meet\.example" is not an origin such as https:/ ],
        [ [ '--port', '0', '--max-bytes', 'lots' ], /--max-bytes must be a positive number/ ],
        [ [ 'view' ], /exactly one file/ ],
        [ [ 'view', 'nowhere' ], /nowhere does not exist/ ],
        [ [ 'view', t.context.folder ], /is a folder/ ],
        [ [ 'dance' ], /unknown command "dance"/ ],
        [ [ '--dance' ], /Unknown option '--dance'[^]*--help/ ]
    ]) {
        const { code, errors } = await run(t, ...args).ended; // eslint-disable-line no-await-in-loop

        t.is(code, 1, args.join(' '));
        t.regex(errors, message);
        t.notRegex(errors, /\n\s+at /);
    }
});
