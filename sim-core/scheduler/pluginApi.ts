/** What a plugin module may import: the framework's types, and the statuses that plugins return. See docs/plugins.md. */

export type { KubeObject } from '../contracts/index.ts';
export type { ExtenderArgs, ExtenderFilterResult } from './extenders/extender.ts';
export type { ExtenderDefinition } from './extenders/userExtender.ts';
export type { NodeInfo } from './framework/nodeInfo.ts';
export { defaultNormalize } from './framework/normalize.ts';
export type {
  BindingResult,
  ClusterEvent,
  CycleState,
  Effects,
  EventRegistration,
  Hint,
  PermitResult,
  PostFilterInput,
  PostFilterResult,
  PreFilterResult,
  Reservation,
  ReservedWrite,
  SortedPod,
  WaitingPod,
} from './framework/plugin.ts';
export type { PodInfo } from './framework/podInfo.ts';
export type { Listers, Snapshot } from './framework/snapshot.ts';
export type { Status } from './framework/status.ts';
export { errorStatus, SKIP, unresolvable, unschedulable, WAIT } from './framework/status.ts';
export type { ArgumentProblem, PluginArgs, PluginDefinition, PluginPoints as Plugin } from './framework/userPlugins.ts';
