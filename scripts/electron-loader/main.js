/**
 * Starts the application named by the first argument that is not a switch, the way plain `electron <app>` does. It is
 * copied into the unpacked runtime. The application must not be able to tell: argv, name, version, paths and
 * `require.main` are set as Electron's own default application sets them.
 */

'use strict';

const electron = require('electron');
const fs = require('fs');
const nodeModule = require('module');
const path = require('path');

// What Electron's default application uses is not in the public types.
/** @type {any} */
const app = electron.app;

/** @type {any} */
const Module = nodeModule;

/**
 * Finds the application.
 *
 * @returns {string} Its absolute path.
 */
function applicationPath() {
    const argument = process.argv.slice(1).find(value => !value.startsWith('-'));

    if (!argument) {
        throw new Error('Usage: electron [switches] <application> [arguments]');
    }

    return path.resolve(argument);
}

/**
 * Tells Electron who the application is.
 *
 * @param {string} folder - Its folder.
 * @returns {void}
 */
function introduce(folder) {
    const file = path.join(folder, 'package.json');

    if (fs.existsSync(file)) {
        const { name, productName, version } = JSON.parse(fs.readFileSync(file, 'utf8'));

        if (version) {
            app.setVersion(version);
        }
        if (productName || name) {
            app.setName(productName || name);
        }
    }
    if (!app.commandLine.hasSwitch('user-data-dir')) {
        app.setPath('userData', path.join(app.getPath('appData'), app.getName()));
    }
    app.setAppPath(folder);
}

try {
    Object.defineProperty(process, 'defaultApp', { value: true });
    const entry = applicationPath();

    introduce(fs.statSync(entry).isDirectory() ? entry : path.dirname(entry));
    Module._load(Module._resolveFilename(entry, null, true), Module, true);
} catch (error) {
    console.error('The application cannot be started:', error);
    process.exit(1);
}
