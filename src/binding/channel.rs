//! The `TraceChannel` class.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use napi::bindgen_prelude::{Function, JsObjectValue, Object, This, Unknown};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Env, Result, Status, ValueType};
use napi_derive::napi;

use super::error::{OptionError, throw_type_error};
use super::lease::{Lease, lease};
use super::options::{self, Checked};
use super::text;
use crate::io::channel::Channel;
use crate::io::shared::Listener;
use crate::proto::ledger::Stats;
use crate::proto::notification::ChannelEvent;

/// Events that may wait for the JavaScript thread, at most a few megabytes; that more were not told is told.
const MAX_WAITING_EVENTS: usize = 8192;

type EventCallback =
    ThreadsafeFunction<ChannelEvent, (), Unknown<'static>, Status, false, true, MAX_WAITING_EVENTS>;

/// The trace channel: owns one session's delivery to an rtcstats-server.
#[napi(custom_finalize)]
pub struct TraceChannel {
    channel: Channel,
    lease: Arc<Lease>,
}

#[napi]
impl TraceChannel {
    /// Creates a channel; nothing is dialled before `connect()`.
    ///
    /// Throws a `TypeError` whose `code` names the option when one is wrong. `onEvent` is called on the JavaScript thread and does
    /// not keep the process alive.
    #[napi(
        constructor,
        catch_unwind,
        ts_args_type = "options: TraceChannelOptions, onEvent?: (event: ChannelEvent) => void"
    )]
    pub fn new(env: Env, this: This, options: Unknown, on_event: Option<Unknown>) -> Result<Self> {
        // Called without `new` it would make a channel of whatever it was called on.
        if !this.has_named_property("reconnectNow")? {
            return Err(throw_type_error(
                &env,
                "Class constructor TraceChannel cannot be invoked without 'new'",
            ));
        }
        let Checked { options, warnings } = options::read(&options).map_err(|error| error.throw(&env))?;
        let listener = listener(&env, on_event)?;
        let (thread, lease) = lease(&env)?;
        warnings.into_iter().for_each(&*listener);
        Ok(Self { channel: Channel::start(&thread, options, listener), lease })
    }

    /// Checks options without creating a channel: throws what the constructor would throw, and returns the `warning` events
    /// it would tell.
    #[napi(
        catch_unwind,
        ts_args_type = "options: TraceChannelOptions",
        ts_return_type = "Array<Extract<ChannelEvent, { type: 'warning' }>>"
    )]
    pub fn check<'env>(env: &'env Env, options: Unknown) -> Result<Unknown<'env>> {
        let Checked { warnings, .. } = options::read(&options).map_err(|error| error.throw(env))?;
        env.to_js_value(&warnings)
    }

    /// Connects. `true` opens a session of its own for a breakout room, whose parent is this one. Events pushed before
    /// are kept and sent. Throws a `TypeError` for anything but a boolean or nothing.
    #[napi(catch_unwind, ts_args_type = "isBreakoutRoom?: boolean | null")]
    pub fn connect(&self, env: Env, is_breakout_room: Unknown) -> Result<()> {
        let breakout_room = match is_breakout_room.get_type()? {
            ValueType::Undefined | ValueType::Null => false,
            // SAFETY: the value's type was just checked.
            ValueType::Boolean => unsafe { is_breakout_room.cast::<bool>()? },
            _ => return Err(OptionError::new("isBreakoutRoom", "must be a boolean").throw(&env)),
        };
        self.channel.connect(breakout_room);
        Ok(())
    }

    /// Hands over newline-separated events, each a JSON array `[type, pcId | null, payload, timestampMs]`. Never throws
    /// for bad data: what cannot be accepted is counted as rejected.
    #[napi(catch_unwind, ts_args_type = "batch: string")]
    pub fn push(&self, batch: Unknown) -> Result<()> {
        match batch.get_type()? {
            // SAFETY: the value's type was just checked.
            ValueType::String => self.channel.push(unsafe { text::read(&batch)? }),
            _ => self.channel.reject(1),
        }
        Ok(())
    }

    /// The network came back or the machine woke up: reconnects at once, or makes sure that the link is alive.
    #[napi(catch_unwind)]
    pub fn reconnect_now(&self) {
        self.channel.reconnect_now();
    }

    /// Delivers what earlier runs left in `journal.directory`, in the background, without a session of its own;
    /// `recovered` events tell what arrived. `connect()` does the same. Does nothing without a journal or the second time.
    #[napi(catch_unwind)]
    pub fn recover(&self) {
        self.channel.recover();
    }

    /// Changes the proxy, from the next attempt to connect on; `null` or nothing connects directly. A link that stands
    /// is kept. Throws a `TypeError` for what the option `proxy` would not take.
    #[napi(catch_unwind, ts_args_type = "proxy?: string | null")]
    pub fn set_proxy(&self, env: Env, proxy: Unknown) -> Result<()> {
        self.channel.set_proxy(options::read_proxy(&proxy).map_err(|error| error.throw(&env))?);
        Ok(())
    }

    /// Changes the token, from the next attempt to connect on; `null` or nothing means none. Tries again at once where
    /// delivery has stopped, as it does with `ERR_RTCSTATS_TOKEN`. Throws a `TypeError` for what is no string.
    #[napi(catch_unwind, ts_args_type = "token?: string | null")]
    pub fn set_token(&self, env: Env, token: Unknown) -> Result<()> {
        self.channel.set_token(options::read_token(&token).map_err(|error| error.throw(&env))?);
        Ok(())
    }

    /// Sends what is pending, waits for acknowledgement up to `closeTimeout`, closes with 3001. Resolves when that is
    /// done; never rejects; may be called again.
    #[napi(catch_unwind, ts_return_type = "Promise<void>")]
    pub fn close<'env>(&self, env: &'env Env) -> Result<Object<'env>> {
        let (deferred, promise) = env.create_deferred()?;
        let lease = Arc::clone(&self.lease);
        self.channel.close(move || {
            deferred.resolve(move |_| {
                lease.release();
                Ok(())
            });
        });
        Ok(promise)
    }

    /// Whether the server is ready for events.
    #[napi(catch_unwind)]
    pub fn is_connected(&self) -> bool {
        self.channel.is_connected()
    }

    /// Whether the channel is closed for good.
    #[napi(catch_unwind)]
    pub fn is_closed(&self) -> bool {
        self.channel.is_closed()
    }

    /// The channel's figures at this moment.
    #[napi(catch_unwind, ts_return_type = "ChannelStats")]
    pub fn stats<'env>(&self, env: &'env Env) -> Result<Unknown<'env>> {
        env.to_js_value::<Stats>(&self.channel.stats())
    }
}

