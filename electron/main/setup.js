/**
 * What one call of `setupRTCStatsMain` sets up: lets documents in and gives them sessions, follows its windows, adds up
 * what was counted and tells the app. How documents come in and how events go out is decided elsewhere.
 */

'use strict';

const { withoutSecrets } = require('./address');
const { Channels } = require('./channels/channels');
const { countTypes } = require('./channels/tally');
const { Control } = require('./control');
const { addHost, forget, removeHost } = require('./documents/admission');
const { CapturedDocument, makeRoom } = require('./documents/document');
const { watchUncaptured } = require('./documents/uncaptured');
const { useDevTools } = require('./entrances/devtools');
const { joinMachine } = require('./machine');
const { usePreload } = require('./preloads');
const { unwatchQuit, watchQuit } = require('./quit');
const { onWake } = require('./wake');
const { Windows } = require('./windows');

/**
 * @typedef {import('electron').Session} Session
 * @typedef {import('electron').WebContents} WebContents
 * @typedef {import('./channels/page-session').SessionSettings} SessionSettings
 * @typedef {import('./control').Consent} Consent
 * @typedef {import('./documents/admission').Visitor} Visitor
 * @typedef {import('../ipc').CaptureSettings} CaptureSettings
 * @typedef {import('./options').Settings} Settings
 */

/** Places of documents that are not captured beyond this are counted only. */
const MAX_TOLD = 100;

/**
 * One setup, and the handle that the app gets.
 */
class Setup {
    /**
     * Sets up.
     *
     * @param {WebContents | null} contents - The window's contents, or null for all windows of the session.
     * @param {Session} session - The session.
     * @param {Settings} settings - The app's settings.
     * @param {any} addon - The addon.
     */
    constructor(contents, session, settings, addon) {
        this._session = session;
        this._settings = settings;
        this._channels = new Channels(addon, session, settings, event => this._emit(event));

        this._control = new Control(settings, () => this._onControl());

        /** Whether what earlier runs left is being delivered. */
        this._isRecovering = false;

        /** @type {Set<CapturedDocument>} */
        this._documents = new Set();

        /** @type {Set<function(any): void>} */
        this._listeners = new Set(settings.onEvent ? [ settings.onEvent ] : []);

        /** @type {Set<string>} */
        this._toldUncaptured = new Set();
        this._uncaptured = 0;
        this._refused = 0;
        this.isEnded = false;
        this.available = true;
        this.isForWindow = Boolean(contents);
        this.capture = settings.autoCapture;
        this.cleanup = this.cleanup.bind(this);

        this._releasePreload = settings.registerPreload ? usePreload(session) : () => undefined;
        this._unwatchWake = onWake(() => this._channels.reconnectNow());
        watchQuit(settings.quitTimeout);
        addHost(this);
        this._windows = new Windows({ contents,
            session }, {
            enter: own => this._enter(own),
            onGone: gone => {
                [ ...this._documents ].filter(document => document.isIn(gone)).forEach(document => document.close());
                gone === contents && this.cleanup();
            }
        });
        this._windows.open();
        this._recover();

        // A moment later, so that a listener which the app adds to the handle hears it too.
        queueMicrotask(() => settings.warnings.forEach(warning => this._warn(warning)));
    }

    /**
     * Undoes the setup: no new document is captured, and what is on its way is delivered.
     *
     * @returns {Promise<void>} When all channels are closed.
     */
    async cleanup() {
        if (!this.isEnded) {
            this.isEnded = true;
            removeHost(this);
            this._releasePreload();
            this._unwatchWake();
            [ ...this._documents ].forEach(document => document.close());
            this._windows.close();
            unwatchQuit();
        }
        await this._channels.closed();
    }

    /**
     * How the capture code is to behave in a new document.
     *
     * @returns {CaptureSettings} The settings.
     */
    get captureSettings() {
        return { ...this._settings.capture,
            isPaused: this._isSilent(),
            pollInterval: this._control.pollInterval };
    }

    /**
     * Stops capturing until `resume()`: nothing is written, held or sent, in open and in new documents.
     *
     * @returns {void}
     */
    pause() {
        this._control.setPaused(true);
    }

    /**
     * Goes on after `pause()`. Connections that were made meanwhile and are still open are written down.
     *
     * @returns {void}
     */
    resume() {
        this._control.setPaused(false);
    }

