import { matchRequiredNodeAffinity, preferredNodeScore } from '../../../../sim-core/api/helpers/nodeAffinity.ts';
import * as p from '../../../../sim-core/api/helpers/pods.ts';
import { findUntoleratedTaint, isHardTaint, toleratesTaint } from '../../../../sim-core/api/helpers/tolerations.ts';
import { timeUs } from '../../../../sim-core/api/machinery/time.ts';
import type { Player } from './common.ts';

const NON_MISSING = { cpu: '100m', memory: '200Mi' };

function resources(pod: p.PodLike) {
  return {
    aggregateContainerLimits: p.aggregateContainerLimits(pod),
    limits: p.podLimits(pod),
    podLevelResourcesSet: p.podLevelResourcesSet(pod),
    qos: p.podQOSClass(pod),
    requests: p.podRequests(pod),
    requestsNoOverhead: p.podRequests(pod, { excludeOverhead: true }),
    requestsNonMissing: p.podRequests(pod, { nonMissingContainerRequests: NON_MISSING }),
    requestsSkipPodLevel: p.podRequests(pod, { skipPodLevelResources: true }),
  };
}

interface TolerationInput {
  taints: { key: string; effect: string }[];
  tolerations: object[] | null;
}

function tolerations({ taints, tolerations }: TolerationInput, comparison: boolean) {
  const taint = findUntoleratedTaint(taints, tolerations, isHardTaint, comparison);
  return {
    taint,
    tolerates:
      tolerations === null ? null : tolerations.map((t) => taints.map((x) => toleratesTaint(t, x, comparison))),
    untolerated: taint !== undefined,
  };
}

interface AffinityInput {
  // biome-ignore lint/suspicious/noExplicitAny: as recorded
  nodeAffinity: any;
  nodeSelector: Record<string, string> | null;
  nodes: { name: string; labels: Record<string, string> }[];
}

function affinity(input: AffinityInput) {
  const pod = {
    spec: { nodeSelector: input.nodeSelector ?? undefined, affinity: { nodeAffinity: input.nodeAffinity } },
  };
  const preferred = input.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution;
  return {
    results: input.nodes.map(({ name, labels }) => {
      const node = { metadata: { name, labels } };
      const required = matchRequiredNodeAffinity(pod, node);
      const result = { error: required.error ?? null, match: required.match };
      if (!preferred?.length) return result;
      const score = preferredNodeScore(preferred, node);
      return score.error === undefined ? { ...result, score: score.score } : { ...result, preferredError: score.error };
    }),
  };
}

export const podsPlayers: Readonly<Record<string, Player>> = {
  'pod-resources': (input) => resources({ spec: input.spec }),
  'pod-resources-resize': (input) => ({ requests: p.podRequests(input.pod, { useStatusResources: true }) }),
  tolerations: (input) => ({
    comparisonOperators_false: tolerations(input, false),
    comparisonOperators_true: tolerations(input, true),
  }),
  'node-affinity': affinity,
  'pod-available': (input) => {
    const pod = { status: input.status };
    const toUs = (text: string) => timeUs(0, text);
    return {
      available: p.isPodAvailable(pod, input.minReadySeconds, toUs(input.now), toUs),
      ready: p.isPodReady(pod),
      terminal: p.isPodTerminal(pod),
    };
  },
};
