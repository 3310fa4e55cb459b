import type { Suite } from '../harness.ts';

export const base: Suite = { name: 'base', run: () => [] };