impl napi::bindgen_prelude::ObjectFinalize for TraceChannel {
    /// The app let go of the channel without closing it: close it, and return the thread when that is done.
    fn finalize(self, _env: Env) -> Result<()> {
        let lease = self.lease;
        self.channel.close(move || lease.release());
        Ok(())
    }
}

fn listener(env: &Env, on_event: Option<Unknown>) -> Result<Listener> {
    let Some(on_event) = on_event else { return Ok(Arc::new(|_| {})) };
    match on_event.get_type()? {
        ValueType::Undefined | ValueType::Null => return Ok(Arc::new(|_| {})),
        ValueType::Function => {}
        _ => return Err(OptionError::new("onEvent", "must be a function").throw(env)),
    }
    // SAFETY: the value's type was just checked.
    let function = unsafe { on_event.cast::<Function<Unknown, ()>>()? };
    let callback: EventCallback = function
        .build_threadsafe_function::<ChannelEvent>()
        .weak::<true>()
        .max_queue_size::<MAX_WAITING_EVENTS>()
        .build_callback(|context| context.env.to_js_value(&context.value))?;
    let untold = AtomicU64::new(0);
    Ok(Arc::new(move |event| {
        let tell = |event| callback.call(event, ThreadsafeFunctionCallMode::NonBlocking) == Status::Ok;
        let lost = untold.swap(0, Ordering::Relaxed);
        // A full queue, or a closing environment, where nobody listens any more.
        if lost > 0 && !tell(events_lost(lost)) {
            untold.fetch_add(lost, Ordering::Relaxed);
        }
        if !tell(event) {
            untold.fetch_add(1, Ordering::Relaxed);
        }
    }))
}

fn events_lost(count: u64) -> ChannelEvent {
    ChannelEvent::Warning {
        code: "ERR_RTCSTATS_EVENTS_LOST",
        message: format!("the JavaScript thread was busy for too long: {count} events were not told"),
    }
}
