import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiServerGroup } from '../../sim-core/apiserver/apiServers.ts';
import { EventVersion } from '../../sim-core/apiserver/events/version.ts';
import type { SeriesEventSpec } from '../../sim-core/client/index.ts';
import type { HandlerSpec, KubeObject, WorldContext } from '../../sim-core/contracts/index.ts';
import { SECOND_US } from '../../sim-core/contracts/index.ts';
import { createWorld } from '../../sim-core/engine/index.ts';
import { createEtcd } from '../../sim-core/etcd/index.ts';
import { Links } from '../../sim-core/network/links.ts';
import { Speaker, setRunning } from '../unit/support/speaker.ts';

const HOSTS = 3;
/** The last recorder has the style of the scheduler. */
const SCHEDULER = HOSTS;
/** Retries of a lost write begin within ten seconds and repeat every ten. */
const END_S = 120;

interface Said {
  readonly atMs: number;
  readonly by: number;
  readonly object: number;
  readonly reason: number;
  readonly message: number;
  readonly warns: boolean;
}

interface Fault {
  readonly atMs: number;
  readonly forMs: number;
  readonly process: string;
}

type Act = { readonly said: Said } | { readonly process: string; readonly up: boolean };

class Speakers extends Speaker {
  private readonly links: Links;

  constructor(servers: ApiServerGroup, links: Links) {
    super('speakers', servers);
    this.links = links;
  }

  protected acts(): readonly HandlerSpec[] {
    return [{ name: 'act', run: (ctx, _a, _b, act) => this.does(ctx, act as Act) }];
  }

  protected open(ctx: WorldContext): void {
    for (let i = 0; i < HOSTS; i++) {
      const host = `host-${i}`;
      this.openAt(ctx, this.links, host, 5, { component: 'speaker', host: i === 1 ? undefined : host });
    }
    this.openAt(ctx, this.links, `host-${SCHEDULER}`, 5, { component: 's', style: 'series', instance: 's-0' });
  }

  private does(ctx: WorldContext, act: Act): void {
    if ('said' in act) this.recorders.record(ctx, act.said.by, specOf(act.said));
    else setRunning(ctx, act.process, act.up);
  }
}

const KINDS = [
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-1', namespace: 'default', uid: 'a', resourceVersion: '7' } },
  { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', uid: 'b' } },
  {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'web', namespace: 'kube-system', resourceVersion: '12' },
  },
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-2', namespace: 'missing', uid: 'c', resourceVersion: '9' } },
  {
    apiVersion: 'x.io/v1',
    kind: 'Thing',
    metadata: { name: 'it', namespace: 'default', uid: 'd', resourceVersion: 'x' },
  },
] as unknown as readonly KubeObject[];
const MESSAGES = ['said', 'Created pod: "web"', 'x'.repeat(400), 'ümlaute and 字'];

function specOf({ object, reason, message, warns }: Said): SeriesEventSpec {
  return {
    regarding: KINDS[object],
    fieldPath: object === 0 && reason === 0 ? 'spec.containers{app}' : undefined,
    type: warns ? 'Warning' : 'Normal',
    reason: ['Began', 'Ended'][reason],
    message: MESSAGES[message],
    action: 'Acting',
  };
}

/** The Events in the store by key; how many of them were computed, and how many were not though nothing has changed them since. */
function run(said: readonly Said[], faults: readonly Fault[], computedEvents: boolean) {
  const links = new Links();
  const etcd = createEtcd({ members: 3, transport: links.transport });
  const servers = new ApiServerGroup({ replicas: 2, etcd, transport: links.transport, computedEvents });
  const speakers = new Speakers(servers, links);
  const components = [links, ...etcd.components, ...servers.components, speakers];
  const world = createWorld({ seed: 'events', components });
  const at = (ms: number, act: Act) => world.injectAt(3 * SECOND_US + ms * 1000, speakers.act('act'), 0, 0, act);
  for (const one of said) at(one.atMs, { said: one });
  for (const { atMs, forMs, process } of faults) {
    at(atMs, { process, up: false });
    at(atMs + forMs, { process, up: true });
  }
  world.runUntil({ timeUs: END_S * SECOND_US });
  const events = new Map<string, KubeObject>();
  let computed = 0;
  let requested = 0;
  etcd.store.forEachAt(etcd.store.revision, ({ key, value }) => {
    if (!key.startsWith('/registry/events/')) return;
    const { object } = value as EventVersion;
    events.set(key, object);
    if (value instanceof EventVersion) computed++;
    else if (object.series === undefined && (object.count ?? 1) === 1) requested++;
  });
  return { events, computed, requested };
}

