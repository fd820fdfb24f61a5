/**
 * With obfuscation on no address gets out of a channel in any spelling, by any way: the wire, the dump, the journal,
 * the events, the output of the process. TURN and proxy credentials never do. What the app says passes untouched.
 */

'use strict';

const test = require('ava');
const { fork } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const { QUICK, assertAccounted, useCollector } = require('../addon/harness');
const { Recorder } = require('../addon/recorder');
const { useFolder } = require('../delivery/harness');
const { useConnectProxy } = require('../delivery/network');

const { ADDRESSES, CLEAR, EVENTS, FREE_TEXT, REJECTS, RELAY, TURN_SECRETS, line } = require('./forms');

const USER = 'proxy-us3r';
const PASSWORD = 'proxy-s3cret';
const PROXY_SECRETS = [ USER, PASSWORD, Buffer.from(`${USER}:${PASSWORD}`).toString('base64') ];

/**
 * Reads a folder: the names and the contents of everything in it.
 *
 * @param {string} folder - The folder.
 * @returns {string} All of it.
 */
function textOf(folder) {
    return fs.readdirSync(folder).map(name => `${name}\n${fs.readFileSync(path.join(folder, name), 'utf8')}`)
        .join('\n');
}

/**
 * Runs a channel in a process of its own.
 *
 * @param {any} t - Ava's context.
 * @param {any} options - The channel's options.
 * @param {string[]} lines - What it captures.
 * @param {number} [attempts] - After how many failures it gives up.
 * @returns {Promise<any>} Its `events`, `stats`, what it had thrown, the `journal` before it connected and the
 * `output` of the process.
 */
async function speak(t, options, lines, attempts = 100) {
    const directory = useFolder(t);
    const child = fork(path.join(__dirname, 'fixtures', 'speak.js'), { env: { ...process.env,
        RUST_BACKTRACE: 'full',
        RUST_LOG: 'trace' },
    silent: true });
    const result = { journal: '',
        output: '' };

    t.teardown(() => child.kill('SIGKILL'));
    [ child.stdout, child.stderr ].forEach(stream => stream.on('data', data => {
        result.output += data;
    }));
    child.on('message', message => {
        if (message.captured) {
            result.journal = textOf(directory);
            child.send('connect');
        } else {
            Object.assign(result, message);
        }
    });
    child.send({ attempts,
        lines,
        options: { ...QUICK,
            journal: { directory },
            meetingFqn: 'tenant/room',
            userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36',
            ...options } });
    t.is((await new Promise(resolve => {
        child.once('close', (...ending) => resolve(ending));
    }))[0], 0, result.output);
    result.stats && assertAccounted(result.stats);

    return result;
}

/**
 * Runs a channel against the collector and against a server that keeps the frames.
 *
 * @param {any} t - Ava's context.
 * @param {any} options - The channel's options.
 * @returns {Promise<Object<string, string>>} Everything that came out, by the way it took.
 */
async function everything(t, options) {
    const lines = [ ...EVENTS, ...REJECTS ];
    const collector = await useCollector(t);
    const recorder = await Recorder.start(t);
    const dumped = await speak(t, { endpoint: collector.url,
        ...options }, lines);
    const framed = await speak(t, { endpoint: recorder.endpoint,
        ...options }, lines);

    for (const { stats } of [ dumped, framed ]) {
        t.is(stats.delivered, EVENTS.length);
        t.is(stats.rejected, REJECTS.length);
    }

    return { dump: textOf(collector.directory),
        events: JSON.stringify([ dumped.events, framed.events ]),
        journal: dumped.journal + framed.journal,
        output: dumped.output + framed.output,
        wire: recorder.frames.map(({ text }) => text).join('\n') };
}

/**
 * Checks that a secret is nowhere.
 *
 * @param {any} t - Ava's context.
 * @param {Object<string, string>} outlets - What came out.
 * @param {string[]} secrets - The secrets.
 * @returns {void}
 */
function hides(t, outlets, secrets) {
    for (const [ outlet, text ] of Object.entries(outlets)) {
        secrets.forEach(secret => t.false(text.includes(secret), `${secret} in ${outlet}`));
    }
}

