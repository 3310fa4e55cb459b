import type { TimeUs } from '../contracts/ids.ts';
import { SECOND_US } from '../contracts/ids.ts';
import type { EventRegistration } from '../scheduler/framework/plugin.ts';
import type { Framework } from '../scheduler/framework/runtime.ts';
import type { QueuedPod } from '../scheduler/queue/queuedPod.ts';
import type { Message, Waiting } from './types.ts';

/** Pods that no event helps are tried again after so long. */
const MAX_UNSCHEDULABLE_US = 300 * SECOND_US;
const FLUSH_PERIOD_US = 30 * SECOND_US;

type WaitingEvent = Waiting['events'][number];

/** What would wake a pod that these plugins rejected. */
export function eventsFor(framework: Framework, rejectedBy: readonly string[]): readonly WaitingEvent[] {
  const events: WaitingEvent[] = [];
  for (const name of rejectedBy) {
    const plugin = framework.plugins.all.find((p) => p.name === name);
    const registrations = plugin?.events?.() ?? [];
    for (const { resource, actions, hint } of registrations)
      events.push({ plugin: name, resource, actions, hinted: hint !== undefined });
    if (wakesOnAnyTaint(registrations))
      events.push({ plugin: name, resource: 'Node', actions: ['UpdateNodeTaint'], hinted: false });
  }
  return events;
}

/** Who waits for new nodes also waits for their taints to go. Source: kubernetes issue 109437. */
function wakesOnAnyTaint(registrations: readonly EventRegistration[]): boolean {
  const nodes = registrations.filter((r) => r.resource === 'Node');
  return (
    nodes.some((r) => r.actions.includes('Add')) &&
    !nodes.some((r) => r.actions.includes('UpdateNodeTaint') || r.actions.includes('Update'))
  );
}

/** Resource of an event -> how its objects begin in the records. */
function pluralOf(kind: string): string {
  const name = kind.toLowerCase();
  if (name.endsWith('y')) return `${name.slice(0, -1)}ies`;
  return name.endsWith('s') ? `${name}es` : `${name}s`;
}

/** The plugins among those that rejected the pod which listen to events of an object; `isOwn` = it is the pod itself. */
export function listenersTo(
  framework: Framework,
  rejectedBy: readonly string[],
  object: string,
  isOwn: boolean,
): readonly string[] {
  const resource = object.slice(0, object.search(/[./]|$/));
  const isHeard = (event: string) => {
    if (event === '*') return true;
    if (resource !== 'pods') return pluralOf(event) === resource;
    return event === 'Pod' || event === (isOwn ? 'UnschedulablePod' : 'AssignedPod');
  };
  const heard = eventsFor(framework, rejectedBy).filter((e) => isHeard(e.resource));
  return [...new Set(heard.map((e) => e.plugin))];
}

export interface QueueView {
  readonly row: QueuedPod;
  readonly backoffUntilUs: TimeUs;
  /** The next time at which the scheduler looks for pods that waited long; -1 = unknown. */
  readonly nextFlushUs: TimeUs;
}

/**
 * Where the pod stands in the queue and what it waits for; `queued` undefined = the queue does not have it. `nominatedNode` is
 * known before the pod's status tells of it.
 */
export function waitingOf(
  framework: Framework,
  queued: QueueView | undefined,
  nowUs: TimeUs,
  nominatedNode?: string,
): Waiting {
  if (queued === undefined) {
    return {
      place: 'gone',
      backoffUntilUs: -1,
      flushAtUs: -1,
      gates: [],
      nominatedNode: '',
      events: [],
      messages: [{ id: 'sched.wait.gone', params: {} }],
    };
  }
  const { row } = queued;
  const pod = row.pod.object;
  const waits = row.place === 'unschedulable';
  const rejectedBy = [...row.rejectedBy, ...row.pendingPlugins];
  const view = {
    place: row.place,
    backoffUntilUs: queued.backoffUntilUs > nowUs ? queued.backoffUntilUs : -1,
    flushAtUs: waits && queued.nextFlushUs >= 0 ? flushAt(row.timestampUs, queued.nextFlushUs) : -1,
    gates: (pod.spec?.schedulingGates ?? []).map((g: { name: string }) => g.name),
    nominatedNode: nominatedNode || (pod.status?.nominatedNodeName ?? ''),
    events: waits ? eventsFor(framework, rejectedBy) : [],
  };
  return { ...view, messages: messagesOf(view, row) };
}

function flushAt(timestampUs: TimeUs, nextFlushUs: TimeUs): TimeUs {
  const periods = Math.floor((timestampUs + MAX_UNSCHEDULABLE_US - nextFlushUs) / FLUSH_PERIOD_US) + 1;
  return nextFlushUs + Math.max(0, periods) * FLUSH_PERIOD_US;
}

function messagesOf(view: Omit<Waiting, 'messages'>, row: QueuedPod): readonly Message[] {
  const { place, backoffUntilUs: untilUs, flushAtUs, gates, nominatedNode, events } = view;
  const messages: Message[] = [];
  if (place === 'active' || place === 'inFlight' || place === 'binding')
    messages.push({ id: `sched.wait.${place}`, params: {} });
  if (place === 'gated')
    messages.push(
      gates.length > 0
        ? { id: 'sched.wait.gates', params: { gates } }
        : { id: 'sched.wait.gatedBy', params: { plugin: row.gatingPlugin } },
    );
  if (place === 'backoff' || place === 'errorBackoff') messages.push({ id: 'sched.wait.backoff', params: { untilUs } });
  if (nominatedNode !== '') messages.push({ id: 'sched.wait.nominated', params: { node: nominatedNode } });
  for (const { plugin, resource, actions, hinted } of events)
    messages.push({ id: hinted ? 'sched.wait.hinted' : 'sched.wait.always', params: { plugin, resource, actions } });
  if (place === 'unschedulable' && events.length === 0) messages.push({ id: 'sched.wait.nothing', params: {} });
  if (place === 'unschedulable' && untilUs >= 0) messages.push({ id: 'sched.wait.backoffThen', params: { untilUs } });
  if (flushAtUs >= 0) messages.push({ id: 'sched.wait.flush', params: { atUs: flushAtUs } });
  return messages;
}
