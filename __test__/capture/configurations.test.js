/**
 * What is written of a configuration: its servers, whatever shape the page gave them, and never a secret.
 */

'use strict';

/* eslint-env browser */

const test = require('ava').default.serial;

const { captureBundle, start } = require('./browser');
const { CONFIGURATIONS, SECRET, sourceOf } = require('./configurations');

let browser;

test.before(async () => {
    browser = await start();
});
test.after.always(() => browser?.close());

/**
 * Makes connections of a configuration.
 *
 * @param {string} source - The source of the configuration.
 * @returns {string[]} - What the page was answered, and what the browser understood.
 */
function connect(source) {
    /* eslint-disable no-eval */
    try {
        const pc = new RTCPeerConnection((0, eval)(`{${source}}`));
        const second = new RTCPeerConnection();

        second.setConfiguration((0, eval)(`{${source}}`));
        const understood = [ pc, second ].map(each => each.getConfiguration().iceServers);

        pc.close();
        second.close();
        delete Object.prototype.toJSON;

        return JSON.stringify(understood);
    } catch (error) {
        return String(error);
    } finally {
        delete Object.prototype.toJSON;
    }
}

Object.keys(CONFIGURATIONS).forEach(shape => test(`${shape}: the server is written, the secret is not`, async t => {
    const { events, page } = await browser.open(captureBundle('{ sendSdp: true }'));
    const answer = await page.evaluate(connect, sourceOf(shape));
    const captured = await events();
    const entries = captured.filter(([ type, pcId ]) => (type === 'create' && pcId === 'PC_0')
        || type === 'setConfiguration');

    t.true(answer.includes('turn.example.org'), answer);
    t.is(entries.length, 2);
    entries.forEach(([ , , payload ]) => {
        const [ server ] = payload.iceServers;

        t.is([ server.urls ].flat()[0], 'turn:turn.example.org');
        t.is(server.username, 'user');
        t.deepEqual(Object.keys(server).filter(key => key !== 'urls' && key !== 'username'), []);
    });
    t.false(JSON.stringify(captured).includes(SECRET));
}));

test('what the page wrote in plain words is written in its words', async t => {
    const { events, page } = await browser.open(captureBundle());
    const configuration = { bundlePolicy: 'max-bundle',
        iceCandidatePoolSize: 1,
        iceServers: [ { urls: 'stun:stun.example.org' }, { urls: [ 'turn:a.example.org', 'turns:b.example.org:443' ],
            username: 'user',
            credential: 'secret' } ],
        iceTransportPolicy: 'relay' };

    await page.evaluate(given => {
        new RTCPeerConnection(given).close();
        new RTCPeerConnection({ iceServers: [] }).close();
        new RTCPeerConnection({}).close();
        new RTCPeerConnection().close();
        new RTCPeerConnection(null).close();
    }, configuration);
    delete configuration.iceServers[1].credential;
    t.deepEqual((await events()).filter(([ type ]) => type === 'create').map(event => event[2]), [
        { ...configuration,
            browserType: 'webkit' },
        { browserType: 'webkit',
            iceServers: [] },
        { browserType: 'webkit' },
        { browserType: 'webkit',
            nullConfig: true },
        { browserType: 'webkit',
            nullConfig: true }
    ]);
});

test('a configuration that is refused is written only once it was taken', async t => {
    const { events, page } = await browser.open(captureBundle());

    t.is(await page.evaluate(() => {
        const pc = new RTCPeerConnection();

        try {
            pc.setConfiguration({ iceCandidatePoolSize: 1000 });
        } catch ({ name }) {
            return name;
        }

        return '';
    }), 'TypeError');
    t.deepEqual((await events()).filter(([ type ]) => type === 'setConfiguration'), []);
});