test('no address comes out in any spelling by any way', async t => {
    const outlets = await everything(t, {});

    for (const [ outlet, text ] of Object.entries(outlets)) {
        const [ leak ] = CLEAR.exec(text) ?? [];
        const at = text.search(CLEAR);

        t.is(leak, undefined, `${outlet}: …${text.slice(Math.max(0, at - 200), at + 100)}…`);
    }
    t.is(outlets.output, '');
    hides(t, outlets, TURN_SECRETS);
    for (const outlet of [ 'dump', 'journal', 'wire' ]) {
        t.true(outlets[outlet].includes('x.x.x.x') && outlets[outlet].includes('x:x:x:x:x:x:x:x'));
        t.is(outlets[outlet].split(FREE_TEXT).length - 1, outlet === 'journal' ? 6 : 3, outlet);
        t.true(outlets[outlet].includes(`candidate:1 1 UDP 41885439 ${RELAY} 50000 typ relay raddr x`));
        t.true(outlets[outlet].includes(`turn:${RELAY}:3478`));
    }
});

// Without this the test above could pass because nothing came through at all.
test('without obfuscation all of them come out, but no TURN credentials', async t => {
    const outlets = await everything(t, { obfuscate: false });

    for (const address of ADDRESSES) {
        [ 'dump', 'journal', 'wire' ].forEach(outlet => t.true(outlets[outlet].includes(address), outlet));
    }
    t.notRegex(outlets.events, CLEAR);
    t.is(outlets.output, '');
    hides(t, outlets, TURN_SECRETS);
});

test('credentials for a proxy get to the proxy and nowhere else', async t => {
    const recorder = await Recorder.start(t);
    const proxy = await useConnectProxy(t, { credentials: `${USER}:${PASSWORD}` });
    const { events, journal, output } = await speak(t, { endpoint: recorder.endpoint,
        proxy: `http://${USER}:${PASSWORD}@${proxy.authority}` }, [ line('logs', 'a') ]);
    const headers = JSON.stringify(recorder.requests.map(request => [ request.url, request.rawHeaders ]));

    t.deepEqual(proxy.requests.map(({ authorization }) => authorization), [ undefined, `Basic ${PROXY_SECRETS[2]}` ]);
    hides(t, { events: JSON.stringify(events),
        headers,
        journal,
        output,
        wire: JSON.stringify(recorder.frames) }, PROXY_SECRETS);
});

const FAILING = {
    'that cannot be reached': () => '127.0.0.1:1',
    'that cannot be resolved': () => 'proxy.invalid:3128',
    'that wants others': async t => (await useConnectProxy(t, { credentials: 'other:other' })).authority,
    'that is no proxy': async t => {
        const proxy = await useConnectProxy(t);

        proxy.answer = `HTTP/1.1 500 ${USER}:${PASSWORD}\r\n\r\n`;

        return proxy.authority;
    }
};

for (const [ which, start ] of Object.entries(FAILING)) {
    test(`a proxy ${which} gives away no credentials`, async t => {
        const { events, journal, output } = await speak(t, { closeTimeout: 0,
            endpoint: 'ws://stats.invalid',
            proxy: `http://${USER}:${PASSWORD}@${await start(t)}` }, [ line('logs', 'a') ], 2);

        t.true(events.some(({ type }) => [ 'disconnected', 'error' ].includes(type)));
        hides(t, { events: JSON.stringify(events),
            journal,
            output }, PROXY_SECRETS);
    });
}

for (const scheme of [ 'socks5://', 'http:\\', '//', 'http://[', '' ]) {
    test(`an unusable proxy option gives away no credentials: ${scheme || 'no scheme'}`, async t => {
        const { thrown, output } = await speak(t, { endpoint: 'ws://stats.invalid',
            proxy: `${scheme}${USER}:${PASSWORD}@proxy example` }, []);

        t.regex(thrown, /proxy/);
        hides(t, { output,
            thrown }, PROXY_SECRETS);
    });
}
