/**
 * What goes wrong with packets: loss, delay, limits, and nothing at all.
 */

'use strict';

const { during, withEvents } = require('./calls');
const { testFaults } = require('./findings');

const all = change => during(0, 90, change);

testFaults([
    {
        id: 'loss-in',
        level: 'major',
        title: /^Video in: 6\.\d % lost$/,
        fault: all(({ rates }) => {
            rates.IV.packetsLost = 10;
        }),
        nearMiss: all(({ rates }) => {
            rates.IV.packetsLost = 2;
        })
    },
    {
        id: 'loss-in',
        level: 'minor',
        title: /^Sound in: 0\.9 % lost, 2 bursts of up to 29 %$/,
        fault: all(({ rates, second }) => {
            rates.IA.packetsLost = second === 30 || second === 60 ? 20 : 0;
        }),

        // After a pause, the numbers that were skipped look like loss.
        nearMiss: all(({ rates, second }) => {
            rates.IV.packetsReceived = second > 30 && second < 50 ? 0 : 150;
            rates.IV.packetsLost = second === 50 ? 2000 : 0;
        })
    },
    {
        id: 'loss-out',
        level: 'major',
        title: /^Video out: 8 % lost$/,
        fault: all(({ rates }) => {
            rates.RV.packetsLost = 12;
        }),
        nearMiss: all(({ rates }) => {
            rates.RV.packetsLost = 2;
        })
    },
    {
        id: 'loss-invalid',
        level: 'info',
        title: /not valid/,
        fault: all(({ rates, gauges }) => {
            delete rates.IA.packetsLost;
            gauges.IA.packetsLost = -3000000;
        }),
        nearMiss: all(({ rates, gauges }) => {
            delete rates.IA.packetsLost;
            gauges.IA.packetsLost = -3;
        })
    },
    {
        id: 'rtt-high',
        level: 'minor',
        title: /^Round trip 190 ms/,
        fault: all(({ gauges }) => {
            gauges.CP.currentRoundTripTime = 0.19;
        }),

        // One slow check among many.
        nearMiss: all(({ gauges, second }) => {
            gauges.CP.currentRoundTripTime = second === 40 ? 2 : 0.14;
        })
    },
    {
        id: 'bufferbloat',
        level: 'major',
        title: /^Delay rose from 40 to 945 ms$/,
        beside: [ 'rtt-high' ],
        fault: during(30, 45, ({ gauges, second }) => {
            gauges.CP.currentRoundTripTime = 0.9 + (second / 1000);
        }),
        nearMiss: during(30, 45, ({ gauges }) => {
            gauges.CP.currentRoundTripTime = 0.2;
        })
    },
    {
        id: 'jitter',
        level: 'minor',
        title: /^Sound in: jitter 45 ms$/,
        fault: all(({ gauges, second }) => {
            gauges.IA.jitter = second % 5 === 0 ? 0.045 : 0.01;
        }),
        nearMiss: all(({ gauges, second }) => {
            gauges.IA.jitter = second === 40 ? 0.5 : 0.02;
        })
    },
    {
        id: 'send-delay',
        level: 'minor',
        title: /^Packets wait 120 ms/,
        fault: all(({ rates }) => {
            rates.OV.totalPacketSendDelay = 150 * 0.12;
        }),

        // What healthy browsers show.
        nearMiss: all(({ rates }) => {
            rates.OV.totalPacketSendDelay = 150 * 0.05;
        })
    },
    {
        id: 'bwe-collapse',
        level: 'major',
        title: /^Upload estimate fell to 95 kbit\/s for 2[0-9] s$/,
        beside: [ 'limited-bandwidth' ],
        fault: during(40, 66, ({ gauges, rates }) => {
            gauges.CP.availableOutgoingBitrate = 95000;
            gauges.OV.qualityLimitationReason = 'bandwidth';
            rates.limits = {
                none: 0,
                cpu: 0,
                bandwidth: 1
            };
        }),

        // A screen that does not move uses little, and so the estimate falls; nothing is limited by it.
        nearMiss: during(40, 66, ({ gauges }) => {
            gauges.CP.availableOutgoingBitrate = 95000;
        })
    },
    {
        id: 'limited-bandwidth',
        level: 'minor',
        title: /^Video out limited by the uplink for 25 s \(3[34] %\)$/,
        fault: during(40, 65, ({ gauges, rates }) => {
            gauges.OV.qualityLimitationReason = 'bandwidth';
            rates.limits = {
                none: 0,
                bandwidth: 1
            };
        }),

        // At the start of every call.
        nearMiss: during(0, 14, ({ gauges, rates }) => {
            gauges.OV.qualityLimitationReason = 'bandwidth';
            rates.limits = {
                none: 0,
                bandwidth: 1
            };
        })
    },
    {
        id: 'limited-cpu',
        level: 'major',
        title: /^Video out limited by the machine for 30 s \(40 %\)$/,
        fault: during(40, 70, ({ gauges, rates }) => {
            gauges.OV.qualityLimitationReason = 'cpu';
            rates.limits = {
                none: 0,
                cpu: 1
            };
        }),
        nearMiss: during(40, 43, ({ gauges, rates }) => {
            gauges.OV.qualityLimitationReason = 'cpu';
            rates.limits = {
                none: 0,
                cpu: 1
            };
        })
    },
    {
        id: 'encode-slow',
        level: 'major',
        title: /^Encoding a frame takes 30 ms/,
        fault: during(40, 50, ({ rates }) => {
            rates.OV.totalEncodeTime = 30 * 0.03;
        }),
        nearMiss: during(40, 50, ({ rates }) => {
            rates.OV.totalEncodeTime = 30 * 0.02;
        })
    },
    {
        id: 'decode-slow',
        level: 'major',
        title: /^Decoding a frame takes 30 ms/,
        fault: during(40, 50, ({ rates }) => {
            rates.IV.totalDecodeTime = 30 * 0.03;
        }),
        nearMiss: during(40, 41, ({ rates }) => {
            rates.IV.totalDecodeTime = 30 * 0.03;
        })
    },
    {
        id: 'nothing-sent',
        level: 'major',
        title: /^Nothing was sent$/,
        fault: all(({ rates }) => {
            rates.OA.packetsSent = 0;
            rates.OV.packetsSent = 0;
            rates.OV.framesEncoded = 0;
        }),
        nearMiss: all(({ rates, gauges }) => {
            rates.OA.packetsSent = 0;
            rates.OV.packetsSent = 0;
            gauges.OA.active = false;
            gauges.OV.active = false;
        })
    },
    {
        id: 'nothing-received',
        level: 'critical',
        title: /^One way only: we send, nothing comes back$/,
        beside: [ 'stall' ],
        fault: all(({ rates }) => {
            rates.IA.packetsReceived = 0;
            rates.IV.packetsReceived = 0;
            rates.IV.framesDecoded = 0;
            rates.CP.bytesReceived = 0;
            rates.T.bytesReceived = 0;
        }),

        // The receivers that every bridge's offer has.
        nearMiss: all(({ rates, gauges }) => {
            gauges.IA.trackIdentifier = 'mixedlabelaudio0';
            gauges.IV.trackIdentifier = 'mixedlabelvideo0';
            rates.IA.packetsReceived = 0;
            rates.IV.packetsReceived = 0;
            rates.CP.bytesReceived = 0;
            rates.T.bytesReceived = 0;
        })
    },
    {
        id: 'stall',
        level: 'major',
        title: /^Nothing arrived for 9 s while we sent$/,
        fault: during(40, 49, ({ rates }) => {
            rates.CP.bytesReceived = 0;
            rates.CP.responsesReceived = 0;
            rates.IA.packetsReceived = 0;
            rates.IV.packetsReceived = 0;
        }),

        // The others say nothing, but STUN is answered.
        nearMiss: during(40, 49, ({ rates }) => {
            rates.CP.bytesReceived = 0;
            rates.CP.responsesReceived = 1;
        })
    },
    {
        id: 'track-dry',
        level: 'major',
        title: /^Sound stopped arriving for 10 s/,
        fault: {
            ...withEvents([ 0.2, 'constraints', { optional: [ { rtcStatsSFUP2P: true } ] } ]),
            ...during(40, 50, ({ rates }) => {
                rates.IA.packetsReceived = 0;
            })
        },

        // Over a bridge, only the last speakers are heard.
        nearMiss: during(40, 50, ({ rates }) => {
            rates.IA.packetsReceived = 0;
        })
    },
    {
        id: 'relay-tls',
        level: 'minor',
        title: /relay by TLS/,
        fault: all(({ gauges }) => {
            gauges.L.candidateType = 'relay';
            gauges.L.relayProtocol = 'tls';
        }),
        nearMiss: all(({ gauges }) => {
            gauges.R.candidateType = 'relay';
        })
    },
    {
        id: 'relay-tcp',
        level: 'minor',
        title: /relay by TCP/,
        fault: all(({ gauges }) => {
            gauges.L.candidateType = 'relay';
            gauges.L.relayProtocol = 'tcp';
        }),
        nearMiss: all(({ gauges }) => {
            gauges.L.relayProtocol = 'tcp';
        })
    },
    {
        id: 'relayed',
        level: 'info',
        title: /relay$/,
        fault: all(({ gauges }) => {
            gauges.L.candidateType = 'relay';
        }),
        nearMiss: all(({ gauges }) => {
            gauges.L.candidateType = 'srflx';
        })
    },
    {
        id: 'over-tcp',
        level: 'minor',
        title: /over TCP$/,
        fault: all(({ gauges }) => {
            gauges.L.protocol = 'tcp';
        }),
        nearMiss: all(({ gauges }) => {
            gauges.R.protocol = 'tcp';
        })
    },
    {
        id: 'vpn',
        level: 'info',
        title: /VPN/,
        fault: all(({ gauges }) => {
            gauges.L.networkType = 'vpn';
        }),
        nearMiss: all(({ gauges }) => {
            gauges.L.networkType = 'ethernet';
        })
    },
    {
        id: 'path-switch',
        level: 'minor',
        title: /^The path changed 1 time: direct, wifi → relay UDP, cellular$/,
        beside: [ 'network-change' ],
        fault: during(40, 90, ({ gauges, rates }) => {
            gauges.T.selectedCandidatePairId = 'CP2';
            rates.CP2 = rates.CP;
            gauges.CP2 = {
                ...gauges.CP,
                localCandidateId: 'L2'
            };
            gauges.L2 = {
                ...gauges.L,
                candidateType: 'relay',
                networkType: 'cellular',
                address: '203.0.113.1'
            };
        }),

        // What was found by a check gets its own name once it is signalled.
        nearMiss: {
            poll: ({ gauges, rates, second }) => {
                gauges.R.candidateType = 'prflx';
                if (second > 40) {
                    gauges.T.selectedCandidatePairId = 'CP2';
                    rates.CP2 = rates.CP;
                    gauges.CP2 = {
                        ...gauges.CP,
                        remoteCandidateId: 'R2'
                    };
                    gauges.R2 = {
                        ...gauges.R,
                        candidateType: 'host',
                        address: '198.51.100.7'
                    };
                }
            }
        }
    },
    {
        id: 'network-change',
        level: 'minor',
        title: /^The network changed: wifi → cellular$/,
        beside: [ 'path-switch' ],
        fault: during(40, 90, ({ gauges, rates }) => {
            gauges.T.selectedCandidatePairId = 'CP2';
            rates.CP2 = rates.CP;
            gauges.CP2 = {
                ...gauges.CP,
                localCandidateId: 'L2'
            };
            gauges.L2 = {
                ...gauges.L,
                networkType: 'cellular'
            };
        }),
        nearMiss: during(40, 90, ({ gauges, rates }) => {
            gauges.T.selectedCandidatePairId = 'CP2';
            rates.CP2 = rates.CP;
            gauges.CP2 = { ...gauges.CP };
        })
    },
    {
        id: 'interface-lost',
        level: 'minor',
        title: /address of this device went/,
        beside: [ 'disconnected' ],
        fault: {
            ...withEvents([ 50, 'onconnectionstatechange', 'disconnected' ],
                [ 52, 'onconnectionstatechange', 'connected' ]),
            poll: ({ gauges, second }) => {
                gauges.L3 = {
                    ...gauges.L,
                    address: '192.0.2.9'
                };
                if (second > 48) {
                    delete gauges.L3;
                }
            }
        },
        nearMiss: {
            poll: ({ gauges, second }) => {
                gauges.L3 = {
                    ...gauges.L,
                    address: '192.0.2.9'
                };
                if (second > 48) {
                    delete gauges.L3;
                }
            }
        }
    }
]);
