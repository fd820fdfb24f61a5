/**
 * The pages of both windows. The launcher asks for a conference and tells the app; the meeting's page makes the iframe
 * that the external API of Jitsi Meet makes, with the same sandbox.
 */

/* eslint-env browser */

/** @type {any} */
const { jitsiNodeAPI: { ipc } } = window;

const FRAME = { allow: 'camera; microphone; display-capture; autoplay; clipboard-write',
    sandbox: 'allow-scripts allow-same-origin allow-popups allow-forms allow-downloads' };

/**
 * Gives what was typed.
 *
 * @param {string} id - The field.
 * @returns {string} Its text.
 */
function valueOf(id) {
    /** @type {any} */
    const field = document.getElementById(id);

    return field.value;
}

/**
 * Opens a conference in this page.
 *
 * @param {{ room: string, serverURL: string }} conference - The conference.
 * @returns {void}
 */
function loadConference({ room, serverURL }) {
    const frame = document.createElement('iframe');

    Object.entries(FRAME).forEach(([ name, value ]) => frame.setAttribute(name, value));
    frame.src = Object.assign(new URL(serverURL), { pathname: room }).href;
    document.getElementById('meeting')?.replaceChildren(frame);

    // The external API, too, asks for the frame's window before it has loaded anything.
    window.addEventListener('message', ({ data, source }) => {
        if (source === frame.contentWindow && data === 'readyToClose') {
            ipc.send('close-meeting-window');
        }
    });
}

document.getElementById('join')?.addEventListener('submit', event => {
    event.preventDefault();
    ipc.send('open-meeting-window', { room: valueOf('room'),
        serverURL: valueOf('server') });
});
ipc.addListener('navigate-to-conference', loadConference);
ipc.send('renderer-ready');
