/**
 * The demo in the shape of jitsi-meet-electron, with the published package, run by an ordinary user: the operating
 * system's sandbox of the conference's process stays on, and everything in it is captured.
 */

'use strict';

const test = require('ava');
const fs = require('node:fs');
const path = require('node:path');

const { createCollector } = require('../../collector');
const { build } = require('../../demo/jitsi-meet-electron/esbuild');
const { launchElectron, resolveElectron } = require('../../scripts/electron-runtime');

const { root, run, useInstalledPackages } = require('./install');

const DEMO = path.join(root, 'demo');
const NOBODY = 65534;
const SETUID = 0o4755;

const installed = useInstalledPackages(test);

/**
 * Copies the demo to where anybody may read it, with the package that was installed.
 *
 * @param {string} folder - Where to.
 * @returns {Promise<string>} The app.
 */
async function copyDemo(folder) {
    const app = path.join(folder, 'demo', 'jitsi-meet-electron');

    await build();
    [ 'app/page', 'jitsi-meet-electron/build', 'jitsi-meet-electron/meet', 'jitsi-meet-electron/package.json' ].forEach(
        each => fs.cpSync(path.join(DEMO, each), path.join(folder, 'demo', each), { recursive: true }));
    fs.cpSync(path.join(installed.project, 'node_modules'), path.join(app, 'node_modules'), { recursive: true });

    return app;
}

/**
 * Copies Electron, too. Where users may not make namespaces, Chromium's sandbox needs its helper to be root's.
 *
 * @param {string} folder - Where to.
 * @returns {Promise<string>} The binary.
 */
async function copyElectron(folder) {
    const { path: binary } = await resolveElectron();
    const copy = path.join(folder, 'electron');

    await run('cp', [ '-a', path.dirname(binary), copy ]);
    if (process.getuid() === 0) {
        await run('chown', [ '-R', 'root:root', copy ]);
        fs.chmodSync(path.join(copy, 'chrome-sandbox'), SETUID);
    }
    await run('chmod', [ '-R', 'a+rX', copy ]);

    return path.join(copy, path.basename(binary));
}

/**
 * Makes a folder that its user alone writes to.
 *
 * @param {string} folder - The folder.
 * @param {number} [uid] - The user.
 * @returns {string} The folder.
 */
function makeHome(folder, uid) {
    fs.mkdirSync(folder);
    if (uid !== undefined) {
        fs.chownSync(folder, uid, uid);
    }

    return folder;
}

/**
 * Reads what the operating system says of the renderers that a process has started.
 *
 * @param {string} mark - What stands in their command lines.
 * @returns {string[]} The lines of each.
 */
function restrictions(mark) {
    return fs.readdirSync('/proc').filter(name => (/^\d+$/).test(name))
        .flatMap(pid => {
            try {
                const command = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
                const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');

                return command.includes('--type=renderer') && command.includes(mark)
                    ? [ `${status.match(/^NoNewPrivs:\s*(\d)/m)[1]} ${status.match(/^Seccomp:\s*(\d)/m)[1]}` ] : [];
            } catch {
                // It has ended meanwhile.
                return [];
            }
        })
        .sort();
}

/**
 * Runs the demo as an ordinary user.
 *
 * @param {string} endpoint - Its collector.
 * @returns {Promise<Object>} The final `stats`, and what was said of its `renderers` while the call was on.
 */
async function runDemo(endpoint) {
    const folder = fs.mkdtempSync(path.join(installed.folder, 'sandbox-'));
    const uid = process.getuid() === 0 ? NOBODY : undefined;
    const [ appPath, binary ] = [ await copyDemo(folder), await copyElectron(folder) ];
    const home = makeHome(path.join(folder, 'home'), uid);

    [ installed.folder, folder ].forEach(each => fs.chmodSync(each, 0o755));
    const { exited, process: child } = await launchElectron({ appPath,
        binary,
        env: { HOME: home,
            RTCSTATS_DEMO_ENDPOINT: endpoint,
            RTCSTATS_DEMO_SECONDS: '2',
            XDG_CONFIG_HOME: home },
        stdio: [ 'ignore', 'ignore', process.env.RTCSTATS_TEST_VERBOSE ? 'inherit' : 'ignore', 'ipc' ],
        switches: [ '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
            `--user-data-dir=${home}` ],
        uid });
    let renderers = [];
    let last = {};

    child.on('message', message => {
        last = message;
        if (!message.type && message.stats.captured > 0 && renderers.length === 0) {
            renderers = restrictions(home);
        }
    });
    await exited;

    return { ...last,
        renderers };
}

/**
 * Counts the entries of a type in all dumps.
 *
 * @param {any} collector - The collector.
 * @param {string} type - The type.
 * @returns {number} Their number.
 */
function countEntries(collector, type) {
    return collector.dumps()
        .flatMap(({ path: file }) => fs.readFileSync(file, 'utf8').split('\n'))
        .filter(line => line.startsWith(`["${type}"`))
        .length;
}

test.serial('the conference\'s process is as sandboxed as without us, and all its frames are captured', async t => {
    const collector = await createCollector();

    t.teardown(() => collector.close());
    const { renderers, stats, type, reason } = await runDemo(collector.url);

    t.is(type, 'finished', reason);

    // The app's own two pages are not sandboxed, which is its choice; the conference's process is.
    t.deepEqual(renderers, [ '0 0', '0 0', '1 2' ]);
    t.is(stats.captured, stats.delivered);

    // Two connections each in the page, in the frame that loads nothing and in the one touched before it had loaded.
    t.is(countEntries(collector, 'create'), 6);
    t.is(countEntries(collector, 'close'), 6);
    t.true(countEntries(collector, 'getstats') >= 6);
    t.true(countEntries(collector, 'onicecandidate') >= 6);
});
