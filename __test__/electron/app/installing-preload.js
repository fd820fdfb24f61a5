/**
 * An app's own preload that brings capture along with what it does for its page.
 */

'use strict';

const { contextBridge } = require('electron');

const { install } = require('../../../dist/preload.js');

contextBridge.exposeInMainWorld('appPreload', `installed: ${install()}`);