/** Without what the delays of its way decide; and the second at which a server handled it. */
function parted({ metadata, ...rest }: KubeObject) {
  const { resourceVersion: _rv, creationTimestamp, managedFields = [], ...meta } = metadata;
  const fields = managedFields.map(({ time: _time, ...entry }) => entry);
  return {
    same: { ...rest, metadata: { ...meta, managedFields: fields } },
    created: Date.parse(creationTimestamp ?? ''),
  };
}

const arbitrary = fc.record({
  said: fc.array(
    fc.record({
      atMs: fc.integer({ min: 0, max: 8000 }),
      by: fc.integer({ min: 0, max: SCHEDULER }),
      object: fc.integer({ min: 0, max: KINDS.length - 1 }),
      reason: fc.integer({ min: 0, max: 1 }),
      message: fc.integer({ min: 0, max: MESSAGES.length - 1 }),
      warns: fc.boolean(),
    }),
    { minLength: 30, maxLength: 90 },
  ),
  faults: fc.array(
    fc.record({
      atMs: fc.integer({ min: 0, max: 8000 }),
      forMs: fc.integer({ min: 500, max: 4000 }),
      process: fc.constantFrom('apiserver-0', 'apiserver-1', 'etcd-0', 'etcd-1', 'etcd-2'),
    }),
    { maxLength: 2 },
  ),
});

/** Close together: the first of them finds no lease, and what dies, dies while it is asked for. */
const early = fc.record({
  said: fc.uniqueArray(
    fc.record({
      atMs: fc.integer({ min: 0, max: 40 }),
      by: fc.integer({ min: 0, max: SCHEDULER }),
      object: fc.integer({ min: 0, max: 2 }),
      reason: fc.integer({ min: 0, max: 1 }),
      message: fc.integer({ min: 0, max: 1 }),
      warns: fc.boolean(),
    }),
    // Two that speak of one object at one instant would give their Events one name.
    { minLength: 12, maxLength: 40, selector: ({ atMs }) => atMs },
  ),
  faults: fc.array(
    fc.record({
      atMs: fc.integer({ min: 0, max: 30 }),
      forMs: fc.integer({ min: 500, max: 15000 }),
      process: fc.constantFrom('apiserver-0', 'apiserver-1', 'etcd-0', 'etcd-1', 'etcd-2'),
    }),
    { maxLength: 1 },
  ),
});

describe('Events that are written in one step', () => {
  it('are those that requests write, whatever dies meanwhile', () => {
    let computed = 0;
    fc.assert(
      fc.property(arbitrary, ({ said, faults }) => {
        const here = run(said, faults, true);
        const there = run(said, faults, false);
        computed += here.computed;
        expect(there.computed).toBe(0);
        expect([...here.events.keys()].sort()).toEqual([...there.events.keys()].sort());
        for (const [key, event] of here.events) {
          const one = parted(event);
          const other = parted(there.events.get(key) as KubeObject);
          expect(one.same, key).toEqual(other.same);
          // A fault holds back one write and not another; without any they differ by milliseconds.
          if (faults.length === 0) expect(Math.abs(one.created - other.created), key).toBeLessThanOrEqual(1000);
        }
      }),
      { numRuns: 12, seed: 7 },
    );
    expect(computed).toBeGreaterThan(100);
  }, 120_000);

  it('wait for a lease that their server has to ask for', () => {
    let computed = 0;
    fc.assert(
      fc.property(early, ({ said }) => {
        const here = run(said, [], true);
        const there = run(said, [], false);
        computed += here.computed;
        expect(here.requested).toBe(0);
        expect([...here.events.keys()].sort()).toEqual([...there.events.keys()].sort());
        for (const [key, event] of here.events)
          expect(parted(event).same, key).toEqual(parted(there.events.get(key) as KubeObject).same);
      }),
      { numRuns: 8, seed: 3 },
    );
    expect(computed).toBeGreaterThan(50);
  }, 120_000);

  it('wait for no lease for ever', () => {
    fc.assert(
      fc.property(early, ({ said, faults }) => {
        const after = [0, 1, 2].map((by) => ({
          atMs: 100_000 + by,
          by,
          object: 0,
          reason: 1,
          message: 1,
          warns: true,
        }));
        const { events } = run([...said.filter(({ warns }) => !warns), ...after], faults, true);
        const hosts = [...events.values()].filter(({ type }) => type === 'Warning').map(({ source }) => source.host);
        expect(hosts.sort()).toEqual(['host-0', 'host-2', undefined]);
      }),
      { numRuns: 16, seed: 5 },
    );
  }, 120_000);
});
