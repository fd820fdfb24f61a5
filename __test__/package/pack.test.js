/**
 * What is published, in empty projects: it holds what it should and no more, every entry point is there, the addon
 * delivers, and where the platform's package is not what it should be one error says so.
 */

'use strict';

const test = require('ava');
const fs = require('node:fs');
const path = require('node:path');

const { createCollector } = require('../../collector');

const { root, run, useInstalledPackages } = require('./install');

const PROMISED = [
    /^(LICENSE|README\.md|(addon|events|main|preload|rtcstats|token|trace-ws)\.js|index\.d\.ts|package\.json)$/,
    /^(electron|renderer)(\/[a-z0-9-]+)+\.js$/,
    /^dist\/(auto-preload|page|preload)\.js$/,
    /^dist\/types\/(addon|token|(electron|renderer)(\/[a-z0-9-]+)+)\.d\.ts$/
];
const PROMISED_OF_COLLECTOR = [
    /^(LICENSE|README\.md|cli\.js|index\.js|package\.json)$/,
    /^(dump|model|page|server)(\/[a-z0-9-]+)+\.js$/,
    /^(dump|model|page)\/package\.json$/,
    /^page\/[a-z-]+\.(css|html|svg)$/
];

/** Of the tarball, in bytes. Every app that takes the package downloads as much, and the binary of its platform. */
const MAX_MAIN_SIZE = 400 * 1000;
const DELIVER = `
    const { TraceChannel } = require('@jitsi/rtcstats-native');
    const channel = new TraceChannel({ endpoint: process.argv[1], meetingFqn: 'packed' });

    channel.connect();
    channel.push(JSON.stringify([ 'logs', null, 'from a tarball', Date.now() ]));
    channel.close().then(() => console.log(JSON.stringify(channel.stats())));
`;
const SAY_WHY = `
    try {
        require('@jitsi/rtcstats-native');
    } catch ({ cause, code, message, packages, platform }) {
        console.log(JSON.stringify({ cause: cause.message, code, message, packages, platform }));
    }
`;

const installed = useInstalledPackages(test);

/**
 * Runs a script in the project.
 *
 * @param {string} script - The script.
 * @param {string[]} [args] - Its arguments.
 * @returns {Promise<any>} What it printed, parsed.
 */
async function evaluate(script, args = []) {
    const { stdout } = await run(process.execPath, [ '-e', script, '--', ...args ], { cwd: installed.project });

    return JSON.parse(stdout);
}

/**
 * Gives the folder of an installed package.
 *
 * @param {string} name - The package.
 * @returns {string} The folder.
 */
function folderOf(name) {
    return path.join(installed.project, 'node_modules', name);
}

/**
 * Does something with the platform's package changed, and then puts it back.
 *
 * @param {function(string): void} change - Called with its folder.
 * @returns {Promise<any>} What the error says then.
 */
async function whyWith(change) {
    const folder = folderOf(installed.system.name);

    fs.cpSync(folder, `${folder}.bak`, { recursive: true });
    try {
        change(folder);

        return await evaluate(SAY_WHY);
    } finally {
        fs.rmSync(folder, { force: true,
            recursive: true });
        fs.renameSync(`${folder}.bak`, folder);
    }
}

test.serial('the main package holds what is promised, and no binary', t => {
    const { files } = installed.main;

    t.deepEqual(files.filter(file => !PROMISED.some(pattern => pattern.test(file))), []);
    t.true(files.includes('dist/preload.js'));
});

test.serial('the main package is small and brings nothing else with it', t => {
    const { dependencies } = JSON.parse(
        fs.readFileSync(path.join(folderOf(installed.main.name), 'package.json'), 'utf8'));

    t.true(installed.main.size < MAX_MAIN_SIZE, `${installed.main.size} bytes`);
    t.is(dependencies, undefined);
    t.deepEqual(fs.readdirSync(path.join(installed.project, 'node_modules'))
        .filter(name => !name.startsWith('.')), [ '@jitsi' ]);
});

test.serial('the collector\'s package holds what is promised', t => {
    const { files, name } = installed.collector;

    t.is(name, '@jitsi/rtcstats-collector');
    t.deepEqual(files.filter(file => !PROMISED_OF_COLLECTOR.some(pattern => pattern.test(file))), []);
    t.true(files.includes('LICENSE'));
});

test.serial('the system\'s package holds its binaries', t => {
    const { files, name } = installed.system;
    const binaries = fs.readdirSync(root).filter(file => file.endsWith('.node'));

    t.is(name, `@jitsi/rtcstats-native-${process.platform}`);
    t.deepEqual(files, [ 'LICENSE', 'README.md', 'package.json', ...binaries ]);
});

