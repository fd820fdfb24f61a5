//! A made-up call: the polls of one connection with `n` participants, shaped and sized like Chromium's.
//!
//! Every number comes from a counter, so each run measures the same text.

use std::fmt::Write;

/// The fields of a received stream that hardly ever change, in the spelling of Chromium.
const CONSTANT: &str = r#""kind":"video","mediaType":"video","transportId":"T01","codecId":"CIT01_96_level-idx=5;profile=0;tier=0","mid":"1","trackIdentifier":"a1b2c3d4-e5f6-4a5b-8c9d-0e1f2a3b4c5d-1","decoderImplementation":"libvpx","powerEfficientDecoder":false,"contentType":"","jitterBufferFlushes":0,"pliCount":3,"firCount":0,"nackCount":12,"qpSum":482910,"frameWidth":320,"frameHeight":180,"freezeCount":2,"pauseCount":0,"totalFreezesDuration":0.482,"totalPausesDuration":0,"packetsDiscarded":0,"fecBytesReceived":0,"fecPacketsReceived":0,"fecPacketsDiscarded":0,"retransmittedBytesReceived":91822,"retransmittedPacketsReceived":83,"rtxSsrc":2839102938"#;

/// The fields of a received stream that change with every poll while it is active.
const COUNTERS: [&str; 15] = [
    "packetsReceived",
    "bytesReceived",
    "headerBytesReceived",
    "lastPacketReceivedTimestamp",
    "jitterBufferDelay",
    "jitterBufferTargetDelay",
    "jitterBufferMinimumDelay",
    "jitterBufferEmittedCount",
    "framesReceived",
    "framesDecoded",
    "totalDecodeTime",
    "totalProcessingDelay",
    "totalAssemblyTime",
    "totalInterFrameDelay",
    "totalSquaredInterFrameDelay",
];

/// One event line of poll number `poll`, as the page hands it over. 50 participants make 214 reports and about 160 KB.
pub fn line(participants: usize, poll: usize) -> String {
    let mut reports = String::new();

    for index in 0..participants {
        stream(&mut reports, index, "A", poll, index % 7 == 0);
        stream(&mut reports, index, "V", poll, index % 3 != 0);
        playout(&mut reports, index, poll);
        codec(&mut reports, index, poll);
    }
    for index in 0..12 {
        candidate(&mut reports, index, poll);
    }
    transport(&mut reports, poll);
    reports.pop();

    format!("[\"getstats\",\"PC_0\",{{{reports}}},{}]", 1_700_000_000_000_u64 + poll as u64 * 1000)
}

/// Chromium stamps all reports of a poll alike.
fn timestamp(poll: usize) -> String {
    format!("{}.{:03}", 1_700_000_000_000_u64 + poll as u64 * 1000, poll * 37 % 999 + 1)
}

/// An inbound stream. One that is idle, as most are in a large call, keeps its counters.
fn stream(out: &mut String, index: usize, kind: &str, poll: usize, active: bool) {
    let id = format!("IT01{kind}{}", 1_000_000_000 + index * 7919);
    let moved = if active { poll } else { 0 };
    let mut counters = String::new();

    for (position, name) in COUNTERS.iter().enumerate() {
        let value = (index + 1) * 1_000_003 + (moved + 1) * (position + 3) * 977;
        let fraction = if position % 3 == 1 { format!(".{:06}", value % 999_983) } else { String::new() };

        write!(counters, ",\"{name}\":{value}{fraction}").expect("text");
    }
    let (ssrc, time) = (1_000_000_000 + index * 7919, timestamp(poll));

    write!(out, "\"{id}\":{{\"id\":\"{id}\",\"timestamp\":{time},\"type\":\"inbound-rtp\",\"ssrc\":{ssrc},{CONSTANT}{counters}}},")
        .expect("text");
}

fn playout(out: &mut String, index: usize, poll: usize) {
    let (time, samples) = (timestamp(poll), poll * 48_000 + index);

    write!(
        out,
        "\"AP{index}\":{{\"id\":\"AP{index}\",\"timestamp\":{time},\"type\":\"media-playout\",\"kind\":\"audio\",\"synthesizedSamplesDuration\":0,\"synthesizedSamplesEvents\":0,\"totalSamplesDuration\":{samples}.5,\"totalPlayoutDelay\":{samples}.25,\"totalSamplesCount\":{samples}}},"
    )
    .expect("text");
}

fn codec(out: &mut String, index: usize, poll: usize) {
    let time = timestamp(poll);

    write!(
        out,
        "\"CIT{index}\":{{\"id\":\"CIT{index}\",\"timestamp\":{time},\"type\":\"codec\",\"transportId\":\"T01\",\"payloadType\":96,\"mimeType\":\"video/VP9\",\"clockRate\":90000,\"sdpFmtpLine\":\"profile-id=0\"}},"
    )
    .expect("text");
}

fn candidate(out: &mut String, index: usize, poll: usize) {
    let time = timestamp(poll);

    write!(
        out,
        "\"I{index}\":{{\"id\":\"I{index}\",\"timestamp\":{time},\"type\":\"local-candidate\",\"transportId\":\"T01\",\"isRemote\":false,\"networkType\":\"wifi\",\"ip\":\"192.168.1.{index}\",\"address\":\"192.168.1.{index}\",\"port\":5{index:04},\"protocol\":\"udp\",\"candidateType\":\"host\",\"priority\":2122260223,\"foundation\":\"842163049\",\"relatedAddress\":\"10.0.0.{index}\",\"relatedPort\":5000,\"usernameFragment\":\"aB+/\",\"url\":\"\"}},"
    )
    .expect("text");
}

fn transport(out: &mut String, poll: usize) {
    let (time, bytes) = (timestamp(poll), poll * 250_000);

    write!(
        out,
        "\"T01\":{{\"id\":\"T01\",\"timestamp\":{time},\"type\":\"transport\",\"bytesSent\":{bytes},\"bytesReceived\":{bytes},\"dtlsState\":\"connected\",\"selectedCandidatePairId\":\"CP1\",\"iceState\":\"connected\"}},"
    )
    .expect("text");
}
