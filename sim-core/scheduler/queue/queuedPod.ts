import type { KubeObject, ObjId, RecordId, TimeUs, Version } from '../../contracts/index.ts';
import type { Hint, SortedPod } from '../framework/plugin.ts';
import type { ObservedEvent } from './observedEvent.ts';

export type QueuePlace = 'active' | 'backoff' | 'errorBackoff' | 'unschedulable' | 'gated' | 'inFlight' | 'binding';

/** One pending pod as the queue knows it. Immutable; the table of rows is the state. */
export interface QueuedPod {
  readonly obj: ObjId;
  readonly pod: Version;
  readonly place: QueuePlace;
  /** Its place in the line of active pods; -1 = it does not stand there. */
  readonly at: number;
  readonly priority: number;
  /** When it was put into this place: decides the order among equals and the back-off. */
  readonly timestampUs: TimeUs;
  readonly initialUs: TimeUs;
  readonly attempts: number;
  readonly unschedulableCount: number;
  readonly consecutiveErrors: number;
  readonly rejectedBy: readonly string[];
  readonly pendingPlugins: readonly string[];
  readonly gatingPlugin: string;
  /** First in-flight event that arrived after it was popped. */
  readonly eventsFrom: number;
  /** What made it ready for the next attempt. */
  readonly cause: RecordId;
}

export interface QueueOptions {
  readonly initialBackoffUs: TimeUs;
  readonly maxBackoffUs: TimeUs;
  readonly maxUnschedulableUs: TimeUs;
  /** SchedulerPopFromBackoffQ; default: on. */
  readonly popsFromBackoff?: boolean;
}

export interface QueuePolicy {
  /** The plugin that gates the pod, if any. */
  gate(pod: KubeObject): string | undefined;
  /** The answer of one plugin to an event about a pod that it rejected; undefined = not interested. */
  hint(plugin: string, pod: KubeObject, event: ObservedEvent): Hint | undefined;
  /** Plugins of users that gate: the events that they register for make their pods worth another look. */
  readonly usersGates?: ReadonlySet<string>;
  /** The order of a user's QueueSort plugin; absent = PrioritySort. */
  less?(a: SortedPod, b: SortedPod): boolean;
}

/** Count of pods by queue, as metric scheduler_pending_pods names them. */
export interface PendingPods {
  readonly active: number;
  readonly backoff: number;
  readonly unschedulable: number;
  readonly gated: number;
}
