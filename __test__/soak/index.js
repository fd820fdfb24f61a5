/**
 * `npm run soak -- [--minutes 60] [--channels 4] [--seed n] [--growth 32]`: pages that capture calls, reload and lose
 * their network for an hour. Prints every minute what the process takes and how the accounts stand. Exit code 1 when
 * memory grew by more than `--growth` MB after the warm-up, threads or handles are left over, the accounts are inexact
 * or an event is lost.
 */

'use strict';

const { fork } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');

const { createCollector } = require('../../collector');
const { createFaultProxy } = require('../delivery/fault-proxy');

const { EPOCH } = require('./call');
const { Troublemaker } = require('./faults');
const { randomOf } = require('./random');

const MINUTE = 60000;

/** The first of so many parts of all reports is warm-up. */
const PARTS = 6;

/** Threads and handles may be this many more than at first: names are looked up on threads that linger. */
const SPARE = { handles: 16,
    threads: 4 };

/** Short enough that faults matter, long enough for a busy machine. */
const TIMES = { connectTimeout: 3000,
    pongTimeout: 2000,
    reconnect: { baseDelay: 100,
        budget: 3600000,
        jitter: 200,
        maxDelay: 2000 } };

/**
 * Reads the command line.
 *
 * @returns {{minutes: number, channels: number, seed: number, growth: number}} What is wanted.
 */
function readArguments() {
    const { values } = parseArgs({ options: {
        channels: { default: '4',
            type: 'string' },
        growth: { default: '32',
            type: 'string' },
        minutes: { default: '60',
            type: 'string' },
        seed: { default: String(Date.now() % 1000000),
            type: 'string' }
    } });

    return Object.fromEntries(Object.entries(values).map(([ name, value ]) => [ name, Number(value) ]));
}

/**
 * Notes which events arrived.
 *
 * @param {any} collector - The server.
 * @returns {Set<number>} Their numbers; grows.
 */
function watchArrivals(collector) {
    const arrived = new Set();

    collector.on('entry', ({ line }) => arrived.add(JSON.parse(line)[3] - EPOCH));

    return arrived;
}

/**
 * Asks the process that soaks.
 *
 * @param {any} child - The process.
 * @param {any} message - The question.
 * @returns {Promise<any>} Its report.
 */
function ask(child, message) {
    return new Promise((resolve, reject) => {
        child.once('message', resolve);
        child.once('exit', (code, signal) => reject(new Error(`the process ended: ${code ?? signal}`)));
        child.send(message);
    });
}

/**
 * Prints a report.
 *
 * @param {string} when - When it was made.
 * @param {any} report - The report.
 * @param {number} faults - How many faults there were.
 * @returns {void}
 */
function print(when, report, faults) {
    const { rss, threads, handles, captured, delivered, recovered, pending, dropped, reloads } = report;

    console.log(`${when}: RSS ${(rss / 1048576).toFixed(1)} MB, ${threads} threads, ${handles} handles; `
        + `captured ${captured} = delivered ${delivered} (${recovered} by journals) + pending ${pending} `
        + `+ dropped ${dropped}; ${reloads} reloads, ${faults} faults`);
}

/**
 * Finds what is wrong in the end.
 *
 * @param {any[]} reports - All reports.
 * @param {Set<number>} arrived - The events that arrived.
 * @param {number} growth - By how much memory may grow, in MB.
 * @returns {string[]} What is wrong.
 */
function judge(reports, arrived, growth) {
    const last = reports[reports.length - 1];
    const warm = reports.slice(0, Math.ceil(reports.length / PARTS));
    const found = [ ...last.problems ];

    for (const report of reports) {
        if (report.captured !== report.delivered + report.pending + report.dropped) {
            found.push(`inexact: ${JSON.stringify(report)}`);
        }
    }
    const grown = (Math.max(...reports.map(({ rss }) => rss)) - Math.max(...warm.map(({ rss }) => rss))) / 1048576;
    const lost = Array.from({ length: last.events }, (_, number) => number).filter(number => !arrived.has(number));

    console.log(`memory grew by ${grown.toFixed(1)} MB after the warm-up; ${last.events} events, ${lost.length} lost`);
    grown > growth && found.push(`memory grew by ${grown.toFixed(1)} MB`);
    for (const kind of [ 'threads', 'handles' ]) {
        if (last[kind] > last.before[kind] + SPARE[kind]) {
            found.push(`${last[kind]} ${kind} at the end, ${last.before[kind]} before`);
        }
    }
    last.pending === 0 || found.push(`${last.pending} events pending at the end`);
    last.dropped > 0 && found.push(`${last.dropped} events dropped`);
    lost.length > 0 && found.push(`${lost.length} events lost, the first are ${lost.slice(0, 10)}`);

    return found;
}

/**
 * Soaks.
 *
 * @returns {Promise<void>} When it is over.
 */
async function main() {
    const { minutes, channels, seed, growth } = readArguments();
    const collector = await createCollector();
    const proxy = await createFaultProxy(collector.port);
    const arrived = watchArrivals(collector);
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'rtcstats-soak-'));

    // JavaScript's own young generation would hide what the channel takes.
    const child = fork(path.join(__dirname, 'app.js'), { execArgv: [ '--expose-gc', '--max-semi-space-size=1' ] });

    console.log(`${minutes} minutes, ${channels} channels, --seed ${seed}`);
    const reports = [ await ask(child, { start: { channels,
        options: { ...TIMES,
            endpoint: proxy.url,
            journal: { directory },
            meetingFqn: 'soak/room' },
        seed } }) ];
    const trouble = new Troublemaker(collector, proxy, randomOf(seed + 1));
    const tick = Math.min(MINUTE, minutes * MINUTE / 8);

    for (let time = tick; time <= minutes * MINUTE; time += tick) {
        await new Promise(resolve => {
            setTimeout(resolve, tick);
        });
        reports.push(await ask(child, { look: true }));
        print(`${(time / MINUTE).toFixed(1)} min`, reports[reports.length - 1], trouble.count);
    }
    trouble.stop();
    reports.push(await ask(child, { stop: true }));
    print('the end', reports[reports.length - 1], trouble.count);
    const found = judge(reports, arrived, growth);

    found.slice(0, 20).forEach(problem => console.error(`PROBLEM ${problem}`));
    console.log(found.length === 0 ? 'nothing found' : `${found.length} problems; --seed ${seed}`);
    process.exitCode = found.length === 0 ? 0 : 1;
    child.kill();
    await proxy.close();
    await collector.close();
    [ directory, collector.directory ].forEach(folder => fs.rmSync(folder, { force: true,
        recursive: true }));
}

main().catch(error => {
    console.error(error);
    process.exit(1);
});
