/**
 * The meeting window's page: an iframe, as Jitsi Meet's external API makes one.
 */

/* eslint-env browser */

'use strict';

document.querySelector('iframe')?.setAttribute('src', new URLSearchParams(location.search).get('src') ?? '');
