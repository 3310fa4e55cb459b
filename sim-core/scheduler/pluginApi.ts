/** What a plugin module may import: the framework's types, and the statuses that plugins return. See docs/plugins.md. */

export type { KubeObject } from '../contracts/index.ts';
export type { ExtenderArgs, ExtenderFilterResult } from './extenders/extender.ts';
export type { ExtenderDefinition } from './extenders/userExtender.ts';
export type { NodeInfo } from './framework/nodeInfo.ts';
export { defaultNormalize } from './framework/normalize.ts';
export type {
  ClusterEvent,
  CycleState,
  EventRegistration,
  Hint,
  Plugin,
  PostFilterInput,
  PostFilterResult,
  PreFilterResult,
  Reservation,
} from './framework/plugin.ts';
export type { PodInfo } from './framework/podInfo.ts';
export type { Listers, Snapshot } from './framework/snapshot.ts';
export type { Status } from './framework/status.ts';
export { errorStatus, SKIP, unresolvable, unschedulable } from './framework/status.ts';
export type { ArgumentProblem, PluginArgs, PluginDefinition } from './framework/userPlugins.ts';
