//! Certificates of company authorities that the TLS library's provider cannot verify: keys on P-521, and signatures over
//! SHA-512 by keys on the smaller curves. Chromium and Node accept them.
//!
//! Only verification, which handles nothing secret.

use std::fmt;
use std::sync::LazyLock;

use rustls::SignatureScheme;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, ring};
use rustls::pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id};

use p521::ecdsa::signature::hazmat::PrehashVerifier;
use sha2::{Digest, Sha256, Sha384, Sha512};

type Algorithm = &'static dyn SignatureVerificationAlgorithm;

/// A coordinate on P-521.
const P521_BYTES: usize = 66;

const P521_SHA256: Algorithm =
    &Signature { key: alg_id::ECDSA_P521, signature: alg_id::ECDSA_SHA256, verify: p521::<Sha256> };
const P521_SHA384: Algorithm =
    &Signature { key: alg_id::ECDSA_P521, signature: alg_id::ECDSA_SHA384, verify: p521::<Sha384> };
const P521_SHA512: Algorithm =
    &Signature { key: alg_id::ECDSA_P521, signature: alg_id::ECDSA_SHA512, verify: p521::<Sha512> };
const P384_SHA512: Algorithm =
    &Signature { key: alg_id::ECDSA_P384, signature: alg_id::ECDSA_SHA512, verify: p384_sha512 };
const P256_SHA512: Algorithm =
    &Signature { key: alg_id::ECDSA_P256, signature: alg_id::ECDSA_SHA512, verify: p256_sha512 };

/// What the provider knows and what it does not, put together once for the process.
static ALGORITHMS: LazyLock<WebPkiSupportedAlgorithms> = LazyLock::new(|| {
    let known = ring::default_provider().signature_verification_algorithms;
    let more = [P521_SHA256, P521_SHA384, P521_SHA512, P384_SHA512, P256_SHA512];
    // The first is that of TLS 1.3, where the scheme says which curve.
    let mut mapping = known.mapping.to_vec();
    mapping.push((SignatureScheme::ECDSA_NISTP521_SHA512, &[P521_SHA512, P384_SHA512, P256_SHA512]));
    let all: Vec<Algorithm> = known.all.iter().copied().chain(more).collect();
    WebPkiSupportedAlgorithms { all: all.leak(), mapping: mapping.leak() }
});

/// The provider's own way of everything else.
pub(super) fn provider() -> CryptoProvider {
    CryptoProvider { signature_verification_algorithms: *ALGORITHMS, ..ring::default_provider() }
}

/// Key, message, signature: whether they belong together.
type Verify = fn(&[u8], &[u8], &[u8]) -> Option<()>;

struct Signature {
    key: AlgorithmIdentifier,
    signature: AlgorithmIdentifier,
    verify: Verify,
}

impl fmt::Debug for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Signature")
    }
}

impl SignatureVerificationAlgorithm for Signature {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        (self.verify)(public_key, message, signature).ok_or(InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.key
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.signature
    }
}

fn p521<D: Digest>(key: &[u8], message: &[u8], signature: &[u8]) -> Option<()> {
    let key = p521::ecdsa::VerifyingKey::from_sec1_bytes(key).ok()?;
    let signature = p521::ecdsa::Signature::from_der(signature).ok()?;
    // A short hash is a small number, which the library wants at full length.
    let digest = D::digest(message);
    let mut number = [0; P521_BYTES];
    number[P521_BYTES - digest.len()..].copy_from_slice(&digest);
    key.verify_prehash(&number, &signature).ok()
}

fn p384_sha512(key: &[u8], message: &[u8], signature: &[u8]) -> Option<()> {
    let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(key).ok()?;
    let signature = p384::ecdsa::Signature::from_der(signature).ok()?;
    key.verify_prehash(&Sha512::digest(message), &signature).ok()
}

fn p256_sha512(key: &[u8], message: &[u8], signature: &[u8]) -> Option<()> {
    let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(key).ok()?;
    let signature = p256::ecdsa::Signature::from_der(signature).ok()?;
    key.verify_prehash(&Sha512::digest(message), &signature).ok()
}
