import type { Version } from '../../contracts/index.ts';
import type { PipelineEnv } from '../model.ts';
import { suffixFrom } from '../names.ts';
import { isCalm } from '../watchCache.ts';

/** What the work on a request looked up: it stands as long as all of it is found again. */
export interface Lookups {
  readonly disabledPlugins: readonly string[];
  readonly disabledFeatures: readonly string[] | undefined;
  readonly objects: readonly { readonly key: readonly [string, string, string]; readonly found: Version | undefined }[];
  readonly lists: readonly ListLookup[];
  /** All are of resources that change seldom. */
  readonly isCalm: boolean;
  /** A memo: the calm (`PipelineEnv.calmSince`) of two servers in which all was found again. */
  calm: object | undefined;
  calmOfOther: object | undefined;
}

interface ListLookup {
  readonly key: readonly [string, string];
  readonly found: readonly Version[];
  /** A memo: the last changes of two servers' lists up to which it was found. */
  upTo?: object;
  upToOther?: object;
}

/** What the work drew, in this order. */
export type Drawn =
  | { readonly draws: 'suffix'; readonly namespace: string; readonly base: string; readonly marker: string }
  | { readonly draws: 'uid'; readonly resource: string; readonly namespace: string; readonly name: string };

export const UID_MARKER = 'hole-uid';

/** An environment that gives stand-ins for what is drawn, and keeps account of what it is asked. */
export class StandIn {
  readonly objects: Lookups['objects'][number][] = [];
  readonly lists: ListLookup[] = [];
  readonly drawn: Drawn[] = [];
  /** Something was asked that is not kept account of. */
  isOpaque = false;
  readonly env: PipelineEnv;

  constructor(real: PipelineEnv, nowUs: number) {
    const opaque = (): never => {
      this.isOpaque = true;
      throw new OpaqueError();
    };
    this.env = {
      nowUs,
      epochSeconds: real.epochSeconds,
      disabledPlugins: real.disabledPlugins,
      disabledFeatures: real.disabledFeatures,
      get cacheRv(): number {
        return opaque();
      },
      get: (resource, namespace, name) => {
        const found = real.get(resource, namespace, name);
        this.objects.push({ key: [resource, namespace, name], found });
        return found;
      },
      list: (resource, namespace) => {
        const found = real.list(resource, namespace);
        this.lists.push({ key: [resource, namespace], found });
        return found;
      },
      podsOnNode: opaque,
      listAt: opaque,
      uid: (resource, namespace, name) => {
        this.drawn.push({ draws: 'uid', resource, namespace, name });
        return UID_MARKER;
      },
      suffix: (namespace, base) => {
        const marker = suffixFrom(4_000_000 + this.drawn.length);
        this.drawn.push({ draws: 'suffix', namespace, base, marker });
        return marker;
      },
      draw: opaque,
      info: (resource) => real.info(resource),
    };
  }
}

export class OpaqueError extends Error {}

/** Each object and each list once. */
export function lookupsOf({ objects, lists, env }: StandIn): Lookups {
  const once = <T extends { readonly key: readonly string[] }>(items: readonly T[]): readonly T[] => {
    const seen = new Set<string>();
    return items.filter(({ key }) => {
      const text = key.join('\n');
      return seen.has(text) ? false : seen.add(text) !== undefined;
    });
  };
  const { disabledPlugins, disabledFeatures } = env;
  const all = { objects: once(objects), lists: once(lists) };
  const areCalm = [...objects, ...lists].every(({ key }) => isCalm(key[0]));
  return { disabledPlugins, disabledFeatures, ...all, isCalm: areCalm, calm: undefined, calmOfOther: undefined };
}

export function foundAgain(lookups: Lookups, env: PipelineEnv): boolean {
  const calm = lookups.isCalm ? env.calmSince : undefined;
  if (calm === undefined) return isFound(lookups, env);
  if (lookups.calm === calm || lookups.calmOfOther === calm) return true;
  if (!isFound(lookups, env)) return false;
  lookups.calmOfOther = lookups.calm;
  lookups.calm = calm;
  return true;
}

function isFound(lookups: Lookups, env: PipelineEnv): boolean {
  const { objects, lists } = lookups;
  if (!areSame(lookups.disabledPlugins, env.disabledPlugins)) return false;
  if (!areSame(lookups.disabledFeatures ?? NONE, env.disabledFeatures ?? NONE)) return false;
  for (let i = 0; i < objects.length; i++) {
    const { key, found } = objects[i];
    if (found !== undefined && env.holds !== undefined) {
      if (!env.holds(found)) return false;
    } else if (env.get(key[0], key[1], key[2]) !== found) return false;
  }
  for (let i = 0; i < lists.length; i++) {
    if (!isListedAgain(lists[i], env)) return false;
  }
  return true;
}

function isListedAgain(lookup: ListLookup, env: PipelineEnv): boolean {
  const { key, found, upTo, upToOther } = lookup;
  const last = env.lastChange?.(key[0]);
  if (last !== undefined && (last === upTo || last === upToOther)) return true;
  if (!areSame(env.list(key[0], key[1]), found)) return false;
  if (last !== undefined) {
    lookup.upToOther = upTo;
    lookup.upTo = last;
  }
  return true;
}

const NONE: readonly string[] = [];

function areSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
