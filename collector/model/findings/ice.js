/**
 * Finding a way to the other side: candidates, the servers that help, and what became of it.
 */

import { seconds } from './words.js';

/**
 * @typedef {import('../candidates.js').Candidate} Candidate
 * @typedef {import('./connection.js').Connection} Connection
 * @typedef {import('./finding.js').ConnectionRule} ConnectionRule
 * @typedef {import('./finding.js').Found} Found
 * @typedef {import('./finding.js').Level} Level
 */

const STUCK = 10000;
const SLOW_SERVER = 500;
const SHORT_GATHERING = 1000;
const AUTH_CODES = new Set([ 401, 403, 438 ]);
const QUOTA_CODES = new Set([ 486, 508, 437 ]);
const UNREACHABLE = 701;

/**
 * How bad it is that a connection did not work. Without the direct one the bridge stays, and tests before a call or
 * data beside it carry no media.
 *
 * @param {Connection} connection - The connection.
 * @param {Level} [level] - How bad it would be for one that the call needs.
 * @returns {Level} The level.
 */
export function levelFor(connection, level = 'critical') {
    if (connection.isSide) {
        return 'info';
    }

    return connection.isP2P && level === 'critical' ? 'minor' : level;
}

/**
 * The candidates of a side and type.
 *
 * @param {Connection} connection - The connection.
 * @param {'local' | 'remote'} side - Which side.
 * @param {string} [type] - Which type; all if left out.
 * @returns {Candidate[]} The candidates.
 */
function ofType({ candidates }, side, type = '') {
    return candidates.filter(candidate => candidate.side === side && (type === '' || candidate.type === type));
}

/**
 * Whether a connection was told to use TURN or STUN.
 *
 * @param {Connection} connection - The connection.
 * @param {RegExp} scheme - Which.
 * @returns {boolean} Whether it was.
 */
function isConfigured({ servers }, scheme) {
    return servers.some(url => scheme.test(url));
}

/**
 * The errors of servers.
 *
 * @param {Connection} connection - The connection.
 * @param {Set<number>} codes - Which.
 * @returns {Array<{time: number, url: string, code: number, text: string}>} The errors.
 */
function errorsOf({ log }, codes) {
    return log.filter(({ type, payload }) => type === 'onicecandidateerror' && codes.has(Number(payload?.errorCode)))
        .map(({ time, payload }) => {
            return {
                time,
                url: String(payload.url ?? ''),
                code: Number(payload.errorCode),
                text: String(payload.errorText ?? '')
            };
        });
}

/**
 * Why there was no way, in the first sentence that fits.
 *
 * @param {Connection} connection - The connection.
 * @returns {string} The sentence.
 */
function reasonOf(connection) {
    const local = ofType(connection, 'local');
    const remote = ofType(connection, 'remote');
    const relays = ofType(connection, 'local', 'relay');
    const isHidden = (/** @type {Candidate[]} */ side) =>
        side.length > 0 && side.every(({ isMdns }) => isMdns);

    if (connection.candidates.length === 0) {
        return 'candidates were not recorded';
    }
    if (remote.length === 0) {
        return 'the other side gave no candidates';
    }
    if (local.length === 0) {
        return 'no candidates were found here';
    }
    if (isHidden(local) || isHidden(remote)) {
        return 'one side had only names that its own network knows';
    }
    if (connection.configuration?.iceTransportPolicy === 'relay' && relays.length === 0) {
        return 'only relays were allowed and there was none';
    }
    if (isConfigured(connection, /^turns?:/) && relays.length === 0) {
        return 'TURN is set up and gave nothing';
    }
    if (relays.length === 0 && ofType(connection, 'remote', 'relay').length === 0) {
        return 'there was no relay on either side';
    }

    return 'a firewall, or a relay that does not forward';
}

/**
 * How long a connection looked for a way until something happened.
 *
 * @param {Connection} connection - The connection.
 * @param {number} end - Until when, in ms.
 * @returns {number} In seconds.
 */
function searchSeconds({ lanes, from }, end) {
    const begin = lanes.ice.find(({ value }) => value === 'checking')?.from
        ?? lanes.connection.find(({ value }) => value === 'connecting')?.from ?? from;

    return Math.max(0, end - begin) / 1000;
}

/**
 * When a connection failed without ever having been connected.
 *
 * @param {Connection} connection - The connection.
 * @returns {number} When, in ms; NaN if it did not.
 */
