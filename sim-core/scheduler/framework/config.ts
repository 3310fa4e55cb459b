import { fieldErrorText } from '../../api/machinery/fieldErrors.ts';
import type { ExtenderConfiguration } from '../extenders/extender.ts';
import { defaultPreemption, type PreemptionArgs } from '../plugins/defaultpreemption/defaultPreemption.ts';
import { dynamicResources } from '../plugins/dynamicresources/dynamicResources.ts';
import { imageLocality } from '../plugins/imagelocality/imageLocality.ts';
import { type InterPodAffinityArgs, interPodAffinity } from '../plugins/interpodaffinity/interPodAffinity.ts';
import { type NodeAffinityArgs, nodeAffinity } from '../plugins/nodeaffinity/nodeAffinity.ts';
import { nodeName } from '../plugins/nodename/nodeName.ts';
import { nodePorts } from '../plugins/nodeports/nodePorts.ts';
import {
  type BalancedAllocationArgs,
  nodeResourcesBalancedAllocation,
} from '../plugins/noderesources/balancedAllocation.ts';
import { type FitArgs, nodeResourcesFit } from '../plugins/noderesources/fit.ts';
import { nodeUnschedulable } from '../plugins/nodeunschedulable/nodeUnschedulable.ts';
import { nodeVolumeLimits } from '../plugins/nodevolumelimits/nodeVolumeLimits.ts';
import { podTopologySpread, type TopologySpreadArgs } from '../plugins/podtopologyspread/podTopologySpread.ts';
import { schedulingGates } from '../plugins/schedulinggates/schedulingGates.ts';
import { taintToleration } from '../plugins/tainttoleration/taintToleration.ts';
import { volumeBinding } from '../plugins/volumebinding/volumeBinding.ts';
import { volumeRestrictions } from '../plugins/volumerestrictions/volumeRestrictions.ts';
import { volumeZone } from '../plugins/volumezone/volumeZone.ts';
import { createGuarded } from './guard.ts';
import { isLeftOut } from './outOfTree.ts';
import type { Plugin } from './plugin.ts';
import type { ProfilePlugins } from './runtime.ts';
import type { UserPlugin } from './userPlugins.ts';
import { validateSchedulerConfiguration } from './validateConfig.ts';

/** The parts of KubeSchedulerConfiguration v1 that decide behaviour, in the file's own shape. */
export interface SchedulerConfiguration {
  readonly percentageOfNodesToScore?: number;
  readonly podInitialBackoffSeconds?: number;
  readonly podMaxBackoffSeconds?: number;
  readonly profiles?: readonly ProfileConfiguration[];
  readonly clientConnection?: { readonly qps?: number; readonly burst?: number };
  readonly extenders?: readonly ExtenderConfiguration[];
  readonly leaderElection?: {
    readonly leaderElect?: boolean;
    readonly leaseDuration?: string;
    readonly renewDeadline?: string;
    readonly retryPeriod?: string;
    readonly resourceName?: string;
    readonly resourceNamespace?: string;
  };
}

export interface PluginSet {
  readonly enabled?: readonly { readonly name: string; readonly weight?: number }[];
  readonly disabled?: readonly { readonly name: string }[];
}

export interface ProfileConfiguration {
  readonly schedulerName?: string;
  readonly percentageOfNodesToScore?: number;
  readonly plugins?: Readonly<Record<string, PluginSet | undefined>>;
  readonly pluginConfig?: readonly { readonly name: string; readonly args?: Readonly<Record<string, unknown>> }[];
}

export interface Profile {
  readonly schedulerName: string;
  readonly percentageOfNodesToScore: number;
  readonly plugins: ProfilePlugins;
}

/** Default profile: MultiPoint order and weights. Source: pkg/scheduler/apis/config/v1/default_plugins.go. */
export const DEFAULT_MULTI_POINT: readonly { readonly name: string; readonly weight: number }[] = [
  { name: 'SchedulingGates', weight: 0 },
  { name: 'PrioritySort', weight: 0 },
  { name: 'NodeUnschedulable', weight: 0 },
  { name: 'NodeName', weight: 0 },
  { name: 'TaintToleration', weight: 3 },
  { name: 'NodeAffinity', weight: 2 },
  { name: 'NodePorts', weight: 0 },
  { name: 'NodeResourcesFit', weight: 1 },
  { name: 'VolumeRestrictions', weight: 0 },
  { name: 'NodeVolumeLimits', weight: 0 },
  { name: 'VolumeBinding', weight: 0 },
  { name: 'VolumeZone', weight: 0 },
  { name: 'PodTopologySpread', weight: 2 },
  { name: 'InterPodAffinity', weight: 2 },
  { name: 'DynamicResources', weight: 2 },
  { name: 'DefaultPreemption', weight: 0 },
  { name: 'NodeResourcesBalancedAllocation', weight: 1 },
  { name: 'ImageLocality', weight: 1 },
  { name: 'DefaultBinder', weight: 0 },
];

