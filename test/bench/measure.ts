import { buildCluster, type Cluster, loadScenario, type Scenario } from '../../sim-core/index.ts';

/** What a part of a run cost: CPU seconds of the process (its garbage collector's threads included) and wall seconds. */
export interface Cost {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly events: number;
}

/** Reads a scenario from texts: the files of its folder by name. */
export function scenarioOf(files: Readonly<Record<string, string>>, entry = 'scenario.yaml'): Scenario {
  const encoder = new TextEncoder();
  const bytes = new Map(Object.entries(files).map(([name, text]) => [name, encoder.encode(text)]));
  const { scenario, problems } = loadScenario({ entry, files: bytes });
  const errors = problems.filter((problem) => problem.severity === 'error');
  if (scenario === undefined) throw new Error(errors.map((problem) => problem.message).join('; '));
  return scenario;
}

export function costOf(cluster: () => Cluster, work: () => void): Cost {
  const wall = performance.now();
  const cpu = process.cpuUsage();
  work();
  const used = process.cpuUsage(cpu);
  return {
    cpuSeconds: (used.user + used.system) / 1e6,
    wallSeconds: (performance.now() - wall) / 1000,
    events: cluster().world.eventsRun,
  };
}

export function build(scenario: Scenario): { readonly cluster: Cluster; readonly cost: Cost } {
  let cluster: Cluster | undefined;
  const cost = costOf(
    () => cluster as Cluster,
    () => {
      cluster = buildCluster(scenario, { keepRecords: false });
    },
  );
  return { cluster: cluster as Cluster, cost };
}

export function runTo(cluster: Cluster, untilSeconds: number): Cost {
  const before = cluster.world.eventsRun;
  const cost = costOf(
    () => cluster,
    () => {
      cluster.world.runUntil({ timeUs: untilSeconds * 1e6 });
    },
  );
  return { ...cost, events: cost.events - before };
}

export function readyPods(cluster: Cluster): number {
  // Pods alone: asking an Event for its object would build it.
  return cluster.truth.list(cluster.world, 'pods').filter(({ object }) => {
    const conditions: readonly { type: string; status: string }[] = object.status?.conditions ?? [];
    return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  }).length;
}

export const round = (n: number, digits = 2): number => Math.round(n * 10 ** digits) / 10 ** digits;

export const rssMiB = (): number => Math.round(process.memoryUsage().rss / 1048576);
