import type { KubeObject, RecordId } from '../../contracts/index.ts';
import type { ClusterEvent } from '../framework/plugin.ts';

/** A cluster event with the objects that it is about. */
export interface ObservedEvent extends ClusterEvent {
  readonly before?: KubeObject;
  readonly now?: KubeObject;
  readonly record: RecordId;
  /** `*`: moves everything without asking. */
  readonly wildcard?: boolean;
}

/** An update of a pod that has a node; which events it means is worked out when somebody wants to know. */
export interface PodUpdate {
  readonly resource: undefined;
  readonly before: KubeObject;
  readonly now: KubeObject;
  readonly record: RecordId;
}
