import { timeText } from '../../api/machinery/time.ts';
import type { ApiRequest, KubeObject } from '../../contracts/index.ts';
import { SECOND_US } from '../../contracts/index.ts';
import { keepHash, tellSums } from '../contentHash.ts';
import type { PipelineEnv, Turn } from '../model.ts';
import { type Bucket, Buckets, isWorthLearning, prefer, remember } from './bucket.ts';
import { commonParts, learned, type Markers, made, OBJECT, type Plan, planOf } from './build.ts';
import { type Drawn, foundAgain, type Lookups, lookupsOf, OpaqueError, StandIn, UID_MARKER } from './environment.ts';
import { type HashPlan, planHash, valuePlan } from './hashes.ts';
import { type HoleKind, LABEL_NAME, MICRO_TIME, NAME_TEXT, TEXT, TIME } from './holes.ts';
import { filled, type Hole, type HoleRule, matches, NotAShape, type Pattern, patternOf } from './match.ts';

/** The long way of a create: decoding, defaults, admission, names, validation. */
type CreateTurn = (request: ApiRequest, env: PipelineEnv) => Turn;

/** How creates of one shape are done: what they look like, what must be found again, and what becomes of them. */
interface CreateShape {
  readonly pattern: Pattern;
  readonly request: ApiRequest;
  readonly lookups: Lookups;
  /** Draws with the place of what is drawn, and what they are drawn for. */
  readonly draws: readonly { readonly drawn: Drawn; readonly hole: number; readonly name: Plan }[];
  /** The place of the request's time. */
  readonly now: number;
  readonly prepared: Plan;
  readonly sums: SumPlans | undefined;
  readonly warnings: readonly string[] | undefined;
  readonly holes: unknown[];
}

/** How what the content hash is made of follows from the holes; undefined = there is no such part. */
interface SumPlans {
  readonly metadata: HashPlan;
  readonly spec: HashPlan | undefined;
  readonly status: HashPlan | undefined;
}

/** What becomes of a create of a known shape. */
interface KnownCreate {
  readonly prepared: KubeObject;
  readonly warnings: readonly string[] | undefined;
}

const buckets = new Buckets<CreateShape>();

/** Where a create of this kind may have a shape; undefined for all that does not come by the thousand. */
function bucketOf({ resource, body, options, agent, patch }: ApiRequest): Bucket<CreateShape> | undefined {
  if (patch !== undefined || body === undefined || body === null || !isPlain(options)) return undefined;
  if (resource === 'events' || resource === 'events.events.k8s.io') {
    return typeof body.reason === 'string' ? buckets.find(agent, body.reason) : undefined;
  }
  if (resource !== 'pods') return undefined;
  const base: unknown = body.metadata?.generateName ?? body.spec?.containers?.[0]?.image;
  return typeof base === 'string' ? buckets.find(agent, base) : undefined;
}

/** Options that name the manager at most. */
function isPlain(options: ApiRequest['options']): boolean {
  if (options === undefined) return true;
  for (const key in options) if (key !== 'fieldManager') return false;
  return true;
}

/** Does a create of a shape that is known; undefined where none fits: the long way has to be gone. */
export function knownCreate(request: ApiRequest, env: PipelineEnv): KnownCreate | undefined {
  const bucket = bucketOf(request);
  if (bucket === undefined) return undefined;
  const { shapes } = bucket;
  for (let i = 0; i < shapes.length; i++) {
    const shape = shapes[i];
    if (!isAlike(shape.request, request) || !matches(shape.pattern, request.body, shape.holes)) continue;
    if (!foundAgain(shape.lookups, env)) continue;
    if (request.name !== '' && request.name !== request.body?.metadata.name) continue;
    prefer(bucket, i);
    return instance(shape, env);
  }

  return undefined;
}

function isAlike(a: ApiRequest, b: ApiRequest): boolean {
  return (
    a.resource === b.resource &&
    a.namespace === b.namespace &&
    a.agent === b.agent &&
    a.options?.fieldManager === b.options?.fieldManager &&
    a.apiVersion === b.apiVersion &&
    a.subresource === b.subresource &&
    (a.name === '') === (b.name === '')
  );
}

function instance(shape: CreateShape, env: PipelineEnv): KnownCreate {
  const { holes, draws } = shape;
  holes[shape.now] = timeText(env.epochSeconds, env.nowUs);
  for (const { drawn, hole, name } of draws) {
    const own = made(name, holes) as string;
    holes[hole] =
      drawn.draws === 'suffix' ? env.suffix(drawn.namespace, own) : env.uid(drawn.resource, drawn.namespace, own);
  }
  const prepared = made(shape.prepared, holes) as KubeObject;
  const { sums } = shape;
  if (sums !== undefined) {
    const { metadata, spec, status } = sums;
    tellSums(0, prepared, metadata.hash(holes) | 0, (spec?.hash(holes) ?? 0) | 0, (status?.hash(holes) ?? 0) | 0);
  }
  return { prepared, warnings: shape.warnings };
}

function sumPlans(prepared: Plan): SumPlans | undefined {
  if (prepared.type !== OBJECT) return undefined;
  const whole = prepared.value as KubeObject;
  const hashOf = (key: string): HashPlan | undefined => {
    const at = prepared.keys.indexOf(key);
    if (at >= 0) return planHash(prepared.parts[at]);
    return whole[key] === undefined ? undefined : valuePlan(whole[key]);
  };
  const metadata = whole.metadata.resourceVersion === undefined ? hashOf('metadata') : undefined;
  return metadata && { metadata, spec: hashOf('spec'), status: hashOf('status') };
}

