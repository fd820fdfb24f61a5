//! TLS to the server, verified against the operating system's trust store and an extra file.
//!
//! A certificate that is not trusted is told apart from every other failure, with its subject and the reason, because
//! trying again cannot mend it. A server's own certificate in the file is trusted like that of an authority, as Node and
//! Chromium do.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use rustls::ClientConfig;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, IpAddr, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error as TlsError, SignatureScheme};
use rustls_platform_verifier::Verifier;
use tokio_rustls::TlsConnector;
use url::Host;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::{BoxedStream, ConnectError, TransportOptions, nist, plain};

/// The client's TLS settings, made on first use.
#[derive(Clone, Default)]
pub struct ServerTrust(Arc<OnceLock<Arc<ClientConfig>>>);

impl fmt::Debug for ServerTrust {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ServerTrust")
    }
}

impl ServerTrust {
    /// Puts TLS on a stream.
    pub(super) async fn wrap(
        &self,
        stream: BoxedStream,
        host: &Host<&str>,
        options: &TransportOptions,
    ) -> Result<BoxedStream, ConnectError> {
        let config = self.config(options.ca_file.as_deref())?;
        let name = server_name(host)?;
        match TlsConnector::from(config).connect(name, stream).await {
            Ok(stream) => Ok(Box::new(stream)),
            Err(error) => Err(match certificate_problem(&error) {
                Some(problem) => ConnectError::Certificate(problem),
                None => ConnectError::Tls(plain::io_error(&error)),
            }),
        }
    }

    fn config(&self, ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, ConnectError> {
        if let Some(config) = self.0.get() {
            return Ok(Arc::clone(config));
        }
        let config = Arc::new(client_config(ca_file)?);
        Ok(Arc::clone(self.0.get_or_init(|| config)))
    }
}

fn client_config(ca_file: Option<&Path>) -> Result<ClientConfig, ConnectError> {
    let provider = Arc::new(nist::provider());
    let extra = ca_file.map(read_certificates).transpose()?.unwrap_or_default();
    let verifier = DescribingVerifier { inner: platform_verifier(&extra, &provider)?, known: extra };
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| ConnectError::Trust(plain::tls_error(&error)))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

fn platform_verifier(
    extra: &[CertificateDer<'static>],
    provider: &Arc<CryptoProvider>,
) -> Result<Verifier, ConnectError> {
    Verifier::new_with_extra_roots(extra.to_vec(), Arc::clone(provider)).map_err(|error| {
        ConnectError::Trust(match error {
            TlsError::InvalidCertificate(error) => {
                format!("a certificate in tls.caFile: {}", plain::certificate_error(&error))
            }
            TlsError::General(sentence) => sentence,
            error => plain::tls_error(&error),
        })
    })
}

fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, ConnectError> {
    let unusable = |why: String| ConnectError::Trust(format!("tls.caFile {why}"));
    let certificates: Vec<_> =
        CertificateDer::pem_file_iter(path).and_then(Iterator::collect).map_err(|error| {
            unusable(match error {
                pem::Error::Io(error) => format!("cannot be read: {}", plain::io_error(&error)),
                _ => "is not a PEM file".to_owned(),
            })
        })?;
    if certificates.is_empty() {
        return Err(unusable("holds no certificate".to_owned()));
    }
    Ok(certificates)
}

fn server_name(host: &Host<&str>) -> Result<ServerName<'static>, ConnectError> {
    match host {
        Host::Domain(name) => ServerName::try_from((*name).to_owned())
            .map_err(|_| ConnectError::Handshake("the host name is invalid".to_owned())),
        Host::Ipv4(address) => Ok(ServerName::IpAddress(IpAddr::from(std::net::IpAddr::V4(*address)))),
        Host::Ipv6(address) => Ok(ServerName::IpAddress(IpAddr::from(std::net::IpAddr::V6(*address)))),
    }
}

/// The text of [`DescribingVerifier`], when that is what made the handshake fail.
fn certificate_problem(error: &std::io::Error) -> Option<String> {
    match error.get_ref()?.downcast_ref::<TlsError>()? {
        TlsError::Other(other) => other.0.downcast_ref::<Distrust>().map(ToString::to_string),
        TlsError::InvalidCertificate(error) => Some(plain::certificate_error(error)),
        TlsError::NoCertificatesPresented => Some("the server sent none".to_owned()),
        _ => None,
    }
}

/// Which certificate is not trusted, and why.
#[derive(Debug, thiserror::Error)]
#[error("{subject} (issued by {issuer}): {reason}")]
struct Distrust {
    subject: String,
    issuer: String,
    reason: String,
}

/// The platform's verifier, whose refusals say which certificate they are about.
#[derive(Debug)]
struct DescribingVerifier {
    inner: Verifier,
    /// The certificates of the extra file.
    known: Vec<CertificateDer<'static>>,
}

impl DescribingVerifier {
    /// A server's own certificate that stands in the file is trusted for its names, while it is valid: webpki, which
    /// looks for authorities only, refuses one that is its own.
    fn verify_known(
        &self,
        end_entity: &CertificateDer<'_>,
        server_name: &ServerName<'_>,
        now: UnixTime,
    ) -> Option<Result<ServerCertVerified, TlsError>> {
        self.known.iter().find(|known| known.as_ref() == end_entity.as_ref())?;
        let (_, certificate) = X509Certificate::from_der(end_entity).ok()?;
        let validity = certificate.validity();
        let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        Some(if now > validity.not_after.timestamp() {
            Err(TlsError::InvalidCertificate(CertificateError::Expired))
        } else if now < validity.not_before.timestamp() {
            Err(TlsError::InvalidCertificate(CertificateError::NotValidYet))
        } else {
            ParsedCertificate::try_from(end_entity)
                .and_then(|parsed| verify_server_name(&parsed, server_name))
                .map(|()| ServerCertVerified::assertion())
        })
    }
}

impl ServerCertVerifier for DescribingVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        let known = self.verify_known(end_entity, server_name, now);
        known
            .unwrap_or_else(|| {
                self.inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            })
            .map_err(|error| describe(end_entity, error))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.inner.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.inner.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

fn describe(certificate: &CertificateDer<'_>, error: TlsError) -> TlsError {
    let TlsError::InvalidCertificate(reason) = error else { return error };
    let Ok((_, parsed)) = X509Certificate::from_der(certificate) else {
        return TlsError::InvalidCertificate(reason);
    };
    let distrust = Distrust {
        subject: parsed.subject().to_string(),
        issuer: parsed.issuer().to_string(),
        reason: plain::certificate_error(&reason),
    };
    TlsError::Other(rustls::OtherError(Arc::new(distrust)))
}
