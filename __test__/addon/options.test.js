/**
 * Options: each one that cannot be used is refused with a `TypeError` whose code names it, and nothing else is.
 */

'use strict';

const test = require('ava');

const { TraceChannel } = require('../..');

const { Driver } = require('./harness');

const VALID = { endpoint: 'ws://127.0.0.1:1',
    meetingFqn: 'room' };

/**
 * Creates a channel and gives the error.
 *
 * @param {any} options - The options.
 * @param {...any} rest - The other arguments.
 * @returns {any} The error, undefined when there is none.
 */
function refusal(options, ...rest) {
    try {
        new TraceChannel(options, ...rest).close();
    } catch (error) {
        return error;
    }

    return undefined;
}

/**
 * Checks a refusal.
 *
 * @param {any} t - Ava's context.
 * @param {any} error - The error.
 * @param {string} code - Its code, without what all have in common.
 * @param {string} about - What was tried.
 * @returns {void}
 */
function assertRefused(t, error, code, about) {
    t.true(error instanceof TypeError, `${about}: ${error}`);
    t.is(error?.code, `ERR_RTCSTATS_OPTION_${code}`, about);
    t.regex(String(error?.message), /^option /, about);
}

for (const options of [ undefined, null, 1, 'ws://127.0.0.1', true, Symbol('options'), 1n, () => VALID ]) {
    test(`options that are ${typeof options} ${String(options)} are refused`, t => {
        assertRefused(t, refusal(options), 'OPTIONS', String(options));
    });
}

test('an endpoint that cannot be dialled is refused', t => {
    for (const endpoint of [
        undefined, null, '', ' ', 'nonsense', '//host', 'ws://', 'ws://[::1', 'ws://host:99999', 'ws://a b',
        'http://host', 'https://host', 'file:///etc', 'wss:', 'mailto:a@b', 'ws://user:secret@host', 'ws://host/?a=b',
        'ws://host/#fragment', 1, {}, [], true, 1n, Symbol('endpoint')
    ]) {
        assertRefused(t, refusal({ ...VALID,
            endpoint }), 'ENDPOINT', String(endpoint));
    }
});

test('a refusal never repeats a secret of the option', t => {
    const { message } = refusal({ ...VALID,
        endpoint: 'wss://user:hunter2@host' });

    t.notRegex(message, /hunter2/);
    t.notRegex(refusal({ ...VALID,
        proxy: 'ftp://user:hunter2@host' }).message, /hunter2/);
});

test('a meeting name that cannot stand in a path is refused', t => {
    for (const meetingFqn of [
        undefined, null, '', '   ', '/', '//', 'a/../b', '..', '%2e%2e', 1, {}, true, [ 'room' ]
    ]) {
        assertRefused(t, refusal({ ...VALID,
            meetingFqn }), 'MEETING_FQN', String(meetingFqn));
    }
});

const WRONG = {
    boolean: [ 0, 1, 'true', {}, [], Symbol('boolean'), 1n, () => true ],
    bytes: [ '1', -1, NaN, Infinity, -Infinity, true, {}, [], 2 ** 33, 1n ],
    header: [ 1, true, {}, [], 'a\r\nX-Evil: 1', 'caf\u00e9', '\0' ],
    milliseconds: [ '1', -1, NaN, Infinity, -Infinity, true, {}, [], 1e15, 1n ],
    object: [ 1, 'text', true, Symbol('object') ],
    string: [ 1, true, {}, [] ],
    userAgent: [ 1, true, {}, [], 'a\r\nX-Evil: 1', '\0', '\x7f' ]
};

for (const [ option, kind, code ] of [
    [ 'useLegacy', 'boolean', 'USE_LEGACY' ],
    [ 'obfuscate', 'boolean', 'OBFUSCATE' ],
    [ 'pingInterval', 'milliseconds', 'PING_INTERVAL' ],
    [ 'userAgent', 'userAgent', 'USER_AGENT' ],
    [ 'origin', 'header', 'ORIGIN' ],
    [ 'proxy', 'string', 'PROXY' ],
    [ 'protocol', 'string', 'PROTOCOL' ],
    [ 'token', 'string', 'TOKEN' ],
    [ 'tls', 'object', 'TLS' ],
    [ 'tls.caFile', 'string', 'TLS_CA_FILE' ],
    [ 'maxBufferedBytes', 'bytes', 'MAX_BUFFERED_BYTES' ],
    [ 'delayTarget', 'milliseconds', 'DELAY_TARGET' ],
    [ 'maxSendRate', 'bytes', 'MAX_SEND_RATE' ],
    [ 'batch', 'object', 'BATCH' ],
    [ 'batch.maxDelay', 'milliseconds', 'BATCH_MAX_DELAY' ],
    [ 'batch.maxBytes', 'bytes', 'BATCH_MAX_BYTES' ],
    [ 'reconnect', 'object', 'RECONNECT' ],
    [ 'reconnect.baseDelay', 'milliseconds', 'RECONNECT_BASE_DELAY' ],
    [ 'reconnect.jitter', 'milliseconds', 'RECONNECT_JITTER' ],
    [ 'reconnect.maxDelay', 'milliseconds', 'RECONNECT_MAX_DELAY' ],
    [ 'reconnect.budget', 'milliseconds', 'RECONNECT_BUDGET' ],
    [ 'reconnect.resumeSession', 'boolean', 'RECONNECT_RESUME_SESSION' ],
    [ 'closeTimeout', 'milliseconds', 'CLOSE_TIMEOUT' ],
    [ 'connectTimeout', 'milliseconds', 'CONNECT_TIMEOUT' ],
    [ 'pongTimeout', 'milliseconds', 'PONG_TIMEOUT' ]
]) {
    test(`${option} must be what it is documented to be`, t => {
        const [ outer, inner ] = option.split('.');
        const having = value => {
            return { ...VALID,
                [outer]: inner ? { [inner]: value } : value };
        };

        for (const value of WRONG[kind]) {
            assertRefused(t, refusal(having(value)), code, `${option} = ${String(value)}`);
        }
        for (const value of [ undefined, null ]) {
            t.is(refusal(having(value)), undefined, `${option} = ${value} counts as absent`);
        }
    });
}

