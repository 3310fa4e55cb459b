import { findUntoleratedTaint, toleratesTaint } from '../../../api/helpers/tolerations.ts';
import type { KubeObject } from '../../../contracts/index.ts';
import { defaultNormalize } from '../../framework/normalize.ts';
import type { Plugin } from '../../framework/plugin.ts';
import { unresolvable } from '../../framework/status.ts';

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

const NO_TAINTS: readonly Taint[] = [];
const hard = (taint: { effect?: string }) => taint.effect === 'NoSchedule' || taint.effect === 'NoExecute';

function untolerated(pod: KubeObject, node: KubeObject | undefined): boolean {
  return findUntoleratedTaint(node?.spec?.taints ?? NO_TAINTS, pod.spec?.tolerations ?? [], hard) !== undefined;
}

/** NoSchedule and NoExecute taints filter, PreferNoSchedule taints cost score. Source: plugins/tainttoleration. */
export function taintToleration(): Plugin {
  return {
    name: 'TaintToleration',
    filter(_state, pod, node) {
      return untolerated(pod.pod, node.node) ? unresolvable('node(s) had untolerated taint(s)') : undefined;
    },
    preScore: () => undefined,
    preScoreMissing: 'failed to read "PreScoreTaintToleration" from cycleState: not found',
    score(_state, pod, node) {
      const taints: readonly Taint[] = node.node?.spec?.taints ?? NO_TAINTS;
      if (taints.length === 0) return 0;
      const tolerations = (pod.pod.spec?.tolerations ?? []).filter(
        (t: { effect?: string }) => !t.effect || t.effect === 'PreferNoSchedule',
      );
      let count = 0;
      for (const taint of taints) {
        if (taint.effect === 'PreferNoSchedule' && !tolerations.some((t: object) => toleratesTaint(t, taint))) count++;
      }
      return count;
    },
    normalize: (_state, _pod, scores) => defaultNormalize(scores, true),
    decompose: () => ({ filter: 'taints', score: 'taints', normalize: 'reversedMax' }),
    events: () => [
      {
        resource: 'Node',
        actions: ['Add', 'UpdateNodeTaint'],
        hint: (pod, before, now) => {
          const was = before !== undefined && !untolerated(pod, before);
          return !was && now !== undefined && !untolerated(pod, now) ? 'Queue' : 'QueueSkip';
        },
      },
      {
        resource: 'UnschedulablePod',
        actions: ['UpdatePodToleration'],
        hint: (pod, _before, now) => (now?.metadata.uid === pod.metadata.uid ? 'Queue' : 'QueueSkip'),
      },
    ],
  };
}
