/**
 * The types of entry that capture has produced in this page. Where the preload captures too, a trace leaves these out:
 * the preload's capture delivers them already, and what the app sends itself has other types.
 *
 * It must never hold anything but names.
 */

'use strict';

const types = new Set();

module.exports = {
    /**
     * Notes a type.
     *
     * @param {string} type - The type.
     * @returns {void}
     */
    note: type => {
        types.add(type);
    },

    /**
     * Says whether capture produces a type.
     *
     * @param {string} type - The type.
     * @returns {boolean} - Whether it does.
     */
    has: type => types.has(type)
};
