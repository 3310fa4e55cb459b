import { counted, type RunFacts } from '../reports/index.ts';
import { fieldSupport, pendingPodsOf, type Scenario } from '../sim-core/index.ts';
import { podsNotReady } from './notReady.ts';
import { type Finished, placeFile } from './run.ts';

/** One line about the cluster that a scenario asks for. */
export function clusterText(scenario: Scenario): string {
  const { controlPlane, nodePools } = scenario.spec;
  const pools = nodePools.map(
    (p) =>
      `${counted(p.count, 'node')} ${p.machine} (pool ${p.name}, zones ${p.zones.join(' ')}${p.stages === undefined ? '' : ', KWOK stages'})`,
  );
  const schedulers = controlPlane.schedulers.reduce((sum, s) => sum + s.replicas, 0);
  return [
    counted(controlPlane.etcd.members, 'etcd member'),
    counted(controlPlane.apiServers, 'API server'),
    counted(controlPlane.controllerManagers, 'controller manager'),
    counted(schedulers, 'scheduler'),
    ...pools,
  ].join(', ');
}

/** Fields of the scenario's objects that are kept or ignored rather than simulated, most frequent first. */
export function notSimulated(scenario: Scenario): RunFacts['notSimulated'] {
  const found = new Map<string, { objects: number; support: string }>();
  for (const { object } of scenario.manifests) {
    const { stored, ignored, unknown } = fieldSupport(object);
    const paths = new Map<string, string>();
    for (const [list, support] of [
      [stored, 'stored'],
      [ignored, 'ignored'],
      [unknown, 'unknown'],
    ] as const)
      for (const path of list) if (!isNoise(path)) paths.set(groupName(object.kind ?? '', path), support);
    for (const [key, support] of paths) {
      const row = found.get(key);
      if (row === undefined) found.set(key, { objects: 1, support });
      else row.objects++;
    }
  }
  return [...found]
    .map(([path, row]) => ({ path, ...row }))
    .sort((a, b) => b.objects - a.objects || (a.path < b.path ? -1 : 1));
}

/** Names of things that say nothing about behaviour; and what the system itself writes. */
const NOISE = /^(metadata|status)(\.|$)|\.(ports\[\]\.name|protocol|env\[\]\.name|terminationMessage(Path|Policy))$/;

const isNoise = (path: string) => NOISE.test(path.replaceAll(/\[[^\]]*\]/g, '[]'));

/** `Deployment spec.template.spec.containers[0].tty` and the like of all kinds with pods are one: `Pod spec.containers[].tty`. */
function groupName(kind: string, path: string): string {
  const field = path.replaceAll(/\[[^\]]*\]/g, '[]');
  const inPod = /^(?:spec\.jobTemplate\.)?spec\.template\.(spec\..*)$/.exec(field);
  return inPod === null ? `${kind} ${field}` : `Pod ${inPod[1]}`;
}

/** The command line that gives the same run. */
export function reproduceText(run: Finished): string {
  const { job, cluster } = run;
  const words = ['run', ...job.files, '--seed', cluster.scenario.spec.seed, ...job.arguments];
  return `npx orrery ${words.map(shellWord).join(' ')}`;
}

/** Quoted where a shell would take it apart. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
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
    pendingPods: { ...pendingPodsOf(cluster.schedulers) },
    notReady: podsNotReady(cluster),
    printed: cluster.kubectl.lines().map(({ atUs, stream, text }) => ({ atUs, stream, text })),
    expectations: cluster.expectations.results().map((r) => ({
      name: r.spec.name,
      mode: r.spec.mode,
      that: r.spec.that,
      passed: r.verdict === 'passed',
      decided: r.verdict !== 'waiting',
      atUs: Math.max(0, r.atUs),
      detail: r.verdict === 'waiting' ? 'not decided: the run ended before' : r.detail,
      place: `${placeFile(run.job.folder, r.spec.at.file)}:${r.spec.at.line}:${r.spec.at.col}`,
    })),
  };
}
