import { freezeValue } from '../../engine/index.ts';
import { distributionOf } from '../extenders/scripted.ts';
import { type Guard, of, on, plainStatus, textOf } from './guardCall.ts';
import type { BindingResult, CycleState, Effects, PermitResult, Plugin, Reservation, SortedPod } from './plugin.ts';
import type { PodInfo } from './podInfo.ts';
import type { Status } from './status.ts';
import type { PluginPoints } from './userPlugins.ts';

type Points = { -readonly [K in keyof Plugin]?: Plugin[K] };

/**
 * The points of the queue, and those after the choice of the node. Calls that may give more than a verdict are made twice and
 * must give the same.
 */
export function bindingPoints(plugin: PluginPoints, guard: Guard): Points {
  return { ...queueSortPoint(plugin, guard), ...reservePoints(plugin, guard), ...bindPoints(plugin, guard) };
}

/** The second call sees the state as the first one did. */
function twice<T>(guard: Guard, point: string, about: string, state: CycleState, ask: (state: CycleState) => T): T {
  const once = (s: CycleState) => guard.plain(point, about, () => s.asUser(() => ask(s)) ?? (null as T));
  const trial = once(state.clone());
  const result = once(state);
  guard.mustBeEqual(point, about, trial, result);
  return result;
}

const onNode = (pod: PodInfo, node: string) => `${of(pod)} on node ${node}`;

/** What a plugin is given may not be changed by it. */
const seal = (pod: PodInfo): void => void freezeValue(pod.pod);

function queueSortPoint(plugin: PluginPoints, guard: Guard): Points {
  const { less } = plugin;
  if (less === undefined) return {};
  const ask = (a: SortedPod, b: SortedPod): boolean => {
    const about = `of pods ${nameOf(a)} and ${nameOf(b)}`;
    const answer: unknown = guard.call('less', about, () => less.call(plugin, a, b));
    if (typeof answer !== 'boolean')
      throw guard.error('less', about, `returned ${textOf(answer)}, neither true nor false`);
    return answer;
  };
  return {
    less: (a, b) => {
      freezeValue(a.pod);
      freezeValue(b.pod);
      const answer = ask(a, b);
      if (answer && ask(b, a))
        throw guard.error('less', `of pods ${nameOf(a)} and ${nameOf(b)}`, 'says that each comes before the other');
      return answer;
    },
  };
}

const nameOf = ({ pod }: SortedPod) => `${pod.metadata.namespace}/${pod.metadata.name}`;

/** A point that answers with nothing but effects. */
function effectsOf(plugin: PluginPoints, guard: Guard, point: 'unreserve' | 'postBind'): Plugin['postBind'] {
  const run = plugin[point];
  return (state, pod, node, snapshot, waiting) => {
    seal(pod);
    const about = onNode(pod, node);
    const wanted = twice(guard, point, about, state, (s) => run?.call(plugin, s, pod, node, snapshot, waiting));
    return checkedEffects(guard, point, about, wanted);
  };
}

function reservePoints(plugin: PluginPoints, guard: Guard): Points {
  const { reserve, unreserve, permit, isReady } = plugin;
  return {
    ...(reserve && {
      reserve: (state, pod, node, snapshot) => {
        seal(pod);
        const about = on(pod, node);
        const made = twice<Partial<Reservation> | Status | null | undefined>(guard, 'reserve', about, state, (s) =>
          reserve.call(plugin, s, pod, node, snapshot),
        );
        if (made === undefined || made === null) return undefined;
        // A plugin that has nothing to write says no by a bare status.
        const {
          writes = [],
          waitsFor = [],
          status,
        } = 'code' in made ? ({ status: made } as Partial<Reservation>) : made;
        const wrong = guard.statusProblem(status);
        if (wrong !== undefined) throw guard.error('reserve', about, wrong);
        if (!Array.isArray(writes) || !Array.isArray(waitsFor))
          throw guard.error('reserve', about, `returned ${textOf(made)}: writes and waitsFor are lists`);
        return { writes, waitsFor, plugin: guard.name, ...(status && { status: plainStatus(status) }) };
      },
    }),
    ...(unreserve && { unreserve: effectsOf(plugin, guard, 'unreserve') }),
    ...(permit && {
      permit: (state, pod, node, snapshot, waiting) => {
        seal(pod);
        const about = on(pod, node);
        const result = twice(guard, 'permit', about, state, (s) =>
          permit.call(plugin, s, pod, node, snapshot, waiting),
        );
        return checkedPermit(guard, about, result);
      },
    }),
    ...(isReady && {
      isReady: (object, node) => {
        const answer: unknown = guard.call('isReady', `on node ${node}`, () =>
          isReady.call(plugin, object && freezeValue(object), node),
        );
        if (typeof answer === 'boolean' || typeof answer === 'string') return answer;
        throw guard.error('isReady', `on node ${node}`, `returned ${textOf(answer)}, neither true, false nor a text`);
      },
    }),
  };
}

