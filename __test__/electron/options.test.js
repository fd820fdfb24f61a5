/**
 * What is made of an app's options, as far as no window is needed.
 */

'use strict';

const test = require('ava').default;
const fs = require('node:fs');
const path = require('node:path');

const { OPTIONS } = require('../../electron/main/option-table');
const { readOptions } = require('../../electron/main/options');

const { TABLES } = require('./tables');

test('a meeting without a name is named after its address, which tells nothing of the user', t => {
    const { fallbackMeeting } = readOptions({});
    const names = {
        'about:srcdoc': 'about',
        'app://bundle/index.html': 'index.html',
        'blob:https://meet.example.com/b9a3': 'blob',
        'data:text/html,<p>secret': 'data',
        'file:///': 'file',
        'file:///C:/Users/Jane%20Doe/app/index.html?user=jane': 'index.html',
        'file:///home/jane/app/index.html': 'index.html',
        'file://server/jane/index.html': 'index.html',
        'https://meet.example.com': 'meet.example.com',
        'https://meet.example.com/room/?jwt=secret#config': 'room',
        'https://meet.example.com/tenant/room': 'tenant/room'
    };

    t.deepEqual(Object.fromEntries(Object.keys(names).map(url => [ url, fallbackMeeting(url) ])), names);
    t.is(fallbackMeeting('no address'), null);
});

/**
 * Options that are wrong, by the name of the one that is.
 */
const WRONG = {
    allowedEndpoints: [ {}, null, 'wss://example.com', [ 'example.com' ], [ 'https://example.com' ], [ 7 ] ],
    autoCapture: [ null, 'yes' ],
    frames: [ null, 'all' ],
    limits: [ null, 3 ],
    meetingFqn: [ '' ],
    pollInterval: [ NaN, -1, Infinity ],
    proxyCredentials: [ null, {}, { password: 'secret' } ],
    quitTimeout: [ NaN, -1, Infinity ]
};

test('what would break later is told at once', t => {
    Object.entries(WRONG).forEach(([ option, values ]) => values.forEach(value => {
        const error = t.throws(() => readOptions({ endpoint: 'wss://example.com',
            [option]: value }), { instanceOf: TypeError });

        t.is(error.option, option);
        t.is(error.code, `ERR_RTCSTATS_OPTION_${option.replace(/[A-Z]/g, '_$&').toUpperCase()}`);
    }));
    [ '3', NaN, -1 ].forEach(maxPorts => t.like(t.throws(() => readOptions({ limits: { maxPorts } })), {
        code: 'ERR_RTCSTATS_OPTION_LIMITS_MAX_PORTS',
        option: 'limits.maxPorts' }));
    const { limits } = readOptions({ allowedEndpoints: [ 'wss://example.com/stats', 'ws://127.0.0.1' ],
        limits: { maxHeldCharacters: undefined,
            maxPorts: 3 },
        pollInterval: 0,
        quitTimeout: 0 });

    t.is(limits.maxPorts, 3);
    t.true(limits.maxHeldCharacters > 0);
});

test('a name that there is not is told, with the nearest that there is, and goes no further', t => {
    const { channel, limits, warnings } = readOptions({ batch: { maxDelays: 1,
        maxBytes: 1000 },
    endPoint: 'wss://example.com',
    limits: { maxPort: 3 },
    pongTimout: 5000,
    reconnect: { budgets: undefined } });

    t.deepEqual(warnings.map(({ code, message, type }) => [ type, code, message ]), [
        [ 'BATCH_MAX_DELAYS', 'batch.maxDelays', 'batch.maxDelay' ],
        [ 'END_POINT', 'endPoint', 'endpoint' ],
        [ 'LIMITS_MAX_PORT', 'limits.maxPort', 'limits.maxPorts' ],
        [ 'PONG_TIMOUT', 'pongTimout', 'pongTimeout' ]
    ].map(([ code, name, nearest ]) => [ 'warning', `ERR_RTCSTATS_OPTION_${code}`,
        `there is no option ${name}; the nearest is ${nearest}` ]));
    t.deepEqual(channel, { batch: { maxBytes: 1000 },
        reconnect: {} });
    t.is(limits.maxPort, undefined);
});

test('the channel checks its own options before any channel is opened', t => {
    const given = [];
    const warning = { type: 'warning' };

    const { warnings } = readOptions({ closeTimeout: 5,
        endpoint: 'wss://example.com',
        frames: () => true,
        proxy: null }, options => {
        given.push(options);

        return [ warning ];
    });

    t.deepEqual(warnings, [ warning ]);
    t.deepEqual(given, [ { closeTimeout: 5,
        endpoint: 'wss://localhost',
        meetingFqn: 'any',
        proxy: undefined } ]);
    t.throws(() => readOptions({}, () => {
        throw new TypeError('wrong');
    }), { message: 'wrong' });
});

/**
 * Reads the rows of a table.
 *
 * @param {string} file - The document.
 * @param {string} before - What the table comes after.
 * @returns {string[]} Its rows, without the head.
 */
function rowsAfter(file, before) {
    const [ , rest ] = fs.readFileSync(path.join(__dirname, '..', '..', file), 'utf8').split(before);
    const table = rest.slice(rest.indexOf('\n|')).split('\n\n')[0];

    return table.trim().split('\n')
        .slice(2);
}

test('the docs have every option as the code has it', t => {
    t.deepEqual(rowsAfter('docs/electron.md', '\n## Options\n'), TABLES.own);
    t.deepEqual(rowsAfter('docs/electron.md', 'by `limits`:\n'), TABLES.limits);

    // The channel alone wants two more, which the app has under its own names.
    t.deepEqual(rowsAfter('README.md', '\n## Options\n').slice(2), TABLES.channel);
});

test('the code has every option that the addon has', t => {
    const types = fs.readFileSync(require.resolve('../../src/binding/types.d.ts'), 'utf8');
    const [ , options ] = (/interface TraceChannelOptions \{\n(.*?)\n\}/s).exec(types);
    const names = [ ...options.matchAll(/^ {4}(?: {4})?(\w+)\??:/gm) ].map(([ , name ]) => name);
    const known = Object.entries(OPTIONS).filter(([ , { channel } ]) => channel)
        .flatMap(([ name, { members = {} } ]) => [ name, ...Object.keys(members) ]);

    t.deepEqual([ 'endpoint', 'meetingFqn', ...known ].sort(), names.sort());
});