type Args = Readonly<Record<string, unknown>>;

/** The queue and the component do what these two say; they take part in the lists of their points. */
const prioritySort: Plugin = {
  name: 'PrioritySort',
  less: (a, b) => a.priority > b.priority || (a.priority === b.priority && a.timestampUs < b.timestampUs),
};
const defaultBinder: Plugin = { name: 'DefaultBinder', bind: () => undefined };

/** Every in-tree plugin by name. */
const registry: Readonly<Record<string, (args: Args) => Plugin>> = {
  SchedulingGates: () => schedulingGates(),
  PrioritySort: () => prioritySort,
  NodeUnschedulable: () => nodeUnschedulable(),
  NodeName: () => nodeName(),
  TaintToleration: () => taintToleration(),
  NodeAffinity: (args) => nodeAffinity(args as NodeAffinityArgs),
  NodePorts: () => nodePorts(),
  NodeResourcesFit: (args) => nodeResourcesFit(args as FitArgs),
  PodTopologySpread: (args) => podTopologySpread(args as TopologySpreadArgs),
  InterPodAffinity: (args) => interPodAffinity(args as InterPodAffinityArgs),
  DynamicResources: () => dynamicResources(),
  DefaultPreemption: (args) => defaultPreemption(args as PreemptionArgs),
  NodeResourcesBalancedAllocation: (args) => nodeResourcesBalancedAllocation(args as BalancedAllocationArgs),
  ImageLocality: () => imageLocality(),
  DefaultBinder: () => defaultBinder,
  VolumeRestrictions: () => volumeRestrictions(),
  NodeVolumeLimits: () => nodeVolumeLimits(),
  VolumeBinding: () => volumeBinding(),
  VolumeZone: () => volumeZone(),
};