function checkedPermit(guard: Guard, about: string, result: PermitResult | null | undefined): PermitResult | undefined {
  if (result === undefined || result === null) return undefined;
  const { status, timeoutSeconds } = result;
  const wrong =
    typeof result !== 'object' || 'code' in result
      ? `returned ${textOf(result)}, not { status, timeoutSeconds }`
      : guard.statusProblem(status);
  if (wrong !== undefined) throw guard.error('permit', about, wrong);
  const isWaiting = status?.code === 'Wait';
  if (isWaiting && !(typeof timeoutSeconds === 'number' && timeoutSeconds > 0))
    throw guard.error(
      'permit',
      about,
      `waits for ${textOf(timeoutSeconds)} seconds: timeoutSeconds is a number above 0`,
    );
  const effects = checkedEffects(guard, 'permit', about, result);
  return { ...effects, ...(status && { status: plainStatus(status) }), timeoutSeconds };
}

function bindPoints(plugin: PluginPoints, guard: Guard): Points {
  const { preBindPreFlight, preBind, bind, postBind } = plugin;
  const checked = (point: 'preBind' | 'bind'): Plugin['bind'] => {
    const run = plugin[point];
    return (state, pod, node, snapshot) => {
      seal(pod);
      const about = onNode(pod, node);
      const result = twice(guard, point, about, state, (s) => run?.call(plugin, s, pod, node, snapshot));
      return checkedBinding(guard, point, about, result);
    };
  };
  return {
    ...(preBindPreFlight && {
      preBindPreFlight: (state, pod, node, snapshot) =>
        guard.status('preBindPreFlight', onNode(pod, node), () =>
          state.asUser(() => preBindPreFlight.call(plugin, state, pod, node, snapshot)),
        ),
    }),
    ...(preBind && { preBind: checked('preBind') }),
    ...(bind && { bind: checked('bind') }),
    ...(postBind && { postBind: effectsOf(plugin, guard, 'postBind') }),
  };
}

function checkedBinding(
  guard: Guard,
  point: string,
  about: string,
  result: BindingResult | null | undefined,
): BindingResult | undefined {
  if (result === undefined || result === null) return undefined;
  if (typeof result !== 'object' || 'code' in result)
    throw guard.error(point, about, `returned ${textOf(result)}, not { status, latency }`);
  const { status, latency, writes = [] } = result;
  const wrong = guard.statusProblem(status);
  if (wrong !== undefined) throw guard.error(point, about, wrong);
  if (latency !== undefined)
    try {
      distributionOf(latency);
    } catch {
      throw guard.error(point, about, `latency is ${textOf(latency)}, no duration and no { p50, p99 }`);
    }
  if (!Array.isArray(writes)) throw guard.error(point, about, `writes is ${textOf(writes)}, no list`);
  return { ...(status && { status: plainStatus(status) }), latency, writes };
}

/** Throws where what a plugin wants done has another shape. */
export function checkedEffects(
  guard: Guard,
  point: string,
  about: string,
  wanted: Effects | null | undefined,
): Effects {
  const { allow = [], reject = [], activate = [], writes = [] } = wanted ?? {};
  const isText = (v: unknown) => typeof v === 'string';
  const lists: readonly (readonly [string, unknown, (v: never) => boolean, string])[] = [
    ['allow', allow, isText, 'a list of uids'],
    [
      'reject',
      reject,
      (r: { uid?: unknown; message?: unknown }) => isText(r?.uid) && isText(r?.message),
      'a list of { uid, message }',
    ],
    [
      'activate',
      activate,
      (p: { namespace?: unknown; name?: unknown }) => isText(p?.namespace) && isText(p?.name),
      'a list of { namespace, name }',
    ],
    [
      'writes',
      writes,
      (w: { resource?: unknown; object?: object | null }) =>
        isText(w?.resource) && typeof w.object === 'object' && w.object !== null,
      'a list of { resource, object }',
    ],
  ];
  for (const [name, value, isOne, shape] of lists)
    if (!Array.isArray(value) || !(value as never[]).every(isOne))
      throw guard.error(point, about, `${name} is ${textOf(value)}, not ${shape}`);
  return guard.plain(point, about, () => ({ allow, reject, activate, writes }));
}
