/**
 * Watches tracks: muting, and how they end. A track that the page stops and one whose device has gone are two things;
 * the browser raises an event for the second only, so the first is told by the call.
 *
 * It must never keep a track alive: in Chromium an `ended` listener keeps on a camera that the page has forgotten. A
 * stream of our own around a local track keeps nothing on, lives as long as the track does, and raises `inactive` when
 * its only track ends.
 */

'use strict';

const { WeakMap, construct, map, method, reader, weakGet, weakSet } = require('../native');

/** @typedef {import('../batcher').Emit} Emit */
/** @typedef {import('../install').Capture} Capture */

/**
 * @typedef {Object} TrackWatch
 * @property {(track: any) => void} onStop - The page has stopped a track.
 * @property {(track: any, id: string|null) => void} watch - Watches a track, once; `null` for a local one.
 */

/**
 * Makes the watch.
 *
 * @param {Capture} capture - What the sources of one window share.
 * @param {Emit} emit - Where entries go.
 * @returns {TrackWatch} - The watch.
 */
module.exports.createTrackWatch = function({ global, listener, notation: { extended } }, emit) {
    const { MediaStream } = global;
    const stopped = new WeakMap();
    const streams = new WeakMap();
    const watched = new WeakMap();
    const addTrack = method(global, 'MediaStream', 'addTrack');
    const listen = listener('MediaStreamTrack');
    const listenToStream = listener('MediaStream');
    const target = reader(global, 'Event', 'currentTarget');
    const raisesInactive = MediaStream && 'oninactive' in MediaStream.prototype;

    /**
     * Writes an event of a track down.
     *
     * @param {any} track - The track.
     * @param {string|null} id - The connection.
     * @param {string} type - The event.
     * @returns {void}
     */
    function tell(track, id, type) {
        const write = extended.events.MediaStreamTrack[type];

        listen(track, type, event => emit(`on${type}`, id, write(event, target(event))));
    }

    /**
     * Writes the end of a local track down, if it was not the page's doing.
     *
     * @param {any} track - The track.
     * @returns {void}
     */
    function tellEnd(track) {
        if (!raisesInactive) {
            tell(track, null, 'ended');

            return;
        }
        const stream = construct(MediaStream, []);
        const name = extended.events.MediaStreamTrack.ended(undefined, track);
        const state = { isStopped: false };

        // The listener must know of the track no more than its name.
        addTrack(stream, track);
        listenToStream(stream, 'inactive', () => state.isStopped || emit('onended', null, name));
        weakSet(streams, track, stream);
        weakSet(stopped, track, state);
    }

    return {
        onStop(track) {
            const state = weakGet(stopped, track);

            if (state) {
                state.isStopped = true;
            }
        },
        watch(track, id) {
            if (weakGet(watched, track)) {
                return;
            }
            weakSet(watched, track, true);
            map([ 'mute', 'unmute' ], type => tell(track, id, type));
            id === null ? tellEnd(track) : tell(track, id, 'ended');
        }
    };
};
