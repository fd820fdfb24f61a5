/**
 * The published types: a TypeScript project that uses every entry point as the README shows, and expects to be refused
 * what it must be refused, compiles against the packed package.
 */

'use strict';

const test = require('ava');
const fs = require('node:fs');
const path = require('node:path');

const { root, run, useInstalledPackages } = require('./install');

/** Whose types an app with Electron and TypeScript has. */
const COMPANIONS = [ '@electron/get', '@types/node', 'electron', 'undici-types' ];

const installed = useInstalledPackages(test);

test('a strict project compiles with the packed types', async t => {
    const folder = path.join(installed.project, 'types');

    fs.cpSync(path.join(__dirname, 'types'), folder, { recursive: true });
    COMPANIONS.forEach(name => {
        const link = path.join(installed.project, 'node_modules', name);

        fs.mkdirSync(path.dirname(link), { recursive: true });
        fs.symlinkSync(path.join(root, 'node_modules', name), link, 'dir');
    });

    const { stderr, stdout } = await run(
        process.execPath, [ require.resolve('typescript/bin/tsc'), '--project', folder ]).catch(error => error);

    t.is(stdout + stderr, '');
});
