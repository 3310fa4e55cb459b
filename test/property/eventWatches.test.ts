import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiServerGroup } from '../../sim-core/apiserver/apiServers.ts';
import type {
  ApiRequest,
  HandlerSpec,
  KubeObject,
  Revision,
  WatchDelivery,
  WatchEntry,
  WorldContext,
} from '../../sim-core/contracts/index.ts';
import { SECOND_US } from '../../sim-core/contracts/index.ts';
import { createWorld } from '../../sim-core/engine/index.ts';
import { createEtcd } from '../../sim-core/etcd/index.ts';
import { Links } from '../../sim-core/network/links.ts';
import { Speaker, setRunning } from '../unit/support/speaker.ts';

const HOSTS = 3;
const WATCHERS = 3;
const BEGIN_US = 3 * SECOND_US;
/** A server whose connection to etcd is dead finds out within 45 seconds. */
const END_US = 120 * SECOND_US;
const AGAIN_US = 300_000;
const PREFIX = '/registry/events/';

const PODS = [1, 2].map((i) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `web-${i}`, namespace: 'default', uid: `u${i}`, resourceVersion: '7' },
})) as unknown as readonly KubeObject[];

interface Change {
  readonly atMs: number;
  readonly does: 'say' | 'again' | 'patch' | 'delete' | 'create' | 'other';
  readonly by: number;
  readonly which: number;
}

interface Fault {
  readonly atMs: number;
  readonly forMs: number;
  readonly what: string;
}

type Act = { readonly change: Change } | { readonly what: string; readonly up: boolean };

/** Says Events, changes them, and watches them as `kubectl get events -w` would, from where the last watch ended. */
class People extends Speaker {
  /** What each watcher saw, in the order of its coming. */
  readonly seen: WatchEntry[][] = Array.from({ length: WATCHERS }, () => []);
  readonly began: Revision[] = [];
  private readonly at: Revision[] = [];
  private readonly links: Links;
  private readonly servers: ApiServerGroup;
  private readonly revision: () => Revision;
  private readonly keys: () => readonly string[];

  constructor(servers: ApiServerGroup, links: Links, revision: () => Revision, keys: () => readonly string[]) {
    super('people', servers);
    this.servers = servers;
    this.links = links;
    this.revision = revision;
    this.keys = keys;
  }

  protected acts(): readonly HandlerSpec[] {
    return [
      { name: 'act', run: (ctx, _a, _b, act) => this.does(ctx, act as Act) },
      { name: 'told', run: (ctx, i, _b, delivery) => this.tell(ctx, i, delivery as WatchDelivery) },
      { name: 'answered', run: () => {} },
      { name: 'watch', run: (ctx, i) => this.watch(ctx, i) },
    ];
  }

  protected open(ctx: WorldContext): void {
    for (let i = 0; i < HOSTS; i++)
      this.openAt(ctx, this.links, `host-${i}`, 50, { component: 'speaker', host: `host-${i}` });
    for (let i = 0; i < WATCHERS; i++) ctx.scheduleAt(BEGIN_US, this.act('watch'), i, 0, 0);
  }

  private watch(ctx: WorldContext, i: number): void {
    if (this.at[i] === undefined) this.began[i] = this.at[i] = this.revision();
    const from = this.links.transport.endpoint(`watcher-${i}`);
    this.servers.watch(ctx, from, i % 2, { resource: 'events' }, this.at[i], { handler: this.act('told'), token: i });
  }

  private tell(ctx: WorldContext, i: number, { entries, ended, bookmark, tokens }: WatchDelivery): void {
    entries.forEach((entry, k) => {
      const of = tokens?.[k] ?? i;
      this.seen[of].push(entry);
      this.at[of] = entry.rv;
    });
    if (bookmark !== undefined && tokens === undefined) this.at[i] = Math.max(this.at[i], bookmark);
    if (ended !== undefined) ctx.schedule(AGAIN_US, this.act('watch'), i, 0, 0);
  }

  private does(ctx: WorldContext, act: Act): void {
    if ('change' in act) {
      this.change(ctx, act.change);
      return;
    }
    const { what, up } = act;
    if (what.startsWith('cut ')) {
      const a = what.slice(4);
      if (up) this.links.endPartition(what);
      else this.links.beginPartition({ name: what, a: [a], b: ['etcd-0', 'etcd-1', 'etcd-2'].filter((m) => m !== a) });
      return;
    }
    setRunning(ctx, what, up);
  }

