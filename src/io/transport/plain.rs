//! What failed, in words for people: no error numbers, no names of Rust types, nothing an address or a secret is in.

use std::io::{Error, ErrorKind};

use rustls::{AlertDescription, CertificateError, Error as TlsError, PeerIncompatible};
use tokio_tungstenite::tungstenite::Error as WebSocketError;

/// What the system says.
pub(crate) fn io_error(error: &Error) -> String {
    if let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<TlsError>()) {
        return tls_error(tls);
    }
    match error.kind() {
        ErrorKind::ConnectionRefused => "the connection was refused",
        ErrorKind::ConnectionReset => "the connection was reset",
        ErrorKind::ConnectionAborted => "the connection was aborted",
        ErrorKind::BrokenPipe | ErrorKind::NotConnected | ErrorKind::UnexpectedEof => {
            "the connection was closed"
        }
        ErrorKind::HostUnreachable => "there is no route to the host",
        ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => "there is no network",
        ErrorKind::AddrNotAvailable => "the address cannot be used from this machine",
        ErrorKind::TimedOut => "there was no answer in time",
        ErrorKind::PermissionDenied => "the system does not permit it",
        ErrorKind::NotFound => "it was not found",
        ErrorKind::InvalidData => "what it says cannot be understood",
        ErrorKind::OutOfMemory => "the system is out of memory",
        ErrorKind::StorageFull => "the disk is full",
        ErrorKind::ReadOnlyFilesystem => "the disk cannot be written to",
        ErrorKind::IsADirectory => "it is a folder",
        _ => return without_number(error),
    }
    .to_owned()
}

/// The system's own words, which end in a number that says nothing to people.
fn without_number(error: &Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error ") {
        Some((words, _)) => words.to_lowercase(),
        None => text,
    }
}

/// Why there is no TLS.
pub(super) fn tls_error(error: &TlsError) -> String {
    match error {
        TlsError::AlertReceived(alert) => format!("the server refused ({})", alert_words(*alert)),
        TlsError::InvalidCertificate(error) => certificate_error(error),
        TlsError::NoCertificatesPresented => "the server sent no certificate".to_owned(),
        TlsError::InvalidMessage(_) | TlsError::PeerSentOversizedRecord => {
            "the server does not speak TLS".to_owned()
        }
        TlsError::PeerIncompatible(reason) => incompatibility(reason).to_owned(),
        TlsError::InappropriateMessage { .. }
        | TlsError::InappropriateHandshakeMessage { .. }
        | TlsError::PeerMisbehaved(_) => "the server does not keep to the TLS protocol".to_owned(),
        TlsError::DecryptError => "what the server sent cannot be decrypted".to_owned(),
        _ => "the handshake failed".to_owned(),
    }
}

fn alert_words(alert: AlertDescription) -> &'static str {
    match alert {
        AlertDescription::HandshakeFailure => "handshake failure",
        AlertDescription::ProtocolVersion => "unsupported TLS version",
        AlertDescription::UnrecognisedName => "unknown host name",
        AlertDescription::CertificateRequired | AlertDescription::NoCertificate => {
            "it wants a certificate of ours"
        }
        AlertDescription::AccessDenied => "access denied",
        AlertDescription::InternalError => "internal error",
        AlertDescription::InsufficientSecurity => "insufficient security",
        _ => "TLS alert",
    }
}

fn incompatibility(reason: &PeerIncompatible) -> &'static str {
    match reason {
        PeerIncompatible::ServerDoesNotSupportTls12Or13
        | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig => "the server only knows old TLS versions",
        PeerIncompatible::NoCertificateRequestSignatureSchemesInCommon
        | PeerIncompatible::NoSignatureSchemesInCommon => "the server's signatures are of an unknown kind",
        _ => "the server and this machine have no way of TLS in common",
    }
}

/// Why a certificate is not trusted.
pub(super) fn certificate_error(error: &CertificateError) -> String {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it has expired",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "it is not valid yet",
        CertificateError::Revoked => "it was revoked",
        CertificateError::UnknownIssuer => {
            "unknown issuer: neither the system nor tls.caFile knows the authority"
        }
        CertificateError::BadSignature => "its signature is wrong",
        CertificateError::BadEncoding => "it is damaged",
        CertificateError::UnsupportedSignatureAlgorithmContext { .. }
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            "it is signed in an unsupported way"
        }
        CertificateError::UnhandledCriticalExtension => "it has a critical extension that is not supported",
        CertificateError::UnknownRevocationStatus
        | CertificateError::ExpiredRevocationList
        | CertificateError::ExpiredRevocationListContext { .. } => {
            "whether it was revoked cannot be found out"
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "it is not meant for servers"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            return wrong_name(error);
        }
        CertificateError::Other(other) => return other_certificate_error(&other.to_string()),
        _ => "it is not accepted",
    }
    .to_owned()
}

fn wrong_name(error: &CertificateError) -> String {
    let CertificateError::NotValidForNameContext { expected, presented } = error else {
        return "it is not valid for the server's name".to_owned();
    };
    let names = if presented.is_empty() { "no name".to_owned() } else { presented.join(", ") };
    let names = names.replace("DnsName(\"", "").replace("IpAddress(", "").replace("\")", "").replace(')', "");
    format!("it is not valid for the name {}, only for {names}", expected.to_str())
}

/// What is named nowhere else comes as the name of an enum's variant, or as a sentence of the system's.
fn other_certificate_error(text: &str) -> String {
    match text {
        "CaUsedAsEndEntity" => {
            "it is that of an authority and not of a server; put this very certificate into tls.caFile"
                .to_owned()
        }
        "UnsupportedCertVersion" => "it is of an old version (X.509 before 3)".to_owned(),
        "MaximumSignatureChecksExceeded" | "MaximumPathBuildCallsExceeded" => {
            "its chain of authorities is too long".to_owned()
        }
        "PathLenConstraintViolated" | "NameConstraintViolation" => {
            "its authority may not issue it".to_owned()
        }
        sentence if sentence.contains(' ') => sentence.to_owned(),
        _ => "it is not accepted".to_owned(),
    }
}

/// What became of a websocket, without the addresses and URLs that some of the library's texts hold.
pub(super) fn websocket_error(error: &WebSocketError) -> String {
    match error {
        WebSocketError::Protocol(error) => error.to_string(),
        WebSocketError::Io(error) => io_error(error),
        WebSocketError::ConnectionClosed | WebSocketError::AlreadyClosed => "the link closed".to_owned(),
        WebSocketError::Capacity(_) => "the server's message is too large".to_owned(),
        WebSocketError::Utf8(_) => "the server's text is not UTF-8".to_owned(),
        _ => "the websocket failed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_and_no_type_is_in_what_people_read() {
        let refused = Error::from_raw_os_error(if cfg!(windows) { 10061 } else { 111 });
        if cfg!(target_os = "linux") {
            assert_eq!(io_error(&refused), "the connection was refused");
        }
        assert_eq!(without_number(&Error::other("Odd thing (os error 12345)")), "odd thing");
        let tls =
            Error::new(ErrorKind::InvalidData, TlsError::AlertReceived(AlertDescription::ProtocolVersion));
        assert_eq!(io_error(&tls), "the server refused (unsupported TLS version)");
        assert_eq!(
            tls_error(&TlsError::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13)),
            "the server only knows old TLS versions"
        );
        assert_eq!(certificate_error(&CertificateError::Expired), "it has expired");
    }
}
