/**
 * When a channel reconnects: at once if the app asks for it, whatever the backoff says; and not for ever while a link
 * is only slow.
 */

'use strict';

const test = require('ava');
const { once } = require('node:events');

const { audit, feed, readDumps, useLink } = require('./harness');
const { lineOf, sessionOf } = require('./session');

const EVENTS = 300;
const THIRD = EVENTS / 3;

test.serial('reconnectNow reconnects at once, whatever the backoff says', async t => {
    const lines = sessionOf(EVENTS);
    const { collector, driver, proxy } = await useLink(t, { reconnect: { baseDelay: 3600000,
        budget: 36000000,
        jitter: 0,
        maxDelay: 3600000 } });

    driver.channel.connect();
    await feed(driver, lines.slice(0, THIRD));
    await driver.stats(({ delivered }) => delivered === THIRD);
    proxy.cut();
    const { delay, willReconnect } = await driver.event('disconnected');

    t.true(willReconnect);
    t.is(delay, 3600000);
    await feed(driver, lines.slice(THIRD));
    driver.channel.reconnectNow();
    await driver.event('resumed');
    await driver.stats(({ delivered }) => delivered === EVENTS);
    await driver.channel.close();
    t.deepEqual(audit(collector, lines).lost, 0);
});

test.serial('reconnectNow on a link that is silently dead finds that out long before the pong deadline', async t => {
    const lines = sessionOf(EVENTS);
    const { collector, driver, proxy } = await useLink(t, { pongTimeout: 3600000 });

    driver.channel.connect();
    await feed(driver, lines.slice(0, THIRD));
    await driver.stats(({ delivered }) => delivered === THIRD);
    proxy.stall();
    await feed(driver, lines.slice(THIRD));
    driver.channel.reconnectNow();
    const { reason } = await driver.event('disconnected');

    t.is(reason, 'the link is silent');
    const reached = once(proxy, 'connection');

    proxy.heal();
    await reached;
    await driver.stats(({ delivered }) => delivered === EVENTS);
    await driver.channel.close();
    t.is(audit(collector, lines).lost, 0);
});

test.serial('an event too large for the link to carry it within one pong deadline arrives all the same', async t => {
    const report = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [ `IN${index}`,
        { filler: 'x'.repeat(300),
            type: 'inbound-rtp' } ]));
    const { collector, driver, proxy } = await useLink(t, { connectTimeout: 10000 });

    proxy.rules.bytesPerSecond = 100000;
    driver.push(lineOf('getstats', 'PC_0', report, 1)).channel.connect();
    t.is((await driver.stats(({ delivered }) => delivered === 1)).sessions, 1);
    await driver.channel.close();
    t.like(readDumps(collector).at(-1).entries.at(-1)[2], report);
});
