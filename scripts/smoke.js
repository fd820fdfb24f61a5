/**
 * Delivers a few events with the addon to a collector in the same process, and says so. It needs nothing but Node and
 * the package's own dependencies: for the Node versions and platforms on which the test runner does not run.
 */

'use strict';

const fs = require('fs');

const { TraceChannel } = require('../addon');
const { createCollector } = require('../collector');

const EVENTS = [ [ 'identity', null, { confName: 'smoke' } ], [ 'create', 'PC_0', {} ], [ 'logs', null, 'it works' ] ];

/**
 * Delivers.
 *
 * @returns {Promise<void>} When it is done; the promise is rejected when something did not arrive.
 */
async function smoke() {
    const collector = await createCollector();
    const channel = new TraceChannel({ endpoint: collector.url,
        meetingFqn: 'smoke' });

    channel.connect();
    channel.push(EVENTS.map(event => JSON.stringify([ ...event, Date.now() ])).join('\n'));
    await channel.close();
    const { delivered } = channel.stats();
    const dump = fs.readFileSync(collector.dumps()[0].path, 'utf8');

    await collector.close();
    if (delivered !== EVENTS.length || !dump.includes('it works')) {
        throw new Error(`${delivered} of ${EVENTS.length} events were delivered:\n${dump}`);
    }
    console.log(`Delivered ${delivered} events on ${process.platform}-${process.arch}, Node ${process.versions.node}.`);
}

smoke().catch(error => {
    console.error(error);
    process.exitCode = 1;
});
