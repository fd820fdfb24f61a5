/**
 * What goes wrong with sound and video themselves, and with the microphone and the camera.
 */

'use strict';

const { during, withEvents } = require('./calls');
const { testFaults } = require('./findings');

const all = change => during(0, 90, change);

/**
 * Makes a browser that does not count freezes.
 *
 * @param {Object} poll - The poll.
 * @returns {void}
 */
function withoutFreezeCount({ rates }) {
    delete rates.IV.freezeCount;
    delete rates.IV.totalFreezesDuration;
}

testFaults([
    {
        id: 'freeze',
        level: 'major',
        title: /^Video froze 6×, 12 s in 89 s \(13 %\)$/,
        fault: all(({ rates, second }) => {
            rates.IV.freezeCount = second % 15 === 5 ? 1 : 0;
            rates.IV.totalFreezesDuration = second % 15 === 5 ? 2 : 0;
        }),
        nearMiss: all(({ rates, second }) => {
            rates.IV.freezeCount = second % 40 === 5 ? 1 : 0;
            rates.IV.totalFreezesDuration = second % 40 === 5 ? 0.25 : 0;
        })
    },
    {
        id: 'freeze',
        level: 'minor',
        title: /^Video froze 4×, 1\.2 s in 89 s \(1\.3 %\), because packets were lost$/,
        beside: [ 'loss-in' ],
        fault: all(({ rates, second }) => {
            rates.IV.freezeCount = second % 20 === 15 ? 1 : 0;
            rates.IV.totalFreezesDuration = second % 20 === 15 ? 0.3 : 0;
            rates.IV.packetsLost = second % 20 === 15 ? 60 : 0;
        }),

        // A shared screen stands still most of the time.
        nearMiss: all(({ rates, gauges }) => {
            gauges.IV.contentType = 'screenshare';
            rates.IV.freezeCount = 1;
            rates.IV.totalFreezesDuration = 0.8;
        })
    },
    {
        id: 'fps-low-out',
        level: 'minor',
        title: /^Video out: 5 frames a second of 30 the camera gives$/,
        fault: {
            ...withEvents([ 1, 'setVideoType', {
                ssrc: 4,
                videoType: 'camera'
            }, null ]),
            ...all(({ rates }) => {
                rates.OV.framesEncoded = 5;
            })
        },
        nearMiss: {
            ...withEvents([ 1, 'setVideoType', {
                ssrc: 4,
                videoType: 'desktop'
            }, null ]),
            ...all(({ rates }) => {
                rates.OV.framesEncoded = 5;
            })
        }
    },
    {
        id: 'freeze-estimated',
        level: 'minor',
        title: /^Video stood still for about 4\.1 s in 2 of 89 polls, the longest for 2\.1 s \(estimated\)$/,
        fault: all(state => {
            const { rates, second } = state;

            withoutFreezeCount(state);
            if (second === 30 || second === 31 || second === 60 || second === 61) {
                // Two seconds without a frame, which end in the middle of the second poll.
                rates.IV.framesDecoded = second % 30 === 0 ? 0 : 28;
                rates.IV.totalInterFrameDelay = second % 30 === 0 ? 0 : (27 / 30) + 2.06;
                rates.IV.totalSquaredInterFrameDelay = second % 30 === 0 ? 0 : (27 / 900) + (2.06 ** 2);
            }
        }),

        // Frames come half as often, but evenly.
        nearMiss: all(state => {
            withoutFreezeCount(state);
            if (state.second > 40) {
                state.rates.IV.framesDecoded = 15;
                state.rates.IV.totalSquaredInterFrameDelay = 1 / 15;
            }
        })
    },
    {
        id: 'video-paused',
        level: 'info',
        title: /^Video paused for 12 s$/,
        fault: all(({ rates, second }) => {
            rates.IV.totalPausesDuration = second === 30 ? 12 : 0;
        }),
        nearMiss: all(({ rates, second }) => {
            rates.IV.totalPausesDuration = second === 30 ? 8 : 0;
        })
    },
    {
        id: 'stuck-decoder',
        level: 'major',
        title: /^Packets arrive, no picture for 10 s$/,
        fault: during(40, 50, ({ rates, second }) => {
            rates.IV.framesDecoded = 0;
            rates.IV.totalInterFrameDelay = 0;
            rates.IV.totalSquaredInterFrameDelay = 0;
            rates.IV.pliCount = second % 3 === 0 ? 1 : 0;
        }),

        // Nothing came: somebody switched the camera off.
        nearMiss: during(40, 50, ({ rates }) => {
            rates.IV.framesDecoded = 0;
            rates.IV.bytesReceived = 0;
            rates.IV.packetsReceived = 0;
        })
    },
    {
        id: 'no-decoder',
        level: 'critical',
        title: /no decoder/,
        beside: [ 'decoder-change' ],
        fault: during(0, 90, ({ gauges }) => {
            gauges.IV.decoderImplementation = 'NullVideoDecoder';
        }),
        nearMiss: during(0, 10, ({ gauges }) => {
            gauges.IV.decoderImplementation = 'unknown';
        })
    },
    {
        id: 'frames-dropped',
        level: 'minor',
        title: /^Frames dropped: 20 % of 2\d+$/,
        fault: all(({ rates }) => {
            rates.IV.framesDropped = 6;
        }),
        nearMiss: all(({ rates }) => {
            rates.IV.framesDropped = 2;
        })
    },
    {
        id: 'keyframe-storm',
        level: 'major',
        title: /^We asked for a whole picture 30× in 30 s \(1 a second\)$/,
        fault: all(({ rates }) => {
            rates.IV.pliCount = 1;
        }),
        nearMiss: all(({ rates, second }) => {
            rates.IV.pliCount = second < 10 ? 1 : 0;
        })
    },
    {
        id: 'keyframe-storm-out',
        level: 'major',
        title: /^The other side asked for a whole picture 60× in 30 s \(2 a second\)$/,
        fault: all(({ rates }) => {
            rates.OV.pliCount = 2;
        }),
        nearMiss: all(({ rates, second }) => {
            rates.OV.pliCount = second % 10 === 0 ? 1 : 0;
        })
    },
    {
        id: 'fps-low-in',
        level: 'minor',
        title: /^Video in: 6 frames a second$/,
        fault: all(({ rates }) => {
            rates.IV.framesDecoded = 6;
            rates.IV.totalSquaredInterFrameDelay = 1 / 6;
        }),
        nearMiss: all(({ rates }) => {
            rates.IV.framesDecoded = 10;
            rates.IV.totalSquaredInterFrameDelay = 1 / 10;
        })
    },
    {
        id: 'fps-low-out',
        level: 'minor',
        title: /^Video out: 15 frames a second of 30 the camera gives$/,
        fault: all(({ rates }) => {
            rates.OV.framesEncoded = 15;
        }),

        // A slow camera is another matter.
        nearMiss: all(({ rates, gauges }) => {
            rates.OV.framesEncoded = 7.5;
            rates.SV.frames = 8;
            gauges.SV.framesPerSecond = 8;
        })
    },
    {
        id: 'resolution-flapping',
        level: 'minor',
        title: /^Video in changed its size \d+× in/,
        fault: all(({ gauges, second }) => {
            gauges.IV.frameHeight = second % 10 < 5 ? 360 : 720;
        }),
        nearMiss: all(({ gauges, second }) => {
            gauges.IV.frameHeight = second < 45 ? 360 : 720;
        })
    },
    {
        id: 'layer-stuck',
        level: 'minor',
        title: /^Layer 1 is on and sends nothing for 20 s$/,
        fault: all(({ gauges, rates, second }) => {
            gauges.OV.rid = '0';
            gauges.OV2 = {
                ...gauges.OV,
                rid: '1',
                ssrc: 5
            };
            rates.OV2 = {
                ...rates.OV,
                framesEncoded: second > 40 && second <= 60 ? 0 : 30
            };
        }),
        nearMiss: all(({ gauges, rates, second }) => {
            gauges.OV.rid = '0';
            gauges.OV2 = {
                ...gauges.OV,
                rid: '1',
                ssrc: 5,
                active: !(second > 40 && second <= 60)
            };
            rates.OV2 = {
                ...rates.OV,
                framesEncoded: second > 40 && second <= 60 ? 0 : 30
            };
        })
    },
    {
        id: 'black-picture',
        level: 'info',
        title: /^Still or black picture for 40 s/,
        fault: during(40, 80, ({ rates }) => {
            rates.OV.bytesSent = 30 * 200;
        }),
        nearMiss: during(40, 80, ({ rates }) => {
            rates.OV.bytesSent = 30 * 1000;
        })
    },
    {
        id: 'codec-change',
        level: 'info',
        title: /^Codec changed: video\/VP8 → video\/AV1$/,
        fault: during(40, 90, ({ gauges }) => {
            gauges.CV2 = {
                type: 'codec',
                mimeType: 'video/AV1'
            };
            gauges.OV.codecId = 'CV2';
        }),
        nearMiss: during(40, 90, ({ gauges }) => {
            gauges.CV2 = { ...gauges.CV };
            gauges.OV.codecId = 'CV2';
        })
    },
    {
        id: 'encoder-change',
        level: 'minor',
        title: /^Encoder fell back to software: VideoToolbox → libvpx$/,
        fault: during(0, 40, ({ gauges }) => {
            gauges.OV.encoderImplementation = 'VideoToolbox';
        }),
        nearMiss: during(0, 40, ({ gauges }) => {
            gauges.OV.encoderImplementation = 'unknown';
        })
    },
    {
        id: 'decoder-change',
        level: 'minor',
        title: /^Decoder fell back to software: D3D11VideoDecoder → libvpx$/,
        fault: during(0, 40, ({ gauges }) => {
            gauges.IV.decoderImplementation = 'D3D11VideoDecoder';
        }),
        nearMiss: during(0, 3, ({ gauges }) => {
            delete gauges.IV.decoderImplementation;
        })
    },
    {
        id: 'corruption',
        level: 'minor',
        title: /^The picture was probably corrupt: 0\.5$/,
        fault: during(40, 42, ({ rates }) => {
            rates.IV.totalCorruptionProbability = 0.5;
        }),
        nearMiss: during(40, 42, ({ rates }) => {
            rates.IV.totalCorruptionProbability = 0.1;
        })
    },
    {
        id: 'audio-gaps',
        level: 'major',
        title: /^13 % of the sound was invented$/,
        fault: all(({ rates }) => {
            rates.IA.concealedSamples = 48000 * 0.13;
        }),

        // A stream that is silent invents silence.
        nearMiss: all(({ rates, gauges }) => {
            rates.IA.concealedSamples = 48000 * 0.13;
            rates.IA.totalAudioEnergy = 0;
            gauges.IA.audioLevel = 0;
        })
    },
    {
        id: 'audio-stretched',
        level: 'minor',
        title: /^8 % of the sound was stretched/,
        fault: all(({ rates }) => {
            rates.IA.insertedSamplesForDeceleration = 48000 * 0.04;
            rates.IA.removedSamplesForAcceleration = 48000 * 0.04;
        }),
        nearMiss: all(({ rates }) => {
            rates.IA.insertedSamplesForDeceleration = 48000 * 0.02;
            rates.IA.removedSamplesForAcceleration = 48000 * 0.02;
        })
    },
    {
        id: 'playout-delay',
        level: 'major',
        title: /^Sound is buffered 422 ms$/,
        fault: all(({ rates }) => {
            rates.IA.jitterBufferDelay = 48000 * 0.422;
        }),
        nearMiss: all(({ rates, second }) => {
            rates.IA.jitterBufferDelay = 48000 * (second < 20 ? 0.5 : 0.1);
        })
    },
    {
        id: 'buffer-flushes',
        level: 'major',
        title: /^The buffer of the sound was thrown away in 4 polls$/,
        fault: during(40, 56, ({ rates, second }) => {
            rates.IA.jitterBufferFlushes = second % 4 === 0 ? 1 : 0;
        }),
        nearMiss: during(40, 48, ({ rates, second }) => {
            rates.IA.jitterBufferFlushes = second % 4 === 0 ? 1 : 0;
        })
    },
    {
        id: 'audio-not-played',
        level: 'major',
        title: /^Sound arrives but nobody plays it for 20 s$/,
        fault: during(40, 60, ({ rates }) => {
            rates.IA.jitterBufferEmittedCount = 0;
            rates.IA.totalSamplesReceived = 0;
        }),

        // At the start of every call.
        nearMiss: during(0, 3, ({ rates }) => {
            rates.IA.jitterBufferEmittedCount = 0;
        })
    },
    {
        id: 'playout-glitch',
        level: 'minor',
        title: /^The loudspeaker was starved of 3 % of the sound$/,
        fault: all(({ rates }) => {
            rates.AP.synthesizedSamplesDuration = 0.03;
        }),
        nearMiss: during(0, 2, ({ rates }) => {
            rates.AP.synthesizedSamplesDuration = 0.03;
        })
    },
    {
        id: 'av-desync',
        level: 'minor',
        title: /^Sound and video are 480 ms apart$/,
        fault: {
            ...withEvents([ 1, 'ontrack', 'audio:ta stream:s1' ], [ 1, 'ontrack', 'video:tv stream:s1' ]),
            ...during(40, 60, ({ gauges }) => {
                gauges.IV.estimatedPlayoutTimestamp = 480;
            })
        },

        // Two participants have nothing to do with each other.
        nearMiss: {
            ...withEvents([ 1, 'ontrack', 'audio:ta stream:s1' ], [ 1, 'ontrack', 'video:tv stream:s2' ]),
            ...during(40, 60, ({ gauges }) => {
                gauges.IV.estimatedPlayoutTimestamp = 480;
            })
        }
    },
    {
        id: 'incoming-quiet',
        level: 'info',
        title: /^Somebody is quiet/,
        fault: all(({ gauges }) => {
            gauges.IA.audioLevel = 0.1;
        }),
        nearMiss: all(({ gauges, second }) => {
            gauges.IA.audioLevel = second % 2 ? 0.1 : 0.3;
        })
    },
    {
        id: 'mic-digital-silence',
        level: 'major',
        title: /^The microphone delivers only zeros for 40 s$/,
        fault: {
            ...withEvents([ 5, 'enabled', 'audio:mic true', null ]),
            ...during(40, 80, ({ gauges, rates }) => {
                gauges.SA.audioLevel = 0;
                rates.SA.totalAudioEnergy = 0;
            })
        },

        // Muted on purpose.
        nearMiss: {
            ...withEvents([ 40, 'enabled', 'audio:mic false', null ]),
            ...during(40, 80, ({ gauges, rates }) => {
                gauges.SA.audioLevel = 0;
                rates.SA.totalAudioEnergy = 0;
            })
        }
    },
    {
        id: 'mic-silent',
        level: 'info',
        title: /^The microphone was silent for 40 s$/,
        fault: during(40, 80, ({ gauges, rates }) => {
            gauges.SA.audioLevel = 0.0005;
            rates.SA.totalAudioEnergy = 0;
        }),
        nearMiss: during(40, 60, ({ gauges, rates }) => {
            gauges.SA.audioLevel = 0.0005;
            rates.SA.totalAudioEnergy = 0;
        })
    },
    {
        id: 'mic-inaudible',
        level: 'info',
        title: /^The microphone is hardly to be heard/,
        fault: all(({ gauges, rates, second }) => {
            gauges.SA.audioLevel = second % 2 ? 0.004 : 0.006;
            rates.SA.totalAudioEnergy = 0;
        }),
        nearMiss: all(({ gauges, rates, second }) => {
            gauges.SA.audioLevel = second === 40 ? 0.05 : 0.006;
            rates.SA.totalAudioEnergy = 0;
        })
    },
    {
        id: 'camera-stalled',
        level: 'major',
        title: /^The camera gave no picture for 14 s$/,
        fault: {
            ...withEvents([ 5, 'enabled', 'video:cam true', null ]),
            ...during(40, 54, ({ rates }) => {
                rates.SV.frames = 0;
            })
        },
        nearMiss: {
            ...withEvents([ 40, 'enabled', 'video:cam false', null ]),
            ...during(40, 54, ({ rates }) => {
                rates.SV.frames = 0;
            })
        }
    },
    {
        id: 'camera-slow',
        level: 'minor',
        title: /^The camera gives 4 frames a second$/,
        fault: all(({ gauges, rates }) => {
            gauges.SV.framesPerSecond = 4;
            rates.SV.frames = 4;
            rates.OV.framesEncoded = 4;
        }),

        // In the dark, 15 are usual.
        nearMiss: all(({ gauges, rates }) => {
            gauges.SV.framesPerSecond = 15;
            rates.SV.frames = 15;
            rates.OV.framesEncoded = 15;
        })
    }
]);

