import { deepEqual } from '../api/machinery/update.ts';
import type { KubeObject, RecordId } from '../contracts/index.ts';
import type { ActionType, EventRegistration, Hint, Plugin } from './framework/plugin.ts';
import { requestsOf } from './framework/podInfo.ts';
import { amountOf, resourcesOf } from './framework/resources.ts';
import type { Listers } from './framework/snapshot.ts';
import type { ObservedEvent } from './queue/observedEvent.ts';

/** The events that one update of a node means to plugins, in the scheduler's order. Source: eventhandlers.go, events.go. */
export function nodeEvents(before: KubeObject, now: KubeObject, record: RecordId): readonly ObservedEvent[] {
  const events: ObservedEvent[] = [];
  const add = (action: ActionType) => events.push({ resource: 'Node', action, before, now, record });
  if (before.spec?.unschedulable === true && now.spec?.unschedulable !== true) add('UpdateNodeTaint');
  if (!sameAllocatable(before, now)) add('UpdateNodeAllocatable');
  if (!deepEqual(before.metadata.labels, now.metadata.labels)) add('UpdateNodeLabel');
  if (!deepEqual(before.spec?.taints, now.spec?.taints)) add('UpdateNodeTaint');
  if (conditionStatuses(before) !== conditionStatuses(now)) add('UpdateNodeCondition');
  if (!deepEqual(before.metadata.annotations, now.metadata.annotations)) add('UpdateNodeAnnotation');
  return events;
}

/** Quantities compare by value: `1` and `1000m` are the same. */
function sameAllocatable(before: KubeObject, now: KubeObject): boolean {
  if (before.status?.allocatable === now.status?.allocatable) return true;
  const was = resourcesOf(before.status?.allocatable);
  const is = resourcesOf(now.status?.allocatable);
  const names = ['cpu', 'memory', 'ephemeral-storage', 'pods', ...was.scalars.keys(), ...is.scalars.keys()];
  return names.every((name) => amountOf(was, name) === amountOf(is, name));
}

function conditionStatuses(node: KubeObject): string {
  const conditions: readonly { type: string; status: string }[] = node.status?.conditions ?? [];
  return conditions
    .map((c) => `${c.type}=${c.status}`)
    .sort()
    .join(',');
}

/** The events that one update of a pod means to plugins; a change of nothing in particular is a plain Update. */
export function podEvents(before: KubeObject, now: KubeObject, record: RecordId): readonly ObservedEvent[] {
  const resource = (now.spec?.nodeName ?? '') === '' ? 'UnschedulablePod' : 'AssignedPod';
  const actions: ActionType[] = [];
  if (!deepEqual(before.metadata.labels, now.metadata.labels)) actions.push('UpdatePodLabel');
  if (scaledDown(before, now)) actions.push('UpdatePodScaleDown');
  if ((before.spec?.schedulingGates ?? []).length > 0 && (now.spec?.schedulingGates ?? []).length === 0)
    actions.push('UpdatePodSchedulingGatesEliminated');
  if ((before.spec?.tolerations ?? []).length !== (now.spec?.tolerations ?? []).length)
    actions.push('UpdatePodToleration');
  if (!deepEqual(before.status?.resourceClaimStatuses, now.status?.resourceClaimStatuses))
    actions.push('UpdatePodGeneratedResourceClaim');
  if (actions.length === 0) actions.push('Update');
  return actions.map((action) => ({ resource, action, before, now, record }));
}

function scaledDown(before: KubeObject, now: KubeObject): boolean {
  if (before.spec === now.spec && before.status === now.status) return false;
  const was = requestsOf(before);
  const is = requestsOf(now);
  if (was === is) return false;
  return ['cpu', 'memory', 'ephemeral-storage', ...was.scalars.keys()].some(
    (name) => amountOf(was, name) > amountOf(is, name),
  );
}

function registered(registrations: readonly EventRegistration[], event: ObservedEvent): readonly EventRegistration[] {
  return registrations.filter((r) => {
    const resource =
      r.resource === event.resource ||
      r.resource === '*' ||
      (r.resource === 'Pod' && (event.resource === 'AssignedPod' || event.resource === 'UnschedulablePod'));
    return (
      resource &&
      (r.actions.includes(event.action) || (r.actions.includes('Update') && event.action.startsWith('Update')))
    );
  });
}

/** The answers of the plugins of one profile to cluster events. */
export class HintTable {
  private readonly byPlugin: ReadonlyMap<string, readonly EventRegistration[]>;
  private readonly listers: () => Listers;

  /** Without hints (SchedulerQueueingHints before 1.34) every event that a plugin registers for is worth another try. */
  constructor(plugins: readonly Plugin[], listers: () => Listers, isHinting = true) {
    const registrations = (plugin: Plugin) => {
      const all = plugin.events?.() ?? [];
      return isHinting ? all : all.map(({ hint: _, ...registration }) => registration);
    };
    this.byPlugin = new Map(plugins.map((p) => [p.name, registrations(p)]));
    this.listers = listers;
  }

  /** undefined = the plugin is not interested in this event. */
  hint(plugin: string, pod: KubeObject, event: ObservedEvent): Hint | undefined {
    const registrations = this.byPlugin.get(plugin) ?? [];
    const interested = registered(registrations, event);
    if (interested.length === 0) {
      // A new node may come with a taint that is taken off later, so who waits for nodes also waits for taints to go.
      const addOnly =
        event.resource === 'Node' &&
        event.action === 'UpdateNodeTaint' &&
        registrations.some((r) => r.resource === 'Node' && r.actions.includes('Add'));
      return addOnly ? 'Queue' : undefined;
    }
    const queue = interested.some(
      (r) => r.hint === undefined || r.hint(pod, event.before, event.now, this.listers()) === 'Queue',
    );
    return queue ? 'Queue' : 'QueueSkip';
  }
}
