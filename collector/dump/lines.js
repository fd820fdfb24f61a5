/**
 * Cuts the bytes of a dump into lines and says where each one lies, so that it can be fetched again when somebody wants
 * to see it whole.
 *
 * It must never keep a line it has handed out: a dump may be far bigger than the memory of the page.
 */

const NEWLINE = 10;

/**
 * The reader of one dump.
 */
export class LineReader {
    /**
     * Creates a reader at the start of a dump.
     */
    constructor() {
        this._decoder = new TextDecoder();

        /** @type {Uint8Array[]} */
        this._pending = [];
        this._pendingLength = 0;

        // Where the next unread byte lies, and where the current line began.
        this.offset = 0;
        this._lineStart = 0;
    }

    /**
     * Takes the next bytes.
     *
     * @param {Uint8Array} bytes - The bytes.
     * @param {Function} onLine - Called with each complete line's text, offset and length in bytes.
     * @returns {void}
     */
    push(bytes, onLine) {
        let from = 0;

        for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
            this._emit(bytes.subarray(from, end), onLine);
            from = end + 1;
        }
        if (from < bytes.length) {
            this._pending.push(bytes.slice(from));
            this._pendingLength += bytes.length - from;
        }
        this.offset += bytes.length;
    }

    /**
     * Takes what is left for a line: a dump whose writer died has no last newline.
     *
     * @param {Function} onLine - As for `push`.
     * @returns {void}
     */
    finish(onLine) {
        if (this._pendingLength > 0) {
            this._emit(new Uint8Array(0), onLine);
        }
    }

    /**
     * Hands out one line.
     *
     * @param {Uint8Array} tail - Its last bytes.
     * @param {Function} onLine - As for `push`.
     * @returns {void}
     */
    _emit(tail, onLine) {
        const length = this._pendingLength + tail.length;
        const start = this._lineStart;
        let whole = tail;

        if (this._pendingLength > 0) {
            whole = new Uint8Array(length);
            let at = 0;

            for (const piece of [ ...this._pending, tail ]) {
                whole.set(piece, at);
                at += piece.length;
            }
            this._pending = [];
            this._pendingLength = 0;
        }
        this._lineStart = start + length + 1;
        onLine(this._decoder.decode(whole), start, length);
    }
}
