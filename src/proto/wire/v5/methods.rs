//! The numbers protocol 5.0 writes for the names of methods. A number is never reassigned, and not every method has one.

use super::tables;

/// By name.
#[rustfmt::skip]
const METHODS: [(&str, &str); 52] = [
    ("HTMLMediaElement.resize", "80"), ("MediaStreamTrack.applyConstraints", "71"),
    ("MediaStreamTrack.onended", "72"), ("MediaStreamTrack.onmute", "73"), ("MediaStreamTrack.onunmute", "74"),
    ("MediaStreamTrack.stop", "70"), ("addIceCandidate", "10"), ("addIceCandidateOnFailure", "16"),
    ("addIceCandidateOnSuccess", "11"), ("addTrack", "30"), ("addTrackOnSuccess", "31"),
    ("addTransceiver", "32"), ("addTransceiverOnSuccess", "33"), ("close", "36"), ("constraints", "40"),
    ("create", "39"), ("createAnswer", "4"), ("createAnswerOnFailure", "13"), ("createAnswerOnSuccess", "5"),
    ("createDataChannel", "35"), ("createOffer", "2"), ("createOfferOnFailure", "12"),
    ("createOfferOnSuccess", "3"), ("navigator.mediaDevices.enumerateDevices", "66"),
    ("navigator.mediaDevices.getDisplayMedia", "63"), ("navigator.mediaDevices.getDisplayMediaOnSuccess", "64"),
    ("navigator.mediaDevices.getUserMedia", "60"), ("navigator.mediaDevices.getUserMediaOnFailure", "65"),
    ("navigator.mediaDevices.getUserMediaOnSuccess", "61"), ("navigator.mediaDevices.ondevicechange", "67"),
    ("onconnectionstatechange", "25"), ("ondatachannel", "28"), ("onicecandidate", "20"),
    ("onicecandidateerror", "21"), ("oniceconnectionstatechange", "24"), ("onicegatheringstatechange", "26"),
    ("onnegotiationneeded", "27"), ("onsignalingstatechange", "23"), ("ontrack", "22"), ("removeTrack", "34"),
    ("replaceTrack", "51"), ("restartIce", "37"), ("setCodecPreferences", "41"), ("setConfiguration", "38"),
    ("setHeaderExtensionsToNegotiate", "42"), ("setLocalDescription", "6"),
    ("setLocalDescriptionOnFailure", "14"), ("setLocalDescriptionOnSuccess", "7"), ("setParameters", "50"),
    ("setRemoteDescription", "8"), ("setRemoteDescriptionOnFailure", "15"),
    ("setRemoteDescriptionOnSuccess", "9"),
];

/// The number of a method, as the JSON it is written as.
pub(super) fn method(name: &str) -> Option<&'static str> {
    tables::find(&METHODS, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_no_number_means_two_things() {
        let mut numbers: Vec<_> = METHODS.iter().map(|(_, number)| *number).collect();

        assert!(METHODS.is_sorted_by(|one, other| one.0 < other.0));
        numbers.sort_unstable();
        assert!(numbers.is_sorted_by(|one, other| one < other));
        assert_eq!(method("navigator.mediaDevices.getUserMediaOnFailure"), Some("65"));
        assert_eq!(method("navigator.mediaDevices.getDisplayMediaOnFailure"), None);
    }
}
