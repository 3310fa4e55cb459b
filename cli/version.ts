declare const __ORRERY_VERSION__: string;
declare const __ORRERY_SOURCES__: string;

/** Version of the package, and the hash of sim-core's sources that this build was made from. */
export const VERSION = typeof __ORRERY_VERSION__ === 'string' ? __ORRERY_VERSION__ : '0.0.0-dev';
export const SOURCE_HASH = typeof __ORRERY_SOURCES__ === 'string' ? __ORRERY_SOURCES__ : 'unbuilt';
/** What the simulated cluster says it is. */
export const KUBERNETES_VERSION = 'v1.35.4';
