/**
 * Lint settings of the collector. It must never loosen a rule without a reason written beside it.
 */

'use strict';

module.exports = {
    rules: {
        // A JSDoc type cast needs the parentheses that this rule takes for superfluous.
        'no-extra-parens': 'off'
    },
    overrides: [
        {
            // What a browser runs, too, are ES modules.
            files: [ 'dump/**/*.js', 'model/**/*.js', 'page/**/*.js' ],
            parserOptions: { sourceType: 'module' },
            env: {
                browser: true,
                worker: true,
                node: false
            }
        }
    ]
};
