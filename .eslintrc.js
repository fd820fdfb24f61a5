/**
 * The style of the code this package joins, with JSDoc on everything.
 */

'use strict';

module.exports = {
    root: true,
    extends: [ '@jitsi/eslint-config', '@jitsi/eslint-config/jsdoc' ],
    parserOptions: { sourceType: 'script' },
    env: {
        es2022: true,
        node: true
    },
    ignorePatterns: [ 'dist/', 'demo/*/build/', 'target/', 'node_modules/', '/index.js', '*.d.ts' ]
};
