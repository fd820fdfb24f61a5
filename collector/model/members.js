/**
 * What the members of getStats reports are, by the W3C's definitions (Identifiers for WebRTC's Statistics API):
 * counters, whose rate is what one looks at; totals that only say something divided by what they are the total of; and
 * gauges.
 *
 * It must never guess: a member that is not listed is drawn as it is.
 */

/**
 * @typedef {Object} Member
 * @property {boolean} isCounter - Whether it only goes up, so that its rate is what says something.
 * @property {string} per - The counter it is the total of, '' if it is none: the quotient is the mean of a poll.
 * @property {'' | 'bit' | 's' | 'B'} unit - What it counts: bytes are shown as bits when they are a rate.
 */

// A total, and what it is the total of.
/** @type {Record<string, string>} */
const TOTALS = {
    totalDecodeTime: 'framesDecoded',
    totalEncodeTime: 'framesEncoded',
    totalProcessingDelay: 'framesDecoded',
    totalAssemblyTime: 'framesAssembledFromMultiplePackets',
    totalInterFrameDelay: 'framesDecoded',
    totalPacketSendDelay: 'packetsSent',
    totalCorruptionProbability: 'corruptionMeasurements',
    totalPlayoutDelay: 'totalSamplesCount',
    totalRoundTripTime: 'responsesReceived',
    totalAudioEnergy: 'totalSamplesDuration',
    jitterBufferDelay: 'jitterBufferEmittedCount',
    jitterBufferTargetDelay: 'jitterBufferEmittedCount',
    jitterBufferMinimumDelay: 'jitterBufferEmittedCount',
    concealedSamples: 'totalSamplesReceived',
    silentConcealedSamples: 'totalSamplesReceived',
    insertedSamplesForDeceleration: 'totalSamplesReceived',
    removedSamplesForAcceleration: 'totalSamplesReceived',
    synthesizedSamplesDuration: 'totalSamplesDuration',
    totalEncodedBytesTarget: 'framesEncoded'
};

// RTCP reports count their measurements under another name.
const ROUND_TRIPS = 'roundTripTimeMeasurements';

const COUNTERS = new RegExp(`^(?:${[
    '(?:header|retransmitted|fec)?bytes(?:Sent|Received|DiscardedOnSend)', 'headerBytes(?:Sent|Received)',
    '(?:retransmitted|fec)Bytes(?:Sent|Received)',
    'packets\\w+', '(?:retransmitted|fec)Packets\\w+', 'frames(?!PerSecond)\\w*', 'keyFrames\\w+', 'hugeFramesSent',
    '(?:nack|fir|pli|sli|freeze|pause)Count', 'total(?!AudioEnergyLevel)\\w+', 'jitterBuffer(?:Delay|TargetDelay'
        + '|MinimumDelay|EmittedCount|Flushes)',
    '\\w*Samples\\w*', 'concealmentEvents', 'qpSum', 'qualityLimitationResolutionChanges', 'roundTripTimeMeasurements',
    '(?:requests|responses|consentRequests)(?:Sent|Received)', 'retransmissions\\w+', 'messages(?:Sent|Received)',
    'dataChannels(?:Opened|Closed)', 'selectedCandidatePairChanges', 'reportsSent', 'corruptionMeasurements',
    'iceLocalCandidate\\w*Count', 'qualityLimitationDurations\\.\\w+', 'goog(?:\\w+)(?:Sent|Received|Count)'
].join('|')})$`);

// What those expressions catch although the definitions have it as a gauge.
const GAUGES = new Set([
    'framesPerSecond', 'packetsReceivedPerSecond', 'googJitterReceived', 'googFrameRateReceived', 'googFrameRateSent',
    'googFrameHeightReceived', 'googFrameHeightSent', 'googFrameWidthReceived', 'googFrameWidthSent'
]);

const SECONDS = new RegExp(`^(?:${[
    '(?:current|total)?RoundTripTime', 'jitter', 'jitterBuffer\\w*Delay', 'total\\w*(?:Time|Delay|Duration)',
    'currentRoundTripTime', 'roundTripTime', 'playoutDelay', 'qualityLimitationDurations\\.\\w+', 'duration',
    'synthesizedSamplesDuration', 'totalSamplesDuration'
].join('|')})$`, 'i');

/**
 * What a member is.
 *
 * @param {string} name - Its name; members of objects as `object.member`.
 * @param {string} type - The type of its report.
 * @returns {Member} What it is.
 */
export function memberOf(name, type) {
    const isRemote = type.startsWith('remote-');

    return {
        isCounter: !GAUGES.has(name) && COUNTERS.test(name),
        per: name === 'totalRoundTripTime' && isRemote ? ROUND_TRIPS
            : name === 'totalProcessingDelay' && type === 'outbound-rtp' ? 'framesEncoded'
                : name === 'qpSum' ? (type === 'inbound-rtp' ? 'framesDecoded' : 'framesEncoded')
                    : TOTALS[name] ?? '',
        unit: /bytes/i.test(name) ? 'B' : SECONDS.test(name) ? 's' : /bitrate|bandwidth/i.test(name) ? 'bit' : ''
    };
}
