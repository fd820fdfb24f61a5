//! The numbers protocol 5.0 writes for the names of properties and of types of reports.
//!
//! A number is never reassigned. A name without one is written as it is, and that is what its reader does with it, too.

/// By length, then by name, with what is written in the place of a key. What [`is_superfluous`] has no number.
#[rustfmt::skip]
const PROPERTIES: [(&str, &str); 158] = [
    ("mid", "\"18\":"), ("rid", "\"82\":"), ("url", "\"138\":"), ("kind", "\"11\":"), ("port", "\"135\":"),
    ("ssrc", "\"10\":"), ("label", "\"115\":"), ("qpSum", "\"26\":"), ("state", "\"118\":"),
    ("width", "\"106\":"), ("active", "\"100\":"), ("frames", "\"108\":"), ("height", "\"107\":"),
    ("jitter", "\"16\":"), ("address", "\"134\":"), ("codecId", "\"12\":"), ("fecSsrc", "\"40\":"),
    ("iceRole", "\"121\":"), ("localId", "\"74\":"), ("rtxSsrc", "\"70\":"), ("tcpType", "\"144\":"),
    ("channels", "\"8\":"), ("dtlsRole", "\"130\":"), ("firCount", "\"43\":"), ("iceState", "\"124\":"),
    ("mimeType", "\"6\":"), ("pliCount", "\"44\":"), ("priority", "\"137\":"), ("protocol", "\"116\":"),
    ("remoteId", "\"19\":"), ("bytesSent", "\"80\":"), ("clockRate", "\"7\":"), ("dtlsState", "\"123\":"),
    ("nackCount", "\"42\":"), ("nominated", "\"150\":"), ("playoutId", "\"62\":"), ("timestamp", "\"t\":"),
    ("audioLevel", "\"57\":"), ("dtlsCipher", "\"129\":"), ("foundation", "\"140\":"), ("frameWidth", "\"23\":"),
    ("framesSent", "\"89\":"), ("pauseCount", "\"30\":"), ("srtpCipher", "\"131\":"), ("tlsVersion", "\"128\":"),
    ("contentType", "\"66\":"), ("fingerprint", "\"163\":"), ("frameHeight", "\"24\":"),
    ("freezeCount", "\"32\":"), ("networkType", "\"145\":"), ("packetsLost", "\"15\":"),
    ("packetsSent", "\"79\":"), ("payloadType", "\"4\":"), ("relatedPort", "\"142\":"),
    ("reportsSent", "\"103\":"), ("sdpFmtpLine", "\"9\":"), ("transportId", "\"5\":"),
    ("fractionLost", "\"77\":"), ("messagesSent", "\"119\":"), ("requestsSent", "\"156\":"),
    ("bytesReceived", "\"41\":"), ("candidateType", "\"136\":"), ("encodingIndex", "\"83\":"),
    ("framesDecoded", "\"20\":"), ("framesDropped", "\"22\":"), ("framesEncoded", "\"91\":"),
    ("mediaSourceId", "\"81\":"), ("relayProtocol", "\"139\":"), ("responsesSent", "\"158\":"),
    ("roundTripTime", "\"75\":"), ("targetBitrate", "\"87\":"), ("echoReturnLoss", "\"104\":"),
    ("framesReceived", "\"60\":"), ("hugeFramesSent", "\"90\":"), ("relatedAddress", "\"141\":"),
    ("framesPerSecond", "\"25\":"), ("headerBytesSent", "\"84\":"), ("packetsReceived", "\"14\":"),
    ("remoteTimestamp", "\"102\":"), ("scalabilityMode", "\"101\":"), ("totalDecodeTime", "\"27\":"),
    ("totalEncodeTime", "\"93\":"), ("trackIdentifier", "\"17\":"), ("concealedSamples", "\"52\":"),
    ("fecBytesReceived", "\"39\":"), ("keyFramesDecoded", "\"21\":"), ("keyFramesEncoded", "\"92\":"),
    ("localCandidateId", "\"148\":"), ("messagesReceived", "\"120\":"), ("packetsDiscarded", "\"36\":"),
    ("requestsReceived", "\"155\":"), ("totalAudioEnergy", "\"58\":"), ("usernameFragment", "\"143\":"),
    ("base64Certificate", "\"165\":"), ("concealmentEvents", "\"54\":"), ("jitterBufferDelay", "\"47\":"),
    ("remoteCandidateId", "\"149\":"), ("responsesReceived", "\"157\":"), ("totalAssemblyTime", "\"65\":"),
    ("totalPlayoutDelay", "\"111\":"), ("totalSamplesCount", "\"112\":"), ("dataChannelsClosed", "\"114\":"),
    ("dataChannelsOpened", "\"113\":"), ("fecPacketsReceived", "\"37\":"), ("totalRoundTripTime", "\"76\":"),
    ("consentRequestsSent", "\"159\":"), ("fecPacketsDiscarded", "\"38\":"), ("googTimingFrameInfo", "\"67\":"),
    ("headerBytesReceived", "\"35\":"), ("issuerCertificateId", "\"166\":"), ("totalPausesDuration", "\"31\":"),
    ("bytesDiscardedOnSend", "\"161\":"), ("currentRoundTripTime", "\"152\":"),
    ("fingerprintAlgorithm", "\"164\":"), ("rtcpTransportStatsId", "\"133\":"),
    ("totalFreezesDuration", "\"33\":"), ("totalInterFrameDelay", "\"28\":"),
    ("totalPacketSendDelay", "\"94\":"), ("totalProcessingDelay", "\"45\":"),
    ("totalSamplesDuration", "\"59\":"), ("totalSamplesReceived", "\"51\":"),
    ("dataChannelIdentifier", "\"117\":"), ("decoderImplementation", "\"61\":"),
    ("encoderImplementation", "\"98\":"), ("powerEfficientDecoder", "\"63\":"),
    ("powerEfficientEncoder", "\"99\":"), ("corruptionMeasurements", "\"73\":"),
    ("packetsDiscardedOnSend", "\"160\":"), ("retransmittedBytesSent", "\"86\":"),
    ("silentConcealedSamples", "\"53\":"), ("jitterBufferTargetDelay", "\"48\":"),
    ("lastPacketSentTimestamp", "\"151\":"), ("qualityLimitationReason", "\"95\":"),
    ("selectedCandidatePairId", "\"125\":"), ("totalEncodedBytesTarget", "\"88\":"),
    ("availableIncomingBitrate", "\"154\":"), ("availableOutgoingBitrate", "\"153\":"),
    ("iceLocalUsernameFragment", "\"122\":"), ("jitterBufferEmittedCount", "\"49\":"),
    ("jitterBufferMinimumDelay", "\"50\":"), ("retransmittedPacketsSent", "\"85\":"),
    ("synthesizedSamplesEvents", "\"110\":"), ("echoReturnLossEnhancement", "\"105\":"),
    ("estimatedPlayoutTimestamp", "\"46\":"), ("roundTripTimeMeasurements", "\"78\":"),
    ("qualityLimitationDurations", "\"96\":"), ("retransmittedBytesReceived", "\"69\":"),
    ("synthesizedSamplesDuration", "\"109\":"), ("totalCorruptionProbability", "\"71\":"),
    ("lastPacketReceivedTimestamp", "\"34\":"), ("totalSquaredInterFrameDelay", "\"29\":"),
    ("retransmittedPacketsReceived", "\"68\":"), ("selectedCandidatePairChanges", "\"132\":"),
    ("removedSamplesForAcceleration", "\"56\":"), ("insertedSamplesForDeceleration", "\"55\":"),
    ("totalSquaredCorruptionProbability", "\"72\":"), ("framesAssembledFromMultiplePackets", "\"64\":"),
    ("qualityLimitationResolutionChanges", "\"97\":"),
];

