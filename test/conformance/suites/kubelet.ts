import type { Suite } from '../harness.ts';

export const kubelet: Suite = { name: 'kubelet', run: () => [] };
