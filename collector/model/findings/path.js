/**
 * The way packets take, and when it changed.
 */

import { counted } from './words.js';

/**
 * @typedef {import('./connection.js').Connection} Connection
 * @typedef {import('./connection.js').PathSpan} PathSpan
 * @typedef {import('./finding.js').ConnectionRule} ConnectionRule
 * @typedef {import('./finding.js').Level} Level
 * @typedef {import('../stats-store.js').ReportHistory} ReportHistory
 * @typedef {(path: PathSpan) => boolean} PathFilter
 */

const WARM_UP = 10000;
const UNSTABLE_COUNT = 3;
const UNSTABLE_TIME = 30000;
const LOST_BEFORE = 10000;

/**
 * How a relay is reached.
 *
 * @param {Record<string, any>} candidate - Our end of the pair.
 * @returns {string} The protocol, '' if it is no relay.
 */
function relayOf({ candidateType, relayProtocol, url }) {
    if (candidateType !== 'relay') {
        return '';
    }

    return relayProtocol ?? (/^turns:/.test(String(url)) ? 'tls' : 'udp');
}

/**
 * A path in a few words.
 *
 * @param {PathSpan} path - The path.
 * @returns {string} The words.
 */
export function pathText({ local }) {
    const relay = relayOf(local);
    const way = relay ? `relay ${relay.toUpperCase()}` : `direct${local.protocol === 'tcp' ? ' TCP' : ''}`;

    return [ way, local.networkType && local.networkType !== 'unknown' ? local.networkType : '' ].filter(Boolean)
        .join(', ');
}

/**
 * What tells one end of a path from another.
 *
 * @param {Record<string, any>} end - The end.
 * @returns {string} The same for the same.
 */
function keyOf({ candidateType, protocol, relayProtocol, networkType, address, ip, port }) {
    return [ candidateType, protocol, relayProtocol, networkType, address ?? ip, port ].join(' ');
}

/**
 * When the path changed, and not only its name: a remote end that was found by a check gets its own name later.
 *
 * @param {Connection} connection - The connection.
 * @returns {Array<[PathSpan, PathSpan]>} What it was and what it became.
 */
function switchesOf({ paths, connectedAt, from }) {
    const begin = (connectedAt || from) + WARM_UP;

    /** @type {Array<[PathSpan, PathSpan]>} */
    const switches = [];

    for (let index = 1; index < paths.length; index++) {
        const [ before, after ] = [ paths[index - 1], paths[index] ];
        const isOther = keyOf(before.local) !== keyOf(after.local)
            || (before.remote.candidateType !== 'prflx' && after.remote.candidateType !== 'prflx'
                && (before.remote.address ?? before.remote.ip) !== (after.remote.address ?? after.remote.ip));

        if (after.from >= begin && isOther) {
            switches.push([ before, after ]);
        }
    }

    return switches;
}

/**
 * Makes the rule about one way of being relayed.
 *
 * @param {string} id - Its name.
 * @param {PathFilter} matches - Whether a path is of it.
 * @param {Level} level - How bad it is.
 * @param {string} title - What it is.
 * @returns {ConnectionRule} The rule.
 */
function usedRule(id, matches, level, title) {
    return {
        id,
        source: 'KB, PM',
        causes: [ 'UDP is blocked', 'no direct way' ],
        next: [ 'the candidates of both sides', 'jitter' ],
        measurable: ({ paths }) => paths.length > 0,
        find: ({ paths }) => {
            const used = paths.filter(matches);

            return used.length > 0 ? {
                level,
                title,
                episodes: used.map(({ from, to }) => [ from, to ])
            } : null;
        }
    };
}

/**
 * Whether the report of a candidate says its address, which is masked in most dumps.
 *
 * @param {ReportHistory} report - The report.
 * @returns {boolean} Whether it does.
 */