/// No name is longer.
const MAX_LENGTH: usize = 34;

/// Where the properties of each length begin in the table.
const STARTS: [u8; MAX_LENGTH + 2] = starts();

const fn starts() -> [u8; MAX_LENGTH + 2] {
    let mut starts = [0; MAX_LENGTH + 2];
    let (mut length, mut row) = (0, 0);

    while length < starts.len() {
        while row < PROPERTIES.len() && PROPERTIES[row].0.len() < length {
            row += 1;
        }
        starts[length] = row as u8;
        length += 1;
    }

    starts
}

/// By name.
#[rustfmt::skip]
const TYPES: [(&str, &str); 14] = [
    ("candidate-pair", "6"), ("certificate", "11"), ("codec", "14"), ("data-channel", "9"), ("inbound-rtp", "1"),
    ("local-candidate", "7"), ("media-playout", "13"), ("media-source", "12"), ("outbound-rtp", "2"),
    ("peer-connection", "10"), ("remote-candidate", "8"), ("remote-inbound-rtp", "3"),
    ("remote-outbound-rtp", "4"), ("transport", "5"),
];

/// What its key, another property or another report says as well; the protocol's own client leaves it out, too.
const SUPERFLUOUS: [&str; 7] =
    ["id", "ip", "isRemote", "localCertificateId", "mediaType", "remoteCertificateId", "writable"];

