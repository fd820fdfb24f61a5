//! The text of an ICE candidate, taken apart and written again the way `@jitsi/rtcstats` 9.7.1 does it by the `sdp`
//! package, so the result is the same to the byte: attributes `sdp` does not write (generation, network-id …) are lost.
//!
//! Relay and ssltcp candidates keep their own address, it is the server's. Must never let a text pass that it cannot read.

use super::{mask as mask_address, text};

const PREFIX: &str = "candidate:";
const ATTRIBUTE_PREFIX: &str = "a=candidate:";

/// Whether a text is meant to be a candidate, as a line of SDP or without `a=`.
pub(super) fn is_candidate(text: &str) -> bool {
    text.starts_with(PREFIX) || text.starts_with(ATTRIBUTE_PREFIX)
}

/// The masked candidate, always without `a=`. An empty one, the end of candidates, stays empty.
pub(super) fn mask(candidate: &str) -> String {
    let body = candidate.strip_prefix(ATTRIBUTE_PREFIX).or_else(|| candidate.strip_prefix(PREFIX));
    let parts: Vec<&str> = body.unwrap_or_default().split(' ').collect();

    match parts[..] {
        [foundation, component, protocol, priority, address, ref rest @ ..] => {
            let candidate = Candidate { foundation, component, protocol, priority, address, rest };

            candidate.masked()
        }
        // 9.7.1 throws here and sends nothing.
        _ => text::mask(candidate).into_owned(),
    }
}

/// The fields of a candidate in their order; `rest` is port, `typ`, the type and the attributes.
struct Candidate<'a> {
    foundation: &'a str,
    component: &'a str,
    protocol: &'a str,
    priority: &'a str,
    address: &'a str,
    rest: &'a [&'a str],
}

impl Candidate<'_> {
    /// No field of a proper candidate but its addresses looks like one; of any other every field may.
    fn masked(&self) -> String {
        let protocol = self.protocol.to_lowercase();
        let kind = self.rest.get(2).copied().unwrap_or_default();
        let keeps_address = kind == "relay" || protocol == "ssltcp";
        let address = if keeps_address { self.address } else { mask_address(self.address) };
        let mut masked = format!(
            "{PREFIX}{} {} {} {} {address} {} typ {kind}",
            text::mask(self.foundation),
            match self.component {
                "rtp" => "1".into(),
                "rtcp" => "2".into(),
                component => text::mask(component),
            },
            text::mask(&protocol.to_uppercase()),
            parse_int(self.priority),
            parse_int(self.rest.first().copied().unwrap_or_default()),
            kind = text::mask(kind),
        );

        self.write_attributes(kind, &protocol, &mut masked);

        masked
    }

    fn write_attributes(&self, kind: &str, protocol: &str, out: &mut String) {
        let related = self.attribute("raddr").filter(|address| !address.is_empty() && kind != "host");

        if let (Some(address), Some(port)) = (related, self.attribute("rport").map(parse_int)) {
            out.push_str(&format!(" raddr {} rport {port}", mask_address(address)));
        }
        if let Some(tcp_type) = self.attribute("tcptype").filter(|kind| !kind.is_empty() && protocol == "tcp")
        {
            out.push_str(&format!(" tcptype {}", text::mask(tcp_type)));
        }
        if let Some(fragment) = self.attribute("ufrag").filter(|fragment| !fragment.is_empty()) {
            out.push_str(&format!(" ufrag {}", text::mask(fragment)));
        }
    }

    /// One of the pairs after the type, empty when the candidate ends at its name; of several the last counts.
    fn attribute(&self, name: &str) -> Option<&str> {
        let mut pairs = self.rest.get(3..).unwrap_or_default().chunks(2);
        let pair = pairs.rfind(|pair| pair[0] == name)?;

        Some(pair.get(1).copied().unwrap_or_default())
    }
}

/// JavaScript's `parseInt(text, 10)`, printed.
fn parse_int(text: &str) -> String {
    let text = text.trim_start();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let digits = &digits[..digits.bytes().take_while(u8::is_ascii_digit).count()];

    match digits.parse::<f64>() {
        Err(_) => "NaN".to_owned(),
        Ok(0.0) => "0".to_owned(),
        Ok(f64::INFINITY) => format!("{sign}Infinity"),
        Ok(value) if value < 1e21 => format!("{sign}{value}"),
        Ok(value) => format!("{sign}{value:e}").replace('e', "e+"),
    }
}
