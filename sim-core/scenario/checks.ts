import { parseDurationUs } from '../api/machinery/duration.ts';
import { milliValue, value as quantityValue } from '../api/machinery/quantity.ts';
import { parseTime } from '../api/machinery/time.ts';
import { parseStages } from '../kubelet/index.ts';
import { BehaviourError, parseRules } from '../workloads/index.ts';
import { controlPlaneZones, schedulerBase } from './controlPlane.ts';
import { KNOWN_FLAGS } from './flags.ts';
import { nodeName } from './nodes.ts';
import { numbersGiven } from './poolSize.ts';
import type { FailureProcess, Place, ScenarioProblem, ScenarioSpec, TimelineEntry } from './spec.ts';
import { suggest } from './suggest.ts';

/** Where a field of the scenario's spec is written. */
export type PlaceOf = (...path: (string | number)[]) => Place;

const error = (code: string, message: string, at: Place, hint?: string): ScenarioProblem => ({
  severity: 'error',
  code,
  message,
  hint,
  at,
});

const didYouMean = (word: string, known: readonly string[], otherwise?: string): string | undefined => {
  const near = suggest(word, known);
  return near === undefined ? otherwise : `did you mean ${near}?`;
};

/** What would only fail when the world is built, or later: found here, with its place. */
export function checkSpec(spec: ScenarioSpec, at: PlaceOf): readonly ScenarioProblem[] {
  return [
    ...checkFlags(spec, at),
    ...checkStages(spec, at),
    ...checkWorkloads(spec, at),
    ...checkTargets(spec, at),
    ...checkSchedulers(spec),
    ...checkScaling(spec),
    ...checkTimes(spec),
  ];
}

/** The wall-clock time of t = 0: whole seconds, or what is wrong with it. */
export function checkEpoch(text: string, at: Place): ScenarioProblem | undefined {
  try {
    parseTime(text);
    return undefined;
  } catch {
    return error(
      'bad-time',
      `epoch: ${JSON.stringify(text)} is not a time`,
      at,
      'times are written like 2026-01-01T00:00:00Z',
    );
  }
}

/** A quantity of a pool's capacity or reservation. */
export function checkQuantity(field: string, resource: string, text: string, at: Place): ScenarioProblem | undefined {
  try {
    const amount = resource === 'cpu' ? milliValue(text) : quantityValue(text);
    if (amount >= 0) return undefined;
  } catch {
    // told below
  }
  return error(
    'bad-quantity',
    `${field}.${resource}: ${JSON.stringify(text)} is not a quantity`,
    at,
    'quantities are written like 4, 500m, 16Gi',
  );
}

function checkFlags(spec: ScenarioSpec, at: PlaceOf): readonly ScenarioProblem[] {
  const problems: ScenarioProblem[] = [];
  for (const [flag, text] of Object.entries(spec.controlPlane.controllerManagerFlags)) {
    const place = at('controlPlane', 'controllerManager', 'flags', flag);
    if (!KNOWN_FLAGS.includes(flag)) {
      // A flag without effect here is told: the run would not show what its author expects.
      const hint = didYouMean(flag, KNOWN_FLAGS, `flags with an effect: ${KNOWN_FLAGS.join(', ')}`);
      problems.push({
        severity: 'warning',
        code: 'flag-without-effect',
        message: `--${flag} has no effect here`,
        hint,
        at: place,
      });
      continue;
    }
    const wrong = wrongFlag(flag, text);
    if (wrong !== undefined)
      problems.push(error('bad-flag', `--${flag}: ${JSON.stringify(text)} is not ${wrong}`, place));
  }
  return problems;
}

/** Flags that take a duration end like these; all others take a number. */
const DURATION_FLAG = /-(period|duration|deadline)$/;

function wrongFlag(flag: string, text: string): string | undefined {
  if (flag === 'controllers') return undefined;
  if (!DURATION_FLAG.test(flag)) return Number(text) >= 0 && text.trim() !== '' ? undefined : 'a number';
  try {
    return parseDurationUs(text) >= 0 ? undefined : 'a duration';
  } catch {
    return 'a duration';
  }
}

function checkStages(spec: ScenarioSpec, at: PlaceOf): readonly ScenarioProblem[] {
  return spec.nodePools.flatMap((pool, i) =>
    (pool.stages ?? []).flatMap((stage) =>
      parseStages(stage.metadata.name ?? '', JSON.stringify(stage)).problems.map((p) =>
        error('bad-stage', `Stage ${stage.metadata.name ?? ''}: ${p.message}`, at('nodePools', i, 'stages')),
      ),
    ),
  );
}

function checkWorkloads(spec: ScenarioSpec, at: PlaceOf): readonly ScenarioProblem[] {
  return spec.workloads.flatMap((rule, i) => {
    try {
      parseRules([rule]);
      return [];
    } catch (thrown) {
      if (!(thrown instanceof BehaviourError)) throw thrown;
      const text = thrown.message.replace(/^workloads\[0\]: /, '');
      return [error('bad-workload', `workloads[${i}]: ${text}`, at('workloads', i))];
    }
  });
}