test('a proxy that cannot be used is refused, at first and later', t => {
    const { channel } = new Driver(t, VALID);

    for (const proxy of [ '', 'nonsense', 'ftp://host:1', 'http://', 1, {} ]) {
        assertRefused(t, refusal({ ...VALID,
            proxy }), 'PROXY', String(proxy));
        assertRefused(t, t.throws(() => channel.setProxy(proxy)), 'PROXY', String(proxy));
    }
    for (const proxy of [ undefined, null, 'http://proxy.example:3128' ]) {
        t.notThrows(() => channel.setProxy(proxy));
    }
});

test('a batch must fit into a connection\'s buffer', t => {
    assertRefused(t, refusal({ ...VALID,
        batch: { maxBytes: 8388609 } }), 'BATCH_MAX_BYTES');
});

test('a listener must be a function', t => {
    for (const listener of [ 1, 'listener', {}, true ]) {
        assertRefused(t, refusal(VALID, listener), 'ON_EVENT', String(listener));
    }
    for (const listener of [ undefined, null, () => undefined ]) {
        t.is(refusal(VALID, listener), undefined);
    }
});

test('what an option\'s getter throws is what the constructor throws', t => {
    const mine = new RangeError('mine');
    const options = { ...VALID,
        get useLegacy() {
            throw mine;
        } };

    t.is(refusal(options), mine);
});

test('the class cannot be called without new', t => {
    t.throws(() => Reflect.apply(TraceChannel, {}, [ VALID ]));
});

test('methods cannot be called on something else', t => {
    const methods = Object.getOwnPropertyNames(TraceChannel.prototype).filter(name => name !== 'constructor');

    t.true(methods.length > 5);
    for (const method of methods) {
        t.throws(() => TraceChannel.prototype[method].call({}), undefined, method);
    }
});

test('what is pushed and is no text is refused like a line that is no event', async t => {
    const driver = new Driver(t, VALID);
    const batches = [ undefined, null, 1, {}, [], Symbol('batch'), 1n ];

    batches.forEach(batch => t.notThrows(() => driver.channel.push(batch), String(batch)));
    t.notThrows(() => driver.channel.push());
    const { captured } = await driver.stats(({ rejected }) => rejected === batches.length + 1);

    t.is(captured, 0);
});

test('connecting to something that is neither true nor false throws and changes nothing', t => {
    const driver = new Driver(t, VALID);

    for (const wrong of [ 'yes', 1, {}, [] ]) {
        const error = t.throws(() => driver.channel.connect(wrong), { instanceOf: TypeError });

        t.is(error.code, 'ERR_RTCSTATS_OPTION_IS_BREAKOUT_ROOM');
    }
    t.false(driver.channel.isConnected());
    t.false(driver.channel.isClosed());
});

test('all options at their documented bounds are accepted', t => {
    t.is(refusal({ ...VALID,
        batch: { maxBytes: 65536,
            maxDelay: 0 },
        closeTimeout: 0,
        connectTimeout: 1,
        maxBufferedBytes: 8388608,
        obfuscate: false,
        origin: 'https://meet.example',
        pingInterval: 1,
        pongTimeout: 1,
        proxy: 'http://user:password@proxy.example:3128',
        reconnect: { baseDelay: 1,
            budget: 0,
            jitter: 0,
            maxDelay: 1,
            resumeSession: true },
        tls: {},
        useLegacy: true,
        userAgent: 'Mozilla/5.0' }), undefined);
});

test('options that do not exist are told in one warning, with what may have been meant', async t => {
    const driver = new Driver(t, { ...VALID,
        pongTimout: 5,
        reconnect: { buget: 1 } });
    const { code, message } = await driver.event('warning');

    t.is(code, 'ERR_RTCSTATS_OPTION_UNKNOWN');
    t.regex(message, /pongTimout \(did you mean pongTimeout\?\)/);
    t.regex(message, /reconnect\.buget \(did you mean reconnect\.budget\?\)$/);
});

test('options can be checked without a channel: as the constructor would', t => {
    const unknown = { ...VALID,
        journal: { directory: '/nowhere',
            maxByte: 1 },
        [Symbol('meta')]: 1 };

    t.deepEqual(TraceChannel.check(VALID), []);
    t.deepEqual(TraceChannel.check(unknown).map(({ code, type }) => [ type, code ]),
        [ [ 'warning', 'ERR_RTCSTATS_OPTION_UNKNOWN' ] ]);
    for (const wrong of [ undefined, { ...VALID,
        pongTimeout: 'soon' } ]) {
        const error = t.throws(() => TraceChannel.check(wrong), { instanceOf: TypeError });

        t.is(error.code, refusal(wrong).code);
    }
});
