/**
 * The lines of code in the documentation, so that tests run what people copy.
 */

'use strict';

const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..', '..');

/**
 * Reads the blocks of code of a section.
 *
 * @param {string} file - The file, from the top of the checkout.
 * @param {string} heading - The section's heading.
 * @param {string} language - Of the blocks.
 * @returns {string[]} The blocks.
 */
function codeOf(file, heading, language) {
    const text = fs.readFileSync(path.join(root, file), 'utf8');
    const level = text.match(new RegExp(`^(#+) ${heading}$`, 'm'))?.[1];

    if (!level) {
        throw new Error(`${file} has no section "${heading}"`);
    }
    const [ , rest ] = text.split(`\n${level} ${heading}\n`);
    const [ section ] = rest.split(new RegExp(`^#{1,${level.length}} `, 'm'));

    return [ ...section.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm')) ].map(([ , code ]) => code);
}

module.exports = { codeOf };
