//! The `TraceChannel` class.

use std::sync::{Arc, Mutex, PoisonError};

use napi::bindgen_prelude::{Function, JsObjectValue, Object, This, Unknown};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Env, Result, Status, ValueType};
use napi_derive::napi;

use super::error::{OptionError, throw_start_error, throw_type_error};
use super::options;
use super::text;
use crate::io::channel::Channel;
use crate::io::shared::Listener;
use crate::io::thread::IoThread;
use crate::proto::ledger::Stats;
use crate::proto::notification::ChannelEvent;

/// Events that may wait for the JavaScript thread; more than this are not told.
const MAX_WAITING_EVENTS: usize = 256;

type EventCallback =
    ThreadsafeFunction<ChannelEvent, (), Unknown<'static>, Status, false, true, MAX_WAITING_EVENTS>;

/// A lease of the channel thread, returned when the channel is closed or its environment goes.
type Lease = Mutex<Option<Arc<IoThread>>>;

/// The trace channel: owns one session's delivery to an rtcstats-server.
#[napi(custom_finalize)]
pub struct TraceChannel {
    channel: Arc<Channel>,
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
        let options = options::read(&options).map_err(|error| error.throw(&env))?;
        let listener = listener(&env, on_event)?;
        let thread = IoThread::lease().map_err(|error| throw_start_error(&env, &error.to_string()))?;
        let channel = Arc::new(Channel::start(&thread, options, listener));
        let lease = Arc::new(Mutex::new(Some(thread)));
        // When the environment goes, the thread goes first: nothing of ours runs in an unloaded library.
        env.add_env_cleanup_hook(Arc::clone(&lease), |lease| release(&lease))?;
        Ok(Self { channel, lease })
    }

    /// Connects. `true` opens a session of its own for a breakout room, whose parent is this one. Events pushed before
    /// are kept and sent.
    #[napi(catch_unwind)]
    pub fn connect(&self, is_breakout_room: Option<bool>) {
        self.channel.connect(is_breakout_room.unwrap_or(false));
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

    /// Sends what is pending, waits for acknowledgement up to `closeTimeout`, closes with 3001. Resolves when that is
    /// done; never rejects; may be called again.
    #[napi(catch_unwind, ts_return_type = "Promise<void>")]
    pub fn close<'env>(&self, env: &'env Env) -> Result<Object<'env>> {
        let (deferred, promise) = env.create_deferred()?;
        let closed = self.channel.close();
        let lease = Arc::clone(&self.lease);
        let runtime = lease
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .map(|thread| thread.handle().clone());
        let resolve = move |_: Env| {
            release(&lease);
            Ok(())
        };
        match runtime {
            Some(runtime) => {
                runtime.spawn(async move {
                    // An error means that the actor is gone already, which is as closed as can be.
                    let _ = closed.await;
                    deferred.resolve(resolve);
                });
            }
            None => deferred.resolve(resolve),
        }
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
    /// The app let go of the channel without closing it: close it, and leave the thread to the cleanup hook.
    fn finalize(self, _env: Env) -> Result<()> {
        drop(self.channel.close());
        Ok(())
    }
}

fn release(lease: &Lease) {
    drop(lease.lock().unwrap_or_else(PoisonError::into_inner).take());
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
    Ok(Arc::new(move |event| {
        // A full queue or a closing environment: nobody can listen.
        let _ = callback.call(event, ThreadsafeFunctionCallMode::NonBlocking);
    }))
}
