/** The only door of the simulator for the command line, the server, the reports and the page. */
export * from './contracts/index.ts';
export { fieldSupport } from './scenario/support.ts';
export { type Cluster, buildCluster, type BuildOptions } from './scenario/build.ts';
export { type ExpectationState } from './scenario/expectations/component.ts';
export { folderOf, joinPath, matchPaths, normalPath } from './scenario/glob.ts';
export { defaultScenario, isScenarioText, loadScenario, type LoadOptions, type LoadResult } from './scenario/load.ts';
export { scenarioSchema } from './scenario/schema/scenarioSchema.ts';
export type * from './scenario/spec.ts';
export { runCluster, type RunOutcome, type RunProgress } from './scenario/session.ts';
export * from './trace/index.ts';
export { SimulationError, type World } from './engine/index.ts';
export { parseDurationUs } from './api/machinery/duration.ts';
