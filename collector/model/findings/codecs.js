/**
 * What codes and decodes, and when that changed.
 */

/**
 * @typedef {import('./finding.js').Found} Found
 * @typedef {import('./finding.js').StreamRule} StreamRule
 * @typedef {import('./stream.js').Stream} Stream
 * @typedef {StreamRule['find']} StreamFind
 *
 * @typedef {Object} Change
 * @property {number} time - When, in ms.
 * @property {string} from - What it was.
 * @property {string} to - What it is.
 */

/** Coders that run on the processor. */
const SOFTWARE = /libvpx|openh264|libaom|ffmpeg|dav1d|libvpx|SimulcastEncoderAdapter \(libvpx/i;
const CORRUPTION = 0.2;

/**
 * The changes of a member.
 *
 * @param {Stream} stream - The stream.
 * @param {any[]} values - The member at each poll.
 * @returns {Change[]} The changes.
 */
function changesOf(stream, values) {
    /** @type {Change[]} */
    const changes = [];
    let last = '';

    values.forEach((value, index) => {
        if (typeof value === 'string' && value !== '' && value !== 'unknown') {
            if (last !== '' && last !== value) {
                changes.push({
                    time: stream.times[index],
                    from: last,
                    to: value
                });
            }
            last = value;
        }
    });

    return changes;
}

/**
 * Makes the rule about a change of what codes.
 *
 * @param {string} member - The member that names it.
 * @param {string} what - What it is.
 * @returns {StreamFind} What looks for it.
 */
function coderFinder(member, what) {
    return stream => {
        const changes = changesOf(stream, stream.raw(member));
        const fallback = changes.find(({ from, to }) => !SOFTWARE.test(from) && SOFTWARE.test(to));
        const shown = fallback ?? changes[0];

        return shown ? {
            level: fallback ? 'minor' : 'info',
            title: fallback ? `${what} fell back to software: ${shown.from} → ${shown.to}`
                : `${what} changed: ${shown.from} → ${shown.to}`,
            episodes: changes.map(({ time }) => [ time, time ]),
            numbers: { count: changes.length },
            members: [ member ]
        } : null;
    };
}

/** @type {StreamRule[]} */
export const codecRules = [
    {
        id: 'no-decoder',
        of: ({ isInbound, kind }) => isInbound && kind === 'video',
        needs: [ 'decoderImplementation' ],
        source: 'RF',
        causes: [ 'a codec that is not supported', 'payload types that do not match' ],
        next: [ 'the codecs of the offer and the answer' ],
        find: stream => {
            const isMissing = stream.raw('decoderImplementation').map(name => name === 'NullVideoDecoder');
            const first = isMissing.indexOf(true);

            return first < 0 ? null : {
                level: 'critical',
                title: 'There is no decoder for a video that arrives',
                episodes: [ [ stream.times[first], stream.times[isMissing.lastIndexOf(true)] ] ],
                members: [ 'decoderImplementation', 'framesDecoded' ]
            };
        }
    },
    {
        id: 'codec-change',
        of: () => true,
        needs: [ 'codecId' ],
        source: 'RF',
        causes: [ 'a participant who can not read the first one' ],
        next: [ 'the negotiation at that time' ],
        find: stream => {
            const changes = changesOf(stream, stream.mimeTypes);

            return changes.length > 0 ? {
                level: 'info',
                title: `Codec changed: ${changes[0].from} → ${changes[0].to}`,
                episodes: changes.map(({ time }) => [ time, time ]),
                numbers: { count: changes.length },
                members: [ 'codecId' ]
            } : null;
        }
    },
    {
        id: 'encoder-change',
        of: ({ isInbound, kind }) => !isInbound && kind === 'video',
        needs: [ 'encoderImplementation' ],
        source: 'RF',
        causes: [ 'the graphics card', 'its list of what it can do' ],
        next: [ 'how long a frame takes' ],
        find: coderFinder('encoderImplementation', 'Encoder')
    },
    {
        id: 'decoder-change',
        of: ({ isInbound, kind }) => isInbound && kind === 'video',
        needs: [ 'decoderImplementation' ],
        source: 'RF',
        causes: [ 'the graphics card', 'its list of what it can do' ],
        next: [ 'how long a frame takes' ],
        find: coderFinder('decoderImplementation', 'Decoder')
    },
    {
        id: 'corruption',
        of: ({ isInbound, kind }) => isInbound && kind === 'video',
        needs: [ 'totalCorruptionProbability', 'corruptionMeasurements' ],
        source: 'own, untried: above 0.2',
        causes: [ 'the decoder' ],
        next: [ 'which decoder' ],
        find: stream => {
            const values = stream.ratios('totalCorruptionProbability', 'corruptionMeasurements');
            const worst = Math.max(0, ...values.filter(value => value > 0));

            return worst > CORRUPTION ? {
                level: 'minor',
                title: `The picture was probably corrupt: ${Number(worst.toFixed(2))}`,
                episodes: values.flatMap((value, index) =>
                    (value > CORRUPTION ? [ /** @type {[number, number]} */ ([ stream.times[index - 1],
                        stream.times[index] ]) ] : [])),
                numbers: { worst },
                members: [ 'totalCorruptionProbability', 'corruptionMeasurements' ]
            } : null;
        }
    }
];
