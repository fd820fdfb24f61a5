/**
 * What is made of an app's options, as far as no window is needed.
 */

'use strict';

const test = require('ava').default;

const { readOptions } = require('../../electron/options');

test('a meeting without a name is named after its address, which tells nothing of the user', t => {
    const { fallbackMeeting } = readOptions({});
    const names = {
        'about:srcdoc': 'about',
        'app://bundle/index.html': 'bundle/index.html',
        'blob:https://meet.example.com/b9a3': 'blob',
        'data:text/html,<p>secret': 'data',
        'file:///': 'file',
        'file:///C:/Users/Jane%20Doe/app/index.html?user=jane': 'index.html',
        'file:///home/jane/app/index.html': 'index.html',
        'file://server/jane/index.html': 'index.html',
        'https://meet.example.com/room/?jwt=secret#config': 'meet.example.com/room'
    };

    t.deepEqual(Object.fromEntries(Object.keys(names).map(url => [ url, fallbackMeeting(url) ])), names);
    t.is(fallbackMeeting('no address'), null);
});
