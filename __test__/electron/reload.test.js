/**
 * Loads the addon into a renderer again and again: every page takes its channel, its thread and its callbacks with it.
 */

'use strict';

const test = require('ava').default;
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { createCollector } = require('../../collector');

const { ElectronUnderTest } = require('./harness');

const RELOADS = 200;

/** Threads that come and go with a renderer's own work. */
const OWN_THREADS = 6;

/**
 * Reloads a window whose preload opens a channel, each time once the server is ready for it. Runs in the main process.
 *
 * @param {Object} context - See app/main.js.
 * @param {Object} args - What to do.
 * @returns {Promise<Object>} Process ids and numbers of threads seen.
 */
async function reloadInMain({ electron: { BrowserWindow, ipcMain }, preload }, { channel, isolated, reloads }) {
    const { readdirSync } = process.mainModule.require('fs');
    const pids = [];
    const threads = [];

    ipcMain.on('reload-options', event => {
        event.returnValue = channel;
    });
    const window = new BrowserWindow({ show: false,
        webPreferences: { contextIsolation: isolated,
            preload: preload('reloading-preload.js'),
            sandbox: false } });
    const gone = new Promise((_, reject) => {
        window.webContents.once('render-process-gone', (_event, { reason }) => reject(new Error(reason)));
    });

    for (let load = 0; load <= reloads; load++) {
        const connected = new Promise(resolve => {
            ipcMain.once('reload-connected', resolve);
        });

        load ? window.webContents.reload() : window.loadURL('about:blank');
        await Promise.race([ connected, gone ]);
        pids.push(window.webContents.getOSProcessId());
        threads.push(readdirSync(`/proc/${pids[load]}/task`).length);
    }
    window.destroy();
    ipcMain.removeAllListeners('reload-options');

    return { pids,
        threads };
}

for (const isolated of [ true, false ]) {
    const how = isolated ? 'with' : 'without';

    test.serial(`${RELOADS} reloads ${how} context isolation leave nothing behind`, async t => {
        const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'rtcstats-reload-'));
        const collector = await createCollector({ directory });
        const electron = await ElectronUnderTest.start();

        t.teardown(async () => {
            await electron.stop();
            await collector.close();
            fs.rmSync(directory, { recursive: true });
        });
        const { pids, threads } = await electron.run(reloadInMain, { channel: { endpoint: collector.url,
            meetingFqn: 'reload' },
        isolated,
        reloads: RELOADS });

        t.is(new Set(pids).size, 1, 'the renderer never crashed');
        t.true(threads[RELOADS] <= threads[5] + OWN_THREADS, `threads: ${threads.join(' ')}`);
    });
}