/** Looks at a create that went the long way, to know the next one of its shape. */
export function learnCreate(request: ApiRequest, env: PipelineEnv, turn: Turn, longWay: CreateTurn): void {
  const bucket = bucketOf(request);
  if (bucket === undefined || !isWorthLearning(bucket)) return;
  if (turn.do !== 'store' || turn.op.op !== 'put' || turn.frame.point !== 'put') return;
  const { names, object } = turn.frame.data;
  if (object !== undefined || (names !== undefined && names.length > 0)) return;
  try {
    const shape = shapeOf(request, env, turn.op.object, turn.frame.data.warnings, longWay);

    if (shape === undefined) return;
    commonParts(shape.prepared, keepHash);
    remember(bucket, shape);
  } catch (error) {
    if (!(error instanceof NotAShape) && !(error instanceof OpaqueError)) throw error;
  }
}

/** A time that no scenario reaches, as the time of a request whose times are to be found again. */
const STAND_IN_US = 36_525 * 86_400 * SECOND_US;

function shapeOf(
  request: ApiRequest,
  env: PipelineEnv,
  stored: KubeObject,
  warnings: readonly string[] | undefined,
  longWay: CreateTurn,
): CreateShape | undefined {
  const holes: Hole[] = [];
  const pattern = patternOf(request.body, HOLES[request.resource], holes, 'body');
  const markers = standIns(holes);
  const body = filled(pattern, markers) as KubeObject;
  const standIn = new StandIn(env, STAND_IN_US);
  const marked = { ...request, name: request.name === '' ? '' : (body.metadata.name ?? ''), body };
  const turn = longWay(marked, standIn.env);
  if (turn.do !== 'store' || turn.op.op !== 'put' || turn.frame.point !== 'put') return undefined;
  const { drawn } = standIn;
  const wholes = new Map<unknown, number>(markers.map((marker, i) => [marker, i]));
  const now = holes.length;
  wholes.set(timeText(env.epochSeconds, STAND_IN_US), now);
  const parts = new Map<string, number>();
  holes.forEach(({ kind }, i) => {
    if (kind === LABEL_NAME) parts.set(markers[i] as string, i);
  });
  drawn.forEach((each, i) => {
    if (each.draws === 'uid') wholes.set(UID_MARKER, now + 1 + i);
    else parts.set(each.marker, now + 1 + i);
  });
  if (drawn.filter(({ draws }) => draws === 'uid').length > 1) return undefined;
  const found: Markers = { wholes, parts };
  const draws = drawn.map((each, i) => ({
    drawn: each,
    hole: now + 1 + i,
    name: planOf(each.draws === 'uid' ? each.name : each.base, found),
  }));
  const prepared = planOf(withPlaceOfVersion(turn.op.object), found);
  const values: unknown[] = [];
  const shape: CreateShape = {
    pattern,
    request: { ...request, body: undefined },
    lookups: lookupsOf(standIn),
    draws,
    now,
    prepared,
    sums: sumPlans(prepared),
    warnings: turn.frame.data.warnings,
    holes: values,
  };
  if (!isSound(shape, found)) return undefined;
  // The shape has to give what the long way gave.
  if (!matches(pattern, request.body, values)) return undefined;
  values[now] = timeText(env.epochSeconds, env.nowUs);
  if (!learned(prepared, stored, values)) return undefined;
  const again = made(prepared, values);
  const same = JSON.stringify(again) === JSON.stringify(stored) && sameTexts(shape.warnings, warnings);
  return same ? shape : undefined;
}

/** The object with a place for the version that it will get: one that gets a new field would have a hidden class of its own. */
function withPlaceOfVersion(object: KubeObject): KubeObject {
  const { metadata } = object;
  if ('resourceVersion' in metadata) return object;
  return { ...object, metadata: { ...metadata, resourceVersion: undefined } };
}

/** Looking up something by a value of the request would find something else for the next one. */
function isSound({ lookups }: CreateShape, markers: Markers): boolean {
  const isMarked = (text: string) => planOf(text, markers).onlyHole >= 0;
  return ![...lookups.objects, ...lookups.lists].some(({ key }) => key.some(isMarked));
}

function sameTexts(a: readonly string[] = [], b: readonly string[] = []): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}

/** One stand-in for each value: what is the same in a sample may have to be (the namespace of an event). */
function standIns(holes: readonly Hole[]): readonly unknown[] {
  return holes.map(({ kind, sample }, i) => kind.marker(i, sample));
}

const EVENT_TEXTS: ReadonlySet<string> = new Set([
  'body.message',
  'body.note',
  'body.involvedObject.name',
  'body.involvedObject.uid',
  'body.involvedObject.resourceVersion',
  'body.regarding.name',
  'body.regarding.uid',
  'body.regarding.resourceVersion',
  'body.source.host',
]);

/** Events of one shape tell of other objects at other times. */
function eventHole(path: string, name: string): HoleKind | undefined {
  if (path === 'body.metadata.name') return NAME_TEXT;
  if (EVENT_TEXTS.has(path)) return TEXT;
  if (name === 'eventTime') return MICRO_TIME;
  return name === 'firstTimestamp' || name === 'lastTimestamp' ? TIME : undefined;
}

/** What creates of a resource may differ in. */
const HOLES: Readonly<Record<string, HoleRule>> = {
  pods: (path) => (path === 'body.metadata.name' ? LABEL_NAME : undefined),
  events: (path, name) => (path === 'body.reportingInstance' ? TEXT : eventHole(path, name)),
  'events.events.k8s.io': eventHole,
};
