/**
 * Cuts a stream of concatenated JSON texts into single values, wherever the chunks happen to end.
 *
 * A websocket frame may hold several values, and one value may be spread over several frames: frame borders mean
 * nothing to the servers this collector stands in for. The grammar is checked while scanning, so that malformed input
 * is noticed at the offending character and not when (or if) its brackets close.
 *
 * It must never buffer more than its limit, and never hand out a value that is not complete.
 */

'use strict';

const { StringDecoder } = require('node:string_decoder');

// What may come next at the scanner's position.
const VALUE = 0; // a value
const VALUE_OR_END = 1; // a value or the end of the array, right after "["
const KEY_OR_END = 2; // a key or the end of the object, right after "{"
const KEY = 3; // a key, after a comma
const COLON = 4;
const COMMA_OR_END = 5;
const STRING = 6; // inside a string
const LITERAL = 7; // inside a number, true, false or null

const WHITESPACE = /[ \t\r\n]*/y;

// The bulk of every message is one long string, so its plain runs are skipped by the regular expression engine.
// eslint-disable-next-line no-control-regex
const PLAIN_CHARACTERS = /[^"\\\u0000-\u001f]*/y;
const LITERAL_CHARACTERS = /[-+.0-9a-zA-Z]*/y;
const COMPLETE_LITERAL = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)$/;

const DEFAULT_MAX_LENGTH = 64 * 1024 * 1024;
const MAX_DEPTH = 1000;

/**
 * Moves past everything that matches a sticky expression.
 *
 * @param {RegExp} expression - A sticky expression that may match nothing.
 * @param {string} text - The text.
 * @param {number} position - Where to start.
 * @returns {number} The position after the match.
 */
function skip(expression, text, position) {
    expression.lastIndex = position;
    expression.test(text);

    return Math.max(expression.lastIndex, position);
}

/**
 * An incremental splitter. Not reusable after it threw.
 */
class JsonSplitter {
    /**
     * Creates the splitter.
     *
     * @param {Object} [options] - The options.
     * @param {number} [options.maxLength] - The longest value accepted, in UTF-16 code units.
     */
    constructor({ maxLength = DEFAULT_MAX_LENGTH } = {}) {
        this._decoder = new StringDecoder('utf8');
        this._maxLength = maxLength;
        this._text = '';
        this._position = 0;
        this._start = -1;
        this._literalStart = -1;
        this._state = VALUE;
        this._stringIsKey = false;

        /** @type {string[]} */
        this._stack = [];
    }

    /**
     * Takes the next chunk.
     *
     * @param {Buffer | string} chunk - Bytes or text.
     * @returns {Generator<any>} The values completed by this chunk, in order; throws a SyntaxError on malformed input.
     */
    *push(chunk) {
        this._text += typeof chunk === 'string' ? chunk : this._decoder.write(chunk);

        while (this._step()) {
            if (this._stack.length === 0 && this._state === COMMA_OR_END) {
                const value = this._text.slice(this._start, this._position);

                this._start = -1;
                this._state = VALUE;
                yield JSON.parse(value);
            }
        }
        this._forgetConsumed();
    }

    /**
     * Drops the text in front of the value that is being read.
     *
     * @returns {void}
     */
    _forgetConsumed() {
        const keepFrom = this._start < 0 ? this._position : this._start;

        this._text = this._text.slice(keepFrom);
        this._position -= keepFrom;
        this._literalStart -= keepFrom;
        this._start = this._start < 0 ? -1 : 0;
        if (this._text.length > this._maxLength) {
            throw new SyntaxError(`JSON value longer than ${this._maxLength} characters`);
        }
    }

    /**
     * Advances by one token or one piece of a string.
     *
     * @returns {boolean} False when the text is used up.
     */
    _step() {
        if (this._state === STRING) {
            return this._stepString();
        }
        if (this._state === LITERAL) {
            return this._stepLiteral();
        }
        this._position = skip(WHITESPACE, this._text, this._position);
        if (this._position >= this._text.length) {
            return false;
        }
        this._stepToken(this._text[this._position]);

        return true;
    }