export function failedAt({ lanes, connectedAt }) {
    const failed = [ ...lanes.ice, ...lanes.connection ].filter(({ value }) => value === 'failed')
        .map(({ from }) => from)
        .sort((a, b) => a - b)[0] ?? NaN;
    const isFound = lanes.ice.some(({ value }) => value === 'connected' || value === 'completed');

    return isFound || !Number.isNaN(connectedAt) ? NaN : failed;
}

/**
 * Makes the rule about a server that was slow.
 *
 * @param {string} id - Its name.
 * @param {string} type - What kind of candidate it gives.
 * @param {string} name - What it is called.
 * @returns {ConnectionRule} The rule.
 */
function slowServerRule(id, type, name) {
    return {
        id,
        source: 'KB 500 ms',
        causes: [ 'a server far away', 'a busy server' ],
        next: [ 'where the server is' ],
        measurable: ({ lanes, candidates }) => lanes.gathering.length > 0 && candidates.length > 0,
        find: connection => {
            const begin = connection.lanes.gathering.find(({ value }) => value === 'gathering')?.from ?? NaN;
            const first = ofType(connection, 'local', type).map(({ time }) => time)
                .filter(time => time >= begin)[0] ?? NaN;

            return first - begin > SLOW_SERVER && !(first > connection.connectedAt) ? {
                level: 'info',
                title: `${name} took ${seconds((first - begin) / 1000)}`,
                episodes: [ [ begin, first ] ],
                numbers: { ms: first - begin }
            } : null;
        }
    };
}

/**
 * Makes the rule about a kind of candidate that never came.
 *
 * @param {string} id - Its name.
 * @param {string} type - The kind.
 * @param {RegExp} scheme - The servers that give it.
 * @param {string} title - What is missing.
 * @returns {ConnectionRule} The rule.
 */
function noneRule(id, type, scheme, title) {
    return {
        id,
        source: 'RF; own: not when connected before, as gathering then stops',
        causes: [ 'a firewall', 'wrong credentials' ],
        next: [ 'errors of the servers' ],
        measurable: ({ candidates, lanes }) => candidates.length > 0 && lanes.gathering.length > 0,
        find: connection => {
            const begin = connection.lanes.gathering.find(({ value }) => value === 'gathering')?.from ?? NaN;
            const end = connection.lanes.gathering.find(({ value }) => value === 'complete')?.from ?? NaN;

            return isConfigured(connection, scheme) && end - begin > SHORT_GATHERING && !(connection.connectedAt < end)
                && ofType(connection, 'local').length > 0 && ofType(connection, 'local', type).length === 0 ? {
                    level: 'info',
                    title,
                    episodes: [ [ begin, end ] ]
                } : null;
        }
    };
}

/**
 * Makes the rule about a server that refuses.
 *
 * @param {string} id - Its name.
 * @param {Set<number>} codes - What it says.
 * @param {string} title - What that is.
 * @param {string[]} causes - What may be behind it.
 * @returns {ConnectionRule} The rule.
 */
function refusalRule(id, codes, title, causes) {
    return {
        id,
        source: 'RFC 8656; own: info if a relay came all the same',
        causes,
        next: [ 'the servers in the configuration' ],
        find: connection => {
            const errors = errorsOf(connection, codes);
            const hasRelay = ofType(connection, 'local', 'relay').length > 0;

            return errors.length > 0 && !(errors.every(({ code }) => code === 438) && hasRelay) ? {
                level: hasRelay ? 'info' : levelFor(connection, 'major'),
                title: `${title} (${errors[0].code}${errors[0].text ? ` ${errors[0].text}` : ''})`,
                episodes: errors.map(({ time }) => [ time, time ]),
                numbers: {
                    code: errors[0].code,
                    count: errors.length
                }
            } : null;
        }
    };
}

