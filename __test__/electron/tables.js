/**
 * Writes the docs' tables of options from the table in the code. As a program it prints them:
 * `node __test__/electron/tables.js own|limits|channel`.
 */

'use strict';

const { OPTIONS } = require('../../electron/main/option-table');

/**
 * Shows a default.
 *
 * @param {Object} option - The option.
 * @returns {string} The default, as the docs say it.
 */
function shown({ default: value, shown: text }) {
    return text ?? `\`${value}\``;
}

/**
 * Writes rows.
 *
 * @param {Object} options - Options by name.
 * @param {string} [prefix] - What they are in.
 * @returns {string[]} One row an option; an object of options is its members.
 */
function rows(options, prefix = '') {
    return Object.entries(options).flatMap(([ name, option ]) => {
        const row = `| \`${prefix}${name}\` | ${shown(option)} | ${option.about} |`;

        return option.channel && option.members ? rows(option.members, `${name}.`) : [ row ];
    });
}

/**
 * Picks options of one kind.
 *
 * @param {function(Object): boolean} isWanted - Which.
 * @returns {Object} The options.
 */
function pick(isWanted) {
    return Object.fromEntries(Object.entries(OPTIONS).filter(([ , option ]) => isWanted(option)));
}

const TABLES = {
    channel: rows(pick(({ channel }) => channel)),
    limits: rows(OPTIONS.limits.members),
    own: rows(pick(({ channel }) => !channel))
};

module.exports = { TABLES };

if (require.main === module) {
    console.log(TABLES[process.argv[2]].join('\n'));
}
