/**
 * The binaries of a release, as far as packaging looks at them: that of this platform is the real one, each other has
 * the head of its format and its name in it.
 */

'use strict';

const fs = require('node:fs');
const path = require('node:path');

const { napi } = require('../../package.json');

const root = path.join(__dirname, '..', '..');
const SIZE = 4096;
const ELF_MACHINES = { arm64: 183,
    x64: 62 };

/**
 * Makes the head of a library.
 *
 * @param {string} platform - Its platform, as it stands in the file's name.
 * @returns {Buffer} The head.
 */
function headOf(platform) {
    const head = Buffer.alloc(SIZE);
    const [ system, arch ] = platform.split('-');

    if (system === 'linux') {
        head.write('\x7fELF\x02\x01\x01', 'latin1');
        head.writeUInt16LE(ELF_MACHINES[arch], 18);
    } else if (system === 'win32') {
        head.write('MZ', 'latin1');
    } else {
        // Mach-O: two architectures in one file, or one.
        head.writeUInt32BE(arch === 'universal' ? 0xcafebabe : 0xcffaedfe, 0);
        head.writeUInt32BE(2, 4);
    }
    head.write(platform, SIZE / 2);

    return head;
}

/**
 * Makes the binaries.
 *
 * @param {string} folder - Where to.
 * @returns {string} The folder.
 */
function makeArtifacts(folder) {
    const { parseTriple } = require('@napi-rs/cli');

    fs.mkdirSync(folder);
    napi.targets.map(triple => parseTriple(triple).platformArchABI).forEach(platform => {
        const name = `rtcstats-native.${platform}.node`;
        const own = path.join(root, name);

        if (fs.existsSync(own)) {
            fs.copyFileSync(own, path.join(folder, name));
        } else {
            fs.writeFileSync(path.join(folder, name), headOf(platform));
        }
    });

    return folder;
}

module.exports = {
    headOf,
    makeArtifacts
};
