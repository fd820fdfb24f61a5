/**
 * `npm run fuzz -- [--seconds 60] [target…]`: runs each fuzz target for a bounded time and prints what came of it. Exit
 * code 1 when something was found; the input is then below `fuzz/artifacts` and belongs, once understood, into
 * `fuzz/regressions/<target>`, where `cargo test --workspace` runs it for ever.
 *
 * It needs only stable Rust and a C++ compiler: without a sanitizer (there is no unsafe code to sanitize) cargo-fuzz
 * asks the compiler for nothing unstable.
 */

'use strict';

const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');

const ROOT = path.resolve(__dirname, '..');
const FUZZ = path.join(ROOT, 'fuzz');

/** A single input that takes longer than this, in seconds, is a finding. */
const TIMEOUT = 10;

/** More memory than this, in MB, is one too. */
const MEMORY = 1024;
const MAX_LENGTH = 16384;

/** The release profile is made for a small addon; here quick builds and readable stacks matter. */
const ENVIRONMENT = { ...process.env,
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16',
    CARGO_PROFILE_RELEASE_DEBUG: '1',
    CARGO_PROFILE_RELEASE_LTO: 'off',
    CARGO_PROFILE_RELEASE_STRIP: 'none' };

/**
 * Runs a command and shows what it says.
 *
 * @param {string[]} command - The program and its arguments.
 * @returns {void}
 */
function run([ program, ...args ]) {
    const { error, status } = spawnSync(program, args, { cwd: ROOT,
        env: ENVIRONMENT,
        stdio: 'inherit' });

    if (error || status !== 0) {
        throw error ?? new Error(`${program} ${args.join(' ')} ended with ${status}`);
    }
}

/**
 * Installs cargo-fuzz where it is missing.
 *
 * @returns {void}
 */
function ensureCargoFuzz() {
    const { status } = spawnSync('cargo', [ 'fuzz', '--version' ], { stdio: 'ignore' });

    if (status !== 0) {
        console.log('installing cargo-fuzz, once');
        run([ 'cargo', 'install', 'cargo-fuzz', '--locked' ]);
    }
}

/**
 * Lists the targets.
 *
 * @returns {string[]} Their names.
 */
function allTargets() {
    return fs.readdirSync(path.join(FUZZ, 'fuzz_targets')).map(name => path.basename(name, '.rs'))
        .sort();
}

/**
 * The arguments of cargo-fuzz that every call has.
 *
 * @param {string} command - What it is to do.
 * @returns {string[]} The arguments.
 */
function cargoFuzz(command) {
    return [ 'fuzz', command, '--fuzz-dir', FUZZ, '--sanitizer', 'none' ];
}

/**
 * Runs one target.
 *
 * @param {string} target - Its name.
 * @param {number} seconds - For how long.
 * @returns {Promise<{target: string, executions: number, coverage: number, failed: boolean, output: string}>} What came
 * of it.
 */
async function fuzz(target, seconds) {
    const folders = [ 'corpus', 'seeds', 'regressions' ].map(name => path.join(FUZZ, name, target));

    folders.forEach(folder => fs.mkdirSync(folder, { recursive: true }));
    const child = spawn('cargo', [ ...cargoFuzz('run'), target, ...folders, '--', `-max_total_time=${seconds}`,
        `-timeout=${TIMEOUT}`, `-rss_limit_mb=${MEMORY}`, `-max_len=${MAX_LENGTH}`, '-print_final_stats=1' ],
    { cwd: ROOT,
        env: ENVIRONMENT,
        stdio: [ 'ignore', 'ignore', 'pipe' ] });
    let output = '';

    child.stderr.on('data', data => {
        output += data;
    });
    const status = await new Promise(resolve => {
        child.once('close', resolve);
        child.once('error', () => resolve(-1));
    });

    return { coverage: Number(output.match(/cov: (\d+)/g)?.pop()
        ?.slice(5) ?? 0),
    executions: Number(/stat::number_of_executed_units:\s*(\d+)/.exec(output)?.[1] ?? 0),
    failed: status !== 0,
    output,
    target };
}

/**
 * Runs the targets one after another.
 *
 * @returns {Promise<void>} When all have had their time.
 */
async function main() {
    const { positionals, values } = parseArgs({ allowPositionals: true,
        options: { seconds: { default: '60',
            type: 'string' } } });
    const seconds = Number(values.seconds);
    const unknown = positionals.filter(target => !allTargets().includes(target));

    if (!(seconds > 0) || unknown.length > 0) {
        throw new Error(`npm run fuzz -- [--seconds 60] [target…]; targets: ${allTargets().join(', ')}`);
    }
    ensureCargoFuzz();
    run([ 'cargo', ...cargoFuzz('build') ]);
    let executions = 0;
    const found = [];

    for (const target of positionals.length > 0 ? positionals : allTargets()) {
        const result = await fuzz(target, seconds);

        executions += result.executions;
        console.log(`${target.padEnd(18)} ${String(result.executions).padStart(12)} executions, `
            + `${result.coverage} edges, ${result.failed ? 'FOUND SOMETHING' : 'nothing found'}`);
        if (result.failed) {
            found.push(target);
            console.error(result.output.slice(-4000));
        }
    }
    console.log(`${executions} executions, findings: ${found.join(', ') || 'none'}`);
    process.exitCode = found.length === 0 ? 0 : 1;
}

main().catch(error => {
    console.error(error.message);
    process.exitCode = 1;
});
