/**
 * What has to be asked for: the facts about this client, its network interfaces, and what the app's processes take.
 *
 * No host name, no user name, no hardware or network address and no name of an interface may be in what these give:
 * interfaces are told by their kind, since users name them, and VPNs are named after companies.
 */

'use strict';

const { describeDisplay } = require('./sources');

/**
 * What kind an interface is, by the names systems give them; the first that fits.
 *
 * @type {Array<[ RegExp, string ]>}
 */
const KINDS = [
    [ /^(lo|loopback)/i, 'loopback' ],
    [ /^(utun|tun|tap|ppp|ipsec|wg|tailscale|zt|nordlynx|proton)|vpn|wireguard|wintun/i, 'vpn' ],
    [ /^(docker|br-|bridge|veth|virbr|vmnet|vboxnet|vnet|awdl|llw|ap\d|anpi)|virtual|vmware|hyper-v/i, 'virtual' ],
    [ /^(wl|wifi|wi-fi|ath|ra\d)|wlan|wireless|airport/i, 'wifi' ],
    [ /^(wwan|rmnet|ww)|cellular|mobile|mobil/i, 'cellular' ],
    [ /^(eth|eno|ens|enp|enx|em\d)|ethernet/i, 'ethernet' ]

    // Not `en0`: on a Mac that is Wi-Fi as often as a cable.
];

/**
 * Says what kind an interface is.
 *
 * @param {string} name - Its name.
 * @returns {string} The kind, `other` when its name does not say.
 */
function kindOf(name) {
    return KINDS.find(([ pattern ]) => pattern.test(name))?.[1] ?? 'other';
}

/**
 * Says which family an address is of.
 *
 * @param {any} address - As Node gives it; Node 18.0 to 18.3 gave the family as a number.
 * @returns {string} `IPv4` or `IPv6`.
 */
function familyOf({ family }) {
    return typeof family === 'number' ? `IPv${family}` : family;
}

/**
 * Looks at the network interfaces.
 *
 * @param {any} os - Node's `os`.
 * @returns {{ fingerprint: string, interfaces: Object[] }} Kinds and families for an entry; the fingerprint changes
 * when an address does, and must stay in this process.
 */
function readInterfaces(os) {
    /** @type {Array<{ addresses: any[], name: string }>} */
    const found = Object.entries(os.networkInterfaces())
        .map(([ name, addresses ]) => {
            return { addresses: /** @type {any[]} */ (addresses ?? []).filter(address => !address.internal),
                name };
        })
        .filter(({ addresses }) => addresses.length > 0);

    return {
        fingerprint: JSON.stringify(found.map(({ addresses, name }) => [ name, addresses.map(each => each.address) ])),
        interfaces: found.map(({ addresses, name }) => {
            return { families: [ ...new Set(addresses.map(familyOf)) ].sort(),
                kind: kindOf(name) };
        })
    };
}

/**
 * Looks at what the app's processes take.
 *
 * @param {any} app - Electron's `app`.
 * @returns {Object[]} For each process: CPU in percent of one core since the last look, memory in kilobytes.
 */
function readProcesses(app) {
    return app.getAppMetrics().map((/** @type {any} */ { cpu, memory, name, pid, serviceName, type }) => {
        return { cpu: cpu.percentCPUUsage,
            memory: memory.workingSetSize,
            name: serviceName ?? name,
            pid,
            type };
    });
}

/**
 * Looks at the memory of the machine.
 *
 * @returns {Object | undefined} Kilobytes in all and free; nothing outside of Electron.
 */
function readSystemMemory() {
    /** @type {any} */
    const { free, total } = process.getSystemMemoryInfo?.() ?? {};

    return total === undefined ? undefined : { free,
        total };
}

/**
 * Runs a question whose answer is worth having, but nothing else.
 *
 * @param {function(): any} ask - The question.
 * @returns {any} The answer; nothing where there is none.
 */
function optional(ask) {
    try {
        return ask();
    } catch {
        return undefined;
    }
}

/**
 * Collects the facts about this client.
 *
 * @param {any} electron - Electron.
 * @param {any} os - Node's `os`.
 * @returns {Object} The facts.
 */
function readFacts({ app, powerMonitor, screen }, os) {
    const cpus = optional(() => os.cpus()) ?? [];

    return {
        app: { name: optional(() => app.getName()),
            version: optional(() => app.getVersion()) },
        cpu: { count: cpus.length,
            model: cpus[0]?.model },
        gpuFeatures: optional(() => app.getGPUFeatureStatus()),
        memory: optional(() => Math.round(os.totalmem() / 1024)),
        onBattery: optional(() => powerMonitor.isOnBatteryPower()),
        os: { arch: process.arch,
            name: process.platform,
            release: optional(() => os.release()),
            version: optional(() => process.getSystemVersion()) },
        screens: optional(() => screen.getAllDisplays().map(describeDisplay)),
        thermalState: optional(() => powerMonitor.getCurrentThermalState()),
        versions: { chromium: process.versions.chrome,
            electron: process.versions.electron,
            node: process.versions.node }
    };
}

/**
 * Asks which graphics processors there are.
 *
 * @param {any} app - Electron's `app`.
 * @returns {Promise<Object[] | undefined>} Vendor, device and driver of each; nothing where the GPU process does not
 * answer.
 */
async function readGpus(app) {
    try {
        const { gpuDevice = [] } = await app.getGPUInfo('basic');

        return gpuDevice.map((/** @type {any} */ { active, deviceId, driverVendor, driverVersion, vendorId }) => {
            return { active,
                deviceId,
                driverVendor,
                driverVersion,
                vendorId };
        });
    } catch {
        return undefined;
    }
}

module.exports = {
    readFacts,
    readGpus,
    readInterfaces,
    readProcesses,
    readSystemMemory
};
