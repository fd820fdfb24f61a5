/**
 * A session as the findings see it: its connections and who carried the call when.
 */

import { median } from './arithmetic.js';
import { Connection } from './connection.js';

/**
 * @typedef {import('../session.js').SessionModel} SessionModel
 */

/**
 * One session.
 */
export class Session {
    /**
     * Creates the view of a session.
     *
     * @param {SessionModel} model - The session.
     */
    constructor(model) {
        const [ from, to ] = model.clock.range();

        this.model = model;
        this.log = model.log;
        this.from = from;
        this.to = to;
        this.connections = [ ...model.connections.values() ].map(connection => new Connection(connection));

        // Browsers say of a stream that it is a screen only since a while; the app always did.
        const screens = new Map(model.log.filter(({ type }) => type === 'setVideoType')
            .map(({ payload }) => [ Number(payload?.ssrc), payload?.videoType === 'desktop' ]));

        for (const stream of this.connections.flatMap(({ streams }) => streams)) {
            stream.isScreen ||= screens.get(Number(stream.ssrc)) ?? false;
        }

        // While two participants talk directly, the bridge is silent on purpose.
        const direct = this.connections.filter(({ isP2P }) => isP2P).flatMap(({ connected }) => connected);

        this.connections.filter(({ isP2P }) => !isP2P).forEach(connection => {
            connection.idle = direct;
        });
    }

    /**
     * The connections that were to carry media.
     *
     * @returns {Connection[]} The connections.
     */
    get mediaConnections() {
        return this.connections.filter(({ isSide }) => !isSide);
    }

    /**
     * How far apart the polls usually are.
     *
     * @returns {number} In ms, NaN if there are fewer than two.
     */
    get pollInterval() {
        return median(this.connections.flatMap(({ store: { times } }) =>
            times.slice(1).map((time, index) => time - times[index])));
    }

    /**
     * Whether a stretch of time is the one in which the link to the server was lost.
     *
     * @param {number} from - From when, in ms.
     * @param {number} to - Until when.
     * @returns {boolean} Whether another part begins in it.
     */
    isBetweenParts(from, to) {
        return this.model.parts.slice(1).some(part => {
            const [ begin ] = part.range();

            return begin > from - 1000 && begin <= to + 1000;
        });
    }
}
