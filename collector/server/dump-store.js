/**
 * The folder of dumps: one text file per session, named by its id, a line an entry.
 *
 * Lines are written synchronously. A pong promises that everything before it was read, and tests look into the file as
 * soon as they have the pong; a development server can afford to wait for its own disk.
 *
 * It must never write into a file it did not create, nor let an id leave the folder.
 */

'use strict';

const fs = require('node:fs');
const path = require('node:path');

const { withoutSequenceNumber, importerHeader } = require('./importer-format');

const VALID_ID = /^[a-zA-Z0-9_-]+$/;

// How much of a file is looked at when the folder is opened, in bytes.
const MAX_HEADER = 16384;

/**
 * @typedef {import('./admission').Refusal} Refusal
 * @typedef {import('./client-info').ClientInfo} ClientInfo
 *
 * @typedef {Object} DumpFormat
 * @property {boolean} importerFormat - Whether to write protocol 3.1 for the public webrtc-dump-importer.
 * @property {string[]} [header] - The first lines, where they are not those of protocol 3.1.
 * @property {Room} room - What the folder has room for.
 *
 * @typedef {Object} DumpInfo
 * @property {string} id - The id of the dump, which is its file name.
 * @property {string} sessionId - The id in the client's messages; differs from `id` if a file of that name existed.
 * @property {string} path - Where the file is.
 * @property {boolean} open - Whether its session is still connected.
 * @property {number} startedAt - When the dump was created, in ms since the epoch.
 * @property {number} endedAt - When it was closed, 0 while open.
 * @property {number} lines - The number of lines written, or -1 for a file found in the folder.
 * @property {number} bytes - The size in bytes.
 * @property {ClientInfo | null} client - Who sends it, null if the first line does not say.
 */

/**
 * Creates a file that did not exist before, counting up `<id>_<n>` as the server does.
 *
 * @param {string} directory - The folder.
 * @param {string} sessionId - The id asked for.
 * @returns {{id: string, file: string, descriptor: number}} The created file.
 */
function createUnique(directory, sessionId) {
    for (let attempt = 0; ; attempt++) {
        const id = attempt === 0 ? sessionId : `${sessionId}_${attempt}`;
        const file = path.join(directory, id);

        try {
            return { id,
                file,
                descriptor: fs.openSync(file, 'wx') };
        } catch (error) {
            if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') {
                throw error;
            }
        }
    }
}

/**
 * What a folder has room for.
 */
class Room {
    /**
     * Creates it.
     *
     * @param {number} maxBytes - How many bytes of dumps the folder may hold.
     */
    constructor(maxBytes) {
        this._maxBytes = maxBytes;
        this._used = 0;
    }

    /**
     * Why no more clients are taken.
     *
     * @returns {Refusal | null} Why, null while there is room.
     */
    get refusal() {
        return this._used < this._maxBytes ? null : {
            status: 507,
            reason: this._reason
        };
    }

    /**
     * In which words.
     *
     * @returns {string} The words.
     */
    get _reason() {
        return `the folder of dumps is full: it holds ${this._used} bytes of ${this._maxBytes} allowed; `
            + 'delete dumps and start again, or allow more with --max-bytes';
    }

    /**
     * Notes bytes that are there already.
     *
     * @param {number} bytes - How many.
     * @returns {void}
     */
    note(bytes) {
        this._used += bytes;
    }

    /**
     * Takes room for bytes that are to be written.
     *
     * @param {number} bytes - How many.
     * @returns {void}
     */
    take(bytes) {
        if (this._used + bytes > this._maxBytes) {
            this._used = this._maxBytes;
            throw new Error(this._reason);
        }
        this._used += bytes;
    }
}

/**
 * One open dump.
 */
class Dump {
    /**
     * Creates the file and writes its first lines.
     *
     * @param {string} directory - The folder.
     * @param {string} sessionId - The id the client uses.
     * @param {ClientInfo} client - Who sends it.
     * @param {DumpFormat} format - What it is to look like, and what the folder has room for.
     */
    constructor(directory, sessionId, client, { importerFormat, header, room }) {
        const { id, file, descriptor } = createUnique(directory, sessionId);
        const startedAt = Date.now();

        this._descriptor = descriptor;
        this._room = room;
        this._importerFormat = importerFormat && !header;

        /** @type {DumpInfo} */
        this.info = { id,
            sessionId,
            path: file,
            open: true,
            startedAt,
            endedAt: 0,
            lines: 0,
            bytes: 0,
            client };
        this.append(header ?? [ JSON.stringify(importerFormat
            ? importerHeader(client, startedAt)
            : [ 'connectionInfo', null, client, startedAt ]) ]);
    }

