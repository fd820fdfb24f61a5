/**
 * Runs tables of faults: each puts a fault into a call in which everything is well, and something that only looks like
 * it.
 */

'use strict';

const test = require('ava');

const { findingsOf } = require('../../collector/model/findings/index.js');

const { callModel } = require('./calls');

/**
 * @typedef {Object} Fault
 * @property {string} id - Which finding it is.
 * @property {string} level - How bad.
 * @property {RegExp} title - What it says.
 * @property {import('./calls').CallOptions} fault - The call with the fault.
 * @property {import('./calls').CallOptions} nearMiss - The call with what only looks like it.
 * @property {string[]} [beside] - What else may be found, worse than for information.
 */

/**
 * Tests a table of faults.
 *
 * @param {Fault[]} faults - The table.
 * @returns {void}
 */
function testFaults(faults) {
    for (const { id, level, title, fault, nearMiss, beside = [] } of faults) {
        test(`${id}, ${title.source}: found where it is, silent where it only looks like it`, t => {
            const { findings } = findingsOf(callModel(fault));
            const found = findings.find(finding => finding.id === id);

            t.truthy(found, `only ${findings.map(finding => `${finding.id}: ${finding.title}`).join('; ')}`);
            t.is(found?.level, level);
            t.regex(found?.title ?? '', title);
            t.true(found.to >= found.from && found.episodes.length > 0);
            t.deepEqual(findings.filter(finding => finding.level !== 'info' && finding.id !== id
                && !beside.includes(finding.id)).map(finding => `${finding.id}: ${finding.title}`), [], 'nothing else');

            t.deepEqual(findingsOf(callModel(nearMiss)).findings.filter(finding => finding.id === id)
                .map(finding => finding.title), []);
        });
    }
}

module.exports = { testFaults };
