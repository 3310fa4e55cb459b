/**
 * What KWOK does with an object: which Stage it is in, how long it stays, and what is then written
 * (KWOK v0.8.0 pkg/utils/lifecycle). Pure functions.
 */
import { type Json, type KubeObject, MS_US, type PatchType, SECOND_US, type TimeUs } from '../../contracts/index.ts';
import { type StageEnvironment, stageFunctions } from './functions.ts';
import type { TemplateFunctions } from './gotemplate.ts';
import { renderedValue } from './renderedValue.ts';
import type { Requirement, Stage, StageStep, ValueFrom } from './stage.ts';

function requirementHolds(r: Requirement, object: unknown): boolean {
  const found = r.query.run(object);
  switch (r.operator) {
    case 'Exists':
      return found.length > 0;
    case 'DoesNotExist':
      return found.length === 0;
    case 'In':
      return found.some((v) => r.values.includes(String(v)));
    case 'NotIn':
      return !found.some((v) => r.values.includes(String(v)));
  }
}

/** Does the stage's selector match the object? (resourceRef is the caller's.) */
export function stageMatches(stage: Stage, object: KubeObject): boolean {
  const labels = object.metadata.labels ?? {};
  const annotations = object.metadata.annotations ?? {};
  return (
    stage.matchLabels.every(([k, v]) => labels[k] === v) &&
    stage.matchAnnotations.every(([k, v]) => annotations[k] === v) &&
    stage.requirements.every((r) => requirementHolds(r, object))
  );
}

function weightOf(stage: Stage, object: KubeObject): number {
  const found = stage.weight.query?.run(object)[0];
  const value = found === undefined ? Number.NaN : Number(found);
  return Number.isFinite(value) ? value : (stage.weight.fallback ?? 0);
}

/**
 * The stage to play: the only one that matches, or one of several by weight; all weights 0 means each alike.
 * `draw` is a u32.
 */
export function chooseStage(stages: readonly Stage[], object: KubeObject, draw: () => number): Stage | undefined {
  const matching = stages.filter((s) => stageMatches(s, object));
  if (matching.length <= 1) return matching[0];
  const weights = matching.map((s) => Math.max(0, weightOf(s, object)));
  const total = weights.reduce((a, b) => a + b, 0);
  if (total === 0) return matching[Math.floor((draw() / 4294967296) * matching.length)];
  let rest = (draw() / 4294967296) * total;
  for (let i = 0; i < matching.length; i += 1) {
    rest -= weights[i];
    if (rest < 0) return matching[i];
  }
  return matching[matching.length - 1];
}

const UNITS_US: Readonly<Record<string, number>> = { h: 3600e6, m: 60e6, s: 1e6, ms: 1e3, us: 1, µs: 1, ns: 1e-3 };

/** A Go duration (`1m30s`, `250ms`) in µs, or undefined. */
export function parseGoDuration(text: string): TimeUs | undefined {
  if (text === '0') return 0;
  const match = /^([-+]?)((?:[0-9]+(?:\.[0-9]*)?(?:h|ms|m|s|us|µs|ns))+)$/.exec(text);
  if (!match) return undefined;
  let total = 0;
  for (const part of match[2].matchAll(/([0-9]+(?:\.[0-9]*)?)(h|ms|m|s|us|µs|ns)/g)) {
    total += Number(part[1]) * UNITS_US[part[2]];
  }
  return Math.floor(match[1] === '-' ? -total : total);
}

/** `parseTime` gives the µs of an RFC 3339 time in the world's clock. */
function valueUs(
  value: ValueFrom,
  object: KubeObject,
  nowUs: TimeUs,
  parseTime: (s: string) => TimeUs | undefined,
): TimeUs | undefined {
  const found = value.query?.run(object)[0];
  if (typeof found === 'string' && found !== '') {
    const time = parseTime(found);
    if (time !== undefined) return time - nowUs;
    const duration = parseGoDuration(found);
    if (duration !== undefined) return duration;
  }
  return value.fallback === undefined ? undefined : value.fallback * MS_US;
}