test.serial('nothing runs at installation', t => {
    [ installed.main, installed.system ].forEach(({ name }) => {
        const { scripts } = JSON.parse(fs.readFileSync(path.join(folderOf(name), 'package.json'), 'utf8'));

        t.is(scripts, undefined);
    });
});

test.serial('there is an optional dependency for every system, for all its architectures', t => {
    const { optionalDependencies, version } = JSON.parse(
        fs.readFileSync(path.join(folderOf(installed.main.name), 'package.json'), 'utf8'));

    t.deepEqual(optionalDependencies, Object.fromEntries([
        'darwin', 'linux', 'win32'
    ].map(system => [ `@jitsi/rtcstats-native-${system}`, version ])));
});

test.serial('the addon delivers', async t => {
    const collector = await createCollector();

    t.teardown(() => collector.close());
    const { captured, delivered } = await evaluate(DELIVER, [ collector.url ]);

    t.deepEqual({ captured,
        delivered }, { captured: 1,
        delivered: 1 });
    t.regex(fs.readFileSync(collector.dumps()[0].path, 'utf8'), /from a tarball/);
});

test.serial('every entry point resolves, by require and by import, and its types are there', async t => {
    const { exports: entries } = require(path.join(root, 'package.json'));
    const files = new Set(installed.main.files.map(file => `./${file}`));

    for (const [ entry, target ] of Object.entries(entries)) {
        const name = path.posix.join(installed.main.name, entry);

        if (typeof target === 'object') {
            t.true(files.has(target.types), target.types);
        }

        const expected = path.join(folderOf(installed.main.name), target.default ?? target);

        t.is(await evaluate(`console.log(JSON.stringify(require.resolve('${name}')))`), fs.realpathSync(expected));
    }
    t.deepEqual(await evaluate(`
        import('@jitsi/rtcstats-native/renderer').then(async renderer => console.log(JSON.stringify([
            typeof (await import('@jitsi/rtcstats-native')).TraceChannel,
            typeof renderer.default.traceInit,
            typeof (await import('@jitsi/rtcstats-native/rtcstats')).default,
            typeof (await import('@jitsi/rtcstats-native/trace-ws')).default
        ])));`), [ 'function', 'function', 'function', 'function' ]);
});

test.serial('the collector\'s command is there', async t => {
    const command = path.join(installed.collectorProject, 'node_modules', '.bin', 'rtcstats-collector');
    const { stdout } = await run(command, [ '--help' ]);

    t.regex(stdout, /^Usage: rtcstats-collector/);
});

test.serial('a missing system\'s package is named', async t => {
    const why = await whyWith(folder => fs.rmSync(folder, { recursive: true }));

    t.is(why.code, 'ERR_RTCSTATS_ADDON');
    t.is(why.platform, `${process.platform}-${process.arch}`);
    t.deepEqual(why.packages, [ installed.system.name ]);
    t.is(why.cause, `Cannot find module '${installed.system.name}'`);
    [ why.platform, installed.system.name, why.cause ].forEach(
        part => t.true(why.message.includes(part), why.message));
});

test.serial('a corrupt system\'s package is named, with what the system says of it', async t => {
    const why = await whyWith(folder => {
        const binary = fs.readdirSync(folder).find(file => file.endsWith('.node'));

        fs.writeFileSync(path.join(folder, binary), 'no library, though longer than its header. '.repeat(9));
    });

    t.deepEqual(why.packages, [ installed.system.name ]);
    t.regex(why.cause, /invalid ELF header|not a valid|mach-o/i);
    t.true(why.message.includes(why.cause));
});

test.serial('a system\'s package of another version is named, with both versions', async t => {
    const { version } = require(path.join(root, 'package.json'));
    const why = await whyWith(folder => {
        const manifest = path.join(folder, 'package.json');

        fs.writeFileSync(manifest, JSON.stringify({ ...JSON.parse(fs.readFileSync(manifest, 'utf8')),
            version: '99.0.0' }));
    });

    t.true(why.message.includes(why.platform));
    t.true(why.message.includes(installed.system.name), why.message);
    t.true(why.cause.includes(`its version is 99.0.0, and not ${version}`), why.cause);
});

test.serial('an architecture nobody built for is named', async t => {
    const { message, packages } = await evaluate(
        `Object.defineProperty(process, 'arch', { value: 'mips' });${SAY_WHY}`);

    t.deepEqual(packages, [ installed.system.name ]);
    t.regex(message, /-mips: looked for .*: there is no rtcstats-native\.[a-z0-9]+-mips.*\.node in it, but /);
});
