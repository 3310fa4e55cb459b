import type { RunFacts } from '../reports/index.ts';
import { fieldSupport, type Scenario } from '../sim-core/index.ts';
import type { Finished } from './run.ts';

/** One line about the cluster that a scenario asks for. */
export function clusterText(scenario: Scenario): string {
  const { controlPlane, nodePools } = scenario.spec;
  const plural = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`;
  const pools = nodePools.map(
    (p) =>
      `${plural(p.count, 'node')} ${p.machine} (pool ${p.name}, zones ${p.zones.join(' ')}${p.stages === undefined ? '' : ', KWOK stages'})`,
  );
  const schedulers = controlPlane.schedulers.reduce((sum, s) => sum + s.replicas, 0);
  return [
    plural(controlPlane.etcd.members, 'etcd member'),
    plural(controlPlane.apiServers, 'API server'),
    plural(controlPlane.controllerManagers, 'controller manager'),
    plural(schedulers, 'scheduler'),
    ...pools,
  ].join(', ');
}

/** Fields of the scenario's objects that are kept or ignored rather than simulated, most frequent first. */
export function notSimulated(scenario: Scenario): RunFacts['notSimulated'] {
  const found = new Map<string, { objects: number; support: string }>();
  for (const { object } of scenario.manifests) {
    for (const { path, support } of fieldSupport(object)) {
      if (support === 'simulated') continue;
      const key = `${object.kind} ${path}`;
      const row = found.get(key);
      if (row === undefined) found.set(key, { objects: 1, support });
      else row.objects++;
    }
  }
  return [...found]
    .map(([path, row]) => ({ path, ...row }))
    .sort((a, b) => b.objects - a.objects || (a.path < b.path ? -1 : 1));
}

/** The command line that gives the same run. */
export function reproduceText(run: Finished): string {
  const { job, cluster } = run;
  const parameters = Object.entries(cluster.scenario.spec.parameters).map(([k, v]) => ` --set ${k}=${v}`);
  return `npx orrery run ${job.files.join(' ')} --seed ${cluster.scenario.spec.seed}${parameters.join('')}`;
}

export function factsOf(run: Finished): RunFacts {
  const { cluster, outcome, wallMs } = run;
  return {
    name: cluster.scenario.name,
    description: cluster.scenario.description,
    cluster: clusterText(cluster.scenario),
    wallMs,
    events: outcome.events,
    reproduce: reproduceText(run),
    notSimulated: notSimulated(cluster.scenario),
    expectations: cluster.expectations.results().map((r) => ({
      name: r.spec.name,
      mode: r.spec.mode,
      that: r.spec.that,
      passed: r.verdict === 'passed',
      atUs: Math.max(0, r.atUs),
      detail: r.detail,
      place: `${r.spec.at.file}:${r.spec.at.line}:${r.spec.at.col}`,
    })),
  };
}
