/** The only door of the simulator for the command line, the server, the reports and the page. */

export { parseDurationUs, shortDuration } from './api/machinery/duration.ts';
export {
  allResources,
  apiVersionOf,
  type FieldSchema,
  fieldSupport,
  schemaOfKind,
  supportOf,
  type TypeRef,
  type TypeSchema,
  typeNamed,
} from './api/schema/index.ts';
export type { ContainerStatus, Pod, PodCondition } from './api/types/core.ts';
export type { CheckResults, Finding } from './checkers/index.ts';
export * from './contracts/index.ts';
export { RECORD_BYTES, SimulationError, type World } from './engine/index.ts';
export * from './explain/index.ts';
export { type BuildOptions, buildCluster, type Cluster, pendingPodsOf } from './scenario/build.ts';
export { schedulerBase } from './scenario/controlPlane.ts';
export type { ExpectationState } from './scenario/expectations/component.ts';
export { folderOf, joinPath, matchPaths, normalPath } from './scenario/glob.ts';
export { defaultScenario, isScenarioText, type LoadOptions, type LoadResult, loadScenario } from './scenario/load.ts';
export { MACHINE_NAMES } from './scenario/machines.ts';
export { buildPerfCluster } from './scenario/perf/build.ts';
export type { PerfDriver } from './scenario/perf/driver.ts';
export { isPerfText, parsePerfFile } from './scenario/perf/parse.ts';
export type { PerfWorkload } from './scenario/perf/workload.ts';
export { machineNames } from './scenario/poolSize.ts';
export { scenarioSchema } from './scenario/schema/scenarioSchema.ts';
export { type RunOutcome, type RunProgress, runCluster } from './scenario/session.ts';
export type * from './scenario/spec.ts';
export { suggest } from './scenario/suggest.ts';
export { branchBundle } from './scenario/travel/branchFile.ts';
export type { BreakpointHit, BreakpointSpec } from './scenario/travel/breakpoints.ts';
export { parseBreakpoint } from './scenario/travel/breakpointText.ts';
export type { Job } from './scenario/travel/job.ts';
export type { ObjectRevision, PendingWork } from './scenario/travel/queries.ts';
export { TravelSession } from './scenario/travel/session.ts';
export type { StepKind } from './scenario/travel/steps.ts';
export type {
  Advance,
  Branch,
  ForkEdits,
  Position,
  Step,
  Stride,
  TravelOptions,
} from './scenario/travel/types.ts';
export { isExtenderDefinition, type UserExtender } from './scheduler/extenders/userExtender.ts';
export { PLUGIN_NAMES } from './scheduler/framework/config.ts';
export {
  definitionProblems,
  type PluginDefinition,
  PluginError,
  type UserPlugin,
} from './scheduler/framework/userPlugins.ts';
export * from './trace/index.ts';
export { behaviourOf, parseRules, usage } from './workloads/index.ts';
