/**
 * Questions of a page that looks for capture by what it can change: prototypes, stacks, the order of things. The
 * answers of a bare page and of a captured one must be equal. `runHostileProbes` is a plain function whose source is
 * evaluated in a page (`source` is the expression to evaluate).
 *
 * It must never use anything from outside the function, give nothing but JSON, and leave the page as it was.
 */

'use strict';

/* eslint-env browser */
/* eslint-disable new-cap, no-extend-native, require-jsdoc, valid-jsdoc */

/**
 * Asks everything.
 *
 * @returns {Promise<Object>} - For each probe its answer.
 */
async function runHostileProbes() {
    const probes = {};
    const answers = {};
    const tag = value => Object.prototype.toString.call(value);
    const attempt = work => {
        try {
            return work();
        } catch (error) {
            return `${error}`;
        }
    };

    /** Everything that capture looks at, once. Answers with what the page was given. */
    const use = async () => {
        const answer = [];
        const pc = new RTCPeerConnection({ iceServers: [ { urls: 'turn:127.0.0.1:9',
            username: 'u',
            credential: 'c' } ] }, { optional: [ { rtcStatsSFUP2P: true } ] });

        answer.push(tag(pc), tag(pc.createDataChannel('a')),
            tag(pc.addTransceiver('audio', { direction: 'sendonly' })));
        const offer = await pc.createOffer({ offerToReceiveAudio: true });

        answer.push(offer.type, typeof await pc.setLocalDescription(offer));
        const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
        const [ track ] = stream.getTracks();

        answer.push(tag(stream), tag(pc.addTrack(track, stream)), track.enabled = false);
        track.stop();
        answer.push(pc.close(), RTCPeerConnection.name, typeof RTCPeerConnection.prototype.createOffer,
            'generateCertificate' in RTCPeerConnection, attempt(() => typeof RTCPeerConnection()));

        return answer;
    };

    /**
     * Does something with a property on a prototype, and counts how often anybody asked for it.
     *
     * @param {Object} owner - The prototype.
     * @param {PropertyKey} name - The property.
     * @param {Function} describe - Gives the property from what counts.
     * @returns {Promise<Array>} - What the page was given, and the count.
     */
    const polluted = async (owner, name, describe) => {
        const before = Object.getOwnPropertyDescriptor(owner, name);
        let count = 0;

        Object.defineProperty(owner, name, { configurable: true,
            ...describe(() => count++) });
        try {
            return [ await use(), count ];
        } finally {
            if (before) {
                Object.defineProperty(owner, name, before);
            } else {
                delete owner[name];
            }
        }
    };
    const call = tick => {
        return { value() {
            tick();

            return this;
        },
        writable: true };
    };
    const accessor = tick => {
        return { get() {
            tick();

            return undefined;
        },
        set: tick };
    };

    [ 'apply', 'construct', 'get', 'has', 'set', 'getPrototypeOf', 'setPrototypeOf', 'ownKeys', 'defineProperty',
        'getOwnPropertyDescriptor', 'isExtensible', 'deleteProperty', 'preventExtensions',
        'result', 'done', 'failed', 'callbacks', 'failure', 'type', 'payload', 'isWrittenLast'
    ].forEach(name => {
        probes[`a function on the prototype of objects: ${name}`] = () => polluted(Object.prototype, name, call);
    });
    [ 'toJSON', 'browserType', 'credential', 'urls', 'label', 'kind', 'candidate', 'writable', 'enumerable', 'optional'
    ].forEach(name => {
        probes[`an accessor on the prototype of objects: ${name}`] = () => polluted(Object.prototype, name, accessor);
    });
    [ 'toJSON', '0', '1', '2' ].forEach(name => {
        // Writing an element of an array asks the prototype, so the page itself must not.
        probes[`an accessor on the prototype of arrays: ${name}`] = () => {
            let count = 0;

            Object.defineProperty(Array.prototype, name, { configurable: true,
                get: () => undefined,
                set: () => {
                    count++;
                } });
            try {
                const pc = new RTCPeerConnection({ iceServers: [ { urls: 'stun:127.0.0.1:9' } ] });

                pc.createDataChannel('a');
                pc.addTransceiver('audio');
                pc.close();
            } finally {
                delete Array.prototype[name];
            }

            return count;
        };
    });
    probes['the iterator of arrays'] = async () => {
        const { value } = Object.getOwnPropertyDescriptor(Array.prototype, Symbol.iterator);
        let count = 0;

        Array.prototype[Symbol.iterator] = function() {
            count++;

            return value.call(this);
        };
        try {
            const pc = new RTCPeerConnection();

            pc.createDataChannel('a');
            pc.addTransceiver('audio');
            await pc.setLocalDescription();
            pc.close();
        } finally {
            Array.prototype[Symbol.iterator] = value;
        }

        return count;
    };

    // Prototypes and arguments of functions.
    const functions = { addTrack: RTCPeerConnection.prototype.addTrack,
        constructor: RTCPeerConnection,
        getUserMedia: MediaDevices.prototype.getUserMedia };

    Object.entries(functions).forEach(([ name, fn ]) => {
        probes[`a circle of prototypes: ${name}`] = () => {
            const before = Object.getPrototypeOf(fn);
            const made = Reflect.setPrototypeOf(fn, Object.create(fn));
            const read = attempt(() => typeof fn.nothing);

            Reflect.setPrototypeOf(fn, before);

            // Only that it is refused: the message is the engine's own about proxies.
            return [ made, read, attempt(() => Object.setPrototypeOf(fn, Object.create(fn)) === fn).slice(0, 10),
                Reflect.setPrototypeOf(fn, before) ];
        };
        probes[`arguments and caller: ${name}`] = () =>
            [ attempt(() => `${fn.arguments}`), attempt(() => `${fn.caller}`), attempt(() => {
                fn.arguments = 1;

                return Object.keys(fn);
            }) ];
    });

    // Stacks.
    const failures = {
        'a call': pc => pc.addTrack(5),
        'a getter in the arguments': pc => pc.createDataChannel('a', { get ordered() {
            throw new RangeError('mine');
        } }),
        'a construction': () => new RTCPeerConnection({ iceServers: 5 }),
        'an attribute': () => Object.getOwnPropertyDescriptor(MediaStreamTrack.prototype, 'enabled').set.call({}, true)
    };
    const failWith = async work => {
        const pc = new RTCPeerConnection();

        try {
            return await work(pc);
        } catch (error) {
            return error;
        } finally {
            pc.close();
        }
    };

    Object.entries(failures).forEach(([ name, work ]) => {
        [ 0, 1, 2, 3, 50 ].forEach(limit => {
            probes[`the stack of ${name}, at most ${limit} frames`] = async () => {
                const before = Error.stackTraceLimit;

                Error.stackTraceLimit = limit;
                try {
                    const error = await failWith(work);

                    return [ error.stack, Error.stackTraceLimit ];
                } finally {
                    Error.stackTraceLimit = before;
                }
            };
        });
        probes[`a prepared stack of ${name}`] = async () => {
            Error.prepareStackTrace = (_, frames) => frames.map(frame =>
                [ frame.getFunctionName(), frame.getLineNumber(), frame.getColumnNumber(), frame.isNative() ]);
            try {
                return [ (await failWith(work)).stack, Object.keys(Error) ];
            } finally {
                delete Error.prepareStackTrace;
            }
        };
        probes[`an uncaught error of ${name}`] = async () => {
            const pc = new RTCPeerConnection();
            const seen = [];
            const { onerror } = window;
            const done = new Promise(resolve => {
                const listener = event => {
                    seen.push([ 'event', event.filename, event.lineno, event.colno, event.message, event.isTrusted ]);
                    event.preventDefault();
                };

                window.addEventListener('error', listener, { once: true });
                window.onerror = function handler(...args) {
                    seen.push([ 'handler', ...args.slice(0, 4), args.length, this === window,
                        new Error('inside').stack.split('\n').length, window.onerror === handler ]);
                    resolve();

                    return true;
                };
            });

            setTimeout(() => work(pc));
            await done;
            window.onerror = onerror;
            pc.close();

            return seen;
        };
    });
    probes['an error thrown by the page once more'] = async () => {
        const seen = await new Promise(resolve => {
            window.onerror = (...args) => {
                resolve(args.slice(1, 4));

                return true;
            };
            setTimeout(() => {
                let caught;

                try {
                    new RTCPeerConnection().addTrack(5);
                } catch (error) {
                    caught = error;
                }
                throw caught;
            });
        });

        window.onerror = null;

        return seen;
    };
    probes.onerror = () => {
        const handler = () => true;

        window.onerror = handler;
        const same = window.onerror === handler;

        window.onerror = 5;
        const other = window.onerror;

        window.onerror = null;

        return [ same, other, window.onerror, Object.getOwnPropertyDescriptor(window, 'onerror').get.name ];
    };

    for (const [ name, probe ] of Object.entries(probes)) {
        try {
            answers[name] = await probe();
        } catch (error) {
            answers[name] = { failed: `${error}` };
        }
    }

    return JSON.parse(JSON.stringify(answers, (_, value) => value ?? String(value)));
}

module.exports = {
    runHostileProbes,
    source: `(${runHostileProbes})()`
};
