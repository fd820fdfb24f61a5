//! What one poll costs: `cargo bench --bench encoders`. Throughput is bytes of the line the page hands over.

mod corpus;

use std::collections::HashMap;
use std::sync::Arc;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use rtcstats_native::proto::event::Event;
use rtcstats_native::proto::json::{Quoted, Scanner, Unwatched};
use rtcstats_native::proto::retention::Retained;
use rtcstats_native::proto::wire::Dialect;
use rtcstats_native::proto::wire::v3::delta::DeltaEncoder;
use rtcstats_native::proto::wire::v3::{Deltas, write_entry};
use serde_json::value::RawValue;

const PARTICIPANTS: [usize; 4] = [2, 20, 50, 200];

fn main() {
    let polls = polls(50);

    println!("50 participants: {} bytes a poll", polls[0].len());
    divan::main();
}

/// Enough polls that none follows itself.
fn polls(participants: usize) -> Vec<String> {
    (1..=8).map(|poll| corpus::line(participants, poll)).collect()
}

fn events(participants: usize, obfuscate: bool) -> Vec<Event> {
    polls(participants).iter().map(|line| Dialect::V3.accept(line, obfuscate).expect("an event")).collect()
}

/// Runs `step` on one poll after the other, for ever.
fn each<T, R>(
    bencher: Bencher<'_, '_>,
    items: &[T],
    size: impl Fn(&T) -> usize,
    mut step: impl FnMut(&T) -> R,
) {
    let mut index = 0;

    bencher.counter(BytesCount::new(size(&items[0]))).bench_local(|| {
        index = (index + 1) % items.len();

        step(black_box(&items[index]))
    });
}

/// From the page's line to the bytes for the socket.
#[divan::bench(args = PARTICIPANTS)]
fn encode(bencher: Bencher<'_, '_>, participants: usize) {
    let mut deltas = Deltas::default();
    let mut out = Vec::new();

    each(bencher, &polls(participants), String::len, |line| {
        let event = Dialect::V3.accept(line, true).expect("an event");

        out.clear();
        write_entry(&mut out, "7b7b4ef0-52bb-4ad1-9b1e-0c1f4b0d4d8f", &event, 1, &mut deltas);

        out.len()
    });
}

/// The same in protocol 5.0.
#[divan::bench(args = PARTICIPANTS)]
fn encode_v5(bencher: Bencher<'_, '_>, participants: usize) {
    let mut encoder = Dialect::V5.encoder("7b7b4ef0-52bb-4ad1-9b1e-0c1f4b0d4d8f".to_owned());
    let mut out = Vec::new();

    each(bencher, &polls(participants), String::len, |line| {
        let event = Dialect::V5.accept(line, true).expect("an event");

        out.clear();
        encoder.write(&mut out, &Retained { event: Arc::new(event), sequence_number: 1 });

        out.len()
    });
}

/// Checking and owning a line.
#[divan::bench(args = PARTICIPANTS)]
fn accept(bencher: Bencher<'_, '_>, participants: usize) {
    each(bencher, &polls(participants), String::len, |line| Dialect::V3.accept(line, false));
}

/// The same with addresses masked.
#[divan::bench(args = PARTICIPANTS)]
fn accept_obfuscated(bencher: Bencher<'_, '_>, participants: usize) {
    each(bencher, &polls(participants), String::len, |line| Dialect::V3.accept(line, true));
}

/// Delta compression of an accepted report, into a string of the message.
#[divan::bench(args = PARTICIPANTS)]
fn delta(bencher: Bencher<'_, '_>, participants: usize) {
    let mut encoder = DeltaEncoder::default();
    let mut out = Vec::new();

    each(
        bencher,
        &events(participants, true),
        |event| event.line().len(),
        |event| {
            out.clear();
            encoder.encode(event.payload(), &mut Quoted(&mut out));

            out.len()
        },
    );
}

/// The first poll on a new link, in full.
#[divan::bench(args = PARTICIPANTS)]
fn delta_first(bencher: Bencher<'_, '_>, participants: usize) {
    let mut out = Vec::new();

    each(
        bencher,
        &events(participants, true),
        |event| event.line().len(),
        |event| {
            out.clear();
            DeltaEncoder::default().encode(event.payload(), &mut Quoted(&mut out));

            out.len()
        },
    );
}

/// The scanner alone: one strict pass.
#[divan::bench]
fn scan_own(bencher: Bencher<'_, '_>) {
    each(bencher, &polls(50), String::len, |line| Scanner::new(line).value(&mut Unwatched));
}

/// What serde_json takes to check the same text as one raw value.
#[divan::bench]
fn scan_serde_raw(bencher: Bencher<'_, '_>) {
    each(bencher, &polls(50), String::len, |line| serde_json::from_str::<&RawValue>(line).is_ok());
}

/// And to take the reports apart into raw fields, which a delta on top of it would need.
#[divan::bench]
fn scan_serde_fields(bencher: Bencher<'_, '_>) {
    each(
        bencher,
        &events(50, false),
        |event| event.line().len(),
        |event| {
            serde_json::from_str::<HashMap<&str, HashMap<&str, &RawValue>>>(event.payload())
                .map(|reports| reports.len())
                .ok()
        },
    );
}
