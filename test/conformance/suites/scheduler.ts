import type { Suite } from '../harness.ts';

export const scheduler: Suite = { name: 'scheduler', run: () => [] };
