/**
 * The few helpers with which the page builds its elements.
 *
 * It must never take markup: text from a dump reaches the document as text only.
 */

/**
 * Creates an element.
 *
 * @param {string} tag - Its tag, with classes as in `div.card.wide`.
 * @param {Record<string, any>} [properties] - Attributes; `on…` are listeners; undefined and false are left out.
 * @param {...any} children - Elements and texts; nullish ones are left out.
 * @returns {HTMLElement} The element.
 */
export function create(tag, properties = {}, ...children) {
    const [ name, ...classes ] = tag.split('.');
    const element = document.createElement(name);

    element.classList.add(...classes);
    for (const [ key, value ] of Object.entries(properties)) {
        if (typeof value === 'function') {
            element.addEventListener(key.slice(2), value);
        } else if (value !== undefined && value !== false) {
            element.setAttribute(key, value === true ? '' : String(value));
        }
    }
    element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));

    return element;
}

/**
 * Sets the text of an element, only if it differs, so that nothing is laid out for no change.
 *
 * @param {Element} element - The element.
 * @param {string} text - The text.
 * @returns {void}
 */
export function setText(element, text) {
    if (element.textContent !== text) {
        element.textContent = text;
    }
}

/** @type {Map<string, string>} */
const styleValues = new Map();

/**
 * Reads a custom property of the style sheet. Drawing asks for the same few hundreds of times, hence the memory.
 *
 * @param {string} name - Its name without the dashes.
 * @returns {string} Its value.
 */
export function styleValue(name) {
    let value = styleValues.get(name);

    if (value === undefined) {
        value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`)
            .trim();
        styleValues.set(name, value);
    }

    return value;
}

/**
 * Forgets what was read, because the colour scheme changes.
 *
 * @returns {void}
 */
export function forgetStyleValues() {
    styleValues.clear();
}
