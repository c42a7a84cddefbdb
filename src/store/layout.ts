/**
 * Names in a store.
 *
 * ```
 * 1041/1041.npf         the pattern file         1041/manifest.json    see manifest.ts
 * 1041/quarantine.ign2  only when signatures were set aside             1041/in-use.lock  see hold.ts; empty
 * incoming/             what comes and what goes, for the updater alone; incoming/downloads/ is kept from run to run
 * images/  trust/       compiled images · TUF metadata; the updater's
 * state.json            see state.ts             state.copy.json       the same, for when the first is damaged
 * store.lock            held while the store is changed                 update.lock       held by the one updater
 * ```
 * A number's directory never changes; it comes by one rename out of incoming/, and goes by one rename back into it.
 */
import { join } from 'node:path';

export const STATE = 'state.json';
export const STATE_COPY = 'state.copy.json';
export const STORE_LOCK = 'store.lock';
export const UPDATE_LOCK = 'update.lock';
export const INCOMING = 'incoming';
export const DOWNLOADS = 'downloads';
export const IMAGES = 'images';
export const TRUST = 'trust';

export const MANIFEST = 'manifest.json';
export const QUARANTINE = 'quarantine.ign2';
export const IN_USE_LOCK = 'in-use.lock';
/** In a directory of incoming/: held by the process that stages something there. */
export const STAGING_LOCK = 'staging.lock';

export const patternDirectory = (store: string, number: number): string => join(store, String(number));
export const patternPath = (directory: string, number: number): string => join(directory, `${number}.npf`);
