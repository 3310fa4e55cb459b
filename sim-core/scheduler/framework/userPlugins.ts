import type { NodeInfo } from './nodeInfo.ts';
import type { CycleState, Plugin, Reservation } from './plugin.ts';
import type { PodInfo } from './podInfo.ts';
import type { Snapshot } from './snapshot.ts';
import type { Status } from './status.ts';

/** Arguments of a plugin as they stand under `pluginConfig[].args`. */
export type PluginArgs = Readonly<Record<string, unknown>>;

/** What is wrong with one argument. */
export interface ArgumentProblem {
  /** Relative to `args`: `zones[0].cost`; '' = the arguments as a whole. */
  readonly field: string;
  readonly value?: unknown;
  readonly detail: string;
}

/** What a user's plugin implements: the framework's points, with less to write in Reserve. */
export interface PluginPoints extends Omit<Plugin, 'reserve' | 'decompose' | 'decompositionKey'> {
  /** A status takes the node from the pod again; writes are made before the binding, in the plugin's PreBind. */
  reserve?(
    state: CycleState,
    pod: PodInfo,
    node: NodeInfo,
    snapshot: Snapshot,
  ): Partial<Omit<Reservation, 'plugin'>> | Status | undefined;
}

/** What a plugin module exports: the name by which a KubeSchedulerConfiguration enables it, and how it is made. */
export interface PluginDefinition {
  readonly name: string;
  /** Called once for each profile that enables the plugin. */
  create(args: PluginArgs): PluginPoints;
  validateArgs?(args: PluginArgs): readonly ArgumentProblem[];
}

/** A plugin that is not Kubernetes' own, with where it comes from. */
export interface UserPlugin {
  readonly definition: PluginDefinition;
  /** For messages. */
  readonly file: string;
  /** Of the code that runs; recordings hold it. */
  readonly hash: string;
  /** What the module has done that no plugin may do (read a clock), once; undefined = nothing. */
  takeViolation?(): string | undefined;
}

/** A user's plugin failed or did what no plugin may do. It ends the run: a result that depends on it would be worth nothing. */
export class PluginError extends Error {
  override readonly name = 'PluginError';
  readonly plugin: string;
  /** Extension point: `filter`, `score`, ...; `create` and `validateArgs` before the run. */
  readonly point: string;
  readonly file: string;

  constructor(plugin: { readonly name: string; readonly file: string }, point: string, about: string, detail: string) {
    super(`plugin ${plugin.name} (${plugin.file}), ${point}${about === '' ? '' : ` ${about}`}: ${detail}`);
    this.plugin = plugin.name;
    this.point = point;
    this.file = plugin.file;
  }
}

const NAME = /^[A-Za-z][A-Za-z0-9._-]*$/;

/** What keeps the exports of a module from being plugins; [] = nothing. `taken` = names that are in use. */
export function definitionProblems(exported: readonly unknown[], taken: ReadonlySet<string>): readonly string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const value of exported) {
    const { name, create, validateArgs } = (typeof value === 'object' && value !== null ? value : {}) as Partial<
      Record<keyof PluginDefinition, unknown>
    >;
    if (typeof name !== 'string' || typeof create !== 'function') {
      problems.push('the default export must be { name, create(args) }, or a list of those');
      continue;
    }
    if (!NAME.test(name)) problems.push(`${JSON.stringify(name)} is no name for a plugin: letters, digits, . _ -`);
    if (taken.has(name)) problems.push(`${name} is the name of another plugin; a plugin needs a name of its own`);
    else if (seen.has(name)) problems.push(`${name} is exported twice`);
    if (validateArgs !== undefined && typeof validateArgs !== 'function')
      problems.push(`${name}: validateArgs must be a function`);
    seen.add(name);
  }
  if (exported.length === 0) problems.push('there is no plugin in it: export one as default');
  return problems;
}