  private change(ctx: WorldContext, { does, by, which }: Change): void {
    if (does === 'say' || does === 'again') {
      const message = does === 'say' ? `said ${which} at ${ctx.nowUs}` : `said ${which}`;
      const regarding = PODS[which % PODS.length];
      this.recorders.record(ctx, by % HOSTS, { regarding, type: 'Normal', reason: 'Said', message, action: 'Acting' });
      return;
    }
    const keys = this.keys();
    const key = keys[which % Math.max(1, keys.length)] ?? `${PREFIX}default/none.1`;
    const [namespace, name] = key.slice(PREFIX.length).split('/');
    const base = { user: 'kubernetes-admin', agent: 'test/1.0', resource: 'events', namespace, name };
    const body = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: does === 'create' ? `web-1.${(4096 + which).toString(16)}` : name, namespace },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name: 'web-1' },
      reason: 'Made',
      type: 'Normal',
    };
    const request = {
      patch: {
        ...base,
        verb: 'patch',
        patch: { type: 'merge', value: { metadata: { labels: { x: `${ctx.nowUs}` } } } },
      },
      delete: { ...base, verb: 'delete' },
      create: { ...base, verb: 'create', name: '', body },
      other: {
        ...base,
        verb: 'create',
        resource: 'configmaps',
        name: '',
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'm-' } },
      },
    }[does] as unknown as ApiRequest;
    const from = this.links.transport.endpoint('client');
    this.servers.submit(ctx, from, by % 2, request, { handler: this.act('answered'), token: 0 });
  }
}

function run(changes: readonly Change[], faults: readonly Fault[], untilUs = END_US) {
  const links = new Links();
  const etcd = createEtcd({ members: 3, transport: links.transport });
  const servers = new ApiServerGroup({
    replicas: 2,
    etcd,
    transport: links.transport,
    disabledPlugins: ['ServiceAccount'],
  });
  const keys = () =>
    etcd.store
      .collect({ op: 'range', key: PREFIX, rangeEnd: '/registry/events0' }, etcd.store.revision)
      .kvs.map(({ key }) => key);
  const people = new People(servers, links, () => etcd.store.revision, keys);
  const world = createWorld({ seed: 'w', components: [links, ...etcd.components, ...servers.components, people] });
  const at = (ms: number, act: Act) => world.injectAt(BEGIN_US + 1000 + ms * 1000, people.act('act'), 0, 0, act);
  for (const change of changes) at(change.atMs, { change });
  for (const { atMs, forMs, what } of faults) {
    at(atMs, { what, up: false });
    at(atMs + forMs, { what, up: true });
  }
  world.runUntil({ timeUs: untilUs });
  const wanted: string[] = [];
  let computed = 0;
  for (let r = Math.min(...people.began) + 1; r <= etcd.store.revision; r++) {
    if (etcd.store.createdAt(r) !== undefined) computed++;
    for (const { type, kv } of etcd.store.changes(r))
      if (kv.key.startsWith(PREFIX)) wanted.push(`${r} ${type} ${kv.key}`);
  }
  const seen = people.seen.map((entries) =>
    entries.map(({ rv, type, now }) => {
      const { namespace, name } = now.object.metadata;
      return `${rv} ${type === 'DELETED' ? 'DELETE' : 'PUT'} ${PREFIX}${namespace}/${name}`;
    }),
  );
  return { wanted, seen, computed };
}

const arbitrary = fc.record({
  changes: fc.array(
    fc.record({
      atMs: fc.integer({ min: 0, max: 20_000 }),
      does: fc.constantFrom('say', 'say', 'say', 'again', 'patch', 'delete', 'create', 'other'),
      by: fc.nat(5),
      which: fc.nat(12),
    }),
    { minLength: 20, maxLength: 120 },
  ) as fc.Arbitrary<Change[]>,
  faults: fc.array(
    fc.record({
      atMs: fc.integer({ min: 0, max: 20_000 }),
      forMs: fc.integer({ min: 500, max: 9000 }),
      what: fc.constantFrom(
        'apiserver-0',
        'apiserver-1',
        'etcd-0',
        'etcd-1',
        'cut apiserver-0',
        'cut apiserver-1',
        'cut etcd-1',
      ),
    }),
    { maxLength: 3 },
  ),
});

describe('watches of Events', () => {
  it('tell each change once and in order, whatever dies or is cut off meanwhile', () => {
    let computed = 0;
    fc.assert(
      fc.property(arbitrary, ({ changes, faults }) => {
        const { wanted, seen, computed: n } = run(changes, faults);
        computed += n;
        for (const one of seen) expect(one).toEqual(wanted);
      }),
      { numRuns: Number(process.env['RUNS'] ?? 20), seed: Number(process.env['SEED'] ?? 3) },
    );
    expect(computed).toBeGreaterThan(100);
  }, 300_000);

  it('tell soon after a cut what was written in one step meanwhile', () => {
    const cut = { atMs: 1000, forMs: 3000, what: 'cut apiserver-0' };
    let told = 0;
    for (let atMs = 3970; atMs < 4000; atMs += 2) {
      const says = [0, 0, 0, 1, 1, 1, 2, 2, 2].map((by) => ({ atMs: 0, does: 'say', by, which: 0 }) as const);
      const last = [0, 1, 2].map((by) => ({ atMs: atMs + by, does: 'say', by, which: 1 }) as const);
      const { wanted, seen } = run([...says, ...last], [cut], BEGIN_US + 6 * SECOND_US);
      for (const one of seen) expect(one).toEqual(wanted);
      told += wanted.length;
    }
    expect(told).toBeGreaterThan(0);
  });
});
