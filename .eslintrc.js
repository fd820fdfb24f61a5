module.exports = {
    root: true,
    extends: [ '@jitsi/eslint-config', '@jitsi/eslint-config/jsdoc' ],
    parserOptions: { sourceType: 'script' },
    env: { node: true, es2022: true },
    ignorePatterns: [ 'dist/', 'target/', 'node_modules/', '/index.js', '*.d.ts' ]
};