function hasAddress({ fields }) {
    return /^[0-9a-f]+[.:][0-9a-f.:]+$/i.test(String(fields.get('address')?.last ?? fields.get('ip')?.last ?? ''));
}

/** @type {ConnectionRule[]} */
export const pathRules = [
    usedRule('relayed', ({ local }) => relayOf(local) === 'udp', 'info', 'Packets go over a relay'),
    usedRule('relay-tcp', ({ local }) => relayOf(local) === 'tcp', 'minor', 'Packets go over a relay by TCP'),
    usedRule('relay-tls', ({ local }) => relayOf(local) === 'tls', 'minor', 'Packets go over a relay by TLS'),
    usedRule('over-tcp', ({ local }) => relayOf(local) === '' && local.protocol === 'tcp', 'minor',
        'Packets go over TCP'),
    usedRule('vpn', ({ local }) => local.networkType === 'vpn', 'info', 'Packets go over a VPN'),
    {
        id: 'relay-only',
        source: 'KB',
        causes: [ 'a setting of the app' ],
        next: [ 'explains why there are no other candidates' ],
        find: ({ configuration }) => (configuration?.iceTransportPolicy === 'relay' ? {
            level: 'info',
            title: 'Only relays were allowed'
        } : null)
    },
    {
        id: 'path-switch',
        source: 'OB 3 in 30 s',
        causes: [ 'another network', 'a better path was found' ],
        next: [ 'the candidate pairs' ],
        measurable: ({ paths }) => paths.length > 0,
        find: connection => {
            const switches = switchesOf(connection);
            const at = switches.map(([ , { from } ]) => from);
            const isUnstable = at.some((time, index) =>
                at[index + UNSTABLE_COUNT - 1] - time <= UNSTABLE_TIME);

            return switches.length > 0 ? {
                level: isUnstable ? 'major' : 'minor',
                title: `The path changed ${counted(switches.length, 'time')}: ${pathText(switches[0][0])} → ${
                    pathText(switches[0][1])}`,
                episodes: at.map(time => [ time, time ]),
                numbers: { count: switches.length }
            } : null;
        }
    },
    {
        id: 'network-change',
        source: 'own',
        causes: [ 'the device went from one network to another' ],
        next: [ 'what happened to loss and round trip' ],
        measurable: ({ paths }) => paths.some(({ local }) => local.networkType),
        find: ({ paths }) => {
            const known = paths.filter(({ local }) => local.networkType && local.networkType !== 'unknown');
            const index = known.findIndex(({ local }, at) => at > 0
                && local.networkType !== known[at - 1].local.networkType);

            return index > 0 ? {
                level: 'minor',
                title: `The network changed: ${known[index - 1].local.networkType} → ${known[index].local.networkType}`,
                episodes: [ [ known[index].from, known[index].from ] ]
            } : null;
        }
    },
    {
        id: 'interface-lost',
        source: 'own',
        causes: [ 'Wi-Fi went', 'a cable was pulled' ],
        next: [ 'the local candidates before and after' ],
        measurable: ({ store }) => store.ofType('local-candidate').some(hasAddress),
        find: ({ lanes, store }) => {
            const breaks = lanes.connection.filter(({ value }) => value === 'disconnected');
            const lost = store.ofType('local-candidate').filter(report => {
                const end = store.times[report.spans[report.spans.length - 1][1]];
                const isLast = report.spans[report.spans.length - 1][1] === store.times.length - 1;

                return !isLast && hasAddress(report) && report.fields.get('candidateType')?.last === 'host'
                    && breaks.some(({ from }) => Math.abs(end - from) <= LOST_BEFORE);
            });
            const addresses = new Set(lost.map(report => report.fields.get('address')?.last).filter(Boolean));

            return addresses.size > 0 ? {
                level: 'minor',
                title: 'A network address of this device went as the connection broke',
                episodes: [ [ breaks[0].from, breaks[0].from ] ],
                numbers: { count: addresses.size }
            } : null;
        }
    }
];
