/**
 * Questions a page can ask to find out whether something stands between it and the browser. The answers of a bare page
 * and of a captured one must be equal. `runProbes` is a plain function whose source is evaluated in a page, in Chromium
 * and in Electron alike (`source` is the expression to evaluate).
 *
 * It must never use anything from outside the function, and give nothing but JSON: no ids, no times.
 */

'use strict';

/* eslint-env browser */
/* global RTCRtpTransceiver */
/* eslint-disable no-new, new-cap, no-empty-function, no-invalid-this, require-jsdoc, valid-jsdoc, max-len */

/**
 * Asks everything.
 *
 * @returns {Promise<Object>} - For each probe its answer.
 */
async function runProbes() {
    const probes = {};
    const answers = {};
    const { mediaDevices } = navigator;
    const prototypes = { MediaDevices,
        MediaStreamTrack,
        Navigator,
        RTCPeerConnection,
        RTCRtpSender,
        RTCRtpTransceiver };

    const errorOf = error => {
        return { constructor: error?.constructor === globalThis[error?.constructor?.name],
            message: error?.message,
            name: error?.name,
            ownKeys: Reflect.ownKeys(error ?? {}),
            stack: error?.stack,
            text: `${error}` };
    };
    const thrown = work => {
        try {
            return { returned: typeof work() };
        } catch (error) {
            return errorOf(error);
        }
    };
    const rejected = async work => {
        const promise = work();

        try {
            return { isPromise: promise instanceof Promise,
                resolved: typeof await promise };
        } catch (error) {
            return { ...errorOf(error),
                isPromise: promise instanceof Promise };
        }
    };
    const functionOf = fn => fn && {
        canConstruct: thrown(() => Reflect.construct(Object, [], fn)).name ?? 'yes',
        hasPrototype: Object.hasOwn(fn, 'prototype'),
        keys: Reflect.ownKeys(fn).map(String),
        length: fn.length,
        name: fn.name,
        printed: Function.prototype.toString.call(fn),
        tag: Object.prototype.toString.call(fn),
        text: String(fn)
    };
    const descriptorOf = (owner, name) => {
        const found = Object.getOwnPropertyDescriptor(owner, name);

        return found && { ...found,
            get: functionOf(found.get),
            set: functionOf(found.set),
            value: typeof found.value === 'function' ? functionOf(found.value) : typeof found.value };
    };
    const withConnection = async work => {
        const pc = new RTCPeerConnection();

        try {
            return await work(pc);
        } finally {
            pc.close();
        }
    };

    // Each rejection the page ignores must raise the event once: a control rejection afterwards says when to stop counting.
    const unhandled = async work => {
        const seen = [];
        const kept = [];
        let done;
        const control = new Promise(resolve => {
            done = resolve;
        });
        const listener = event => {
            event.preventDefault();
            if (event.reason === control) {
                done();
            } else {
                seen.push({ name: event.reason?.name,
                    same: kept.includes(event.promise) });
            }
        };

        addEventListener('unhandledrejection', listener);
        kept.push(await work(promise => {
            kept.push(promise);
        }));
        await new Promise(resolve => {
            setTimeout(resolve);
        });
        Promise.reject(control);
        await control;
        removeEventListener('unhandledrejection', listener);

        return seen;
    };

    // The constructor.
    probes['constructor: function'] = () => functionOf(RTCPeerConnection);
    probes['constructor: name'] = () => RTCPeerConnection.name;
    probes['constructor: length'] = () => RTCPeerConnection.length;
    probes['constructor: typeof'] = () => typeof RTCPeerConnection;
    probes['constructor: descriptor on window'] = () => descriptorOf(window, 'RTCPeerConnection');
    probes['constructor: own descriptors'] = () => Reflect.ownKeys(RTCPeerConnection)
        .map(key => [ String(key), descriptorOf(RTCPeerConnection, key) ]);
    probes['constructor: prototype of'] = () => Object.getPrototypeOf(RTCPeerConnection) === EventTarget;
    probes['constructor: on the prototype'] = () => RTCPeerConnection.prototype.constructor === RTCPeerConnection;
    probes['constructor: descriptor on the prototype'] = () => descriptorOf(RTCPeerConnection.prototype, 'constructor');
    probes['constructor: aliases'] = () => [ 'webkitRTCPeerConnection', 'mozRTCPeerConnection' ]
        .map(name => [ name in window, window[name] === RTCPeerConnection ]);
    probes['constructor: without new'] = () => thrown(() => RTCPeerConnection());
    probes['constructor: call with a receiver'] = () => thrown(() => RTCPeerConnection.call({}));
    probes['constructor: bad configuration'] = () => thrown(() => new RTCPeerConnection({ iceServers: 5 }));
    probes['constructor: bad url'] = () => thrown(() => new RTCPeerConnection({ iceServers: [ { urls: 'nonsense' } ] }));
    probes['constructor: not an object'] = () => thrown(() => new RTCPeerConnection(5));
    probes['constructor: null'] = () => thrown(() => new RTCPeerConnection(null).close());
    probes['constructor: throwing getter'] = () => thrown(() => new RTCPeerConnection({
        get iceServers() {
            throw new RangeError('mine');
        }
    }));
    probes['constructor: reads of the configuration'] = () => {
        let reads = 0;

        new RTCPeerConnection({
            get iceServers() {
                reads++;

                return [];
            }
        }).close();

        return reads;
    };
    probes['calls: reads of the arguments'] = () => withConnection(async pc => {
        const reads = [];
        const watched = (name, value) => {
            return { get [name]() {
                reads.push(name);

                return value;
            } };
        };

        pc.createDataChannel('a', watched('ordered', false));
        pc.addTransceiver('audio', watched('direction', 'sendonly'));
        await pc.createOffer(watched('iceRestart', false));
        (await mediaDevices.getUserMedia(watched('audio', true))).getTracks().forEach(track => track.stop());

        return reads;
    });
    probes['constructor: configuration unchanged'] = () => {
        const config = { iceServers: [ { urls: 'turn:127.0.0.1:9',
            username: 'a',
            credential: 'b' } ] };

        new RTCPeerConnection(config, { optional: [] }).close();

        return config;
    };
    probes['constructor: frozen configuration'] = () =>
        thrown(() => new RTCPeerConnection(Object.freeze({ iceServers: Object.freeze([]) })).close());
    probes['constructor: cyclic configuration'] = () => {
        const config = {};

        config.self = config;

        return thrown(() => new RTCPeerConnection(config).close());
    };
    probes['constructor: Reflect.construct'] = () => {
        /** Another constructor. */
        function Other() {}
        const made = Reflect.construct(RTCPeerConnection, [], Other);

        return [ made instanceof Other, made instanceof RTCPeerConnection,
            Object.getPrototypeOf(made) === Other.prototype, Reflect.ownKeys(made) ];
    };
    probes['constructor: Reflect.construct without a function'] = () =>
        thrown(() => Reflect.construct(RTCPeerConnection, [], {}));
    probes['constructor: subclass'] = () => {
        class Sub extends RTCPeerConnection {
            constructor(...args) {
                super(...args);
                this.target = new.target.name;
            }

            close() {
                this.closed = super.close();
            }
        }
        const made = new Sub();

        made.close();

        return [ made instanceof Sub, made instanceof RTCPeerConnection, made.constructor === Sub, Sub.length, made.target,
            Object.keys(made), Object.getPrototypeOf(Sub) === RTCPeerConnection, `${made}`, made.signalingState ];
    };
    probes['constructor: old-style subclass'] = () => thrown(() => {
        /** A constructor as it was written before classes. */
        function Old() {
            RTCPeerConnection.call(this);
        }
        Old.prototype = Object.create(RTCPeerConnection.prototype);
        new Old();
    });
    probes['constructor: instanceof'] = () => withConnection(pc =>
        [ pc instanceof RTCPeerConnection, pc instanceof EventTarget, pc instanceof Object ]);
    probes['constructor: static generateCertificate'] = async () => {
        const certificate = await RTCPeerConnection.generateCertificate({ name: 'ECDSA',
            namedCurve: 'P-256' });

        return [ `${certificate}`, certificate instanceof RTCCertificate ];
    };
    probes['constructor: static, descriptor'] = () => descriptorOf(RTCPeerConnection, 'generateCertificate');
    probes['constructor: static, detached'] = () => {
        const { generateCertificate } = RTCPeerConnection;

        return rejected(() => generateCertificate({ name: 'ECDSA',
            namedCurve: 'P-256' }));
    };
    probes['constructor: static, without arguments'] = () => rejected(() => RTCPeerConnection.generateCertificate());
    probes['constructor: writable'] = () => {
        const before = window.RTCPeerConnection;

        window.RTCPeerConnection = 5;
        const replaced = window.RTCPeerConnection;

        window.RTCPeerConnection = before;

        return [ replaced, window.RTCPeerConnection === before ];
    };
    probes['constructor: private property'] = () => {
        RTCPeerConnection.mine = 1;
        const own = Object.hasOwn(RTCPeerConnection, 'mine');

        return [ own, delete RTCPeerConnection.mine, Object.hasOwn(RTCPeerConnection, 'mine') ];
    };
    probes['constructor: structuredClone'] = () => thrown(() => structuredClone(RTCPeerConnection));
    probes['constructor: as a base of bind'] = () => functionOf(RTCPeerConnection.bind(null));

    // The connection.
    probes['connection: own keys'] = () => withConnection(pc => Reflect.ownKeys(pc).map(String));
    probes['connection: keys in for-in'] = () => withConnection(pc => {
        const keys = [];

        for (const key in pc) { // eslint-disable-line guard-for-in
            keys.push(key);
        }

        return keys;
    });
    probes['connection: marks of other clients'] = () => withConnection(pc =>
        [ '__rtcStatsId', '__dtlsTransport' ].map(name => name in pc));
    probes['connection: tag'] = () => withConnection(pc =>
        [ Object.prototype.toString.call(pc), pc[Symbol.toStringTag], `${pc}` ]);
    probes['connection: constructor'] = () => withConnection(pc =>
        [ pc.constructor === RTCPeerConnection, pc.constructor.name ]);
    probes['connection: JSON'] = () => withConnection(pc => JSON.stringify(pc));
    probes['connection: extensible'] = () => withConnection(pc => Object.isExtensible(pc));
    probes['connection: handlers'] = () => withConnection(pc => Object.getOwnPropertyNames(RTCPeerConnection.prototype)
        .filter(name => name.startsWith('on'))
        .map(name => [ name, pc[name] ]));
    probes['connection: after closing twice'] = () => withConnection(pc => [ pc.close(), pc.close(), pc.signalingState ]);
    probes['connection: events'] = () => withConnection(async pc => {
        const order = [];
        const done = new Promise(resolve => {
            pc.addEventListener('negotiationneeded', function(event) {
                order.push([ 'first', this === pc, event.target === pc, event.isTrusted, event.eventPhase ]);
            });
            pc.onnegotiationneeded = () => order.push('handler');
            pc.addEventListener('negotiationneeded', () => {
                order.push('last');
                resolve();
            });
        });

        pc.createDataChannel('a');
        await done;

        return order;
    });
    probes['connection: synthetic event'] = () => withConnection(pc => {
        const seen = [];

        pc.addEventListener('icecandidate', event => seen.push([ event.isTrusted, event.candidate ]));
        seen.push(pc.dispatchEvent(new Event('icecandidate')));
        seen.push(pc.dispatchEvent(new Event('datachannel', { cancelable: true })));

        return seen;
    });

    // Every function of every prototype that could be wrapped.
    for (const [ type, { prototype } ] of Object.entries(prototypes)) {
        probes[`${type}: own keys of the prototype`] = () => Reflect.ownKeys(prototype).map(String);
        probes[`${type}: descriptors of the prototype`] = () => Reflect.ownKeys(prototype)
            .map(key => [ String(key), descriptorOf(prototype, key) ]);
        probes[`${type}: constructor`] = () => functionOf(globalThis[type]);
    }
    probes['methods: names'] = () => Object.getOwnPropertyNames(RTCPeerConnection.prototype)
        .map(name => Object.getOwnPropertyDescriptor(RTCPeerConnection.prototype, name).value?.name);
    probes['methods: new'] = () => withConnection(pc => thrown(() => new pc.createOffer()));
    probes['methods: caller'] = () => withConnection(pc => thrown(() => pc.createOffer.caller));
    probes['methods: bound'] = () => withConnection(pc => functionOf(pc.createOffer.bind(pc)));
    probes['methods: toString of toString'] = () => [
        functionOf(Function.prototype.toString),
        descriptorOf(Function.prototype, 'toString'),
        Function.prototype.toString.toString(),
        functionOf(Function.prototype.toString.toString)
    ];
    probes['methods: toString of something else'] = () => thrown(() => Function.prototype.toString.call({}));
    probes['methods: toString of a page function'] = () => [ String(function mine() {}), String(class Mine {}),
        Function.prototype.toString.call(new Proxy(function mine() {}, {})) ]; // eslint-disable-line prefer-arrow-callback
    probes['methods: same function twice'] = () => withConnection(pc =>
        pc.createOffer === RTCPeerConnection.prototype.createOffer);
    probes['methods: overwritten and restored'] = () => withConnection(async pc => {
        const native = RTCPeerConnection.prototype.createOffer;
        const seen = [];

        RTCPeerConnection.prototype.createOffer = function(...args) {
            seen.push(args.length);

            return native.apply(this, args);
        };
        seen.push((await pc.createOffer()).type);
        RTCPeerConnection.prototype.createOffer = native;

        return seen;
    });
    for (const name of [ 'addTrack', 'removeTrack', 'addTransceiver', 'createDataChannel', 'addStream', 'removeStream' ]) {
        probes[`${name}: no argument`] = () => withConnection(pc => thrown(() => pc[name]()));
        probes[`${name}: wrong argument`] = () => withConnection(pc => thrown(() => pc[name](Symbol.iterator)));
        probes[`${name}: wrong receiver`] = () => thrown(() => RTCPeerConnection.prototype[name].call({}));
    }
    for (const name of [
        'createOffer', 'createAnswer', 'setLocalDescription', 'setRemoteDescription', 'addIceCandidate', 'getStats'
    ]) {
        probes[`${name}: no argument`] = () => withConnection(pc => rejected(() => pc[name]()));
        probes[`${name}: wrong argument`] = () => withConnection(pc => rejected(() => pc[name](5)));
        probes[`${name}: wrong receiver`] = () => rejected(() => RTCPeerConnection.prototype[name].call({}));
        probes[`${name}: on a closed connection`] = () => {
            const pc = new RTCPeerConnection();

            pc.close();

            return rejected(() => pc[name]({ type: 'offer',
                sdp: '',
                candidate: '' }));
        };
    }
    probes['calls: throwing getter in the arguments'] = () => withConnection(pc => thrown(() => pc.createDataChannel('a', {
        get ordered() {
            throw new RangeError('mine');
        }
    })));
    probes['calls: addTrack twice'] = () => withConnection(async pc => {
        const [ track ] = (await mediaDevices.getUserMedia({ audio: true })).getTracks();
        const sender = pc.addTrack(track);
        const answer = [ sender instanceof RTCRtpSender, sender.track === track, thrown(() => pc.addTrack(track)),
            pc.removeTrack(sender) ];

        track.stop();

        return answer;
    });
    probes['calls: getStats forms'] = () => withConnection(async pc => {
        const report = await pc.getStats(null);

        return [ `${report}`, report instanceof RTCStatsReport, Reflect.ownKeys(report),
            await rejected(() => pc.getStats(5)) ];
    });
    probes['calls: implicit description'] = () => withConnection(async pc => {
        pc.createDataChannel('a');

        return [ typeof await pc.setLocalDescription(), pc.localDescription.type, pc.signalingState ];
    });
    probes['calls: createOffer result'] = () => withConnection(async pc => {
        const offer = await pc.createOffer({ offerToReceiveAudio: true });

        return [ Object.prototype.toString.call(offer), offer.constructor.name, Reflect.ownKeys(offer), offer.type,
            typeof offer.toJSON ];
    });
    probes['promises: class'] = () => withConnection(pc => {
        const promise = pc.createOffer();

        return [ promise instanceof Promise, promise.constructor === Promise, Object.getPrototypeOf(promise) === Promise.prototype,
            Reflect.ownKeys(promise), `${promise}` ];
    });
    probes['promises: new for every call'] = () => withConnection(pc => new Set([ pc.createOffer(), pc.createOffer() ]).size);
    probes['promises: ignored rejection'] = () => unhandled(keep => withConnection(pc => {
        keep(pc.setRemoteDescription({ type: 'answer',
            sdp: 'nonsense' }));
    }));
    probes['promises: ignored rejection of getUserMedia'] = () => unhandled(keep => {
        keep(mediaDevices.getUserMedia({}));
    });
    probes['promises: ignored rejection of a wrong receiver'] = () => unhandled(keep => {
        keep(RTCPeerConnection.prototype.createOffer.call({}));
    });
    probes['promises: several ignored'] = () => unhandled(keep => withConnection(pc => {
        keep(pc.addIceCandidate({ candidate: 'nonsense',
            sdpMid: 'a' }));
        keep(pc.setRemoteDescription());
        keep(pc.createAnswer());
    }));
    probes['promises: handled rejection'] = () => unhandled(() => withConnection(async pc => {
        await pc.createAnswer().catch(() => undefined);
        await pc.setRemoteDescription().catch(() => undefined);
        await mediaDevices.getUserMedia({}).catch(() => undefined);
    }));
    probes['promises: patched then'] = () => withConnection(async pc => {
        const { then } = Promise.prototype;
        let calls = 0;

        Promise.prototype.then = function(...args) { // eslint-disable-line no-extend-native
            calls++;

            return then.apply(this, args);
        };
        const promise = pc.createOffer();

        Promise.prototype.then = then; // eslint-disable-line no-extend-native
        await promise;

        return calls;
    });

    // Legacy forms.
    probes['legacy: createOffer'] = () => withConnection(async pc => {
        const seen = [];
        let returned;
        const called = new Promise(resolve => {
            returned = pc.createOffer(function(...args) {
                seen.push(this === undefined, this === window, args.length, args[0].type);
                resolve();
            }, () => resolve());
        });

        await called;

        return [ ...seen, returned instanceof Promise, typeof await returned ];
    });
    probes['legacy: failure'] = () => withConnection(async pc => {
        const [ count, error ] = await new Promise(resolve => {
            pc.setRemoteDescription({ type: 'answer',
                sdp: 'nonsense' }, () => resolve([]), (...args) => resolve([ args.length, args[0] ]));
        });

        return [ count, errorOf(error) ];
    });
    probes['legacy: setLocalDescription'] = () => withConnection(async pc => {
        const offer = await pc.createOffer();

        return new Promise(resolve => {
            pc.setLocalDescription(offer, (...args) => resolve([ 'success', args.length ]), error => resolve(errorOf(error)));
        });
    });
    probes['legacy: callbacks of the wrong type'] = () => withConnection(pc => rejected(() => pc.createOffer(5, 6)));
    probes['legacy: one callback'] = () => withConnection(pc => rejected(() => pc.createOffer(() => undefined)));
    probes['legacy: exception in the callback'] = () => withConnection(pc => new Promise(resolve => {
        const onError = (...args) => {
            window.onerror = null;
            resolve([ args[0], errorOf(args[4]) ]);

            return true;
        };

        window.onerror = onError;
        pc.createOffer(() => {
            throw new RangeError('mine');
        }, () => undefined);
    }));
    probes['legacy: order of callback and promise'] = () => withConnection(async pc => {
        const order = [];

        await new Promise(resolve => {
            pc.createOffer(() => {
                order.push('callback');
                resolve();
            }, resolve).then(() => order.push('promise'));
        });
        await undefined;

        return order;
    });
    probes['legacy: navigator.getUserMedia'] = () => new Promise(resolve => {
        const returned = navigator.getUserMedia({ audio: true }, (...args) => {
            args[0].getTracks().forEach(track => track.stop());
            resolve([ typeof returned, args.length, `${args[0]}` ]);
        }, error => resolve(errorOf(error)));
    });
    probes['legacy: navigator.getUserMedia fails'] = () => new Promise(resolve => {
        try {
            navigator.getUserMedia({}, () => resolve('success'), error => resolve(errorOf(error)));
        } catch (error) {
            resolve([ 'thrown', errorOf(error) ]);
        }
    });
    probes['legacy: navigator.getUserMedia without callbacks'] = () => thrown(() => navigator.getUserMedia({ audio: true }));
    probes['legacy: navigator.getUserMedia detached'] = () => {
        const { getUserMedia } = navigator;

        return thrown(() => getUserMedia({}, () => {}, () => {}));
    };

    // Media.
    probes['media: own keys of navigator'] = () => Reflect.ownKeys(navigator).map(String);
    probes['media: own keys of mediaDevices'] = () => Reflect.ownKeys(mediaDevices).map(String);
    probes['media: detached getUserMedia'] = () => {
        const { getUserMedia } = mediaDevices;

        return rejected(() => getUserMedia({ audio: true }));
    };
    probes['media: getUserMedia of nothing'] = () => rejected(() => mediaDevices.getUserMedia());
    probes['media: getUserMedia of an empty request'] = () => rejected(() => mediaDevices.getUserMedia({}));
    probes['media: getUserMedia that cannot be'] = () => rejected(() =>
        mediaDevices.getUserMedia({ audio: { deviceId: { exact: 'nonsense' } } }));
    probes['media: getDisplayMedia of nothing'] = () => rejected(() =>
        mediaDevices.getDisplayMedia({ audio: false,
            video: false }));
    probes['media: stream'] = async () => {
        const stream = await mediaDevices.getUserMedia({ audio: true });
        const answer = [ `${stream}`, Reflect.ownKeys(stream), stream.getTracks().map(track => Reflect.ownKeys(track)) ];

        stream.getTracks().forEach(track => track.stop());

        return answer;
    };
    probes['media: handlers'] = () => [ mediaDevices.ondevicechange ];
    probes['media: enumerateDevices'] = async () => {
        const devices = await mediaDevices.enumerateDevices();

        return [ Array.isArray(devices), Object.getPrototypeOf(devices) === Array.prototype,
            devices.every(device => device instanceof MediaDeviceInfo) ];
    };
    probes['media: track'] = async () => {
        const [ track ] = (await mediaDevices.getUserMedia({ audio: true })).getTracks();
        const answer = [ track.enabled = 'yes', track.enabled, track.enabled = 0, track.enabled,
            await rejected(() => track.applyConstraints({})), await rejected(() => track.applyConstraints(5)),
            track.onmute, track.onended ];

        track.stop();

        return answer;
    };
    probes['media: setter on a wrong receiver'] = () => {
        const { set } = Object.getOwnPropertyDescriptor(MediaStreamTrack.prototype, 'enabled');

        return [ thrown(() => set.call({}, true)), thrown(() => set()) ];
    };
    probes['media: sender and transceiver'] = () => withConnection(async pc => {
        const transceiver = pc.addTransceiver('audio');
        const { sender } = transceiver;

        return [ await rejected(() => sender.replaceTrack(null)), await rejected(() => sender.replaceTrack(5)),
            await rejected(() => sender.setParameters({})), await rejected(() => sender.setParameters()),
            thrown(() => transceiver.setCodecPreferences([])), thrown(() => transceiver.setCodecPreferences(5)),
            thrown(() => pc.restartIce()), thrown(() => pc.restartIce.call({})) ];
    });

    // The window.
    probes['window: keys'] = () => Object.keys(window);
    probes['window: own names'] = () => Object.getOwnPropertyNames(window);
    probes['window: own symbols'] = () => Object.getOwnPropertySymbols(window).map(String);
    probes['window: document'] = () => Reflect.ownKeys(document).map(String)
        .filter(key => key !== 'Symbol(rtcstats-test)');
    probes['window: own keys of builtins'] = () => [ Object, Function, Promise, JSON, Reflect, Array, WeakMap ]
        .map(owner => [ Reflect.ownKeys(owner).map(String), Reflect.ownKeys(owner.prototype ?? {}).map(String) ]);
    probes['window: storage'] = () => [ localStorage.length, sessionStorage.length ];
    probes['window: timers'] = () => withConnection(() => {
        // A timer of somebody else between two of the page's takes an id.
        const first = setTimeout(() => undefined);

        new RTCPeerConnection().createDataChannel('a');
        const second = setTimeout(() => undefined);

        return second - first;
    });

    for (const [ name, probe ] of Object.entries(probes)) {
        try {
            let timer;

            // A promise the browser never settles is an answer too.
            answers[name] = await Promise.race([ probe(), new Promise(resolve => {
                timer = setTimeout(resolve, 20000, 'never settles');
            }) ]);
            clearTimeout(timer);
        } catch (error) {
            answers[name] = { failed: errorOf(error) };
        }
    }

    return JSON.parse(JSON.stringify(answers, (_, value) => value ?? String(value)));
}

module.exports = {
    runProbes,
    source: `(${runProbes})()`
};
