/**
 * Brings the statistics of Chrome's old callback getStats, all of whose values are text, to the names and units of the
 * standard. What they are called themselves stays beside it.
 *
 * It must never be asked about a poll of the standard.
 */

/**
 * @typedef {Record<string, any>} Report
 * @typedef {Record<string, Report>} Reports
 */

const LEVEL_RANGE = 32767;

/** @type {Record<string, string>} */
const CANDIDATE_TYPES = {
    stun: 'srflx',
    local: 'host',
    peerreflexive: 'prflx',
    relayed: 'relay'
};

/**
 * Reads a number.
 *
 * @param {any} value - The text.
 * @param {number} [divisor] - What to divide it by.
 * @returns {number | undefined} The number, undefined if there is none.
 */
function numeric(value, divisor = 1) {
    const number = value === undefined || value === '' ? NaN : Number(value);

    return Number.isNaN(number) || number < 0 ? undefined : number / divisor;
}

/**
 * Makes members of numbers; those that there are none for are left out.
 *
 * @param {Record<string, any>} members - The members.
 * @returns {Report} Those that there are.
 */
function present(members) {
    return Object.fromEntries(Object.entries(members).filter(([ , value ]) => value !== undefined));
}

/**
 * Why a picture is not better than it is.
 *
 * @param {Report} report - The report of a sent video.
 * @returns {string | undefined} The reason in today's words.
 */
function limitation({ googCpuLimitedResolution: cpu, googBandwidthLimitedResolution: bandwidth }) {
    if (cpu === undefined && bandwidth === undefined) {
        return undefined;
    }
    if (cpu === 'true') {
        return 'cpu';
    }

    return bandwidth === 'true' ? 'bandwidth' : 'none';
}

/**
 * What sent and received streams have in common.
 *
 * @param {Report} report - The report.
 * @returns {Report} The members.
 */
function common(report) {
    return {
        kind: report.mediaType ?? (/Frame|googPlis/.test(Object.keys(report).join()) ? 'video' : 'audio'),
        ssrc: numeric(report.ssrc),
        trackIdentifier: report.googTrackId,
        contentType: report.googContentType === 'screen' ? 'screenshare' : undefined,
        qpSum: numeric(report.qpSum),
        totalAudioEnergy: numeric(report.totalAudioEnergy),
        totalSamplesDuration: numeric(report.totalSamplesDuration)
    };
}

/**
 * A received stream.
 *
 * @param {Report} report - The report.
 * @returns {Report} The members.
 */
function received(report) {
    return {
        ...common(report),
        type: 'inbound-rtp',
        bytesReceived: numeric(report.bytesReceived),
        packetsReceived: numeric(report.packetsReceived),
        packetsLost: numeric(report.packetsLost),
        jitter: numeric(report.googJitterReceived, 1000),
        framesDecoded: numeric(report.framesDecoded),
        framesPerSecond: numeric(report.googFrameRateOutput),
        frameHeight: numeric(report.googFrameHeightReceived),
        frameWidth: numeric(report.googFrameWidthReceived),
        totalInterFrameDelay: undefined,
        pliCount: numeric(report.googPlisSent),
        nackCount: numeric(report.googNacksSent),
        firCount: numeric(report.googFirsSent),
        audioLevel: numeric(report.audioOutputLevel, LEVEL_RANGE),
        decoderImplementation: report.codecImplementationName
    };
}

/**
 * A sent stream.
 *
 * @param {Report} report - The report.
 * @param {string} id - Its id.
 * @returns {Report} The members.
 */
function sent(report, id) {
    return {
        ...common(report),
        type: 'outbound-rtp',
        bytesSent: numeric(report.bytesSent),
        packetsSent: numeric(report.packetsSent),
        framesEncoded: numeric(report.framesEncoded),
        framesPerSecond: numeric(report.googFrameRateSent),
        frameHeight: numeric(report.googFrameHeightSent),
        frameWidth: numeric(report.googFrameWidthSent),
        pliCount: numeric(report.googPlisReceived),
        nackCount: numeric(report.googNacksReceived),
        firCount: numeric(report.googFirsReceived),
        encoderImplementation: report.codecImplementationName,
        qualityLimitationReason: limitation(report),
        mediaSourceId: `${id}_source`
    };
}

