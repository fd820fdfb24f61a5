/**
 * The app is bundled, as the app that it is like: what it is written in are ES modules.
 */

'use strict';

module.exports = {
    overrides: [ {
        files: [ 'main.js', 'app/*.js', 'app/preload/*.js' ],
        parserOptions: { sourceType: 'module' }
    } ]
};
