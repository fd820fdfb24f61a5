/**
 * Preloaded into the demo (`node --require`), it makes a machine on which no Electron can be had.
 */

'use strict';

const runtime = require('../../scripts/electron-runtime');

runtime.resolveElectron = () => Promise.reject(
    Object.assign(new Error('No Electron here'), { code: 'ERR_NO_ELECTRON' }));
