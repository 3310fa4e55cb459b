import type { Suite } from '../harness.ts';
import { api } from './api.ts';
import { base } from './base.ts';
import { kubelet } from './kubelet.ts';
import { scheduler } from './scheduler.ts';
import { transcripts } from './transcripts.ts';

export const suites: readonly Suite[] = [base, api, scheduler, transcripts, kubelet];
