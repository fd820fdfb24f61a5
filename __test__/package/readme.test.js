/**
 * An app of the lines that the README and the guide begin with, and of nothing else, packaged as the guide says: it
 * must work at the first try. Only the two addresses are others.
 */

'use strict';

const test = require('ava');
const fs = require('node:fs');
const path = require('node:path');

const { launchElectron } = require('../../scripts/electron-runtime');
const { Arrivals } = require('../electron/harness');
const { servePages } = require('../electron/pages');

const { build } = require('./builder');
const { codeOf } = require('./docs');
const { useInstalledPackages } = require('./install');

const SERVER = 'wss://rtcstats.example.com';
const PAGE = 'https://meet.example.com/room';

const installed = useInstalledPackages(test);

/**
 * Packages and starts an app.
 *
 * @param {string} code - Its main process.
 * @returns {Promise<any>} The running app.
 */
async function startPackaged(code) {
    fs.writeFileSync(path.join(installed.project, 'main.js'), code);
    const [ resources ] = Object.values(await build(installed, [ `--${process.platform}`, `--${process.arch}` ]));

    return launchElectron({ appPath: resources,
        binary: path.join(resources, '..', 'project'),
        stdio: 'ignore',
        switches: [ `--user-data-dir=${fs.mkdtempSync(path.join(installed.folder, 'user-'))}` ] });
}

[ [ 'README.md', 'In an Electron app' ], [ 'docs/electron.md', 'Five lines' ] ].forEach(([ file, heading ]) => {
    test.serial(`the first lines of ${file} are an app: a page and its iframe of another origin`, async t => {
        const arrivals = await Arrivals.start();
        const [ outer, inner ] = await Promise.all([ servePages(), servePages() ]);

        t.teardown(() => Promise.all([ arrivals.collector, outer, inner ].map(server => server.close())));
        const [ code ] = codeOf(file, heading, 'js');
        const app = await startPackaged(code.replace(SERVER, arrivals.endpoint)
            .replace(PAGE, `${outer.origin}/top?touch&frame=${encodeURIComponent(`${inner.origin}/inner?touch`)}`));

        // The two documents are two meetings, because nobody named them: each has the name of its path.
        await Promise.all([ 'top', 'inner' ].map(meeting =>
            arrivals.until(meeting, entries => entries.some(([ type ]) => type === 'close'))));
        app.process.kill();
        await app.exited;
        t.is(arrivals.collector.dumps().length, 2);
    });
});
