/**
 * The preload that main registers on a session: installs capture and does nothing else.
 */

'use strict';

require('./index').install();
