import {
  defaultNormalize,
  type NodeInfo,
  type PluginArgs,
  type PluginDefinition,
  unresolvable,
} from '../../sim-core/scheduler/pluginApi.ts';

/** Cents an hour, as a label of the node says. */
const LABEL = 'example.com/cents-per-hour';

interface NodeCostArgs {
  /** No node dearer than this; absent: no limit. */
  readonly maxCents?: number;
}

const centsOf = (node: NodeInfo): number => Number(node.labels[LABEL] ?? '0');

/** Prefers cheap nodes, and keeps pods off nodes that are dearer than `maxCents`. */
const nodeCost: PluginDefinition = {
  name: 'NodeCost',
  validateArgs(args: PluginArgs) {
    const { maxCents } = args as NodeCostArgs;
    if (maxCents === undefined || (Number.isInteger(maxCents) && maxCents > 0)) return [];
    return [{ field: 'maxCents', value: maxCents, detail: 'must be a whole number greater than 0' }];
  },
  create(args: PluginArgs) {
    const { maxCents = Number.POSITIVE_INFINITY } = args as NodeCostArgs;
    return {
      name: 'NodeCost',
      filter(_state, _pod, node) {
        // Removing pods makes no node cheaper, so preemption must not try.
        return centsOf(node) > maxCents ? unresolvable('node(s) were too expensive') : undefined;
      },
      score: (_state, _pod, node) => centsOf(node),
      // The dearest gets 0, a free one 100.
      normalize: (_state, _pod, scores) => defaultNormalize(scores, true),
      // A pod that found all nodes too dear is tried again when a cheap one comes.
      events: () => [
        {
          resource: 'Node',
          actions: ['Add', 'UpdateNodeLabel'],
          hint: (_pod, _before, now) =>
            Number(now?.metadata.labels?.[LABEL] ?? '0') <= maxCents ? 'Queue' : 'QueueSkip',
        },
      ],
    };
  },
};

export default nodeCost;
