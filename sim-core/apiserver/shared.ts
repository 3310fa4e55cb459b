import { allResources, qualifiedName, type ResourceInfo } from '../api/schema/index.ts';
import type {
  ApiResponse,
  Containers,
  Dict,
  EndpointId,
  IntMap,
  ObjId,
  PagedI32,
  TimeUs,
  Transport,
  WatchSpec,
  WorldContext,
} from '../contracts/index.ts';
import { WHY } from '../contracts/index.ts';
import { NamedStream } from '../engine/draws.ts';
import type { Envelope } from './envelope.ts';
import { storageResource } from './keys.ts';
import { suffixFrom, uidFrom } from './names.ts';
import { ALL, type Selection, selectionOf } from './selectors.ts';

const PURPOSE = { suffix: 0 } as const;

const COUNTERS_MAX = 4096;

const MANY = 255;

/** Where the byte of an object begins in its word. */
function bitOf(obj: ObjId): number {
  return (obj & 3) << 3;
}

/** What the replicas have in common: the resources served, and the counters that make names and uids unique. */
export class SharedState {
  /** Names of the built-in resources as the store knows them. */
  readonly resources: readonly string[];
  private readonly transport: Transport;
  private readonly infos: ReadonlyMap<string, ResourceInfo>;
  /** How many objects of this name there were, by ObjId: a byte each, of which a word holds four; MANY = as the map says. */
  private incarnations!: PagedI32;
  private manyIncarnations!: IntMap;
  /** Next ordinal of a generateName and of other counters. */
  private ordinals!: Dict<number>;
  /** Memos of pure results. */
  readonly uidStream = new NamedStream('uid');
  private readonly counters = new Map<string, Map<string, string>>();

  constructor(transport: Transport) {
    this.transport = transport;
    const infos = new Map<string, ResourceInfo>();
    for (const info of allResources()) {
      const name = qualifiedName(info);
      if (info.preferred || !infos.has(name)) infos.set(name, info);
    }
    this.infos = infos;
    this.resources = [...new Set([...infos.keys()].map(storageResource))];
  }

  init(c: Containers): void {
    this.incarnations = c.i32('incarnations');
    this.manyIncarnations = c.intMap('manyIncarnations');
    this.ordinals = c.dict<number>('ordinals');
  }

  info(resource: string): ResourceInfo | undefined {
    return this.infos.get(resource);
  }

  /** The selectors of a watch; one with bad selectors selects everything (clients here send none). */
  selection(spec: WatchSpec): Selection {
    const selection = selectionOf(this.info(spec.resource) ?? customStub(spec.resource), spec);
    return 'code' in selection ? ALL : selection;
  }

  count(counter: string): number {
    const n = this.ordinals.get(counter) ?? 0;
    this.ordinals.set(counter, n + 1);
    return n;
  }

  /** Of the next incarnation of this name. */
  uid(ctx: WorldContext, resource: string, namespace: string, name: string): string {
    const n = this.incarnate(ctx.objects.id(resource, namespace, name));
    return uidFrom(this.uidStream.key(ctx), resource, namespace, name, n);
  }

  /** How many objects of this name there were. */
  incarnationsOf(obj: ObjId): number {
    const n = (this.incarnations.get(obj >> 2) >>> bitOf(obj)) & MANY;
    return n < MANY ? n : (this.manyIncarnations.get(obj) as number);
  }

  /** One more; gives how many there were. */
  incarnate(obj: ObjId): number {
    const n = this.incarnationsOf(obj);
    if (n + 1 >= MANY) this.manyIncarnations.set(obj, n + 1);
    if (n < MANY) this.incarnations.set(obj >> 2, this.incarnations.get(obj >> 2) + (1 << bitOf(obj)));
    return n;
  }

  /** The counter of a generateName: one text for all its names. */
  private counterOf(namespace: string, generateName: string): string {
    let known = this.counters.get(namespace);
    if (known === undefined) this.counters.set(namespace, (known = new Map()));
    let counter = known.get(generateName);
    if (counter === undefined) {
      if (known.size >= COUNTERS_MAX) known.clear();
      known.set(generateName, (counter = `generateName/${namespace}/${generateName}`));
    }
    return counter;
  }

  suffix(ctx: WorldContext, namespace: string, generateName: string): string {
    const key = this.counterOf(namespace, generateName);
    return suffixFrom(ctx.draw(ctx.stream(key), PURPOSE.suffix, this.count(key)));
  }

  /** Sends an answer; the caller of a lost one learns at its deadline that none comes. */
  answer(ctx: WorldContext, endpoint: EndpointId, envelope: Envelope, response: ApiResponse): void {
    const { from, reply, deadlineUs } = envelope;
    if (from === endpoint) ctx.schedule(0, reply.handler, reply.token, 0, WHY.link, response);
    else if (!this.transport.send(ctx, endpoint, from, reply.handler, reply.token, 0, response)) {
      noAnswer(ctx, envelope, Math.max(deadlineUs, ctx.nowUs));
    }
  }

  /** The connection was refused or reset: the caller knows at once where the network lets it. */
  refuse(ctx: WorldContext, endpoint: EndpointId, envelope: Envelope, afterUs: TimeUs): void {
    const open = this.transport.reachable(endpoint, envelope.from);
    const lateUs = Math.max(envelope.deadlineUs, ctx.nowUs);
    noAnswer(ctx, envelope, open ? Math.min(ctx.nowUs + afterUs, lateUs) : lateUs);
  }
}

/** Tells a caller that no answer comes. */
export function noAnswer(ctx: WorldContext, envelope: Envelope, atUs: TimeUs): void {
  ctx.scheduleAt(atUs, envelope.reply.handler, envelope.reply.token, 0, WHY.requestTimeout, undefined);
}

/** What selectors need to know of a custom resource: its group. */
function customStub(resource: string): ResourceInfo {
  const dot = resource.indexOf('.');
  const [plural, group] = [resource.slice(0, dot), resource.slice(dot + 1)];
  const rest = { version: '', kind: '', singular: '', namespaced: true, preferred: true, verbs: [], subresources: [] };
  return { ...rest, plural, group };
}
