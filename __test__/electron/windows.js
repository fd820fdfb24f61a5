/**
 * What the Electron tests do in the main process, over and over. Each function here is sent there as text, so it sees
 * nothing but the context (see app/main.js) and its argument.
 */

'use strict';

/**
 * Opens a captured window, with a session of its own, and loads a page in it.
 *
 * @param {Object} context - See app/main.js.
 * @param {Object} args - `name`, `url`, `options` for the setup, `preferences` for the window.
 * @returns {Promise<void>} When the page is loaded.
 */
async function openWindow({ electron, emit, setup, state }, { name, options, preferences, url }) {
    const window = new electron.BrowserWindow({ show: false,
        webPreferences: { nodeIntegrationInSubFrames: true,
            partition: name,
            ...preferences } });

    // What the machine tells comes on top of what a test counts.
    state[name] = { rtcstats: setup(window, { machine: false,
        ...options }),
    window };
    state[name].rtcstats.onEvent(event => emit({ ...event,
        name }));
    await window.loadURL(url);
}

/**
 * Runs a script in a page.
 *
 * @param {Object} context - See app/main.js.
 * @param {Object} args - `name` of the window, `script`, and `frame`, a part of the URL of a frame that is not the top.
 * @returns {Promise<any>} Its value.
 */
function runInPage({ state }, { frame, name, script }) {
    const { mainFrame } = state[name].window.webContents;
    const target = frame ? mainFrame.framesInSubtree.find(({ url }) => url.includes(frame)) : mainFrame;

    return target.executeJavaScript(script, true);
}

/**
 * Ends what `openWindow` began.
 *
 * @param {Object} context - See app/main.js.
 * @param {string} name - The window's name.
 * @returns {Promise<Object>} The final counters.
 */
async function closeWindow({ electron: { BrowserWindow, session }, state }, name) {
    const { rtcstats } = state[name];

    // Those that the page opened, too.
    BrowserWindow.getAllWindows()
        .filter(({ webContents }) => webContents.session === session.fromPartition(name))
        .forEach(window => window.destroy());
    await rtcstats.cleanup();

    return rtcstats.stats();
}

/**
 * Gives the counters of a setup.
 *
 * @param {Object} context - See app/main.js.
 * @param {string} name - The window's name.
 * @returns {Object} The counters.
 */
function readStats({ state }, name) {
    return state[name].rtcstats.stats();
}

/**
 * Tells whether an entry says that a connection is connected.
 *
 * @param {any[]} entry - The entry.
 * @returns {boolean} Whether it does.
 */
function isConnected([ type, , payload ]) {
    return type === 'onconnectionstatechange' && payload === 'connected';
}

/**
 * Tells whether both ends of a call are connected and polled.
 *
 * @param {Array<Array>} entries - The entries.
 * @returns {boolean} Whether they are.
 */
function hasCall(entries) {
    return entries.filter(isConnected).length === 2 && entries.filter(([ type ]) => type === 'getstats').length >= 2;
}

module.exports = {
    closeWindow,
    hasCall,
    openWindow,
    readStats,
    runInPage
};
