import type { Suite } from '../harness.ts';

export const transcripts: Suite = { name: 'transcripts', run: () => [] };
