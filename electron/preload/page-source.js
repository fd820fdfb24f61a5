/**
 * The text of `page.js` with all it needs, as an expression that gives its exports. The bundler puts it here; unbundled
 * it is empty, because only the bundle in `dist/` is ever a preload.
 */

'use strict';

module.exports = { pageSource: '' };
