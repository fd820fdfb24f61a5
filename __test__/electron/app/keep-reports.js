/**
 * A preload that runs before ours and keeps, in the page, a copy of each report that getStats gives, so that a test can
 * compare it with what arrived at the server.
 */

'use strict';

const { webFrame } = require('electron');

/**
 * Runs in the page's world.
 *
 * @returns {void}
 */
function keepReports() {
    const native = RTCPeerConnection.prototype.getStats;

    window.reports = new Map();
    RTCPeerConnection.prototype.getStats = function(...args) {
        const result = native.apply(this, args);

        result.then(report => {
            const copies = window.reports.get(this) ?? [];

            copies.push(JSON.parse(JSON.stringify(Object.fromEntries(report))));
            window.reports.set(this, copies);
        });

        return result;
    };
}

if (process.contextIsolated) {
    webFrame.executeJavaScript(`(${keepReports})()`);
} else {
    keepReports();
}
