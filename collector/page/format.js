/**
 * Numbers and times as people read them. It must never round a value to nothing: what is not zero does not read as
 * zero.
 */


// What a date can be at most, in ms.
const LAST_DATE = 8.64e15;
const CLOCK = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit'
});
const DAY = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short'
});

/**
 * A number with three digits at most behind the point and none to spare.
 *
 * @param {number} value - The number.
 * @returns {string} The text.
 */
export function number(value) {
    const size = Math.abs(value);

    if (size >= 100 || Number.isInteger(value)) {
        return String(Math.round(value));
    }

    return size >= 1 ? value.toFixed(1) : String(Number(value.toPrecision(2)));
}

/**
 * A number with a metric prefix.
 *
 * @param {number} value - The number.
 * @param {string} unit - Its unit.
 * @returns {string} The text.
 */
export function metric(value, unit) {
    const power = [ [ 1e9, 'G' ], [ 1e6, 'M' ], [ 1e3, 'k' ] ].find(([ factor ]) => Math.abs(value) >= Number(factor));

    return power ? `${number(value / Number(power[0]))} ${power[1]}${unit}` : `${number(value)} ${unit}`;
}

/**
 * A time of day.
 *
 * @param {number} time - In ms since the epoch.
 * @returns {string} The text.
 */
export function clock(time) {
    return Math.abs(time) <= LAST_DATE ? CLOCK.format(time) : '–';
}

/**
 * A day, its year, a time of day and the zone that it is of.
 *
 * @param {number} time - In ms since the epoch.
 * @returns {string} The text.
 */
export function day(time) {
    return Math.abs(time) <= LAST_DATE ? DAY.format(time) : '–';
}

/**
 * A span of time.
 *
 * @param {number} ms - In ms.
 * @returns {string} The text.
 */
export function duration(ms) {
    if (!Number.isFinite(ms)) {
        return '–';
    }
    const seconds = Math.round(ms / 1000);
    const minutes = Math.floor(seconds / 60);
    const parts = [ [ Math.floor(minutes / 60), 'h' ], [ minutes % 60, 'min' ], [ seconds % 60, 's' ] ];
    const first = parts.findIndex(([ count ]) => Number(count) > 0);

    return first < 0 ? '0 s' : parts.slice(first, first + 2)
        .map(part => part.join(' '))
        .join(' ');
}

/**
 * Time since the start, as it stands in front of an event.
 *
 * @param {number} ms - In ms.
 * @returns {string} The text.
 */
export function sinceStart(ms) {
    if (!(Math.abs(ms) <= LAST_DATE)) {
        return '–';
    }
    const sign = ms < 0 ? '-' : '+';
    const size = Math.abs(ms);
    const minutes = Math.floor(size / 60000);

    return `${sign}${minutes}:${(size / 1000 % 60).toFixed(3).padStart(6, '0')}`;
}

/**
 * The browser in a user agent.
 *
 * @param {string} userAgent - The user agent.
 * @returns {string} Its name and major version.
 */
export function browser(userAgent) {
    const match = /(Electron|Edg|Firefox|HeadlessChrome|Chrome|Version)\/(\d+)/.exec(
        userAgent.replace(/.*(?=Electron\/|Edg\/)/, ''));

    return match
        ? `${match[1].replace('Version', 'Safari').replace('Edg', 'Edge')} ${match[2]}`
        : userAgent.slice(0, 40);
}
