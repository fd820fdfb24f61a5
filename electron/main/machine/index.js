/**
 * The machine's side of a call: what only the app's main process can know (sleep, power, processes that died, displays,
 * networks, what the app takes), written into the session of each captured call that is open meanwhile.
 *
 * It must never poll faster than every ten seconds, never at all while no call is open, never keep the process alive,
 * and never let a question that Electron refuses reach the app. One set of listeners serves all calls of the app.
 */

'use strict';

const { readFacts, readGpus, readInterfaces, readProcesses, readSystemMemory } = require('./facts');
const { EVENTS, WINDOW_EVENTS } = require('./sources');

/**
 * @typedef {import('./sources').EventSource} EventSource
 */

/**
 * A captured call.
 *
 * @typedef {Object} Member
 * @property {any} contents - The window's contents it is in.
 * @property {function(string): void} push - Takes event lines.
 */

/** Milliseconds between two looks at processes and interfaces. */
const POLL_INTERVAL = 10000;

/** Entries of one type in a minute; what is above (a display being dragged) is left out. */
const BUDGET = 30;
const BUDGET_PERIOD = 60000;

/**
 * Writes an event line.
 *
 * @param {string} type - Its type.
 * @param {any} [payload] - Its payload.
 * @returns {string} The line.
 */
function toLine(type, payload) {
    return JSON.stringify([ type, null, payload ?? null, Date.now() ]);
}

/**
 * Does something, and lets nothing that goes wrong get out.
 *
 * @param {function(): void} work - What.
 * @returns {void}
 */
function guard(work) {
    try {
        work();
    } catch {
        // What the machine does not tell is missing in the dump, and that is all.
    }
}

/**
 * Bounds how often a type may come.
 */
class TypeBudget {
    /**
     * Creates a full one.
     *
     * @param {function(): number} now - Milliseconds on a clock that does not jump.
     */
    constructor(now) {
        this._now = now;

        /** @type {Map<string, { left: number, until: number }>} */
        this._types = new Map();
    }

    /**
     * Asks for one entry.
     *
     * @param {string} type - Its type.
     * @returns {boolean} Whether it may be written.
     */
    take(type) {
        const time = this._now();
        let state = this._types.get(type);

        if (!state || time >= state.until) {
            state = { left: BUDGET,
                until: time + BUDGET_PERIOD };
            this._types.set(type, state);
        }

        return state.left-- > 0;
    }
}

/**
 * Watches the machine while a call is open.
 */
class Machine {
    /**
     * Creates it, idle.
     *
     * @param {any} electron - Electron, or what stands for it.
     * @param {any} os - Node's `os`, or what stands for it.
     * @param {function(): number} [now] - Milliseconds on a clock that does not jump.
     */
    constructor(electron, os, now = () => performance.now()) {
        this._electron = electron;
        this._os = os;
        this._budget = new TypeBudget(now);

        /** @type {Set<Member>} */
        this._members = new Set();

        /** @type {Array<function(): void>} */
        this._undo = [];

        /** @type {Map<any, Array<function(): void>>} */
        this._windows = new Map();

        /** @type {NodeJS.Timeout | undefined} */
        this._timer = undefined;
        this._fingerprint = '';
        this._gpuFeatures = '';

        /** @type {Promise<Object[] | undefined> | undefined} */
        this._gpus = undefined;
    }

    /**
     * Writes the machine's side into a call from now on, beginning with the facts.
     *
     * @param {Member} member - The call.
     * @returns {function(): void} Ends it.
     */
    join(member) {
        this._members.size === 0 && this._start();
        this._members.add(member);
        this._windows.has(member.contents) || this._watchWindow(member.contents);
        this._introduce(member);

        return () => this._leave(member);
    }

    /**
     * Writes down how things are when a call begins.
     *
     * @param {Member} member - The call.
     * @returns {void}
     */
    _introduce(member) {
        const { app } = this._electron;

        guard(() => member.push(toLine('clientFacts', readFacts(this._electron, this._os))));
        guard(() => member.push(this._interfacesLine(readInterfaces(this._os).interfaces)));
        this._gpus ??= readGpus(app);
        this._gpus.then(gpus => gpus && this._members.has(member)
            && guard(() => member.push(toLine('app.getGPUInfo', gpus))));
    }

