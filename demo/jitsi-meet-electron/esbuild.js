/**
 * Builds the app into its `build` folder: main and preload bundled, the pages beside them. What is external is found in
 * `node_modules`.
 */

'use strict';

const esbuild = require('esbuild');
const fs = require('node:fs');
const path = require('node:path');

const OUTDIR = path.join(__dirname, 'build');
const PAGES = [ 'index.html', 'meeting.html', 'app.css' ];

/** @type {Record<string, import('esbuild').BuildOptions>} */
const configs = {
    main: {
        bundle: true,
        entryPoints: {
            main: path.join(__dirname, 'main.js'),
            preload: path.join(__dirname, 'app/preload/preload.js')
        },
        outdir: OUTDIR,
        platform: 'node',
        format: 'cjs',
        target: 'node16.17',

        // What Electron brings, and what ships in node_modules.
        external: [
            '@jitsi/rtcstats-native',
            'electron'
        ]
    },
    renderer: {
        bundle: true,
        entryPoints: {
            app: path.join(__dirname, 'app/app.js')
        },
        outdir: OUTDIR,
        platform: 'browser',
        format: 'iife',
        target: 'chrome108'
    }
};

/**
 * Builds everything.
 *
 * @returns {Promise<void>} When it is there.
 */
async function build() {
    await Promise.all(Object.values(configs).map(config => esbuild.build(config)));
    PAGES.forEach(page => fs.copyFileSync(path.join(__dirname, 'app', page), path.join(OUTDIR, page)));
}

module.exports = { build };