/** What only shows when the plugins are made. Its text is NewFramework's. */
export class ProfileError extends Error {
  override readonly name = 'ProfileError';
  /** As in field errors. */
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

export const PLUGIN_NAMES: readonly string[] = Object.keys(registry).sort();

interface Enabled {
  readonly name: string;
  readonly weight: number;
}

/** Default list minus disabled; a default plugin that is listed again is replaced in place, others are appended. */
function mergeSet(defaults: readonly Enabled[], custom: PluginSet | undefined): readonly Enabled[] {
  const disabled = new Set((custom?.disabled ?? []).map((p) => p.name));
  const enabled = custom?.enabled ?? [];
  const replaced = new Set<string>();
  const merged: Enabled[] = [];
  if (!disabled.has('*')) {
    for (const plugin of defaults) {
      if (disabled.has(plugin.name)) continue;
      const again = enabled.find((e) => e.name === plugin.name);
      if (again !== undefined) replaced.add(plugin.name);
      merged.push(again === undefined ? plugin : { name: again.name, weight: again.weight || plugin.weight });
    }
  }
  for (const plugin of enabled)
    if (!replaced.has(plugin.name)) merged.push({ name: plugin.name, weight: plugin.weight ?? 0 });
  return merged;
}

/** Order at one point: explicit ones that also come from multiPoint, other multiPoint ones, remaining explicit ones. */
function atPoint(
  multiPoint: readonly Enabled[],
  point: PluginSet | undefined,
  implementsPoint: (name: string) => boolean,
): readonly Enabled[] {
  const disabled = new Set((point?.disabled ?? []).map((p) => p.name));
  const enabled = (point?.enabled ?? []).map((p) => ({ name: p.name, weight: p.weight ?? 0 }));
  const explicit = new Set(enabled.map((p) => p.name));
  const multi = multiPoint.filter((p) => implementsPoint(p.name));
  const multiNames = new Set(multi.map((p) => p.name));
  const first = enabled.filter((p) => multiNames.has(p.name));
  const second = disabled.has('*') ? [] : multi.filter((p) => !explicit.has(p.name) && !disabled.has(p.name));
  const third = enabled.filter((p) => !multiNames.has(p.name));
  return [...first, ...second, ...third];
}

/**
 * The profiles of a configuration; with none given, the default one. `users` = plugins that are not in tree. Throws an Error
 * that names every wrong field.
 */
export function buildProfiles(
  configuration: SchedulerConfiguration = {},
  users: readonly UserPlugin[] = [],
): readonly Profile[] {
  const errors = validateSchedulerConfiguration(configuration, PLUGIN_NAMES, users);
  if (errors.length > 0) throw new Error(errors.map(fieldErrorText).join('; '));
  const profiles = configuration.profiles ?? [{}];
  return profiles.map((profile, i) => buildProfile(profile, i, configuration, users));
}

function buildProfile(
  profile: ProfileConfiguration,
  index: number,
  configuration: SchedulerConfiguration,
  users: readonly UserPlugin[],
): Profile {
  const argsOf = new Map((profile.pluginConfig ?? []).map((c) => [c.name, c.args ?? {}]));
  const ofExtenders = ignoredResources(configuration.extenders ?? []);
  if (ofExtenders.length > 0) {
    const fit: Args & FitArgs = argsOf.get('NodeResourcesFit') ?? {};
    argsOf.set('NodeResourcesFit', { ...fit, ignoredResources: [...(fit.ignoredResources ?? []), ...ofExtenders] });
  }
  const instances = new Map<string, Plugin>();
  const instance = (name: string): Plugin => {
    let plugin = instances.get(name);
    if (plugin === undefined) {
      const args = argsOf.get(name) ?? {};
      const user = users.find((u) => u.definition.name === name);
      plugin = user === undefined ? registry[name](args) : createGuarded(user, args);
      instances.set(name, plugin);
    }
    return plugin;
  };
  const points = withoutLeftOut(profile.plugins ?? {}, users);
  const multiPoint = mergeSet(DEFAULT_MULTI_POINT, points['multiPoint']);
  const pluginsAt = (point: string, ...methods: (keyof Plugin)[]) => {
    const implementsIt = (name: string) => methods.some((method) => instance(name)[method] !== undefined);
    return atPoint(multiPoint, points[point], implementsIt).filter((p) => implementsIt(p.name));
  };
  const list = (point: string, ...methods: (keyof Plugin)[]) =>
    pluginsAt(point, ...methods).map((p) => instance(p.name));
  const schedulerName = profile.schedulerName ?? 'default-scheduler';
  // Where the only one of its point is left out, the default does its work.
  const isLeft = (point: string) =>
    [point, 'multiPoint'].some((p) => profile.plugins?.[p]?.enabled?.some(({ name }) => isLeftOut(name, users)));
  const orDefault = (point: string, found: readonly Plugin[], or: Plugin) =>
    found.length === 0 && isLeft(point) ? [or] : found;
  const queueSort = orDefault('queueSort', list('queueSort', 'less'), prioritySort);
  const bind = orDefault('bind', list('bind', 'bind'), defaultBinder);
  const ofProfile = `for profile with scheduler name ${JSON.stringify(schedulerName)}`;
  // Source of the texts: framework.go NewFramework.
  if (queueSort.length !== 1)
    throw new ProfileError(
      `profiles[${index}].plugins.queueSort`,
      `only one queue sort plugin required ${ofProfile}, but got ${queueSort.length}`,
    );
  if (bind.length === 0)
    throw new ProfileError(`profiles[${index}].plugins.bind`, `at least one bind plugin is needed ${ofProfile}`);
  return {
    schedulerName,
    percentageOfNodesToScore: profile.percentageOfNodesToScore ?? configuration.percentageOfNodesToScore ?? 0,
    plugins: {
      preEnqueue: list('preEnqueue', 'preEnqueue'),
      preFilter: list('preFilter', 'preFilter'),
      filter: list('filter', 'filter'),
      postFilter: list('postFilter', 'postFilter'),
      preScore: list('preScore', 'preScore'),
      score: pluginsAt('score', 'score').map((p) => ({ plugin: instance(p.name), weight: weightOf(p, multiPoint) })),
      reserve: list('reserve', 'reserve', 'unreserve'),
      permit: list('permit', 'permit'),
      // In-tree plugins that reserve write what they reserved.
      preBind: list('preBind', 'preBind', 'reserve'),
      bind,
      postBind: list('postBind', 'postBind'),
      queueSort: queueSort[0],
      all: [...instances.values()],
    },
  };
}

type Points = NonNullable<ProfileConfiguration['plugins']>;

function withoutLeftOut(points: Points, users: readonly UserPlugin[]): Points {
  return Object.fromEntries(
    Object.entries(points).map(([point, set]) => {
      const enabled = set?.enabled?.filter((p) => !isLeftOut(p.name, users));
      return [point, set === undefined ? undefined : { ...set, enabled }];
    }),
  );
}

/** Resources that extenders account for. Source: scheduler.go buildExtenders. */
function ignoredResources(extenders: readonly ExtenderConfiguration[]): readonly string[] {
  return extenders.flatMap((e) =>
    (e.managedResources ?? []).filter((r) => r.ignoredByScheduler === true).map((r) => r.name),
  );
}

function weightOf(plugin: Enabled, multiPoint: readonly Enabled[]): number {
  return plugin.weight || multiPoint.find((p) => p.name === plugin.name)?.weight || 1;
}
