/**
 * What is made of an app's options, as far as no window is needed.
 */

'use strict';

const test = require('ava').default;

const { readOptions } = require('../../electron/main/options');

test('a meeting without a name is named after its address, which tells nothing of the user', t => {
    const { fallbackMeeting } = readOptions({});
    const names = {
        'about:srcdoc': 'about',
        'app://bundle/index.html': 'bundle/index.html',
        'blob:https://meet.example.com/b9a3': 'blob',
        'data:text/html,<p>secret': 'data',
        'file:///': 'file',
        'file:///C:/Users/Jane%20Doe/app/index.html?user=jane': 'index.html',
        'file:///home/jane/app/index.html': 'index.html',
        'file://server/jane/index.html': 'index.html',
        'https://meet.example.com/room/?jwt=secret#config': 'meet.example.com/room'
    };

    t.deepEqual(Object.fromEntries(Object.keys(names).map(url => [ url, fallbackMeeting(url) ])), names);
    t.is(fallbackMeeting('no address'), null);
});

/**
 * Options that are wrong, by the name of the one that is.
 */
const WRONG = {
    allowedEndpoints: [ {}, null, 'wss://example.com', [ 'example.com' ], [ 'https://example.com' ], [ 7 ] ],
    limits: [ { maxPort: 3 }, { maxPorts: '3' }, { maxPorts: NaN }, { messagesPerSecond: -1 } ],
    pollInterval: [ NaN, -1, Infinity ],
    quitTimeout: [ NaN, -1, Infinity ]
};

test('what would be ignored or break later is told at once', t => {
    Object.entries(WRONG).forEach(([ option, values ]) => values.forEach(value => {
        const error = t.throws(() => readOptions({ endpoint: 'wss://example.com',
            [option]: value }), { code: 'ERR_RTCSTATS_INVALID_OPTION',
            instanceOf: TypeError });

        t.is(error.option, option);
    }));
    const { limits } = readOptions({ allowedEndpoints: [ 'wss://example.com/stats', 'ws://127.0.0.1' ],
        limits: { maxHeldCharacters: undefined,
            maxPorts: 3 },
        pollInterval: 0,
        quitTimeout: 0 });

    t.is(limits.maxPorts, 3);
    t.true(limits.maxHeldCharacters > 0);
});
