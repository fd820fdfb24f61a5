/**
 * What stands between an app and a server in a company's network, for tests: an HTTP proxy, a certificate authority, an
 * address that never answers.
 */

'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const net = require('node:net');
const path = require('node:path');
const { Worker } = require('node:worker_threads');

/**
 * Starts an HTTP proxy that knows CONNECT.
 *
 * @param {any} t - Ava's context; it ends with the test.
 * @param {Object} [options] - The options.
 * @param {string} [options.credentials] - `user:password` that it wants.
 * @param {Object} [options.tls] - Certificate and key; makes it speak TLS.
 * @returns {Promise<any>} Its `authority` and the `requests` it got; with an `answer` it says that instead of
 * connecting.
 */
async function useConnectProxy(t, { credentials, tls } = {}) {
    const server = tls ? https.createServer(tls) : http.createServer();
    const sockets = new Set();
    const expected = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;

    /** @type {any} */
    const proxy = { answer: undefined,
        established: 'HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n',
        requests: [] };
    const remember = socket => {
        sockets.add(socket);
        socket.on('error', () => undefined);
    };

    server.on('connection', remember);
    server.on('connect', (request, client) => {
        proxy.requests.push({ authorization: request.headers['proxy-authorization'],
            target: request.url });
        remember(client);
        if (proxy.answer !== undefined) {
            client.end(proxy.answer);
        } else if (expected && request.headers['proxy-authorization'] !== expected) {
            client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n');
        } else {
            const { hostname, port } = new URL(`http://${request.url}`);
            const upstream = net.connect(Number(port), hostname.replace(/[[\]]/g, ''));

            remember(upstream);
            client.write(proxy.established);
            upstream.pipe(client).pipe(upstream);
        }
    });
    await new Promise(resolve => {
        server.listen(0, '127.0.0.1', resolve);
    });
    proxy.authority = `127.0.0.1:${server.address().port}`;
    t.teardown(() => {
        sockets.forEach(socket => socket.destroy());
        server.close();
    });

    return proxy;
}

/**
 * Says which key openssl is to make.
 *
 * @param {string} [curve] - The curve; RSA without.
 * @returns {string} The arguments.
 */
function newKey(curve) {
    return `-newkey ${curve ? `ec -pkeyopt ec_paramgen_curve:${curve}` : 'rsa:2048'}`;
}

/**
 * A certificate authority of its own.
 */
class Authority {
    /**
     * Makes an authority.
     *
     * @param {string} folder - Where its files go.
     * @param {Object} [key] - Its key: RSA without.
     * @param {string} [key.curve] - The curve.
     * @param {string} [key.digest] - What its signatures are over.
     */
    constructor(folder, { curve, digest = 'sha256' } = {}) {
        this._folder = folder;
        this._digest = `-${digest}`;
        this.caFile = path.join(folder, 'ca.pem');
        this._openssl(`req -x509 ${newKey(curve)} ${this._digest} -nodes -days 30 -keyout ca.key -out ca.pem `
            + '-subj /CN=Test-CA');
    }

    /**
     * Issues a certificate for a server.
     *
     * @param {string} name - Its common name.
     * @param {Object} [options] - The options.
     * @param {string} [options.names] - The names it is valid for.
     * @param {number} [options.days] - For how long; not any more when negative.
     * @param {string} [options.curve] - Of its key: RSA without.
     * @returns {{cert: string, key: string}} Certificate and key as PEM.
     */
    issue(name, { curve, names = 'DNS:localhost,IP:127.0.0.1', days = 30 } = {}) {
        const file = extension => path.join(this._folder, `${name}.${extension}`);

        fs.writeFileSync(file('ext'), `subjectAltName=${names}\nextendedKeyUsage=serverAuth\n`);
        this._openssl(`req ${newKey(curve)} -nodes -keyout ${name}.key -out ${name}.csr -subj /CN=${name}`);
        this._openssl(`x509 -req -in ${name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out ${name}.pem `
            + `${this._digest} -days ${days} -extfile ${name}.ext`);

        return { cert: fs.readFileSync(file('pem'), 'utf8'),
            key: fs.readFileSync(file('key'), 'utf8') };
    }

    /**
     * Runs openssl in the folder.
     *
     * @param {string} command - Its arguments; none holds a space.
     * @returns {void}
     */
    _openssl(command) {
        execFileSync('openssl', command.split(' '), { cwd: this._folder,
            stdio: 'pipe' });
    }
}

/**
 * A certificate as `openssl req -x509` makes it: its own authority.
 *
 * @param {string} folder - Where its files go.
 * @param {Object} [options] - The options.
 * @param {string} [options.names] - The names it is valid for.
 * @param {number} [options.days] - For how long; not any more when negative.
 * @returns {{cert: string, file: string, key: string}} Certificate and key as PEM, and the certificate's file.
 */
function selfSigned(folder, { names = 'DNS:localhost,IP:127.0.0.1', days = 30 } = {}) {
    const file = path.join(folder, 'own.pem');
    const run = command => execFileSync('openssl', command.split(' '), { cwd: folder,
        stdio: 'pipe' });

    fs.writeFileSync(path.join(folder, 'own.ext'), `subjectAltName=${names}\nbasicConstraints=critical,CA:TRUE\n`);
    run('req -newkey rsa:2048 -nodes -keyout own.key -out own.csr -subj /CN=own');
    run(`x509 -req -in own.csr -signkey own.key -out own.pem -days ${days} -extfile own.ext`);

    return { cert: fs.readFileSync(file, 'utf8'),
        file,
        key: fs.readFileSync(path.join(folder, 'own.key'), 'utf8') };
}

/**
 * Makes an address of this machine dead: its queue is full, so that new connections are neither accepted nor refused.
 *
 * @param {any} t - Ava's context.
 * @param {string} address - The address.
 * @param {number} port - The port.
 * @returns {Promise<void>} When it is dead.
 */
async function useDeadAddress(t, address, port) {
    const worker = new Worker(`
        const { parentPort, workerData } = require('node:worker_threads');
        const server = require('node:net').createServer();

        server.listen({ ...workerData, backlog: 1 }, () => {
            parentPort.postMessage('listening');
            setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
        });`, { eval: true,
        workerData: { host: address,
            port } });

    await new Promise((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
    });

    // One more than fit: the last of them hangs.
    const sockets = Array.from({ length: 3 }, () => net.connect(port, address).on('error', () => undefined));

    await Promise.race(sockets.map(socket => new Promise(resolve => {
        socket.once('connect', resolve);
    })));
    t.teardown(async () => {
        sockets.forEach(socket => socket.destroy());
        await worker.terminate();
    });
}

module.exports = {
    Authority,
    selfSigned,
    useConnectProxy,
    useDeadAddress
};