    /**
     * Changes the consent: `pending` holds within a bound and sends nothing, `denied` discards.
     *
     * @param {Consent} consent - The new one.
     * @returns {void}
     */
    setConsent(consent) {
        this._control.setConsent(consent);
    }

    /**
     * Changes how often the statistics are polled, in open documents too.
     *
     * @param {number} milliseconds - The interval.
     * @returns {void}
     */
    setPollInterval(milliseconds) {
        this._control.setPollInterval(milliseconds);
    }

    /**
     * Tells whether pages have nothing to write.
     *
     * @returns {boolean} Whether it is so.
     */
    _isSilent() {
        return ![ 'open', 'pending' ].includes(this._control.gate(true));
    }

    /**
     * Lets documents know of a change.
     *
     * @returns {void}
     */
    _onControl() {
        this._documents.forEach(document => document.onControl({ isPaused: this._isSilent(),
            pollInterval: this._control.pollInterval,
            type: 'control' }));
        this._recover();
    }

    /**
     * Delivers what earlier runs left, as soon as anything may be sent.
     *
     * @returns {void}
     */
    _recover() {
        if (!this._isRecovering && !this.isEnded && this._control.gate(true) === 'open') {
            this._isRecovering = true;
            this._channels.recover();
        }
    }

    /**
     * Adds up what was counted since the setup.
     *
     * @returns {Record<string, number>} The sums of all channels, how many `channels` and `documents` are open, and the
     * `refused` messages and the `uncaptured` documents, those that nobody serves. `captured == delivered + pending
     * + dropped` at any time.
     */
    stats() {
        return {
            bytesIn: 0,
            bytesOut: 0,
            captured: 0,
            delivered: 0,
            dropped: 0,
            pending: 0,
            rejected: 0,
            ...this._channels.stats(),
            documents: this._documents.size,
            refused: this._refused,
            uncaptured: this._uncaptured
        };
    }

    /**
     * Adds to what is known of who takes part, as soon as it is known: what was said before stays.
     *
     * @param {Record<string, any>} data - Members of the session's `identity` entry.
     * @param {string} [frameUrl] - Whose: the documents of this address, whatever its query and hash; default: all.
     * @returns {void}
     */
    identify(data, frameUrl) {
        const text = JSON.stringify(data);

        if (typeof data !== 'object' || data === null || Array.isArray(data)) {
            throw Object.assign(new TypeError('identify: the data must be an object'),
                { code: 'ERR_RTCSTATS_IDENTITY' });
        }
        const address = frameUrl === undefined ? null : withoutSecrets(frameUrl);

        this._documents.forEach(document => {
            if (address === null || document.address === address) {
                document.identify(JSON.parse(text));
            }
        });
    }

    /**
     * Adds a listener for what channels tell.
     *
     * @param {function(any): void} listener - The listener.
     * @returns {function(): void} What removes it.
     */
    onEvent(listener) {
        this._listeners.add(listener);

        return () => this._listeners.delete(listener);
    }

    /**
     * Tells whether a window's documents are this setup's: its own window and those it opened, or all of its session.
     *
     * @param {WebContents} contents - The window's contents.
     * @returns {boolean} Whether they are.
     */
    serves(contents) {
        return this._windows.serves(contents);
    }

    /**
     * Lets a document in, if the app wants it.
     *
     * @param {Visitor} visitor - The document.
     * @returns {CapturedDocument | null} The document.
     */
    admit(visitor) {
        const { contents, isGone, isTop, url } = visitor;
        const { autoCapture, frames, limits } = this._settings;

        if (!frames(url)) {
            return null;
        }
        this._windows.watch(contents);
        const onRefused = (/** @type {string} */ reason, /** @type {string} */ text = '') =>
            this._refuse(url, reason, text);

        if (!makeRoom([ ...this._documents ].filter(document => document.isIn(contents)), limits.maxDocuments)) {
            onRefused('documents');

            return null;
        }
        const document = new CapturedDocument({
            address: withoutSecrets(url),
            capture: autoCapture,
            isGone,
            isIn: other => other === contents,
            isTop,
            limits,
            onGone: () => {
                this._documents.delete(document);
                forget(other => other === document);
            },
            onRefused,
            session: this._sessionSettings(visitor)
        });

        this._documents.add(document);

        return document;
    }

