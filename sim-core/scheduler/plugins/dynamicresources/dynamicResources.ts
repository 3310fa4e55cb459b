import type { Plugin } from '../../framework/plugin.ts';
import { unschedulable } from '../../framework/status.ts';

/**
 * The part of DynamicResources that shows on pods without resource claims: it scores 0 with its weight, and when nothing
 * fits its PostFilter comes before preemption and says so. Allocation of devices belongs in this folder.
 * Source: plugins/dynamicresources; scheduler.md §5, §18.3.
 */
export function dynamicResources(): Plugin {
  return {
    name: 'DynamicResources',
    score: () => 0,
    postFilter: () => ({ status: unschedulable('no new claims to deallocate') }),
  };
}
