/**
 * The collector in a process of its own, so that its work is nobody's figure.
 */

'use strict';

const fs = require('node:fs');

const { createCollector } = require('../collector');

const { serve } = require('./measure');

/** @type {any} */
let collector;

serve({
    /**
     * Starts it.
     *
     * @returns {Promise<string>} Its URL.
     */
    async start() {
        collector = await createCollector();

        return collector.url;
    },

    /**
     * Ends it and forgets the dumps.
     *
     * @returns {Promise<void>} When done.
     */
    async stop() {
        await collector.close();
        fs.rmSync(collector.directory, { force: true,
            recursive: true });
    }
});
