/** Label by which the nodes of a pool are known. */
export const POOL_LABEL_NAME = 'orrery.dev/pool';
