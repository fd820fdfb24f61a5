//! What a channel does when the network misbehaves, on virtual time.

mod common;

use std::time::Duration;

use rtcstats_native::proto::journal::Position;
use rtcstats_native::proto::notification::ChannelEvent;
use rtcstats_native::proto::preamble::LiveState;
use rtcstats_native::proto::session::{Inherited, Input, JournalCommand, Output, Session, Terminal};

use common::{Bench, config, log};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

fn numbers(bench: &Bench) -> Vec<u64> {
    bench.written().iter().map(|entry| entry.as_array().unwrap().last().unwrap().as_u64().unwrap()).collect()
}

fn sn(value: u64) -> Input {
    Input::LinkMessage(format!(r#"{{"type":"sn","body":{{"value":{value}}}}}"#))
}

#[test]
fn nothing_is_sent_before_the_server_says_that_it_is_ready() {
    let mut bench = Bench::new(config());
    bench.push(&[log("early")]).input(Input::Connect { breakout_room: false });
    bench.input(Input::LinkOpened).advance(SECOND);
    assert!(bench.written().is_empty());
    bench.ready();
    assert_eq!(bench.written_types(), ["logs"]);
    assert_eq!(numbers(&bench), [1]);
}

#[test]
fn events_wait_for_company_no_longer_than_the_batch_delay() {
    let mut bench = Bench::streaming(config());
    bench.push(&[log("a")]).advance(Duration::from_millis(99));
    bench.push(&[log("b")]);
    assert!(bench.written().is_empty());
    bench.advance(Duration::from_millis(1));
    let writes = bench.outputs.iter().filter(|output| matches!(output, Output::Write(_))).count();
    assert_eq!((writes, bench.written().len()), (1, 2));
}

#[test]
fn a_full_batch_does_not_wait() {
    let mut bench = Bench::streaming(config());
    bench.push(&[log(&"x".repeat(70_000))]);
    assert!(bench.stats().bytes_out > 0);
    bench.pong_all();
    assert_eq!(bench.written().len(), 1);
}

#[test]
fn a_pong_acknowledges_what_was_written_before_its_ping() {
    let mut bench = Bench::streaming(config());
    bench.push(&[log("a"), log("b")]).advance(SECOND);
    assert_eq!(
        bench.pings(),
        [b"0".to_vec(), b"2".to_vec()],
        "what measures the path, and what follows the events"
    );
    bench.push(&[log("c")]).advance(Duration::from_millis(200));
    bench.pong();
    assert_eq!((bench.stats().delivered, bench.stats().pending), (2, 1));
}

#[test]
fn late_repeated_and_unasked_for_pongs_acknowledge_nothing() {
    let mut bench = Bench::streaming(config());
    bench.push(&[log("a")]).advance(SECOND).pong().pong();
    bench.push(&[log("b")]);
    for payload in ["9", "0", "2", "-1", "x", ""] {
        bench.input(Input::LinkPong(payload.into()));
    }
    assert_eq!((bench.stats().delivered, bench.stats().pending), (1, 1));
}

#[test]
fn an_idle_link_keeps_the_server_awake_for_days_and_still_takes_events() {
    let mut bench = Bench::streaming(config());
    for _ in 0..4 * 24 * 60 * 2 {
        bench.outputs.clear();
        bench.advance(30 * SECOND);
        assert!(matches!(&bench.outputs[..], [Output::Write(_), Output::Ping(_)]));
        bench.pong();
    }
    bench.push(&[log("at last")]).advance(SECOND).pong();
    assert_eq!(bench.stats().delivered, 1);
    assert!(bench.disconnects().is_empty());
}

#[test]
fn an_idle_link_that_dies_is_noticed_by_its_keepalive() {
    let mut bench = Bench::streaming(config());
    bench.advance(29 * SECOND);
    assert!(bench.pings().is_empty());
    bench.advance(12 * SECOND);
    assert_eq!(bench.disconnects(), [None]);
}

#[test]
fn a_preamble_larger_than_the_window_does_not_block_what_follows() {
    let mut bench = Bench::streaming(config());
    bench.push(&[format!(r#"["identity",null,{{"a":"{}"}},1]"#, "x".repeat(300 * 1024))]);
    bench.advance(SECOND).pong_all();
    bench.lose().advance(10 * SECOND).ready();
    bench.push(&[log("behind it")]).advance(SECOND).pong_all().advance(SECOND).pong();
    assert_eq!(bench.stats().pending, 0);
}

#[test]
fn under_load_there_is_about_one_barrier_a_second() {
    let mut bench = Bench::streaming(config());
    for _ in 0..100 {
        bench.push(&[log("x")]).advance(Duration::from_millis(100));
        if bench.pings().len() as u64 > bench.stats().delivered / 10 {
            bench.pong();
        }
    }
    assert!((9..=12).contains(&bench.pings().len()), "{} barriers", bench.pings().len());
}

#[test]
fn a_link_too_slow_for_one_pong_deadline_still_gets_its_event_through() {
    let mut bench = Bench::streaming(config());
    bench.push(&[log("large")]).advance(SECOND).advance(11 * SECOND).ready();
    assert_eq!(bench.disconnects(), [None]);
    bench.advance(15 * SECOND);
    assert_eq!(bench.disconnects(), [None], "more patience with the second link");
    bench.pong();
    assert_eq!(bench.stats().delivered, 1);
    bench.push(&[log("next")]).advance(13 * SECOND);
    assert_eq!(bench.disconnects(), [None, None], "as little as before once something arrived");
}

#[test]
fn a_silent_link_is_dropped_and_everything_unacknowledged_is_sent_again_as_a_new_part() {
    let mut bench = Bench::streaming(config());
    bench
        .push(&[r#"["identity",null,{"a":1},1]"#.into(), r#"["create","PC_0",{},2]"#.into()])
        .advance(SECOND);
    bench.pong().push(&[log("lost")]).advance(2 * SECOND);
    bench.outputs.clear();
    bench.advance(11 * SECOND).ready();
    assert_eq!(bench.disconnects(), [None]);
    assert!(bench.urls()[0].contains("_1&isReconnect=false"), "{:?}", bench.urls());
    assert_eq!(bench.written_types(), ["identity", "create", "logs"]);
    assert_eq!(numbers(&bench), [1, 2, 3]);
    let identity = &bench.written()[0][2];
    assert_eq!((&identity["a"], &identity["resumedSession"]["part"]), (&1.into(), &1.into()));
    assert!(bench.events().iter().any(|event| matches!(event, ChannelEvent::Resumed { .. })));
}

#[test]
fn getstats_start_in_full_on_a_new_link() {
    let stats = |ts: u32| {
        format!(r#"["getstats","PC_0",{{"T":{{"id":"T","type":"transport","timestamp":{ts}}}}},{ts}]"#)
    };
    let mut bench = Bench::streaming(config());
    bench.push(&[stats(1), stats(2)]).advance(SECOND);
    assert!(bench.written()[1][2]["T"].get("type").is_none());
    bench.lose();
    bench.outputs.clear();
    bench.advance(SECOND).ready().advance(SECOND);
    let first = bench.written().into_iter().find(|entry| entry[0] == "getstats").unwrap();
    assert_eq!(first[2]["T"]["type"], "transport");
}

#[test]
fn a_refusal_moves_on_to_the_next_part_with_the_backoff() {
    let mut bench = Bench::new(config());
    bench.input(Input::Connect { breakout_room: false }).input(Input::LinkOpened);
    bench.input(Input::LinkClosed { code: 3001, reason: String::new() });
    assert_eq!(bench.urls().len(), 1);
    bench.advance(11 * SECOND);
    assert!(bench.urls()[1].contains("_1&"), "{:?}", bench.urls());
}

#[test]
fn an_attempt_that_never_got_anywhere_does_not_use_up_a_part() {
    let mut bench = Bench::new(config());
    bench.input(Input::Connect { breakout_room: false }).lose().advance(11 * SECOND);
    assert_eq!(bench.urls()[0], bench.urls()[1]);
}

#[test]
fn a_server_that_stays_silent_after_the_handshake_is_given_up() {
    let mut bench = Bench::new(config());
    bench.input(Input::Connect { breakout_room: false }).input(Input::LinkOpened).advance(10 * SECOND);
    assert_eq!(bench.disconnects(), [None]);
}

#[test]
fn the_budget_ends_with_an_error_and_reconnect_now_starts_over_at_once() {
    let mut bench = Bench::new(config());
    bench.push(&[log("kept")]).input(Input::Connect { breakout_room: false });
    for _ in 0..20 {
        bench.lose().advance(10 * MINUTE);
    }
    let errors =
        |bench: &Bench| bench.events().iter().filter(|e| matches!(e, ChannelEvent::Error { .. })).count();
    assert_eq!(errors(&bench), 1);
    let attempts = bench.urls().len();
    bench.input(Input::ReconnectNow);
    assert_eq!(bench.urls().len(), attempts + 1);
    bench.ready();
    assert_eq!(bench.written_types(), ["logs"]);
}

#[test]
fn reconnect_now_ends_the_waiting_and_probes_a_link_that_seems_alive() {
    let mut bench = Bench::streaming(config());
    bench.lose().input(Input::ReconnectNow);
    assert_eq!(bench.urls().len(), 1);
    bench.ready().input(Input::ReconnectNow).advance(2 * SECOND);
    assert_eq!(bench.disconnects(), [None]);
}

#[test]
fn a_terminal_error_is_told_and_not_retried() {
    let mut bench = Bench::new(config());
    bench.input(Input::Connect { breakout_room: false });
    bench.input(Input::LinkFailed {
        reason: "not trusted".into(),
        terminal: Some(Terminal::Trust),
        retry_after: None,
    });
    bench.advance(10 * MINUTE);
    assert_eq!(bench.urls().len(), 1);
    let told = |event: &ChannelEvent| matches!(event, ChannelEvent::Error { code: "ERR_RTCSTATS_TRUST", .. });
    assert!(bench.events().iter().any(told));
}

#[test]
fn a_certificate_that_is_refused_at_first_is_said_and_tried_again_until_the_budget_is_spent() {
    let mut bench = Bench::new(config());
    bench.input(Input::Connect { breakout_room: false });
    let refuse = |bench: &mut Bench| {
        let reason = "not trusted".to_owned();
        let terminal = Some(Terminal::Certificate);
        bench.input(Input::LinkFailed { reason, terminal, retry_after: None }).advance(SECOND);
    };
    for _ in 0..3 {
        refuse(&mut bench);
        bench.advance(5 * SECOND);
    }
    let told = |event: &&ChannelEvent| {
        matches!(event, ChannelEvent::Warning { code: "ERR_RTCSTATS_CERTIFICATE", .. })
    };
    assert_eq!((bench.events().iter().filter(told).count(), bench.urls().len()), (1, 4));
    bench.ready();
    assert!(bench.session.is_connected());
}

#[test]
fn a_server_that_wants_to_be_left_alone_is_and_not_all_come_back_at_once() {
    let mut waits = Vec::new();
    for seed in 0..20 {
        let mut bench = Bench { session: Session::new(config(), seed), ..Bench::new(config()) };
        let retry_after = Some(20 * SECOND);
        bench.input(Input::Connect { breakout_room: false });
        bench.input(Input::LinkFailed { reason: "HTTP 503".into(), terminal: None, retry_after });
        waits.push(bench.session.deadline().unwrap());
    }
    for seed in 0..20 {
        let mut bench = Bench { session: Session::new(config(), seed), ..Bench::new(config()) };
        bench.input(Input::Connect { breakout_room: false }).ready();
        bench.input(Input::LinkClosed { code: 1012, reason: "restart".into() });
        waits.push(20 * SECOND + bench.session.deadline().unwrap());
    }
    waits.sort_unstable();
    assert!(waits[0] >= 20 * SECOND && waits[39] <= 140 * SECOND, "{waits:?}");
    assert!(waits[39] - waits[0] > MINUTE, "{waits:?}");
}

#[test]
fn a_link_that_does_not_answer_when_it_is_asked_is_replaced_at_once() {
    let mut bench = Bench::streaming(config());
    bench.push(&[log("a")]).advance(Duration::from_millis(120)).pong().push(&[log("b")]);
    bench.outputs.clear();
    bench.input(Input::ReconnectNow).advance(Duration::from_millis(900));
    assert_eq!((bench.disconnects(), bench.urls().len()), (vec![None], 1));
    bench.ready();
    assert!(bench.session.is_connected());
    // One that answers stays, however slowly it does.
    bench.push(&[log("c")]).advance(Duration::from_millis(800)).pong();
    bench.outputs.clear();
    bench.push(&[log("d")]).input(Input::ReconnectNow).advance(Duration::from_millis(800)).pong();
    bench.advance(5 * SECOND);
    assert!(bench.disconnects().is_empty() && bench.urls().is_empty());
}

#[test]
fn close_does_not_wait_for_a_connection_nobody_needs() {
    let mut bench = Bench::new(config());
    bench.input(Input::Connect { breakout_room: false }).input(Input::Close);
    assert!(bench.is_finished());
    let mut bench = Bench::new(config());
    bench.input(Input::Connect { breakout_room: false }).input(Input::LinkOpened).input(Input::Close);
    assert!(bench.is_finished());
}

#[test]
fn a_server_that_was_trusted_once_is_tried_again_but_no_proxy_that_refused_credentials() {
    let fail = |bench: &mut Bench, terminal| {
        bench.lose().input(Input::ReconnectNow);
        bench.input(Input::LinkFailed { reason: "no".into(), terminal: Some(terminal), retry_after: None });
        bench.urls().len()
    };
    let mut bench = Bench::streaming(config());
    let tried = fail(&mut bench, Terminal::Certificate);
    bench.advance(2 * SECOND).ready();
    assert!(bench.urls().len() > tried && bench.session.is_connected());
    let tried = fail(&mut bench, Terminal::ProxyCredentials);
    bench.advance(10 * MINUTE);
    assert_eq!(bench.urls().len(), tried);
}

#[test]
fn close_flushes_waits_for_the_barrier_and_leaves_with_3001() {
    let mut bench = Bench::streaming(config());
    bench.push(&[log("last")]).input(Input::Close);
    assert_eq!((bench.written().len(), bench.pings().len(), bench.disconnects().len()), (1, 2, 0));
    bench.pong();
    assert_eq!(bench.disconnects(), [Some(3001)]);
    bench.input(Input::LinkClosed { code: 3001, reason: String::new() });
    assert!(bench.is_finished());
    assert_eq!((bench.stats().delivered, bench.stats().dropped), (1, 0));
}

#[test]
fn close_gives_up_at_its_timeout_and_counts_what_is_left() {
    let mut bench = Bench::streaming(config());
    bench.push(&[log("last")]).input(Input::Close).advance(3 * SECOND);
    assert!(bench.is_finished());
    assert_eq!((bench.stats().delivered, bench.stats().dropped), (0, 1));
}

#[test]
fn close_tries_once_more_when_the_link_breaks_meanwhile() {
    let mut bench = Bench::streaming(config());
    bench.push(&[log("last")]).input(Input::Close).lose().advance(SECOND).ready().advance(SECOND).pong();
    bench.input(Input::LinkClosed { code: 3001, reason: String::new() });
    assert!(bench.is_finished());
    assert_eq!(bench.stats().delivered, 1);
}

#[test]
fn close_before_connect_and_twice_ends_once() {
    let mut bench = Bench::new(config());
    bench.push(&[log("a")]).input(Input::Close).input(Input::Close);
    assert!(bench.is_finished());
    assert_eq!(bench.events().iter().filter(|e| matches!(e, ChannelEvent::Closed { .. })).count(), 1);
    bench.push(&[log("b")]);
    assert_eq!((bench.stats().captured, bench.stats().rejected), (1, 1));
}

#[test]
fn nothing_follows_the_end() {
    let mut bench = Bench::new(config());
    bench.input(Input::Close);
    assert_eq!(bench.outputs.pop(), Some(Output::Finished));
    bench.outputs.clear();
    bench.push(&[log("late")]).input(Input::LinkBinary).input(Input::Connect { breakout_room: false });
    bench.input(Input::LinkOpened).input(Input::ReconnectNow).advance(10 * MINUTE);
    assert!(bench.outputs.is_empty(), "{:?}", bench.outputs);
    assert_eq!((bench.session.deadline(), bench.stats().rejected), (None, 1));
}

#[test]
fn a_breakout_room_is_a_session_of_its_own_that_names_its_parent() {
    let mut bench = Bench::streaming(config());
    bench.push(&[r#"["identity",null,{"user":"u"},1]"#.into()]).advance(SECOND);
    let main_room = bench.stats().stats_session_id;
    bench.input(Input::Connect { breakout_room: true });
    assert!(bench.disconnects().is_empty(), "the main room's events come first");
    bench.pong();
    assert_eq!(bench.disconnects(), [Some(3001)]);
    assert_ne!(bench.stats().stats_session_id, main_room);
    bench.outputs.clear();
    bench.ready().push(&[r#"["identity",null,{"room":"r"},2]"#.into()]).advance(SECOND);
    let parents: Vec<_> = bench
        .written()
        .iter()
        .map(|entry| entry[2]["parentStatsSessionId"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(parents, [Some(main_room)], "who this is in the room is said once, by the app");
}

#[test]
fn what_is_said_after_a_switch_waits_for_its_room_connected_or_not() {
    let mut bench = Bench::streaming(config());
    bench.push(&[r#"["create","PC_0",{},1]"#.into(), log("main")]).advance(SECOND).pong().outputs.clear();
    let main_room = bench.stats().stats_session_id;
    bench.push(&[log("still main")]).input(Input::Connect { breakout_room: true });
    bench.push(&[r#"["identity",null,{"room":"r"},2]"#.into(), log("breakout")]).advance(SECOND);
    assert_eq!(bench.written_types(), ["logs"]);
    // The link goes before anything of it is acknowledged: what belongs to the main room is repeated there.
    bench.lose().outputs.clear();
    bench.advance(2 * SECOND).ready().advance(SECOND);
    assert!(bench.urls()[0].contains(&format!("statsSessionId={main_room}_1&")), "{:?}", bench.urls());
    assert_eq!(bench.written_types(), ["identity", "create", "logs"]);
    bench.pong();
    assert!(!bench.urls()[1].contains(&main_room), "{:?}", bench.urls());
    bench.outputs.clear();
    bench.ready().advance(SECOND);
    assert_eq!(bench.written_types(), ["create", "identity", "logs"]);
    assert_eq!(bench.written()[1][2]["parentStatsSessionId"], main_room.as_str());
}

#[test]
fn quick_switches_keep_every_room_apart_and_skip_those_in_which_nothing_was_said() {
    let mut bench = Bench::streaming(config());
    bench.push(&[log("main")]).input(Input::Connect { breakout_room: true });
    bench.input(Input::Connect { breakout_room: true }).push(&[log("second")]);
    bench.input(Input::Connect { breakout_room: false }).push(&[log("back")]);
    for room in ["main", "second", "back"] {
        bench.advance(SECOND);
        let said: Vec<_> = bench.written().iter().map(|entry| entry[2].clone()).collect();
        assert_eq!(said, [room]);
        bench.pong().outputs.clear();
        bench.ready();
    }
    assert_eq!((bench.stats().pending, bench.stats().delivered, bench.stats().sessions), (0, 3, 3));
}

#[test]
fn a_room_that_was_entered_from_nowhere_names_no_parent() {
    let mut bench = Bench::new(config());
    bench
        .input(Input::Connect { breakout_room: true })
        .input(Input::Connect { breakout_room: false })
        .ready();
    bench.push(&[r#"["identity",null,{"room":"r"},2]"#.into()]).advance(SECOND);
    assert_eq!(bench.urls().len(), 2, "the attempt for a room in which nothing was said is given up");
    assert_eq!(bench.written()[0][2], serde_json::json!({"room": "r"}));
}

#[test]
fn leaving_for_good_delivers_the_rooms_that_are_still_to_come() {
    let mut bench = Bench::streaming(config());
    bench.push(&[log("main")]).input(Input::Connect { breakout_room: true }).push(&[log("breakout")]);
    bench
        .input(Input::Close)
        .advance(Duration::from_millis(1))
        .pong()
        .ready()
        .advance(Duration::from_millis(1))
        .pong();
    assert_eq!(bench.written().last().expect("it was written")[2], "breakout");
    assert_eq!((bench.stats().delivered, bench.stats().dropped), (2, 0));
}

#[test]
fn what_a_breakout_room_left_goes_on_under_its_own_name() {
    let inherited = Inherited {
        stats_session_id: "room".into(),
        parent_stats_session_id: Some("main".into()),
        position: Position { acknowledged: 0, part: 0 },
        live: LiveState::default(),
        pending: 1,
        last_sequence_number: 1,
    };
    let mut bench = Bench::new(config());
    bench.session = Session::inherit(config(), 7, inherited);
    bench.input(Input::Connect { breakout_room: false }).ready();
    assert!(bench.urls()[0].contains("statsSessionId=room_1&"), "{:?}", bench.urls());
    let identity = &bench.written()[0][2];
    assert_eq!(
        (&identity["parentStatsSessionId"], &identity["resumedSession"]["part"]),
        (&"main".into(), &1.into())
    );
}

#[test]
fn a_servers_sequence_number_acknowledges_too_unless_it_names_what_was_never_sent() {
    let mut bench = Bench::streaming(config());
    bench.push(&[log("a"), log("b")]).advance(SECOND).push(&[log("c")]);
    bench.input(sn(1));
    assert_eq!(bench.stats().delivered, 1);
    bench.input(sn(1000));
    assert_eq!((bench.stats().delivered, bench.stats().pending), (1, 2));
}

#[test]
fn a_server_that_continues_sessions_gets_only_what_it_is_missing() {
    let mut config = config();
    config.resume_session = true;
    let mut bench = Bench::streaming(config);
    bench.push(&[log("a"), log("b"), log("c")]).advance(SECOND).lose();
    bench.outputs.clear();
    bench.advance(SECOND).input(Input::LinkOpened);
    assert!(bench.urls()[0].ends_with("isReconnect=true"));
    bench.input(Input::LinkMessage(r#"{"type":"sn","body":{"value":2,"state":"initial"}}"#.into()));
    assert_eq!(numbers(&bench), [3]);
}

#[test]
fn a_server_that_lost_what_is_gone_is_left_with_3002_for_a_new_part() {
    let mut config = config();
    config.resume_session = true;
    let mut bench = Bench::streaming(config);
    bench.push(&[log("a"), log("b")]).advance(SECOND).pong().push(&[log("c")]).lose();
    bench.outputs.clear();
    bench.advance(SECOND).ready();
    assert_eq!(bench.disconnects(), [Some(3002)]);
    bench.advance(2 * SECOND);
    assert!(bench.urls()[1].ends_with("_1&isReconnect=false"), "{:?}", bench.urls());
}

#[test]
fn bad_lines_are_counted_and_their_neighbours_arrive() {
    let mut bench = Bench::streaming(config());
    let long = format!(r#"["logs",null,"{}",1]"#, "x".repeat(5_000_000));
    let bad = [
        "garbage".to_owned(),
        long,
        r#"["getstats","PC_0",null,1]"#.into(),
        r#"["identity",null,null,1]"#.into(),
        "[\"logs\",null,\"a\nb\",1]".into(),
    ];
    for line in bad {
        bench.push(&[log("before"), line, log("after")]);
    }
    bench.advance(2 * SECOND);
    assert_eq!(bench.stats().captured, 10);
    assert_eq!(bench.stats().rejected, 6);
    assert_eq!(bench.written().len(), 10);
    assert!(bench.events().iter().any(|event| matches!(event, ChannelEvent::Rejected { .. })));
}

#[test]
fn a_server_that_speaks_garbage_is_told_once_and_ignored() {
    let mut bench = Bench::streaming(config());
    for text in ["garbage", r#"{"type":"new"}"#, "[]", "null", r#"{"type":"sn","body":{"value":-4}}"#] {
        bench.input(Input::LinkMessage(text.into()));
    }
    bench.input(Input::LinkBinary).push(&[log("a")]).advance(SECOND);
    let warnings = bench.events().iter().filter(|e| matches!(e, ChannelEvent::Warning { .. })).count();
    assert_eq!((warnings, bench.written().len()), (1, 1));
}

#[test]
fn over_the_bound_getstats_go_and_the_app_hears_of_it() {
    let mut config = config();
    config.max_buffered_bytes = 64 * 1024;
    let mut bench = Bench::new(config);
    let stats = format!(r#"["getstats","PC_0",{{"T":{{"id":"T","v":"{}"}}}},1]"#, "x".repeat(10_000));
    bench.push(&[r#"["identity",null,{},1]"#.into(), r#"["create","PC_0",{},1]"#.into()]);
    for _ in 0..20 {
        bench.push(std::slice::from_ref(&stats));
    }
    bench.advance(SECOND);
    assert!(bench.stats().pending_bytes <= 64 * 1024);
    assert!(bench.stats().dropped >= 14);
    let told: u64 = bench
        .events()
        .iter()
        .map(|event| if let ChannelEvent::Dropped { count, .. } = event { *count } else { 0 })
        .sum();
    assert_eq!(told, bench.stats().dropped);
    bench.outputs.clear();
    bench.input(Input::Connect { breakout_room: false }).ready().pong_all();
    assert_eq!(bench.written_types()[..2], ["identity", "create"]);
}

#[test]
fn a_slow_link_is_not_flooded_beyond_the_window() {
    let mut bench = Bench::streaming(config());
    for _ in 0..20 {
        bench.push(&[log(&"x".repeat(60_000))]);
    }
    let written = bench.stats().bytes_out;
    assert!(written < 4_000, "{written} bytes without a pong");
    bench.pong_all();
    assert_eq!(bench.stats().delivered, 20);
}

#[test]
fn what_was_given_up_does_not_overtake_what_is_pending() {
    let mut config = config();
    config.max_buffered_bytes = 1024;
    let mut bench = Bench::streaming(config);
    bench.session.start_journal();
    bench.push(&[log("first"), format!(r#"["create","PC_0",{{"a":"{}"}},2]"#, "x".repeat(2000))]);
    bench.input(Input::JournalDropped(vec![(2, "create".into())])).lose();
    bench.outputs.clear();
    bench.advance(SECOND).ready();
    let numbers = numbers(&bench);
    assert!(numbers.is_sorted() && numbers.ends_with(&[1]), "{numbers:?}");
}

#[test]
fn without_its_journal_an_inherited_session_ends_and_gives_nothing_up() {
    let inherited = Inherited {
        stats_session_id: "a".to_owned(),
        parent_stats_session_id: None,
        position: Position { acknowledged: 4, part: 0 },
        live: LiveState::default(),
        pending: 3,
        last_sequence_number: 7,
    };
    let session = Session::inherit(config(), 7, inherited);
    let mut bench = Bench { session, ..Bench::new(config()) };
    bench.input(Input::Connect { breakout_room: false }).ready();
    bench.input(Input::JournalFailed("gone".to_owned()));
    assert!(bench.is_finished());
    assert_eq!((bench.stats().pending, bench.stats().dropped), (3, 0));
    let position = bench.outputs.iter().rev().find_map(|output| match output {
        Output::Journal(JournalCommand::Position(position)) => Some(*position),
        _ => None,
    });
    assert_eq!(position.unwrap().acknowledged, 4);
    let warned =
        |event: &ChannelEvent| matches!(event, ChannelEvent::Warning { code: "ERR_RTCSTATS_JOURNAL", .. });
    assert!(bench.events().iter().any(warned));
}

#[test]
fn a_text_the_disk_does_not_take_costs_what_memory_does_not_hold_of_it_and_no_more() {
    let mut config = config();
    config.max_buffered_bytes = 1024;
    let mut bench = Bench::new(config);
    bench.session.start_journal();
    for number in 0..10 {
        bench.push(&[log(&format!("{number}{}", "x".repeat(200)))]);
    }
    let in_memory = bench.stats().pending_bytes / 300;
    assert_eq!((bench.stats().pending, bench.stats().dropped), (10, 0));
    // The last of them did not get in; the first is in memory anyway.
    for (first, last) in [(10, 10), (1, 1)] {
        bench.input(Input::JournalNotAppended { reason: "the disk is full".into(), first, last });
    }
    assert!(in_memory > 0 && bench.stats().dropped == 1 && bench.stats().pending == 9, "{:?}", bench.stats());
    bench.push(&[log("later")]);
    assert_eq!(bench.stats().pending, 10);
    let warned =
        |event: &&ChannelEvent| matches!(event, ChannelEvent::Warning { code: "ERR_RTCSTATS_JOURNAL", .. });
    assert_eq!(bench.events().iter().filter(warned).count(), 1);
    // Over the folder's bound only what is nowhere else is lost.
    let given_up = (1..=9).map(|number| (number, "logs".to_owned())).collect();
    bench.input(Input::JournalDropped(given_up));
    let kept = bench.stats();
    assert!(kept.pending > 1 && kept.pending + kept.dropped == 11, "{kept:?}");
}
