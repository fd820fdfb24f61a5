/**
 * The error of an addon that does not load, whatever the loader ran into.
 */

'use strict';

const test = require('ava');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const WEB_ASSEMBLY = 'Cannot find module \'@jitsi/rtcstats-native-wasm32-wasi\'';

/**
 * Loads a copy of the entry point beside a loader that fails.
 *
 * @param {any} t - Ava's; the copy goes when the test ends.
 * @param {string[]} messages - What the loader runs into, in the order of its attempts.
 * @returns {any} The error.
 */
function failWith(t, messages) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rtcstats-loader-'));

    t.teardown(() => fs.rmSync(folder, { recursive: true }));
    fs.copyFileSync(path.join(__dirname, '..', '..', 'addon.js'), path.join(folder, 'addon.js'));
    fs.writeFileSync(path.join(folder, 'index.js'), `
        let cause;

        for (const message of ${JSON.stringify(messages)}) {
            cause = Object.assign(new Error(message), { cause });
        }
        throw Object.assign(new Error('nothing fits'), { cause });
    `);

    return t.throws(() => require(path.join(folder, 'addon.js')), { code: 'ERR_RTCSTATS_ADDON' });
}

test('the name of a user may look like that of a platform', t => {
    const blocked = '/home/wasif/app/rtcstats-native.linux-x64-gnu.node: cannot open shared object file';
    const { message } = failWith(t, [ blocked, 'Cannot find module \'./rtcstats-native.wasi.cjs\'', WEB_ASSEMBLY ]);

    t.true(message.includes(blocked), message);
    t.false(message.includes('wasm32'), message);
});

test('a loader that tried nothing else is quoted all the same', t => {
    const { message } = failWith(t, [ WEB_ASSEMBLY ]);

    t.true(message.includes(WEB_ASSEMBLY), message);
});
