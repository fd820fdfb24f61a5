//! Addresses in reports: which members hold one, and rewriting just the reports that do.
//!
//! Everything else of a poll, 200 reports of 215, is copied as it is.

use super::{Masking, mask};
use crate::proto::json::{Watch, unescape, value_end, write_string};

/// The reports of a payload that have a member for an address, noted while the line is scanned.
#[derive(Default)]
pub struct AddressedReports {
    payload_start: usize,
    current: usize,
    starts: Vec<usize>,
}

impl AddressedReports {
    /// Says where in the scanned text the payload begins.
    pub(in crate::proto) fn start(&mut self, payload_start: usize) {
        self.payload_start = payload_start;
    }

    /// Appends the payload with those reports masked.
    pub(super) fn write(&self, payload: &str, out: &mut String) {
        let mut copied = 0;

        for start in &self.starts {
            let end = value_end(payload.as_bytes(), *start);

            out.push_str(&payload[copied..*start]);
            Masking::STATS.write(&payload[*start..end], out);
            copied = end;
        }
        out.push_str(&payload[copied..]);
    }
}

impl Watch for AddressedReports {
    fn object(&mut self, depth: u32, at: usize) {
        if depth == 1 {
            self.current = at - self.payload_start;
        }
    }

    fn key(&mut self, depth: u32, key: &[u8]) {
        // The keys of the payload itself are the ids of the reports.
        let address = depth > 1 && matches!(key, b"ip" | [.., b'd', b'd', b'r', b'e', b's', b's']);

        if address && self.starts.last() != Some(&self.current) {
            self.starts.push(self.current);
        }
    }
}

/// Whether a member of this name holds an address.
pub(super) fn is_address(name: &str) -> bool {
    matches!(
        name,
        "ip" | "ipAddress" | "address" | "relatedAddress" | "googLocalAddress" | "googRemoteAddress"
    )
}

/// Appends the masked value of a member that holds an address.
pub(super) fn write_masked(name: &str, value: &str, relay: bool, out: &mut String) {
    let address = unescape(value);

    match name {
        _ if address.is_empty() => out.push_str(value),
        "googLocalAddress" | "googRemoteAddress" => write_string(&mask_with_port(&address), out),
        "relatedAddress" => write_string(mask(&address), out),
        _ if relay => out.push_str(value),
        _ => write_string(mask(&address), out),
    }
}

/// Masks `127.0.0.1:8001` and `[1fff::ac1f]:8001`, keeping the port.
///
/// Where 9.7.1 would take a piece of an address for the port, there is none here.
fn mask_with_port(address: &str) -> String {
    let separator = if address.starts_with('[') { "]:" } else { ":" };
    let mut parts = address.split(separator);
    let host = parts.next().unwrap_or_default();
    // 9.7.1 prints what JavaScript prints for a missing port.
    let port = parts.next().unwrap_or("undefined");

    if parts.next().is_none() && (port == "undefined" || port.bytes().all(|byte| byte.is_ascii_digit())) {
        format!("{}:{port}", mask(host))
    } else {
        mask(address).to_owned()
    }
}
