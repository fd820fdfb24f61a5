/**
 * What the app has said about capturing at all: consent, pause, sampling, the interval of polls. It is asked for each
 * batch, so that a change counts from the next event on, whatever the page does; it knows no event and no channel.
 */

'use strict';

const { createHash, randomBytes } = require('crypto');

/** @typedef {'pending' | 'granted' | 'denied'} Consent */

/**
 * What is to be done with events: sent, held until it is known, or withheld for this reason.
 *
 * @typedef {'open' | 'pending' | 'denied' | 'paused' | 'sampledOut'} Gate
 */

const CONSENTS = Object.freeze([ 'pending', 'granted', 'denied' ]);

/**
 * Makes the error for a value that cannot be.
 *
 * @param {string} what - Which.
 * @param {string} complaint - What is wrong.
 * @returns {TypeError} The error.
 */
function valueError(what, complaint) {
    return Object.assign(new TypeError(`${what} ${complaint}`), { code: 'ERR_RTCSTATS_VALUE' });
}

/**
 * The state of one setup.
 */
class Control {
    /**
     * Begins with what the options say.
     *
     * @param {{ consent: Consent, pollInterval: number, sampleRate: number }} options - The options.
     * @param {function(): void} onChange - Told of changes.
     */
    constructor({ consent, pollInterval, sampleRate }, onChange) {
        this._consent = consent;
        this._isPaused = false;
        this._onChange = onChange;
        this._sampleRate = sampleRate;

        // Who is chosen must not be guessed, and must stay the same over reloads and crashes of the page.
        this._seed = randomBytes(16);
        this.pollInterval = pollInterval;
    }

    /**
     * Says what is to be done with the events of a session.
     *
     * @param {boolean} isSampled - Whether it was chosen.
     * @returns {Gate} What.
     */
    gate(isSampled) {
        if (!isSampled) {
            return 'sampledOut';
        }
        if (this._consent === 'denied') {
            return 'denied';
        }
        if (this._isPaused) {
            return 'paused';
        }

        return this._consent === 'pending' ? 'pending' : 'open';
    }

    /**
     * Chooses sessions. One window and place is always chosen alike, so that a call is in whole or not at all.
     *
     * @param {string} place - Names the window and the meeting.
     * @returns {boolean} Whether it is chosen.
     */
    isSampled(place) {
        const digest = createHash('sha256').update(this._seed)
            .update(place)
            .digest();

        return digest.readUInt32BE(0) / 0x100000000 < this._sampleRate;
    }

    /**
     * Changes the consent.
     *
     * @param {Consent} consent - The new one.
     * @returns {void}
     */
    setConsent(consent) {
        if (!CONSENTS.includes(consent)) {
            throw valueError('consent', `must be one of ${CONSENTS.join(', ')}`);
        }
        this._consent = consent;
        this._onChange();
    }

    /**
     * Pauses, or goes on.
     *
     * @param {boolean} isPaused - Whether to pause.
     * @returns {void}
     */
    setPaused(isPaused) {
        this._isPaused = isPaused;
        this._onChange();
    }

    /**
     * Changes the interval of polls.
     *
     * @param {number} milliseconds - The interval.
     * @returns {void}
     */
    setPollInterval(milliseconds) {
        if (!Number.isFinite(milliseconds) || milliseconds < 0) {
            throw valueError('pollInterval', 'must be a finite number that is not negative');
        }
        this.pollInterval = milliseconds;
        this._onChange();
    }
}

module.exports = {
    CONSENTS,
    Control
};
