//! The numbers protocol 5.0 writes for the names of properties and of types of reports.
//!
//! A number is never reassigned. A name without one is written as it is, and that is what its reader does with it, too.

/// By name; `timestamp` is `t`. What [`is_superfluous`] has no number.
#[rustfmt::skip]
const PROPERTIES: [(&str, &str); 158] = [
    ("active", "100"), ("address", "134"), ("audioLevel", "57"), ("availableIncomingBitrate", "154"),
    ("availableOutgoingBitrate", "153"), ("base64Certificate", "165"), ("bytesDiscardedOnSend", "161"),
    ("bytesReceived", "41"), ("bytesSent", "80"), ("candidateType", "136"), ("channels", "8"),
    ("clockRate", "7"), ("codecId", "12"), ("concealedSamples", "52"), ("concealmentEvents", "54"),
    ("consentRequestsSent", "159"), ("contentType", "66"), ("corruptionMeasurements", "73"),
    ("currentRoundTripTime", "152"), ("dataChannelIdentifier", "117"), ("dataChannelsClosed", "114"),
    ("dataChannelsOpened", "113"), ("decoderImplementation", "61"), ("dtlsCipher", "129"), ("dtlsRole", "130"),
    ("dtlsState", "123"), ("echoReturnLoss", "104"), ("echoReturnLossEnhancement", "105"),
    ("encoderImplementation", "98"), ("encodingIndex", "83"), ("estimatedPlayoutTimestamp", "46"),
    ("fecBytesReceived", "39"), ("fecPacketsDiscarded", "38"), ("fecPacketsReceived", "37"), ("fecSsrc", "40"),
    ("fingerprint", "163"), ("fingerprintAlgorithm", "164"), ("firCount", "43"), ("foundation", "140"),
    ("fractionLost", "77"), ("frameHeight", "24"), ("frameWidth", "23"), ("frames", "108"),
    ("framesAssembledFromMultiplePackets", "64"), ("framesDecoded", "20"), ("framesDropped", "22"),
    ("framesEncoded", "91"), ("framesPerSecond", "25"), ("framesReceived", "60"), ("framesSent", "89"),
    ("freezeCount", "32"), ("googTimingFrameInfo", "67"), ("headerBytesReceived", "35"),
    ("headerBytesSent", "84"), ("height", "107"), ("hugeFramesSent", "90"), ("iceLocalUsernameFragment", "122"),
    ("iceRole", "121"), ("iceState", "124"), ("insertedSamplesForDeceleration", "55"),
    ("issuerCertificateId", "166"), ("jitter", "16"), ("jitterBufferDelay", "47"),
    ("jitterBufferEmittedCount", "49"), ("jitterBufferMinimumDelay", "50"), ("jitterBufferTargetDelay", "48"),
    ("keyFramesDecoded", "21"), ("keyFramesEncoded", "92"), ("kind", "11"), ("label", "115"),
    ("lastPacketReceivedTimestamp", "34"), ("lastPacketSentTimestamp", "151"), ("localCandidateId", "148"),
    ("localId", "74"), ("mediaSourceId", "81"), ("messagesReceived", "120"),
    ("messagesSent", "119"), ("mid", "18"), ("mimeType", "6"), ("nackCount", "42"), ("networkType", "145"),
    ("nominated", "150"), ("packetsDiscarded", "36"), ("packetsDiscardedOnSend", "160"), ("packetsLost", "15"),
    ("packetsReceived", "14"), ("packetsSent", "79"), ("pauseCount", "30"), ("payloadType", "4"),
    ("playoutId", "62"), ("pliCount", "44"), ("port", "135"), ("powerEfficientDecoder", "63"),
    ("powerEfficientEncoder", "99"), ("priority", "137"), ("protocol", "116"), ("qpSum", "26"),
    ("qualityLimitationDurations", "96"), ("qualityLimitationReason", "95"),
    ("qualityLimitationResolutionChanges", "97"), ("relatedAddress", "141"), ("relatedPort", "142"),
    ("relayProtocol", "139"), ("remoteCandidateId", "149"), ("remoteId", "19"),
    ("remoteTimestamp", "102"), ("removedSamplesForAcceleration", "56"), ("reportsSent", "103"),
    ("requestsReceived", "155"), ("requestsSent", "156"), ("responsesReceived", "157"), ("responsesSent", "158"),
    ("retransmittedBytesReceived", "69"), ("retransmittedBytesSent", "86"),
    ("retransmittedPacketsReceived", "68"), ("retransmittedPacketsSent", "85"), ("rid", "82"),
    ("roundTripTime", "75"), ("roundTripTimeMeasurements", "78"), ("rtcpTransportStatsId", "133"),
    ("rtxSsrc", "70"), ("scalabilityMode", "101"), ("sdpFmtpLine", "9"), ("selectedCandidatePairChanges", "132"),
    ("selectedCandidatePairId", "125"), ("silentConcealedSamples", "53"), ("srtpCipher", "131"), ("ssrc", "10"),
    ("state", "118"), ("synthesizedSamplesDuration", "109"), ("synthesizedSamplesEvents", "110"),
    ("targetBitrate", "87"), ("tcpType", "144"), ("timestamp", "t"), ("tlsVersion", "128"),
    ("totalAssemblyTime", "65"), ("totalAudioEnergy", "58"), ("totalCorruptionProbability", "71"),
    ("totalDecodeTime", "27"), ("totalEncodeTime", "93"), ("totalEncodedBytesTarget", "88"),
    ("totalFreezesDuration", "33"), ("totalInterFrameDelay", "28"), ("totalPacketSendDelay", "94"),
    ("totalPausesDuration", "31"), ("totalPlayoutDelay", "111"), ("totalProcessingDelay", "45"),
    ("totalRoundTripTime", "76"), ("totalSamplesCount", "112"), ("totalSamplesDuration", "59"),
    ("totalSamplesReceived", "51"), ("totalSquaredCorruptionProbability", "72"),
    ("totalSquaredInterFrameDelay", "29"), ("trackIdentifier", "17"), ("transportId", "5"), ("url", "138"),
    ("usernameFragment", "143"), ("width", "106"),
];

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

/// The number of a property of a report.
pub(super) fn property(name: &str) -> Option<&'static str> {
    find(&PROPERTIES, name)
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
        && (PROPERTIES.iter().any(|(_, number)| *number == name)
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
    fn tables_are_sorted_and_no_number_means_two_things() {
        for table in [&PROPERTIES[..], &TYPES] {
            let mut numbers: Vec<_> = table.iter().map(|(_, number)| *number).collect();

            assert!(table.is_sorted_by(|one, other| one.0 < other.0));
            numbers.sort_unstable();
            assert!(numbers.is_sorted_by(|one, other| one < other));
        }
    }

    #[test]
    fn a_name_has_its_number_and_a_number_is_no_name() {
        assert_eq!(property("issuerCertificateId"), Some("166"));
        assert_eq!(property("timestamp"), Some("t"));
        assert_eq!(report_type("codec"), Some("14"));
        assert_eq!(
            ["t", "166", "176", "1", "04", "ssrc"].map(is_property_number),
            [true, true, true, false, false, false]
        );
        assert_eq!(["14", "15", "codec"].map(is_type_number), [true, false, false]);
    }
}
