/**
 * Runs @electron/universal where there is no Mac: what it does with files that are universal already is the same on any
 * system. Arguments: the app for x64, the one for arm64, and the path of the merged one.
 */

'use strict';

const [ , , x64AppPath, arm64AppPath, outAppPath ] = process.argv;

Object.defineProperty(process, 'platform', { value: 'darwin' });

require('@electron/universal').makeUniversalApp({ arm64AppPath,
    mergeASARs: true,
    outAppPath,
    x64AppPath })
    .catch(error => {
        console.error(error);
        process.exitCode = 1;
    });