/** @type {ConnectionRule[]} */
export const iceRules = [
    {
        id: 'ice-failed',
        source: 'RF, KB',
        causes: [ 'UDP is blocked', 'TURN' ],
        next: [ 'the candidates of both sides', 'requests and answers of the pairs', 'errors of the servers' ],
        measurable: ({ lanes }) => lanes.ice.length + lanes.connection.length > 0,
        find: connection => {
            const end = failedAt(connection);

            return Number.isNaN(end) ? null : {
                level: levelFor(connection),
                title: `Never connected: no path after ${seconds(searchSeconds(connection, end))}; ${
                    reasonOf(connection)}`,
                episodes: [ [ end - (searchSeconds(connection, end) * 1000), end ] ],
                numbers: { seconds: searchSeconds(connection, end) }
            };
        }
    },
    {
        id: 'ice-stuck',
        source: 'own: 10 s',
        causes: [ 'UDP is blocked', 'TURN', 'the other side never answered' ],
        next: [ 'the candidates of both sides' ],
        measurable: ({ lanes }) => lanes.ice.length > 0,
        find: connection => {
            const last = connection.lanes.ice.filter(({ value }) => value !== 'closed').pop();
            const end = Number.isNaN(last?.to ?? NaN) ? connection.to : last?.to ?? NaN;
            const length = end - (last?.from ?? NaN);

            return last?.value === 'checking' && Number.isNaN(connection.connectedAt) && length >= STUCK ? {
                level: levelFor(connection),
                title: `Never connected: still looking for a path after ${seconds(length / 1000)}; ${
                    reasonOf(connection)}`,
                episodes: [ [ last.from, end ] ],
                numbers: { seconds: length / 1000 }
            } : null;
        }
    },
    {
        id: 'ice-aborted',
        source: 'own',
        causes: [ 'the user gave up', 'the call ended' ],
        next: [ 'how long it took' ],
        measurable: ({ lanes }) => lanes.ice.length > 0,
        find: ({ lanes, connectedAt, closedAt, isSide }) => {
            const checking = lanes.ice.find(({ value }) => value === 'checking');
            const isClosed = checking && checking.to === closedAt && Number.isNaN(connectedAt);

            return isClosed && closedAt - checking.from < STUCK && !isSide ? {
                level: 'info',
                title: `Closed after ${seconds((closedAt - checking.from) / 1000)} of looking for a path`,
                episodes: [ [ checking.from, closedAt ] ]
            } : null;
        }
    },
    {
        id: 'ice-warmup',
        source: 'KB',
        causes: [ 'the servers were set late' ],
        next: [ 'when the configuration was set' ],
        measurable: ({ candidates }) => candidates.length > 0,
        find: connection => {
            const failed = connection.lanes.ice.find(({ value }) => value === 'failed')?.from ?? NaN;
            const own = ofType(connection, 'local');
            const before = own.filter(({ time }) => time < failed);
            const after = own.filter(({ time }) => time > failed);

            return before.length > 0 && before.every(({ type }) => type === 'host')
                && after.some(({ type }) => type === 'srflx' || type === 'relay') && connection.connectedAt > failed ? {
                    level: 'minor',
                    title: 'It failed with the candidates of this device, and connected once servers gave others',
                    episodes: [ [ failed, connection.connectedAt ] ]
                } : null;
        }
    },
    refusalRule('turn-auth', AUTH_CODES, 'TURN refused the user name', [ 'expired credentials', 'clocks that differ' ]),
    refusalRule('turn-quota', QUOTA_CODES, 'TURN has no room', [ 'the server is full', 'a port that is used twice' ]),
    {
        id: 'ice-server-unreachable',
        source: 'W3C 701; own: only if no candidate of the kind came',
        causes: [ 'DNS', 'a firewall', 'UDP 3478 and TCP 443' ],
        next: [ 'the servers in the configuration' ],
        find: connection => {
            const errors = errorsOf(connection, new Set([ UNREACHABLE ]));
            const turn = errors.filter(({ url }) => /^turns?:/.test(url));
            const isTurn = turn.length > 0 && ofType(connection, 'local', 'relay').length === 0;
            const isStun = errors.length > turn.length && ofType(connection, 'local', 'srflx').length === 0;
            const isConnected = !Number.isNaN(connection.connectedAt);

            if (!isTurn && !isStun) {
                return null;
            }

            return {
                level: isConnected ? 'info' : levelFor(connection, isTurn ? 'major' : 'minor'),
                title: `${isTurn ? 'TURN' : 'STUN'} server can not be reached`,
                episodes: errors.map(({ time }) => [ time, time ]),
                numbers: { count: errors.length }
            };
        }
    },
    noneRule('no-relay', 'relay', /^turns?:/, 'TURN is set up and no relay came'),
    noneRule('no-srflx', 'srflx', /^(?:stun|turn)s?:/, 'STUN is set up and no address came from it'),
    slowServerRule('slow-stun', 'srflx', 'STUN'),
    slowServerRule('slow-turn', 'relay', 'TURN')
];