/** How long the object stays before the stage is played, µs: uniform between delay and jitter when jitter is longer. */
export function stageDelayUs(
  stage: Stage,
  object: KubeObject,
  nowUs: TimeUs,
  parseTime: (s: string) => TimeUs | undefined,
  draw: () => number,
): TimeUs {
  if (!stage.delayMs) return 0;
  const delay = valueUs(stage.delayMs, object, nowUs, parseTime);
  if (delay === undefined) return 0;
  const jitter = stage.jitterMs && valueUs(stage.jitterMs, object, nowUs, parseTime);
  if (jitter === undefined) return Math.max(0, delay);
  if (jitter <= delay) return Math.max(0, jitter);
  return Math.max(0, Math.floor(delay + (draw() / 4294967296) * (jitter - delay)));
}

/** What a step of a stage asks of the API. */
export type StageAction =
  | { readonly do: 'event'; readonly type: string; readonly reason: string; readonly message: string }
  | { readonly do: 'patch'; readonly subresource: string; readonly type: PatchType; readonly value: Json }
  | { readonly do: 'delete' };

function finalizerPatch(step: StageStep & { kind: 'finalizers' }, object: KubeObject): StageAction[] {
  const present = object.metadata.finalizers ?? [];
  const ops: Json[] = [];
  if (step.empty) {
    if (present.length > 0) ops.push({ op: 'remove', path: '/metadata/finalizers' });
  } else {
    const removed = present.map((f, i) => [f, i] as const).filter(([f]) => step.remove.includes(f));
    for (const [, i] of removed.reverse()) ops.push({ op: 'remove', path: `/metadata/finalizers/${i}` });
    const missing = step.add.filter((f) => !present.includes(f));
    if (missing.length > 0 && present.length === 0)
      ops.push({ op: 'add', path: '/metadata/finalizers', value: missing });
    else for (const f of missing) ops.push({ op: 'add', path: '/metadata/finalizers/-', value: f });
  }
  return ops.length === 0 ? [] : [{ do: 'patch', subresource: '', type: 'json', value: ops }];
}

/** The functions of a place are bound once. */
const functionsOf = new WeakMap<StageEnvironment, TemplateFunctions>();

function boundFunctions(env: StageEnvironment): TemplateFunctions {
  let functions = functionsOf.get(env);
  if (functions === undefined) functionsOf.set(env, (functions = stageFunctions(env)));
  return functions;
}

/** The actions of a stage for an object, in order. `builtin`: a kind with a Go type, hence strategic merge patches. */
export function stageActions(stage: Stage, object: KubeObject, env: StageEnvironment, builtin: boolean): StageAction[] {
  const actions: StageAction[] = [];
  const functions = boundFunctions(env);
  for (const step of stage.steps) {
    if (step.kind === 'event')
      actions.push({ do: 'event', type: step.type, reason: step.reason, message: step.message });
    else if (step.kind === 'finalizers') actions.push(...finalizerPatch(step, object));
    else if (step.kind === 'delete') actions.push({ do: 'delete' });
    else {
      const rendered = renderedValue(step, step.template(object, functions));
      const value = step.root === '' ? rendered : { [step.root]: rendered };
      actions.push({
        do: 'patch',
        subresource: step.subresource,
        type: step.type ?? (builtin ? 'strategic' : 'merge'),
        value,
      });
    }
  }
  return actions;
}

/** Seconds of the lease renewals: a quarter of the duration, with 4 % jitter (KWOK node_lease_controller). */
export function leaseRenewUs(durationSeconds: number, draw: number): TimeUs {
  return Math.floor(((durationSeconds * SECOND_US) / 4) * (1 + 0.04 * (draw / 4294967296)));
}
