import { podQOSClass } from '../../api/helpers/pods.ts';
import { timeText } from '../../api/machinery/time.ts';

import { replaced, withFields, withMeta } from '../strategies.ts';
import type { KindHooks } from './hooks.ts';
import { withLabelKeys, withoutDisabled } from './podFeatures.ts';

/** pkg/registry/core/pod/strategy.go */
export const podHooks: KindHooks = {
  prepareCreate(given, env) {
    const object = withLabelKeys(withoutDisabled(given, env.disabledFeatures ?? []), env.disabledFeatures ?? []);
    const status: Record<string, unknown> = { phase: 'Pending', qosClass: podQOSClass(object) };
    // No time at all cannot be asked for: less than none is a second.
    if (object.spec?.terminationGracePeriodSeconds < 0) {
      return withFields(object, { status, spec: replaced(object.spec, { terminationGracePeriodSeconds: 1 }) });
    }
    if (object.spec?.schedulingGates?.length) status.conditions = [gated(timeText(env.epochSeconds, env.nowUs))];
    return withFields(object, { status });
  },
  prepareStatusUpdate(object, before) {
    const qos = before.status?.qosClass;
    const status = object.status ?? {};
    const { ownerReferences } = before.metadata;
    const owned = object.metadata.ownerReferences === ownerReferences;
    const metadata = owned ? object.metadata : withMeta(object.metadata, { ownerReferences });
    const classed = qos && !status.qosClass ? replaced(status, { qosClass: qos }) : status;
    return withFields(object, { metadata, status: classed });
  },
};

/** A gated pod has this condition when it is stored. */
const gated = (lastTransitionTime: string) => ({
  type: 'PodScheduled',
  status: 'False',
  lastProbeTime: null,
  lastTransitionTime,
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
});