/**
 * What old reports say of a sent stream and has a report of its own today: its source, and what the other side says.
 *
 * @param {Report} report - The report.
 * @param {string} id - Its id.
 * @returns {Reports} The reports.
 */
function besideSent(report, id) {
    const { kind, trackIdentifier, totalAudioEnergy, totalSamplesDuration } = common(report);

    return {
        [`${id}_source`]: present({
            id: `${id}_source`,
            type: 'media-source',
            timestamp: report.timestamp,
            kind,
            trackIdentifier,
            totalAudioEnergy,
            totalSamplesDuration,
            audioLevel: numeric(report.audioInputLevel, LEVEL_RANGE),
            framesPerSecond: numeric(report.googFrameRateInput),
            height: numeric(report.googFrameHeightInput),
            width: numeric(report.googFrameWidthInput)
        }),
        [`${id}_remote`]: present({
            id: `${id}_remote`,
            type: 'remote-inbound-rtp',
            timestamp: report.timestamp,
            kind,
            localId: id,
            packetsLost: numeric(report.packetsLost),
            jitter: numeric(report.googJitterReceived, 1000),
            roundTripTime: numeric(report.googRtt, 1000)
        })
    };
}

/**
 * A candidate pair.
 *
 * @param {Report} report - The report.
 * @param {Report | undefined} estimate - The report about the bandwidth.
 * @returns {Report} The members.
 */
function pair(report, estimate) {
    const selected = report.googActiveConnection === 'true';

    return {
        type: 'candidate-pair',
        selected,
        nominated: selected,
        state: report.googWritable === 'false' ? 'in-progress' : 'succeeded',
        bytesSent: numeric(report.bytesSent),
        bytesReceived: numeric(report.bytesReceived),
        currentRoundTripTime: numeric(report.googRtt, 1000),
        requestsSent: numeric(report.requestsSent),
        responsesReceived: numeric(report.responsesReceived),
        availableOutgoingBitrate: selected ? numeric(estimate?.googAvailableSendBandwidth) || undefined : undefined
    };
}

/**
 * A candidate.
 *
 * @param {Report} report - The report.
 * @returns {Report} The members.
 */
function candidate(report) {
    return {
        type: report.type === 'localcandidate' ? 'local-candidate' : 'remote-candidate',
        address: report.ipAddress,
        port: numeric(report.portNumber),
        protocol: report.transport,
        priority: numeric(report.priority),
        candidateType: CANDIDATE_TYPES[report.candidateType] ?? report.candidateType
    };
}

/**
 * Whether a poll is of the old kind.
 *
 * @param {Reports} reports - Its reports.
 * @returns {boolean} Whether it is.
 */
export function isGoog(reports) {
    return Object.keys(reports).some(id => /^goog/.test(reports[id].type) || reports[id].type === 'ssrc');
}

/**
 * Brings a poll to today's names.
 *
 * @param {Reports} reports - Its reports.
 * @returns {Reports} The reports in both.
 */
export function modernGoog(reports) {
    const estimate = Object.values(reports).find(report => report.type === 'VideoBwe');

    /** @type {Reports} */
    const result = {};
    const add = (/** @type {string} */ id, /** @type {Report} */ report, /** @type {Report} */ members) => {
        result[id] = {
            ...report,
            ...present(members)
        };
    };

    for (const [ id, report ] of Object.entries(reports)) {
        if (report.type === 'ssrc' && /_send$/.test(id)) {
            add(id, report, sent(report, id));
            Object.assign(result, besideSent(report, id));
        } else if (report.type === 'ssrc') {
            add(id, report, received(report));
        } else if (report.type === 'googCandidatePair') {
            add(id, report, pair(report, estimate));
        } else if (/^(?:local|remote)candidate$/.test(report.type)) {
            add(id, report, candidate(report));
        } else {
            result[id] = report;
        }
    }

    return result;
}
