/**
 * Which findings explain others: what stood still while packets were lost stood still because of it. Where nothing was
 * wrong at the same time, the cause is not in the dump.
 */

/**
 * @typedef {import('./episodes.js').Episode} Episode
 * @typedef {import('./finding.js').Finding} Finding
 */

/** What a person notices and has a reason. */
const NOTICED = /^(?:freeze|freeze-estimated|audio-gaps|stuck-decoder)$/;

/** @type {Array<[RegExp, string]>} Reasons, the strongest first. */
const REASONS = [
    [ /^(?:stall|disconnected|connection-lost)$/, 'the connection was gone' ],
    [ /^loss-in$/, 'packets were lost' ],
    [ /^bufferbloat$/, 'the queue was full' ],
    [ /^decode-slow$/, 'decoding took too long' ],
    [ /^cpu-pressure$/, 'the processor was under pressure' ]
];
const SHARE = 0.5;
const NO_REASON = 'the cause is not in this dump: look at the sender and the bridge';

/**
 * How long one set of episodes lies in another.
 *
 * @param {Episode[]} episodes - The episodes.
 * @param {Episode[]} others - Those they may lie in.
 * @returns {number} The share of their time, from 0 to 1.
 */
function overlap(episodes, others) {
    const length = episodes.reduce((sum, [ from, to ]) => sum + Math.max(1, to - from), 0);
    const common = episodes.reduce((sum, [ from, to ]) => sum + others.reduce((most, [ begin, end ]) =>
        Math.max(most, Math.min(to, end) - Math.max(from, begin)), 0), 0);

    return common / length;
}

/**
 * Adds the reason to findings that have one.
 *
 * @param {Finding[]} findings - The findings.
 * @returns {Finding[]} The same, with reasons.
 */
export function withReasons(findings) {
    return findings.map(finding => {
        if (!NOTICED.test(finding.id)) {
            return finding;
        }
        const reason = REASONS.find(([ ids ]) => findings.some(({ id, pc, episodes }) => ids.test(id)
            && (pc === finding.pc || pc === '') && overlap(finding.episodes, episodes) >= SHARE));

        return reason ? {
            ...finding,
            title: `${finding.title}, because ${reason[1]}`,
            causes: [ reason[1] ]
        } : {
            ...finding,
            causes: [ NO_REASON ]
        };
    });
}
