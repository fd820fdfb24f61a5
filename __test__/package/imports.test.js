/**
 * The package as an import of web code: every tool finds every entry point, whether it knows `exports` or not, and with
 * or without the client to fall back to nothing is warned of.
 */

'use strict';

const test = require('ava');
const esbuild = require('esbuild');
const fs = require('node:fs');
const path = require('node:path');
const webpack = require('webpack');

const { root, run, useInstalledPackages } = require('./install');

/** The entry points of web code. */
const DROP_INS = [ 'events', 'rtcstats', 'trace-ws' ];

const installed = useInstalledPackages(test);

/**
 * Bundles for a page.
 *
 * @param {string} contents - A module of the project.
 * @param {Object} [options] - For esbuild.
 * @returns {Promise<Object>} What esbuild says.
 */
function bundle(contents, options) {
    return esbuild.build({
        // The export map of a dependency of 9.7.1 forbids the directory that it imports.
        alias: { '@jitsi/js-utils/browser-detection':
            path.join(root, 'node_modules/@jitsi/js-utils/browser-detection/index.js') },
        bundle: true,
        format: 'iife',
        logLevel: 'silent',
        metafile: true,
        stdin: { contents,
            resolveDir: installed.project },
        write: false,
        ...options
    });
}

/**
 * Puts the 9.7.1 client beside the package, for as long as something runs.
 *
 * @param {function(): Promise<any>} work - What runs.
 * @returns {Promise<any>} What it gave.
 */
async function withClient(work) {
    const link = path.join(installed.project, 'node_modules', '@jitsi', 'rtcstats');

    fs.symlinkSync(path.join(root, 'node_modules', '@jitsi', 'rtcstats'), link, 'dir');
    try {
        return await work();
    } finally {
        fs.unlinkSync(link);
    }
}

const TRACE = 'import traceInit from \'@jitsi/rtcstats-native/trace-ws\'; window.traceInit = traceInit;';

/**
 * Bundles by webpack.
 *
 * @param {string} contents - A module of the project.
 * @returns {Promise<Object>} What it warns of, and the modules in the bundle.
 */
function pack(contents) {
    const entry = path.join(installed.project, 'entry.mjs');

    fs.writeFileSync(entry, contents);

    return new Promise((resolve, reject) => {
        webpack({ entry,
            mode: 'production',
            output: { path: path.join(installed.project, 'webpacked') },
            resolve: { symlinks: false } }, (error, stats) => {
            const { errors, modules, warnings } = error ? {} : stats.toJson({ nestedModules: true });

            error ? reject(error) : resolve({ errors,
                names: modules.map(({ name }) => name).join(),
                warnings });
        });
    });
}

test.serial('a bundle without the client warns of nothing', async t => {
    const { metafile, warnings } = await bundle(TRACE);
    const packed = await pack(TRACE);

    t.deepEqual([ warnings, packed.warnings, packed.errors ], [ [], [], [] ]);
    t.false([ ...Object.keys(metafile.inputs), packed.names ].join().includes('@jitsi/rtcstats/'));
});

test.serial('a bundle with the client holds it', async t => {
    await withClient(async () => {
        t.true(Object.keys((await bundle(TRACE)).metafile.inputs).join()
            .includes('@jitsi/rtcstats/trace-ws'));
        t.true((await pack(TRACE)).names.includes('@jitsi/rtcstats/trace-ws'));
    });
});

test.serial('in a page the bare package is what the bare @jitsi/rtcstats is, elsewhere it is the addon', async t => {
    const inputs = async options => Object.keys((await bundle('import \'@jitsi/rtcstats-native\';', options))
        .metafile.inputs).join();

    t.regex(await inputs({ ignoreAnnotations: true }), /drop-in\/rtcstats\.js/);
    t.notRegex(await inputs({ ignoreAnnotations: true }), /addon\.js/);
    t.regex(await inputs({ external: [ '*.node' ],
        ignoreAnnotations: true,
        platform: 'node' }), /addon\.js/);
});

test.serial('what is imported for nothing is left out', async t => {
    const { outputFiles } = await bundle(DROP_INS.map(name => `import * as ${name.replace('-', '')}
        from '@jitsi/rtcstats-native/${name}';`).join('\n'));

    t.notRegex(outputFiles[0].text, /RTCPeerConnection/);
});

test.serial('tools that know no exports find every entry point', async t => {
    // As Node did before it knew them: by files.
    const folder = path.join(installed.project, 'node_modules', '@jitsi', 'rtcstats-native');
    const { exports: entries } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));

    for (const [ entry, { default: target } ] of Object.entries(entries).filter(([ name ]) => !(/json$/).test(name))) {
        const { stdout } = await run(process.execPath, [ '-e', `
            const Module = require('module');
            const load = Module._load;
            Module._load = (name, ...rest) => name === 'electron' ? { app: {} } : load(name, ...rest);
            console.log(require(${JSON.stringify(path.join(folder, entry))})
                === require(${JSON.stringify(path.join(folder, target))}));` ]);

        t.is(stdout.trim(), 'true', entry);
    }
});

test.serial('types are found by node10\'s resolution, too', async t => {
    const folder = path.join(installed.project, 'types-node10');

    fs.cpSync(path.join(__dirname, 'types'), folder, { recursive: true });
    [ '@types/node', 'electron', '@electron/get', 'undici-types' ].forEach(name => {
        const link = path.join(installed.project, 'node_modules', name);

        fs.mkdirSync(path.dirname(link), { recursive: true });
        fs.existsSync(link) || fs.symlinkSync(path.join(root, 'node_modules', name), link, 'dir');
    });
    const { stderr, stdout } = await run(process.execPath, [ require.resolve('typescript/bin/tsc'), '--project',
        path.join(folder, 'tsconfig.node10.json') ]).catch(error => error);

    t.is(stdout + stderr, '');
});

test.serial('the names of events are those of 9.7.1', async t => {
    const { outputFiles } = await withClient(() => bundle(`
        import * as theirs from '@jitsi/rtcstats/events';
        import * as ours from '@jitsi/rtcstats-native/events';
        globalThis.names = [ theirs, ours ].map(names => JSON.stringify({ ...names, default: undefined },
            Object.keys(names).sort()));
    `));
    const scope = {};

    new Function('globalThis', outputFiles[0].text)(scope); // eslint-disable-line no-new-func
    t.is(scope.names[1], scope.names[0]);
});
