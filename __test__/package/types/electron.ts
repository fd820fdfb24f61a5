/**
 * The Electron entry points as the README and the guide use them, and what they must refuse. Compiled against the packed
 * types, never run.
 */

import { setupRTCStatsMain } from '@jitsi/rtcstats-native/main';
import { install } from '@jitsi/rtcstats-native/preload';
import { BrowserWindow, session } from 'electron';

/**
 * In main.
 *
 * @returns {Promise<void>} When it is undone.
 */
async function main(): Promise<void> {
    const window = new BrowserWindow({ webPreferences: { nodeIntegrationInSubFrames: true } });
    const rtcstats = setupRTCStatsMain(window, {
        endpoint: 'wss://rtcstats.example.com',
        frames: url => url.startsWith('https://meet.example.com/'),
        journal: { directory: '/var/lib/app' },
        meetingFqn: url => new URL(url).pathname
    });

    setupRTCStatsMain(window.webContents, { endpoint: 'wss://rtcstats.example.com', meetingFqn: null });
    setupRTCStatsMain(session.defaultSession, {
        allowedEndpoints: [ 'wss://rtcstats.example.com' ],
        autoCapture: false,
        identity: { displayName: 'someone' },
        onEvent: event => console.log(event),
        proxyCredentials: { host: 'proxy.example:3128', password: 'secret', username: 'user' },
        registerPreload: false
    });
    const remove: () => void = rtcstats.onEvent(event => console.log(event.type, event.url));
    const captured: number = rtcstats.stats().captured;

    remove();
    await rtcstats.cleanup();
    console.log(captured);
}

/**
 * In a preload.
 *
 * @returns {boolean} Whether it was installed.
 */
function preload(): boolean {
    return install();
}

/**
 * What must not compile.
 *
 * @param {BrowserWindow} window - A window.
 * @returns {void}
 */
function refused(window: BrowserWindow): void {
    // @ts-expect-error There is no setup of nothing.
    setupRTCStatsMain(undefined, { endpoint: 'wss://rtcstats.example.com' });

    // @ts-expect-error The endpoint is text.
    setupRTCStatsMain(window, { endpoint: 443 });

    // @ts-expect-error Frames are chosen by a function.
    setupRTCStatsMain(window, { endpoint: 'wss://rtcstats.example.com', frames: 'https://meet.example.com/' });

    // @ts-expect-error The preload takes nothing.
    install({ endpoint: 'wss://rtcstats.example.com' });
}

export { main, preload, refused };