    /**
     * Says how a document's sessions behave.
     *
     * @param {Visitor} visitor - The document.
     * @returns {SessionSettings} The settings.
     */
    _sessionSettings({ contents, origin, url }) {
        const { autoCapture, beforeSend, endpoint, fallbackMeeting, identity, limits, machine, meetingFqn }
            = this._settings;
        const isSampled = this._control.isSampled(`${contents.id} ${withoutSecrets(url)}`);
        const facts = { origin,
            url,
            userAgent: contents.getUserAgent() };

        return {
            beforeSend,
            closeChannel: channel => this._channels.close(channel),
            endpoint,
            fallbackMeeting: fallbackMeeting(url),
            gate: () => this._control.gate(isSampled),
            identity: identity(url),
            isCaptured: autoCapture,
            joinMachine: push => {
                const leave = machine && joinMachine({ contents,
                    push });

                return leave || (() => undefined);
            },
            maxHeldCharacters: limits.maxHeldCharacters,
            meetingFqn: meetingFqn(url),
            onComplaint: (code, message) => this._warn({ code,
                message,
                type: 'warning' }),
            onDropped: batches => {
                const types = countTypes(batches);

                this._emit({ count: Object.values(types).reduce((sum, count) => sum + count, 0),
                    type: 'dropped',
                    types,
                    url: withoutSecrets(url) });
            },
            openChannel: (...args) => this._channels.open(facts, ...args),
            tally: this._channels.tally
        };
    }

    /**
     * Says no to a document.
     *
     * @param {string} url - Its URL.
     * @param {string} reason - Why.
     * @param {string} text - What was refused, whose events are lost.
     * @returns {void}
     */
    _refuse(url, reason, text) {
        this._refused++;
        this._emit({ events: this._channels.tally.drop(text),
            reason,
            type: 'refused',
            url: withoutSecrets(url) });
    }

    /**
     * Begins with a window.
     *
     * @param {WebContents} contents - Its contents.
     * @returns {function(): void} What ends it.
     */
    _enter(contents) {
        const { autoCapture, devtools, frames, registerPreload } = this._settings;
        const leave = [ watchUncaptured(contents, {
            isWanted: url => autoCapture && frames(url),
            onUncaptured: url => this._countUncaptured(url, contents)
        }) ];

        if (devtools) {
            // A moment later, as above.
            leave.push(useDevTools(contents, reason => queueMicrotask(() => this._warn({
                code: 'ERR_RTCSTATS_DEBUGGER',
                message: `iframes without a preload are not captured: ${reason}`,
                type: 'warning' }))));
        }
        if (registerPreload && contents.session !== this._session) {
            leave.push(usePreload(contents.session));
        }

        return () => leave.forEach(end => end());
    }

    /**
     * Counts a document that is not captured, and tells of it, once a place.
     *
     * @param {string} url - Its URL.
     * @param {WebContents} contents - Its window's contents.
     * @returns {void}
     */
    _countUncaptured(url, contents) {
        const place = withoutSecrets(url);

        this._uncaptured++;
        if (this._toldUncaptured.has(place) || this._toldUncaptured.size >= MAX_TOLD) {
            return;
        }
        this._toldUncaptured.add(place);

        /** @type {any} */
        const { getLastWebPreferences } = contents;
        const isReached = this._settings.devtools
            || getLastWebPreferences?.call(contents)?.nodeIntegrationInSubFrames;
        const why = isReached ? '' : ': an iframe is captured by the option devtools, which is off, or by '
            + 'webPreferences.nodeIntegrationInSubFrames';

        this._warn({ code: 'ERR_RTCSTATS_UNCAPTURED',
            message: `a document is not captured${why} (${place})`,
            type: 'warning',
            url: place });
    }

    /**
     * Warns the app, also where nobody listens.
     *
     * @param {any} warning - The warning.
     * @returns {void}
     */
    _warn(warning) {
        console.warn(`rtcstats-native: ${warning.message}`);
        this._emit(warning);
    }

    /**
     * Tells the app. Its listeners may throw; that is theirs.
     *
     * @param {Object} event - The event.
     * @returns {void}
     */
    _emit(event) {
        this._listeners.forEach(listener => {
            try {
                listener(event);
            } catch (error) {
                console.error('rtcstats-native: an event listener threw:', error);
            }
        });
    }
}

module.exports = { Setup };
