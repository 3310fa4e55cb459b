import * as s from '../../../../sim-core/api/helpers/podStatus.ts';
import type { Player } from './common.ts';

export const podstatusPlayers: Readonly<Record<string, Player>> = {
  'pod-phase': (input) => {
    const pod = { spec: input.spec };
    const statuses = [...(input.initContainerStatuses ?? []), ...(input.containerStatuses ?? [])];
    const phase = s.podPhase(pod, statuses, input.podIsTerminal, input.podHasInitialized);
    return {
      containersReady: s.containersReadyCondition(pod, input.containerStatuses, phase),
      initialized: s.podInitializedCondition(pod, statuses, phase),
      phase,
      ready: s.podReadyCondition(pod, input.conditions, input.containerStatuses, phase),
    };
  },
};
