/**
 * Growing columns of numbers: what the page keeps of a call instead of its reports.
 *
 * It must never hold anything but numbers; a hole is NaN.
 */

const FIRST_CAPACITY = 64;

/**
 * One growing column.
 */
export class Column {
    /**
     * Creates an empty column.
     *
     * @param {Float32ArrayConstructor | Float64ArrayConstructor} Type - Times need 64 bits, values do with 32.
     */
    constructor(Type = Float32Array) {
        this._Type = Type;
        this._values = new Type(FIRST_CAPACITY);
        this.length = 0;
    }

    /**
     * Writes a value, filling what lies between the end and its place with holes.
     *
     * @param {number} index - The place.
     * @param {number} value - The value.
     * @returns {void}
     */
    set(index, value) {
        if (index >= this._values.length) {
            const grown = new this._Type(Math.max(index + 1, this._values.length * 2));

            grown.set(this._values.subarray(0, this.length));
            this._values = grown;
        }
        if (index >= this.length) {
            this._values.fill(NaN, this.length, index);
            this.length = index + 1;
        }
        this._values[index] = value;
    }

    /**
     * Reads a value.
     *
     * @param {number} index - The place.
     * @returns {number} The value, NaN if there is none.
     */
    get(index) {
        return index < this.length ? this._values[index] : NaN;
    }

    /**
     * Copies the column.
     *
     * @param {number} length - The wanted length; what is missing are holes.
     * @returns {Float32Array | Float64Array} The copy.
     */
    copy(length) {
        const copy = new this._Type(length).fill(NaN);

        copy.set(this._values.subarray(0, Math.min(length, this.length)));

        return copy;
    }
}

/**
 * Columns by name over common rows.
 */
export class Table {
    /**
     * Creates an empty table.
     */
    constructor() {
        /** @type {Record<string, Column>} */
        this._columns = {};
    }

    /**
     * Writes a row.
     *
     * @param {number} index - The row.
     * @param {Record<string, number>} values - Its values; names may be new.
     * @returns {void}
     */
    write(index, values) {
        for (const name of Object.keys(values)) {
            const value = values[name];

            if (!Number.isNaN(value)) {
                (this._columns[name] ??= new Column()).set(index, value);
            }
        }
    }

    /**
     * Copies all columns.
     *
     * @param {number} rows - The number of rows.
     * @returns {Record<string, Float32Array>} The columns by name.
     */
    copy(rows) {
        return Object.fromEntries(Object.entries(this._columns)
            .map(([ name, column ]) => [ name, /** @type {Float32Array} */ (column.copy(rows)) ]));
    }
}
