/**
 * Bundles the preloads: `dist/preload.js`, for an app's own preload, and `dist/auto-preload.js`, which main registers
 * on a session. Each is one CommonJS file that requires nothing but `electron`; the page's part travels inside as text,
 * and lies beside them as `dist/page.js`.
 */

'use strict';

const esbuild = require('esbuild');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const target = [ 'chrome108' ];

/**
 * @typedef {import('esbuild').Plugin} Plugin
 */

/**
 * Bundles what runs in the page's world into an expression that gives its exports.
 *
 * @returns {Promise<string>} The expression.
 */
async function bundlePage() {
    const { outputFiles } = await esbuild.build({
        bundle: true,
        entryPoints: [ path.join(root, 'electron/preload/page.js') ],
        format: 'iife',
        globalName: 'page',
        legalComments: 'none',

        // Names stay as they are: capture knows its own frames on a stack by them.
        minifySyntax: true,
        minifyWhitespace: true,
        platform: 'browser',
        target,
        write: false
    });

    // In a function of its own, so that the name stays inside.
    return `(() => { ${outputFiles[0].text.trim()} return page; })()`;
}

/**
 * Puts the page's part in the place of the empty one.
 *
 * @param {string} source - Its text.
 * @returns {Plugin} The plugin.
 */
function embedPage(source) {
    return {
        name: 'embed-page',
        setup(build) {
            build.onLoad({ filter: /electron[\\/]preload[\\/]page-source\.js$/ }, () => {
                return { contents: `module.exports = { pageSource: ${JSON.stringify(source)} };` };
            });
        }
    };
}

/**
 * Bundles everything.
 *
 * @returns {Promise<void>} When it is written.
 */
async function bundle() {
    const page = await bundlePage();

    // For main, which injects it where no preload runs.
    fs.mkdirSync(path.join(root, 'dist'), { recursive: true });
    fs.writeFileSync(path.join(root, 'dist', 'page.js'), page);
    await esbuild.build({
        bundle: true,
        entryPoints: {
            'auto-preload': path.join(root, 'electron/preload/auto.js'),
            preload: path.join(root, 'electron/preload/index.js')
        },
        external: [ 'electron' ],
        format: 'cjs',
        legalComments: 'none',
        outdir: path.join(root, 'dist'),
        platform: 'browser',
        plugins: [ embedPage(page) ],
        target
    });
}

bundle().catch(error => {
    console.error(error.message);
    process.exitCode = 1;
});
