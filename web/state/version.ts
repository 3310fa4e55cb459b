declare const __ORRERY_VERSION__: string;

/** The version of the engine in the page. */
export const VERSION = typeof __ORRERY_VERSION__ === 'string' ? __ORRERY_VERSION__ : 'dev';