/// What the reader takes for the number of a property although no client writes it yet.
const READ_ONLY_PROPERTIES: std::ops::RangeInclusive<u8> = 167..=176;

/// What is written in the place of a property's key: its number, with quotes and colon.
pub(super) fn property(name: &str) -> Option<&'static str> {
    // A poll has thousands of them, and of each length there are a few.
    let length = name.len().min(MAX_LENGTH);
    let rows = STARTS[length] as usize..STARTS[length + 1] as usize;

    PROPERTIES[rows].iter().find(|(known, _)| *known == name).map(|(_, key)| *key)
}

/// The number of a type of report.
pub(super) fn report_type(name: &str) -> Option<&'static str> {
    find(&TYPES, name)
}

/// Whether a property is never sent.
pub(super) fn is_superfluous(name: &str) -> bool {
    SUPERFLUOUS.contains(&name)
}

/// Whether the reader would take this name of a property for another one's number.
pub(super) fn is_property_number(name: &str) -> bool {
    is_short_number(name)
        && (PROPERTIES.iter().any(|(_, key)| key[1..key.len() - 2] == *name)
            || name.parse().is_ok_and(|number| READ_ONLY_PROPERTIES.contains(&number)))
}

/// Whether the reader would take this type for another one's number.
pub(super) fn is_type_number(name: &str) -> bool {
    is_short_number(name) && TYPES.iter().any(|(_, number)| *number == name)
}

/// Nearly no name is one, so nearly none is searched for.
fn is_short_number(name: &str) -> bool {
    name == "t" || name.len() <= 3 && name.bytes().all(|byte| byte.is_ascii_digit())
}

/// Looks a name up in a sorted table.
pub(super) fn find(table: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    let position = table.binary_search_by(|(known, _)| (*known).cmp(name)).ok()?;

    Some(table[position].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_means_two_things() {
        for table in [&PROPERTIES[..], &TYPES] {
            let mut numbers: Vec<_> = table.iter().map(|(_, number)| *number).collect();

            numbers.sort_unstable();
            assert!(numbers.is_sorted_by(|one, other| one < other));
        }
    }

    #[test]
    fn a_name_has_its_number_and_a_number_is_no_name() {
        assert_eq!(property("issuerCertificateId"), Some("\"166\":"));
        assert_eq!(property("timestamp"), Some("\"t\":"));
        assert!(PROPERTIES.iter().all(|(name, key)| property(name) == Some(key)));
        assert_eq!(report_type("codec"), Some("14"));
        assert_eq!(
            ["t", "166", "176", "1", "04", "ssrc"].map(is_property_number),
            [true, true, true, false, false, false]
        );
        assert_eq!(["14", "15", "codec"].map(is_type_number), [true, false, false]);
    }
}
