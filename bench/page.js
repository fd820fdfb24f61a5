/**
 * The page's half of the bench, in a real Electron: the time of the page's main thread for both hand-overs, and the CPU
 * time of all of Electron's processes together.
 */

'use strict';

const esbuild = require('esbuild');
const path = require('node:path');

const { bundleReference } = require('../__test__/differential/reference');
const { ElectronUnderTest } = require('../__test__/electron/harness');
const { servePages } = require('../__test__/electron/pages');

const { familyCpu, inTurn } = require('./measure');

const ROOT = path.join(__dirname, '..');
const SIZES = [ 2, 20, 50 ];
const POLLS = 200;
const CPU_POLLS = 100;
const CPU_ROUNDS = 5;
const BIG = 256 * 1024 * 1024;

/**
 * Bundles the page's script. It leaves `bench` on the window.
 *
 * @param {string} endpoint - Of the collector.
 * @returns {Promise<string>} The script.
 */
async function pageScript(endpoint) {
    const [ reference, { outputFiles: [ { text } ] } ] = await Promise.all([ bundleReference(), esbuild.build({
        bundle: true,
        entryPoints: [ path.join(__dirname, 'page-entry.js') ],
        format: 'iife',
        globalName: 'entry',
        platform: 'browser',
        target: 'chrome108',
        write: false
    }) ]);

    return `(async () => {
        ${text}
        const { ipcRenderer } = window.require('electron');
        const { TraceChannel } = window.require(${JSON.stringify(ROOT)});
        const { port1, port2 } = new MessageChannel();
        const load = WebSocket => {
            const module = { exports: {} };

            // The page's policy forbids evaluating text, so the text is part of the script.
            (function(module, exports, WebSocket) {
                ${reference}
            })(module, module.exports, WebSocket);

            return module.exports;
        };
        const channel = new TraceChannel({ endpoint: ${JSON.stringify(endpoint)}, meetingFqn: 'bench',
            maxBufferedBytes: ${BIG} });

        // The old client hands options to a browser's socket that only Node's has.
        class PageSocket extends WebSocket {
            constructor(url, protocol) {
                super(url, protocol);
            }
        }

        channel.connect();
        ipcRenderer.postMessage('bench-port', null, [ port2 ]);
        window.bench = entry.createPage({ channel, client: load, endpoint: ${JSON.stringify(endpoint)}, ipcRenderer,
            port: port1, socketClient: load(PageSocket) });
        window.bench.channel = channel;
        window.bench.Meeting = window.require(${JSON.stringify(path.join(ROOT, '__test__', 'corpus'))}).Meeting;
        while (!channel.isConnected()) {
            await new Promise(resolve => setTimeout(resolve, 10));
        }
    })()`;
}

/**
 * The page under measurement.
 */
class Page {
    /**
     * Opens the page.
     *
     * @param {string} endpoint - Of the collector.
     * @returns {Promise<Page>} When it is set up.
     */
    static async open(endpoint) {
        const page = new Page();

        page._pages = await servePages();
        page._electron = await ElectronUnderTest.start({ env: process.env });
        await page._electron.run(async (context, { endpoint: url, maxBufferedBytes, origin, script }) => {
            const { BrowserWindow, ipcMain } = context.electron;
            const { TraceChannel } = context.require(context.root);
            const channel = new TraceChannel({ endpoint: url,
                maxBufferedBytes,
                meetingFqn: 'bench' });

            channel.connect();
            ipcMain.on('bench', (_, batch) => channel.push(batch));
            ipcMain.on('bench-port', ({ ports: [ port ] }) => {
                port.on('message', ({ data }) => channel.push(typeof data === 'string' ? data : String(data)));
                port.start();
            });
            const window = new BrowserWindow({ show: false,
                webPreferences: { backgroundThrottling: false,
                    contextIsolation: false,
                    nodeIntegration: true,
                    sandbox: false } });

            Object.assign(context.state, { channel,
                window });
            await window.loadURL(origin);
            await window.webContents.executeJavaScript(script);
        }, { endpoint,
            maxBufferedBytes: BIG,
            origin: page._pages.origin,
            script: await pageScript(endpoint) });

        return page;
    }

    /**
     * Runs something in the page.
     *
     * @param {string} source - Its source.
     * @returns {Promise<any>} What it gives.
     */
    run(source) {
        return this._electron.run((context, text) => context.state.window.webContents.executeJavaScript(text), source);
    }

    /**
     * Feeds polls to one way and waits until everything behind it is done.
     *
     * @param {string} name - The way.
     * @returns {Promise<number>} CPU milliseconds of all of Electron a poll.
     */
    async cpu(name) {
        const start = familyCpu(this._electron._launched.process.pid);

        await this.run(`bench.feed(${JSON.stringify(name)}, ${CPU_POLLS})`);
        await this.run(`new Promise(resolve => {
            const look = () => (bench.channel.stats().pending ? setTimeout(look, 50) : resolve());

            look();
        })`);
        await this._electron.run(context => new Promise(resolve => {
            const look = () => {
                context.state.channel.stats().pending ? setTimeout(look, 50) : resolve();
            };

            look();
        }));

        return (familyCpu(this._electron._launched.process.pid) - start) / CPU_POLLS;
    }

    /**
     * Closes the page.
     *
     * @returns {Promise<void>} When Electron is gone.
     */
    async close() {
        await this._electron.stop();
        this._pages.close();
    }
}

/**
 * Measures the page.
 *
 * @param {string} endpoint - Of the collector.
 * @param {function(string): void} say - Told what is going on.
 * @returns {Promise<Array<Array>>} Rows of the table.
 */
async function measurePage(endpoint, say) {
    const rows = [];
    const page = await Page.open(endpoint);

    try {
        for (const participants of SIZES) {
            say(`page: ${participants} participants`);
            await page.run(`bench.set(new bench.Meeting(${participants}).polls(20))`);
            const times = await page.run(`bench.time([ 'floor', 'floorDirect', 'floorPort', 'nowhere', 'direct', 'port',
                'portBytes', 'ipc', 'reference', 'referenceSocket' ], ${POLLS})`);

            [

                // Like with like: 9.7.1 hands over to its websocket.
                [ 'no hand-over, no socket', 'nowhere', 'reference', 'floor', '' ],
                [ 'direct call', 'direct', 'referenceSocket', 'floorDirect', '≤1.3x floor, ≤1/5 of 9.7.1' ],
                [ 'MessagePort to main', 'port', 'referenceSocket', 'floorPort', '≤1.3x floor, ≤1/3 of 9.7.1' ],
                [ 'MessagePort, bytes (not used)', 'portBytes', 'referenceSocket', 'floorPort', '' ],
                [ 'ipcRenderer.send (not used)', 'ipc', 'referenceSocket', 'floorPort', '' ]
            ].forEach(([ what, ours, reference, floor, target ]) => rows.push([
                `page, ${what}, ${participants} participants`, times[ours], times[reference], times[floor], 'ms',
                target ]));
        }
        say('page: CPU of all processes');
        const cpu = await inTurn(Object.fromEntries([ 'floor', 'direct', 'port', 'referenceSocket' ].map(name =>
            [ name, () => page.cpu(name) ])), CPU_ROUNDS);

        rows.push(
            [ 'CPU of all of Electron a poll, direct call, 50', cpu.direct, cpu.referenceSocket, cpu.floor, 'ms', '' ],
            [ 'CPU of all of Electron a poll, MessagePort, 50', cpu.port, cpu.referenceSocket, cpu.floor, 'ms', '' ]);
    } finally {
        await page.close();
    }

    return rows;
}

module.exports = { measurePage };