/** Schedulers that the timeline configures anew. */
function checkSchedulers(spec: ScenarioSpec): readonly ScenarioProblem[] {
  const known = spec.controlPlane.schedulers.map((_, i) => schedulerBase(i));
  return spec.timeline.flatMap(({ action, at }): ScenarioProblem[] => {
    if (action.do !== 'scheduler' || known.includes(action.scheduler)) return [];
    return [error('unknown-target', `there is no scheduler ${action.scheduler}`, at, `there are: ${known.join(', ')}`)];
  });
}

/** Names of all nodes that a pool has at any time of the run. */
function nodeNames(spec: ScenarioSpec, pool: string): ReadonlySet<string> {
  const found = spec.nodePools.find(({ name }) => name === pool);
  const count = numbersGiven(spec, pool);
  return new Set(found === undefined ? [] : Array.from({ length: count }, (_, i) => nodeName(found, i)));
}

/** Pools that the timeline scales, and the nodes that it names. */
function checkScaling(spec: ScenarioSpec): readonly ScenarioProblem[] {
  const pools = spec.nodePools.map(({ name }) => name);
  return spec.timeline.flatMap(({ action, at }): readonly ScenarioProblem[] => {
    if (action.do !== 'scale') return [];
    const { nodePool, remove } = action;
    if (!pools.includes(nodePool)) {
      const hint = didYouMean(nodePool, pools, `there are: ${pools.join(', ')}`);
      return [error('unknown-target', `there is no node pool ${nodePool}`, at, hint)];
    }
    const nodes = nodeNames(spec, nodePool);
    return remove
      .filter((name) => !nodes.has(name))
      .map((name) =>
        error('unknown-target', `there is no node ${name} in the pool ${nodePool}`, at, didYouMean(name, [...nodes])),
      );
  });
}

/** Names that faults of the timeline and random failures may use. */
interface Names {
  readonly nodes: readonly string[];
  readonly zones: readonly string[];
  readonly components: readonly string[];
  readonly members: number;
}

function checkTargets(spec: ScenarioSpec, at: PlaceOf): readonly ScenarioProblem[] {
  if (spec.failures.length === 0 && spec.timeline.every((entry) => entry.action.do !== 'fault')) return [];
  const names: Names = {
    nodes: spec.nodePools.flatMap((pool) => [...nodeNames(spec, pool.name)]),
    zones: [...new Set([...spec.nodePools.flatMap((p) => p.zones), ...spec.controlPlane.zones])],
    components: [...controlPlaneZones(spec.controlPlane).keys()],
    members: spec.controlPlane.etcd.members,
  };
  const known = new Set([...names.nodes, ...names.components, ...names.zones.map((z) => `zone/${z}`)]);
  const inTimeline = spec.timeline.flatMap((entry) =>
    entry.action.do === 'fault' ? targetsOf(entry.action.params, names, known, entry.at) : [],
  );
  const inFailures = spec.failures.flatMap((f: FailureProcess, i) =>
    targetsOf(f.params, names, known, at('failures', i)),
  );
  return [...inTimeline, ...inFailures];
}

function targetsOf(
  params: Readonly<Record<string, unknown>>,
  names: Names,
  known: ReadonlySet<string>,
  at: Place,
): readonly ScenarioProblem[] {
  const problems: ScenarioProblem[] = [];
  const need = (what: string, word: unknown, candidates: readonly string[], has: (word: string) => boolean) => {
    if (typeof word !== 'string' || has(word)) return;
    const some =
      candidates.length > 8 ? `${candidates.slice(0, 3).join(', ')} ... ${candidates.at(-1)}` : candidates.join(', ');
    problems.push(
      error('unknown-target', `there is no ${what} ${word}`, at, didYouMean(word, candidates, `there are: ${some}`)),
    );
  };
  const isNode = (word: string) => known.has(word) && names.nodes.includes(word);
  need('node', params['node'], names.nodes, isNode);
  for (const node of (params['nodes'] as readonly unknown[] | undefined) ?? []) need('node', node, names.nodes, isNode);
  need('zone', params['zone'], names.zones, (word) => names.zones.includes(word));
  need('component', params['component'], names.components, (word) => names.components.includes(word));
  const member = params['member'];
  if (typeof member === 'number' && member >= names.members)
    problems.push(
      error(
        'unknown-target',
        `there is no etcd member ${member}`,
        at,
        `members are numbered 0 to ${names.members - 1}`,
      ),
    );
  for (const group of (params['between'] as readonly (readonly unknown[])[] | undefined) ?? [])
    for (const word of group) need('component, node or zone/<name>', word, [...known], (name) => known.has(name));
  return problems;
}

function checkTimes(spec: ScenarioSpec): readonly ScenarioProblem[] {
  return spec.timeline
    .filter((entry: TimelineEntry) => entry.atUs > spec.durationUs)
    .map((entry) => ({
      severity: 'warning',
      code: 'after-the-end',
      message: 'this happens after the end of the run',
      at: entry.at,
    }));
}
