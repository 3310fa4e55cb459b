import { freezeValue } from '../../engine/index.ts';
import { hashString } from '../../engine/mix.ts';
import { bindingPoints, checkedEffects } from './guardBinding.ts';
import { Guard, of, on, plainStatus, textOf } from './guardCall.ts';
import type { NodeInfo } from './nodeInfo.ts';
import type { CycleState, Plugin, PreFilterResult } from './plugin.ts';
import type { PodInfo } from './podInfo.ts';
import type { ArgumentProblem, PluginArgs, PluginPoints, UserPlugin } from './userPlugins.ts';

const MIN_SCORE = 0;
const MAX_SCORE = 100;
const POINTS: readonly string[] = [
  'less',
  'preEnqueue',
  'preFilter',
  'filter',
  'addPod',
  'removePod',
  'preScore',
  'score',
  'normalize',
  'postFilter',
  'reserve',
  'unreserve',
  'permit',
  'preBindPreFlight',
  'preBind',
  'bind',
  'postBind',
  'isReady',
  'events',
];
/** A plugin that does not say which events may help is asked again after each. Source: scheduler.go buildQueueingHintMap. */
const EVERYTHING: ReturnType<NonNullable<Plugin['events']>> = [{ resource: '*', actions: ['Add', 'Delete', 'Update'] }];
/** Up to so many nodes every call of Filter and Score is made twice, on larger clusters a share of them. */
const TWICE_UP_TO_NODES = 50;

/** What a user's plugin says about its arguments. */
export function checkArguments(user: UserPlugin, args: PluginArgs): readonly ArgumentProblem[] {
  const guard = new Guard(user);
  const found: unknown = guard.call('validateArgs', '', () => user.definition.validateArgs?.(args)) ?? [];
  const isProblem = (p: Partial<ArgumentProblem> | null) =>
    typeof p?.field === 'string' && typeof p?.detail === 'string';
  if (!Array.isArray(found) || !found.every(isProblem))
    throw guard.error('validateArgs', '', `returned ${textOf(found)}, no list of { field, detail }`);
  return guard.plain('validateArgs', '', () => found as readonly ArgumentProblem[]);
}

/** Makes a user's plugin; whatever it does wrong becomes a PluginError. */
export function createGuarded(user: UserPlugin, args: PluginArgs): Plugin {
  const guard = new Guard(user);
  const made: unknown = guard.call('create', '', () => user.definition.create(args));
  if (typeof made !== 'object' || made === null) throw guard.error('create', '', `returned ${textOf(made)}, no plugin`);
  const plugin = made as PluginPoints;
  for (const key of Object.keys(plugin)) {
    if (key === 'name' || key === 'preScoreMissing') continue;
    if (!POINTS.includes(key)) throw guard.error('create', '', `${key} is no extension point: ${POINTS.join(', ')}`);
    if (typeof plugin[key as keyof PluginPoints] !== 'function')
      throw guard.error('create', '', `${key} must be a function, not ${textOf(plugin[key as keyof PluginPoints])}`);
  }
  return guarded(plugin, guard);
}

function guarded(plugin: PluginPoints, guard: Guard): Plugin {
  const { preEnqueue, addPod, removePod, postFilter, events } = plugin;
  return {
    name: guard.name,
    preScoreMissing: plugin.preScoreMissing,
    ...(preEnqueue && {
      preEnqueue: (pod, listers) => {
        const about = `of pod ${pod.metadata.namespace}/${pod.metadata.name}`;
        return guard.status('preEnqueue', about, () => preEnqueue.call(plugin, freezeValue(pod), listers));
      },
    }),
    ...preFilterPoint(plugin, guard),
    ...filterPoint(plugin, guard),
    ...(addPod && {
      addPod: (state, pod, added, node, snapshot) =>
        guard.status('addPod', on(pod, node), () =>
          state.asUser(() => addPod.call(plugin, state, pod, added, node, snapshot)),
        ),
    }),
    ...(removePod && {
      removePod: (state, pod, removed, node, snapshot) =>
        guard.status('removePod', on(pod, node), () =>
          state.asUser(() => removePod.call(plugin, state, pod, removed, node, snapshot)),
        ),
    }),
    ...scorePoints(plugin, guard),
    ...(postFilter && {
      postFilter: (input) => {
        const ask = () => input.state.asUser(() => postFilter.call(plugin, input));
        const result = guard.call('postFilter', of(input.pod), ask);
        if (typeof result !== 'object' || result === null || guard.statusProblem(result.status) !== undefined)
          throw guard.error('postFilter', of(input.pod), `returned ${textOf(result)}, not { status }`);
        const effects = checkedEffects(guard, 'postFilter', of(input.pod), result);
        return { ...result, ...effects, status: plainStatus(result.status), writes: effects.writes ?? [] };
      },
    }),
    ...bindingPoints(plugin, guard),
    events: () => EVERYTHING,
    ...(events && {
      events: () =>
        guard
          .call('events', '', () => events.call(plugin))
          .map(({ hint, ...registration }) =>
            hint === undefined
              ? registration
              : {
                  ...registration,
                  hint: (pod, before, now, listers) => {
                    const about = `hint for ${registration.resource} of pod ${pod.metadata.namespace}/${pod.metadata.name}`;
                    const answer = guard.call('events', about, () => hint(pod, before, now, listers));
                    if (answer !== 'Queue' && answer !== 'QueueSkip')
                      throw guard.error('events', about, `returned ${textOf(answer)}, neither Queue nor QueueSkip`);
                    return answer;
                  },
                },
          ),
    }),
  };
}

