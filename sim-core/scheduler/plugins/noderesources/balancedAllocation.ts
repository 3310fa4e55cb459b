import type { Plugin } from '../../framework/plugin.ts';
import { amountOf, isExtendedResource } from '../../framework/resources.ts';
import { SKIP } from '../../framework/status.ts';

export interface BalancedAllocationArgs {
  readonly resources?: readonly { readonly name: string }[];
}

/**
 * Prefers nodes whose resources would be used in equal proportion, by actual requests. A pod that asks for none of the
 * resources has no opinion. Source: plugins/noderesources/balanced_allocation.go (1.35).
 */
export function nodeResourcesBalancedAllocation(args: BalancedAllocationArgs = {}): Plugin {
  const names = (args.resources ?? [{ name: 'cpu' }, { name: 'memory' }]).map((r) => r.name);
  return {
    name: 'NodeResourcesBalancedAllocation',
    preScore: (_state, pod) => (names.every((name) => amountOf(pod.requests, name) === 0) ? SKIP : undefined),
    score(_state, pod, node) {
      const fractions: number[] = [];
      for (const name of names) {
        const own = amountOf(pod.requests, name);
        if (isExtendedResource(name) && own === 0) continue;
        const capacity = amountOf(node.allocatable, name);
        if (capacity === 0) continue;
        fractions.push(Math.min(1, (amountOf(node.requested, name) + own) / capacity));
      }
      return Math.trunc((1 - deviation(fractions)) * 100);
    },
    decompose: () => ({ balance: names }),
  };
}

function deviation(fractions: readonly number[]): number {
  if (fractions.length === 2) return Math.abs((fractions[0] - fractions[1]) / 2);
  if (fractions.length < 2) return 0;
  let sum = 0;
  for (const f of fractions) sum += f;
  const mean = sum / fractions.length;
  let squares = 0;
  for (const f of fractions) squares += (f - mean) * (f - mean);
  return Math.sqrt(squares / fractions.length);
}