    /**
     * Reads on inside a string.
     *
     * @returns {boolean} False when the text is used up.
     */
    _stepString() {
        this._position = skip(PLAIN_CHARACTERS, this._text, this._position);
        const character = this._text[this._position];

        if (character === undefined) {
            return false;
        }
        if (character === '"') {
            this._position++;
            this._state = this._stringIsKey ? COLON : COMMA_OR_END;

            return true;
        }
        if (character !== '\\') {
            this._fail(character);
        }
        if (this._position + 1 >= this._text.length) {
            return false;
        }

        // Which character is escaped is left to JSON.parse: only a quote or a backslash matters for finding the end.
        this._position += 2;

        return true;
    }

    /**
     * Reads on inside a number, true, false or null.
     *
     * @returns {boolean} False when the text is used up.
     */
    _stepLiteral() {
        this._position = skip(LITERAL_CHARACTERS, this._text, this._position);
        if (this._position >= this._text.length) {
            return false;
        }
        const literal = this._text.slice(this._literalStart, this._position);

        if (!COMPLETE_LITERAL.test(literal)) {
            this._fail(literal);
        }
        this._state = COMMA_OR_END;

        return true;
    }

    /**
     * Handles one character outside strings and literals.
     *
     * @param {string} character - The character at the position.
     * @returns {void}
     */
    _stepToken(character) {
        switch (this._state) {
        case VALUE:
        case VALUE_OR_END:
            this._stepValue(character);
            break;
        case KEY:
        case KEY_OR_END:
            this._stepKey(character);
            break;
        case COLON:
            this._expect(character === ':', character);
            this._state = VALUE;
            break;
        default:
            this._stepAfterValue(character);
        }
        this._position++;
    }

    /**
     * Handles the first character of a value.
     *
     * @param {string} character - The character.
     * @returns {void}
     */
    _stepValue(character) {
        if (character === ']' && this._state === VALUE_OR_END) {
            this._pop(character);

            return;
        }
        if (this._stack.length === 0) {
            // A bare number has no end of its own in a stream, and no client sends anything but objects.
            this._expect(character === '{' || character === '[', character);
            this._start = this._position;
        }
        if (character === '{' || character === '[') {
            this._expect(this._stack.length < MAX_DEPTH, character);
            this._stack.push(character);
            this._state = character === '{' ? KEY_OR_END : VALUE_OR_END;
        } else if (character === '"') {
            this._stringIsKey = false;
            this._state = STRING;
        } else {
            this._expect(/[-0-9tfn]/.test(character), character);
            this._literalStart = this._position;
            this._state = LITERAL;
        }
    }

    /**
     * Handles what may stand in the place of a key.
     *
     * @param {string} character - The character.
     * @returns {void}
     */
    _stepKey(character) {
        if (character === '}' && this._state === KEY_OR_END) {
            this._pop(character);

            return;
        }
        this._expect(character === '"', character);
        this._stringIsKey = true;
        this._state = STRING;
    }

    /**
     * Handles a comma or a closing bracket.
     *
     * @param {string} character - The character.
     * @returns {void}
     */
    _stepAfterValue(character) {
        if (character === ',') {
            this._state = this._stack[this._stack.length - 1] === '{' ? KEY : VALUE;
        } else {
            this._pop(character);
        }
    }

    /**
     * Closes the innermost object or array.
     *
     * @param {string} character - The closing character.
     * @returns {void}
     */
    _pop(character) {
        const opened = this._stack.pop();

        this._expect(character === (opened === '{' ? '}' : ']'), character);
        this._state = COMMA_OR_END;
    }

    /**
     * Fails unless a condition holds.
     *
     * @param {boolean} condition - What must hold.
     * @param {string} character - What was found.
     * @returns {void}
     */
    _expect(condition, character) {
        if (!condition) {
            this._fail(character);
        }
    }

    /**
     * Reports malformed input.
     *
     * @param {string} found - What was found.
     * @returns {never}
     */
    _fail(found) {
        throw new SyntaxError(`Unexpected ${JSON.stringify(found.slice(0, 40))} in a stream of JSON values`);
    }
}

module.exports = { JsonSplitter };