function preFilterPoint(plugin: PluginPoints, guard: Guard): Pick<Plugin, 'preFilter'> {
  const { preFilter } = plugin;
  if (preFilter === undefined) return {};
  const ask = (state: CycleState, pod: PodInfo, snapshot: Parameters<typeof preFilter>[2]): PreFilterResult => {
    const result: unknown =
      guard.call('preFilter', of(pod), () => state.asUser(() => preFilter.call(plugin, state, pod, snapshot))) ?? {};
    const { status, nodeNames } = result as PreFilterResult;
    const wrong = guard.statusProblem(status);
    if (wrong !== undefined) throw guard.error('preFilter', of(pod), wrong);
    if (nodeNames !== undefined && typeof nodeNames.has !== 'function')
      throw guard.error('preFilter', of(pod), `nodeNames is ${textOf(nodeNames)}, not a Set`);
    // A set of another realm and an own one behave alike; a copy keeps the plugin from changing it later.
    const own = status === undefined || status === null ? {} : { status: plainStatus(status) };
    return nodeNames === undefined ? own : { ...own, nodeNames: new Set([...nodeNames].sort()) };
  };
  return {
    preFilter: (state, pod, snapshot) => {
      freezeValue(pod.pod);
      const trial = ask(state.clone(), pod, snapshot);
      const result = ask(state, pod, snapshot);
      const plain = (r: PreFilterResult) => ({ ...plainStatus(r.status), nodes: r.nodeNames && [...r.nodeNames] });
      guard.mustBeEqual('preFilter', of(pod), plain(trial), plain(result));
      return result;
    },
  };
}

function filterPoint(plugin: PluginPoints, guard: Guard): Pick<Plugin, 'filter'> {
  const { filter } = plugin;
  if (filter === undefined) return {};
  return {
    filter: (state, pod, node, snapshot) => {
      freezeValue(node.node);
      freezeValue(pod.pod);
      const about = on(pod, node);
      const ask = () =>
        guard.status('filter', about, () => state.asUser(() => filter.call(plugin, state, pod, node, snapshot)));
      const status = ask();
      if (isChecked(pod, node, snapshot.size))
        guard.mustBeEqual('filter', about, plainStatus(status), plainStatus(ask()));
      return status;
    },
  };
}

/** A plugin without `normalize` gets one that only looks whether its scores are in range. */
function scorePoints(plugin: PluginPoints, guard: Guard): Pick<Plugin, 'preScore' | 'score' | 'normalize'> {
  const { preScore, score, normalize } = plugin;
  const points: { -readonly [K in 'preScore' | 'score' | 'normalize']?: Plugin[K] } = {};
  if (preScore !== undefined)
    points.preScore = (state, pod, nodes, snapshot) =>
      guard.status('preScore', of(pod), () => state.asUser(() => preScore.call(plugin, state, pod, nodes, snapshot)));
  if (score === undefined) return points;
  points.score = (state, pod, node, snapshot) => {
    freezeValue(node.node);
    freezeValue(pod.pod);
    const about = on(pod, node);
    const ask = () =>
      guard.wholeNumber(
        'score',
        about,
        guard.call('score', about, () => state.asUser(() => score.call(plugin, state, pod, node, snapshot))),
      );
    const value = ask();
    if (isChecked(pod, node, snapshot.size)) guard.mustBeEqual('score', about, value, ask());
    return value;
  };
  points.normalize = (state, pod, scores, nodes) => {
    guard.call('normalize', of(pod), () => normalize?.call(plugin, state, pod, scores, nodes));
    if (scores.length !== nodes.length)
      throw guard.error('normalize', of(pod), `left ${scores.length} scores for ${nodes.length} nodes`);
    nodes.forEach((node, i) => {
      const about = on(pod, node);
      const value = guard.wholeNumber(normalize === undefined ? 'score' : 'normalize', about, scores[i]);
      if (value >= MIN_SCORE && value <= MAX_SCORE) return;
      // Source of the text: framework.go RunScorePlugins.
      const text = `plugin "${guard.name}" returns an invalid score ${value}, it should in the range of [0, 100] after normalizing`;
      throw guard.error(normalize === undefined ? 'score' : 'normalize', about, text);
    });
  };
  return points;
}

/** The same calls of the same run are checked, whatever ran before. */
function isChecked(pod: PodInfo, node: NodeInfo, nodes: number): boolean {
  return nodes <= TWICE_UP_TO_NODES || (hashString(node.name) ^ hashString(pod.uid)) % 64 === 0;
}
