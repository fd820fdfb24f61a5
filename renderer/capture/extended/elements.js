/**
 * Watches the elements that play streams: what they show changes its size when the sender or the bridge adapts.
 *
 * It must never ask an element for its layout, which would cost the page.
 */

'use strict';

const { WeakMap, reader, weakGet, weakSet } = require('../native');

/** @typedef {import('../batcher').Emit} Emit */
/** @typedef {import('../install').Capture} Capture */
/** @typedef {import('../observe').Observer} Observer */

/**
 * Watches the elements from the moment they get a stream.
 *
 * @param {Capture} capture - What the sources of one window share.
 * @param {Observer} observer - Observes calls.
 * @param {Emit} emit - Where entries go.
 * @returns {void}
 */
module.exports.watchElements = function({ global, listener, notation: { extended } }, observer, emit) {
    const watched = new WeakMap();
    const listen = listener('HTMLMediaElement');
    const target = reader(global, 'Event', 'currentTarget');

    observer.setter(global.HTMLMediaElement?.prototype, 'srcObject', (element, stream) => {
        if (stream && !weakGet(watched, element)) {
            weakSet(watched, element, true);
            listen(element, 'resize', event =>
                emit('HTMLMediaElement.resize', null, extended.events.HTMLMediaElement.resize(event, target(event))));
        }
    });
};
