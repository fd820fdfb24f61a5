/**
 * The launcher's page: asks for a room and tells the app.
 */

/* eslint-env browser */

'use strict';

document.querySelector('form')?.addEventListener('submit', event => {
    /** @type {any} */
    const input = document.getElementById('room');

    event.preventDefault();
    Object(window).jitsiNodeAPI.join(input.value);
});