    /**
     * Takes a call out, and with the last one all listeners and the timer.
     *
     * @param {Member} member - The call.
     * @returns {void}
     */
    _leave(member) {
        if (!this._members.delete(member)) {
            return;
        }
        if (![ ...this._members ].some(({ contents }) => contents === member.contents)) {
            this._windows.get(member.contents)?.forEach(guard);
            this._windows.delete(member.contents);
        }
        if (this._members.size === 0) {
            clearInterval(this._timer);
            this._undo.forEach(guard);
            this._undo = [];
        }
    }

    /**
     * Begins to listen and to look.
     *
     * @returns {void}
     */
    _start() {
        const { app } = this._electron;

        this._undo = EVENTS.map(source => this._listen(this._electron[source.emitter], source, () => true));
        this._undo.push(this._on(app, 'gpu-info-update', () => this._tellGpuFeatures()));
        guard(() => {
            this._fingerprint = readInterfaces(this._os).fingerprint;
            this._gpuFeatures = JSON.stringify(app.getGPUFeatureStatus());

            // Percentages are of the time since the look before.
            readProcesses(app);
        });
        this._timer = setInterval(() => this._look(), POLL_INTERVAL);
        this._timer.unref?.();
    }

    /**
     * Listens to what the contents of a window tell of themselves.
     *
     * @param {any} contents - The contents.
     * @returns {void}
     */
    _watchWindow(contents) {
        this._windows.set(contents, WINDOW_EVENTS.map(source =>
            this._listen(contents, source, member => member.contents === contents)));
    }

    /**
     * Writes an event of Electron down whenever it comes.
     *
     * @param {any} emitter - Who tells it.
     * @param {EventSource} source - How.
     * @param {function(Member): boolean} concerns - For which calls.
     * @returns {function(): void} Ends it.
     */
    _listen(emitter, source, concerns) {
        return this._on(emitter, source.event, args =>
            this._tell(`${source.emitter}.${source.event}`, source.payload(args), concerns));
    }

    /**
     * Listens.
     *
     * @param {any} emitter - Who tells; it may be missing.
     * @param {string} event - What.
     * @param {function(any[]): void} listener - Told what it is told with.
     * @returns {function(): void} Ends it.
     */
    _on(emitter, event, listener) {
        const guarded = (/** @type {any[]} */ ...args) => guard(() => listener(args));

        guard(() => emitter.on(event, guarded));

        return () => emitter?.removeListener(event, guarded);
    }

    /**
     * Writes an entry into calls, within the budget.
     *
     * @param {string} type - Its type.
     * @param {any} payload - Its payload.
     * @param {function(Member): boolean} [concerns] - Into which.
     * @returns {void}
     */
    _tell(type, payload, concerns = () => true) {
        this._budget.take(type) && this._write(toLine(type, payload), concerns);
    }

    /**
     * Writes a line into calls.
     *
     * @param {string} line - The line.
     * @param {function(Member): boolean} [concerns] - Into which.
     * @returns {void}
     */
    _write(line, concerns = () => true) {
        [ ...this._members ].filter(concerns).forEach(member => guard(() => member.push(line)));
    }

    /**
     * Looks at what tells nothing by itself.
     *
     * @returns {void}
     */
    _look() {
        guard(() => this._write(toLine('app.getAppMetrics', { memory: readSystemMemory(),
            processes: readProcesses(this._electron.app) })));
        guard(() => {
            const { fingerprint, interfaces } = readInterfaces(this._os);

            if (fingerprint !== this._fingerprint) {
                this._fingerprint = fingerprint;
                this._write(this._interfacesLine(interfaces));
            }
        });
    }

    /**
     * Writes the network interfaces.
     *
     * @param {Object[]} interfaces - The interfaces.
     * @returns {string} The line.
     */
    _interfacesLine(interfaces) {
        return toLine('os.networkInterfaces', { interfaces,
            online: this._electron.net?.isOnline?.() });
    }

    /**
     * Tells which GPU features are on when that has changed: after a crash of its process all may be software.
     *
     * @returns {void}
     */
    _tellGpuFeatures() {
        const features = this._electron.app.getGPUFeatureStatus();
        const text = JSON.stringify(features);

        if (text !== this._gpuFeatures) {
            this._gpuFeatures = text;
            this._tell('app.gpu-info-update', features);
        }
    }
}

/** @type {Machine | undefined} */
let machine;

/**
 * Writes the machine's side into a call of this app.
 *
 * @param {Member} member - The call.
 * @returns {function(): void} Ends it.
 */
function joinMachine(member) {
    machine ??= new Machine(require('electron'), require('os'));

    return machine.join(member);
}

module.exports = {
    Machine,
    POLL_INTERVAL,
    joinMachine
};