    /**
     * Writes lines at the end of the file.
     *
     * @param {string[]} lines - The lines, without their newlines.
     * @returns {void}
     */
    append(lines) {
        if (lines.length === 0) {
            return;
        }
        const written = this._importerFormat ? lines.map(withoutSequenceNumber) : lines;
        const bytes = Buffer.from(`${written.join('\n')}\n`);

        this._room.take(bytes.length);
        this.info.bytes += fs.writeSync(this._descriptor, bytes);
        this.info.lines += lines.length;
    }

    /**
     * Closes the file.
     *
     * @returns {void}
     */
    close() {
        if (this.info.open) {
            this.info.open = false;
            this.info.endedAt = Date.now();
            fs.closeSync(this._descriptor);
        }
    }
}

/**
 * Reads the beginning of a file.
 *
 * @param {string} file - The path.
 * @returns {string} As much of it as is looked at, '' if there is nothing to be read.
 */
function readBeginning(file) {
    let descriptor;

    try {
        descriptor = fs.openSync(file, 'r');
        const start = Buffer.alloc(MAX_HEADER);

        return start.toString('utf8', 0, fs.readSync(descriptor, start, 0, MAX_HEADER, 0));
    } catch {
        return '';
    } finally {
        descriptor === undefined || fs.closeSync(descriptor);
    }
}

/**
 * Creates a folder and those above it. The recursive mkdir of Node never returns where a file system refuses folders
 * with ENOENT, as /proc does.
 *
 * @param {string} directory - The folder.
 * @returns {void}
 */
function ensureFolder(directory) {
    if (!fs.existsSync(directory)) {
        ensureFolder(path.dirname(directory));
        fs.mkdirSync(directory);
    }
}

/**
 * The dumps of one folder.
 */
class DumpStore {
    /**
     * Opens the folder, creating it where needed.
     *
     * @param {string} directory - The folder.
     * @param {Object} options - The options.
     * @param {boolean} options.importerFormat - Whether to write for the public webrtc-dump-importer.
     * @param {number} options.maxBytes - How many bytes of dumps the folder may hold.
     */
    constructor(directory, { importerFormat, maxBytes }) {
        this._directory = directory;
        this._importerFormat = importerFormat;
        this._room = new Room(maxBytes);

        /** @type {Map<string, DumpInfo>} */
        this._dumps = new Map();
        ensureFolder(directory);
        fs.accessSync(directory, fs.constants.W_OK);
    }

    /**
     * Lists what an earlier run left in the folder.
     *
     * @returns {Promise<void>} Resolves when the list is complete.
     */
    async findEarlierDumps() {
        const { readStart } = await import('../dump/detect.js');

        for (const entry of fs.readdirSync(this._directory, { withFileTypes: true })) {
            const file = path.join(this._directory, entry.name);
            const isCandidate = entry.isFile() && VALID_ID.test(entry.name) && !this._dumps.has(entry.name);
            const start = isCandidate ? readStart(readBeginning(file)) : null;

            if (start) {
                const { size, mtimeMs } = fs.statSync(file);

                this._room.note(size);
                this._dumps.set(entry.name, {
                    id: entry.name,
                    sessionId: entry.name,
                    path: file,
                    open: false,
                    startedAt: typeof start.startedAt === 'number' ? start.startedAt : mtimeMs,
                    endedAt: mtimeMs,
                    lines: -1,
                    bytes: size,
                    client: /** @type {ClientInfo | null} */ (start.client)
                });
            }
        }
    }

    /**
     * Tells whether the folder holds a file of that name. The server deletes a dump once it has been processed, so with
     * it an id is taken while it is live and a little longer; here dumps are kept, so an id stays taken.
     *
     * @param {string} id - The id.
     * @returns {boolean} Whether it does.
     */
    has(id) {
        return VALID_ID.test(id) && fs.existsSync(path.join(this._directory, id));
    }

    /**
     * Why no more clients are taken.
     *
     * @returns {Refusal | null} Why, null while the folder has room.
     */
    get refusal() {
        return this._room.refusal;
    }

    /**
     * Creates a dump.
     *
     * @param {string} sessionId - The id the client uses.
     * @param {ClientInfo} client - Who sends it.
     * @param {string[]} [header] - The first lines, where they are not those of protocol 3.1.
     * @returns {Dump} The open dump.
     */
    create(sessionId, client, header) {
        const dump = new Dump(this._directory, sessionId, client, {
            header,
            importerFormat: this._importerFormat,
            room: this._room
        });

        this._dumps.set(dump.info.id, dump.info);

        return dump;
    }

    /**
     * Lists all dumps, oldest first.
     *
     * @returns {DumpInfo[]} Copies of their descriptions.
     */
    list() {
        return [ ...this._dumps.values() ].sort((a, b) => a.startedAt - b.startedAt)
            .map(info => {
                return { ...info };
            });
    }
}

module.exports = { Dump,
    DumpStore,
    VALID_ID };
