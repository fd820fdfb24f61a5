/**
 * The app's configuration.
 */

import { endpoint, protocol } from '../../app-session';

export default {
    appName: 'Jitsi Meet demo',

    // In an app: { endpoint: 'wss://rtcstats.example.com' }
    rtcstats: { endpoint,
        protocol }
};
