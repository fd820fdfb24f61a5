/**
 * Gives a session the interface for preloads that Electron has since version 35, with what its `setPreloads` does in
 * version 45, on top of the one before. Where Electron has it already nothing is changed, so that the tests
 * that use this try the real one there.
 */

'use strict';

const { randomUUID } = require('crypto');
const path = require('path');

/**
 * Gives it.
 *
 * @param {any} session - A session, or anything with `setPreloads`.
 * @returns {any} The same.
 */
function useRegistration(session) {
    if (typeof session.registerPreloadScript === 'function') {
        return session;
    }
    const apply = session.setPreloads.bind(session);
    let scripts = [];
    const change = changed => {
        scripts = changed;
        apply(scripts.filter(({ type }) => type === 'frame').map(({ filePath }) => filePath));
    };

    session.getPreloadScripts = () => scripts.map(script => {
        return { ...script };
    });
    session.registerPreloadScript = ({ filePath, id = randomUUID(), type }) => {
        if (scripts.some(script => script.id === id)) {
            throw new Error(`Cannot register preload script with existing ID '${id}'`);
        }
        if (!path.isAbsolute(filePath)) {
            throw new Error(`Preload script must have absolute path: ${filePath}`);
        }
        change([ ...scripts, { filePath,
            id,
            type } ]);

        return id;
    };
    session.unregisterPreloadScript = id => {
        if (!scripts.some(script => script.id === id)) {
            throw new Error(`Cannot unregister preload script with non-existing ID '${id}'`);
        }
        change(scripts.filter(script => script.id !== id));
    };

    // Both are deprecated since, and go by way of the others: what was there is registered anew.
    session.getPreloads = () => scripts.filter(({ type }) => type === 'frame').map(({ filePath }) => filePath);
    session.setPreloads = files => {
        scripts.filter(({ type }) => type === 'frame').forEach(({ id }) => session.unregisterPreloadScript(id));
        files.forEach(filePath => session.registerPreloadScript({ filePath,
            type: 'frame' }));
    };

    return session;
}

module.exports = { useRegistration };
