//! A TCP connection to a host, by the first of its addresses that answers.
//!
//! Addresses of both families are tried in turn, each with a short head start before the next (RFC 8305), so a dead
//! first address or a broken IPv6 does not stall the channel.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until};
use url::Host;

use super::BoxedStream;

/// RFC 8305, section 5: the recommended Connection Attempt Delay.
const HEAD_START: Duration = Duration::from_millis(250);

/// Dials a host by name or address.
pub(super) async fn dial(host: &Host<&str>, port: u16) -> io::Result<BoxedStream> {
    let addresses = match host {
        Host::Domain(name) => tokio::net::lookup_host((*name, port)).await?.collect(),
        Host::Ipv4(address) => vec![SocketAddr::from((*address, port))],
        Host::Ipv6(address) => vec![SocketAddr::from((*address, port))],
    };
    let stream = race(interleave(addresses)).await?;
    stream.set_nodelay(true)?;
    Ok(Box::new(stream))
}

/// The first connection that succeeds; the last error when none does.
async fn race(addresses: Vec<SocketAddr>) -> io::Result<TcpStream> {
    let mut waiting = addresses.into_iter();
    let mut attempts = FuturesUnordered::new();
    let mut last_error = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    let mut next_start = Instant::now();
    loop {
        tokio::select! {
            biased;
            Some(result) = attempts.next() => match result {
                Ok(stream) => return Ok(stream),
                Err(error) => {
                    last_error = error;
                    // No reason to wait for a head start that is over.
                    next_start = Instant::now();
                }
            },
            () = sleep_until(next_start), if waiting.len() > 0 => {
                attempts.extend(waiting.next().map(TcpStream::connect));
                next_start = Instant::now() + HEAD_START;
            }
            else => return Err(last_error),
        }
    }
}

/// Alternates between address families, starting with the family the resolver prefers.
fn interleave(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let prefers_ipv6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (mut first, mut second): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|address| address.is_ipv6() == prefers_ipv6);
    first.reverse();
    second.reverse();
    let mut ordered = Vec::with_capacity(first.len() + second.len());
    while !first.is_empty() || !second.is_empty() {
        ordered.extend(first.pop());
        ordered.extend(second.pop());
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_take_turns() {
        let parse = |text: &str| text.parse::<SocketAddr>().unwrap();
        let (six_a, six_b) = (parse("[::1]:1"), parse("[::2]:1"));
        let (four_a, four_b) = (parse("127.0.0.1:1"), parse("127.0.0.2:1"));
        assert_eq!(interleave(vec![six_a, six_b, four_a, four_b]), [six_a, four_a, six_b, four_b]);
        assert_eq!(interleave(vec![four_a, four_b, six_a]), [four_a, six_a, four_b]);
    }
}
