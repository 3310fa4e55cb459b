import type {
  Cell,
  Component,
  ComponentId,
  Containers,
  Degradation,
  Dict,
  EndpointId,
  HandlerId,
  HandlerSpec,
  IntMap,
  IntSets,
  KeyIndex,
  PagedF64,
  PagedI32,
  PagedTable,
  Partition,
  StreamKey,
  TimeUs,
  Transport,
  WorldContext,
} from '../contracts/index.ts';
import { WHY } from '../contracts/index.ts';
import { DEFAULT_PROFILES, type LatencyProfiles, latencyTable, tableSample } from './latency.ts';

/** Where an endpoint stands. Endpoints of one host talk over the loopback. */
export interface Place {
  readonly zone: string;
  readonly host: string;
}

export interface LinkOptions {
  readonly profiles?: LatencyProfiles;
  /** Loss of packets on every link, in parts per million. */
  readonly lossPpm?: number;
  /** Place of an endpoint by its name; default: its own host in one zone. */
  readonly place?: (name: string) => Place;
}

interface Fault {
  readonly id: number;
  readonly wholeRest: boolean;
  readonly direction: 'both' | 'aToB' | 'bToA';
  readonly extraLatencyUs: TimeUs;
  readonly jitterUs: TimeUs;
  readonly lossPpm: number;
}

/** Draw purposes of a link's stream. */
const PURPOSE = { latency: 0, loss: 1, jitter: 2 } as const;

/** Linux's minimal retransmission timeout, doubled at each try, and the tries after which a connection counts as dead. */
const RETRANSMIT_US = 200_000;
const RETRANSMIT_TRIES = 5;
const MILLION = 1_000_000;

/**
 * The links between all endpoints: one-way latencies by class of pair (same host, same zone, cross zone), loss as TCP shows
 * it (a retransmission's delay), partitions and degradations by name. Messages of one direction of a link never overtake one another.
 */
export class Links implements Component {
  readonly name = 'network';
  /** What everybody else holds. */
  readonly transport: Transport;
  private readonly options: LinkOptions;
  private readonly tables: readonly Float64Array[];
  private endpoints!: KeyIndex;
  private places!: PagedTable<Place>;
  /** linkKey -> dense number of the directed link. */
  private linkIds!: IntMap;
  private streams!: PagedF64;
  private ordinals!: PagedI32;
  private lastArrivalUs!: PagedF64;
  private classes!: PagedI32;
  private linkCount!: Cell<number>;
  private faultCount!: Cell<number>;
  private partitions!: Dict<Fault>;
  private degradations!: Dict<Fault>;
  /** fault id * 2 + side -> endpoints of that side. */
  private sides!: IntSets;

  constructor(options: LinkOptions = {}) {
    this.options = options;
    const { sameHost, sameZone, crossZone } = options.profiles ?? DEFAULT_PROFILES;
    this.tables = [sameHost, sameZone, crossZone].map(latencyTable);
    const links = this;
    this.transport = {
      endpoint: (name) => this.endpoint(name),
      name: (id) => this.endpoints.key(id),
      send: (ctx, from, to, handler, a, b, payload, afterUs) =>
        this.send(ctx, from, to, handler, a, b, payload, afterUs),
      arrivalUs: (ctx, from, to, afterUs) => this.arrivalUs(ctx, from, to, afterUs),
      reachable: (from, to) => this.reachable(from, to),
      latencyUs: (ctx, from, to) => this.latencyUs(ctx, from, to),
      calmUs: (from, to, u32) => this.calmUs(from, to, u32),
      calmClass: (one, other) => this.calmClass(one, other),
      calmSampleUs: (linkClass, u32) => tableSample(this.tables[linkClass], u32),
      isNamed: (id, name) => id >= 0 && id < this.endpoints.size && this.endpoints.key(id) === name,
      get isCalm() {
        return links.isCalm;
      },
    };
  }

  init(c: Containers, _id: ComponentId): void {
    this.endpoints = c.keyIndex('endpoints');
    this.places = c.table<Place>('places');
    this.linkIds = c.intMap('linkIds');
    this.streams = c.f64('streams');
    this.ordinals = c.i32('ordinals');
    this.lastArrivalUs = c.f64('lastArrivalUs');
    this.classes = c.i32('classes');
    this.linkCount = c.cell('linkCount', 0);
    this.faultCount = c.cell('faultCount', 0);
    this.partitions = c.dict<Fault>('partitions');
    this.degradations = c.dict<Fault>('degradations');
    this.sides = c.intSets('sides');
  }

  handlers(): readonly HandlerSpec[] {
    return [];
  }
  registered(): void {}
  start(): void {}
  crash(): void {}

  endpoint(name: string): EndpointId {
    const known = this.endpoints.find(name);
    if (known !== undefined) return known;
    const id = this.endpoints.id(name);
    this.places.put(id, this.options.place?.(name) ?? { zone: '', host: name });
    return id;
  }

  /** Moves an endpoint to a zone and a host, e.g. when a Node says where it stands. */
  place(name: string, place: Place): void {
    const id = this.endpoint(name);
    const before = this.places.get(id);
    if (before && before.zone === place.zone && before.host === place.host) return;
    this.places.put(id, place);
    // Links made before the move keep their stream and get their class anew.
    this.linkIds.forEach((link, key) => {
      const [from, to] = linkEnds(key);
      if (from === id || to === id) this.classes.set(link, this.classOf(from, to));
    });
  }

  beginPartition(partition: Partition): void {
    const direction = partition.direction ?? 'both';
    this.addFault(this.partitions, partition, { direction, extraLatencyUs: 0, jitterUs: 0, lossPpm: 0 });
  }

  endPartition(name: string): boolean {
    return this.dropFault(this.partitions, name);
  }

  beginDegradation(degradation: Degradation): void {
    const { extraLatencyUs = 0, jitterUs = 0, lossPpm = 0 } = degradation;
    this.addFault(this.degradations, degradation, { direction: 'both', extraLatencyUs, jitterUs, lossPpm });
  }

  endDegradation(name: string): boolean {
    return this.dropFault(this.degradations, name);
  }

  reachable(from: EndpointId, to: EndpointId): boolean {
    if (this.partitions.size === 0 || from === to) return true;
    let open = true;
    this.partitions.forEach((fault) => {
      if (fault.direction !== 'bToA' && this.crosses(fault, from, to)) open = false;
      if (fault.direction !== 'aToB' && this.crosses(fault, to, from)) open = false;
    });
    return open;
  }

  latencyUs(ctx: WorldContext, from: EndpointId, to: EndpointId): TimeUs {
    if (!this.reachable(from, to)) return -1;
    const link = this.link(ctx, from, to);
    const n = this.ordinals.get(link);
    this.ordinals.set(link, n + 1);
    return this.drawLatency(ctx, link, n, from, to);
  }

  private get isCalm(): boolean {
    return this.partitions.size === 0 && this.degradations.size === 0 && (this.options.lossPpm ?? 0) === 0;
  }

  private calmUs(from: EndpointId, to: EndpointId, u32: number): TimeUs {
    return this.isOrdinary(from, to) ? tableSample(this.tables[this.classOf(from, to)], u32) : -1;
  }

  private calmClass(one: EndpointId, other: EndpointId): number {
    return this.isOrdinary(one, other) && this.isOrdinary(other, one) ? this.classOf(one, other) : -1;
  }

  /** Neither cut nor worsened, and without loss. */
  private isOrdinary(from: EndpointId, to: EndpointId): boolean {
    if (this.isCalm) return true;
    return this.degradations.size === 0 && (this.options.lossPpm ?? 0) === 0 && this.reachable(from, to);
  }

  /** As the contract says; `afterUs` is time that the sender needs before the message leaves. */
  send(
    ctx: WorldContext,
    from: EndpointId,
    to: EndpointId,
    handler: HandlerId,
    a: number,
    b: number,
    payload: unknown,
    afterUs: TimeUs = 0,
  ): boolean {
    const arrivalUs = this.arrivalUs(ctx, from, to, afterUs);
    if (arrivalUs < 0) return false;
    ctx.scheduleAt(arrivalUs, handler, a, b, WHY.link, payload);
    return true;
  }

  private arrivalUs(ctx: WorldContext, from: EndpointId, to: EndpointId, afterUs: TimeUs): TimeUs {
    if (!this.reachable(from, to)) return -1;
    const link = this.link(ctx, from, to);
    const n = this.ordinals.get(link);
    this.ordinals.set(link, n + 1);
    const latencyUs = this.drawLatency(ctx, link, n, from, to);
    if (latencyUs < 0) return -1;
    const atUs = Math.max(ctx.nowUs + afterUs + latencyUs, this.lastArrivalUs.get(link));
    this.lastArrivalUs.set(link, atUs);
    return atUs;
  }

  /** The seed of the run is another one: every link draws from the stream that it has there. */
  reseed(ctx: WorldContext): void {
    this.linkIds.forEach((link, key) => {
      const [from, to] = linkEnds(key);
      this.streams.set(link, this.streamOf(ctx, from, to));
    });
  }

  private streamOf(ctx: WorldContext, from: EndpointId, to: EndpointId): StreamKey {
    return ctx.stream(`link/${this.endpoints.key(from)}/${this.endpoints.key(to)}`);
  }

  private link(ctx: WorldContext, from: EndpointId, to: EndpointId): number {
    const key = linkKey(from, to);
    const known = this.linkIds.get(key);
    if (known !== undefined) return known;
    const link = this.linkCount.get();
    this.linkCount.set(link + 1);
    this.linkIds.set(key, link);
    this.streams.set(link, this.streamOf(ctx, from, to));
    this.classes.set(link, this.classOf(from, to));
    this.ordinals.set(link, 0);
    this.lastArrivalUs.set(link, 0);
    return link;
  }

  private classOf(from: EndpointId, to: EndpointId): number {
    const a = this.places.get(from);
    const b = this.places.get(to);
    if (from === to || (a && b && a.host !== '' && a.host === b.host)) return 0;
    return a?.zone === b?.zone ? 1 : 2;
  }

  private drawLatency(ctx: WorldContext, link: number, n: number, from: EndpointId, to: EndpointId): TimeUs {
    const stream = this.streams.get(link);
    let us = tableSample(this.tables[this.classes.get(link)], ctx.draw(stream, PURPOSE.latency, n));
    let lossPpm = this.options.lossPpm ?? 0;
    if (this.degradations.size > 0) {
      this.degradations.forEach((fault) => {
        if (!this.crosses(fault, from, to) && !this.crosses(fault, to, from)) return;
        us += fault.extraLatencyUs;
        if (fault.jitterUs > 0) us += ctx.draw(stream, PURPOSE.jitter, n) % (fault.jitterUs + 1);
        lossPpm = Math.max(lossPpm, fault.lossPpm);
      });
    }
    if (lossPpm === 0) return us;
    for (let tries = 0; ctx.draw(stream, PURPOSE.loss, n * RETRANSMIT_TRIES + tries) % MILLION < lossPpm; tries++) {
      if (tries === RETRANSMIT_TRIES - 1) return -1;
      us += RETRANSMIT_US * 2 ** tries;
    }
    return us;
  }

  private crosses(fault: Fault, from: EndpointId, to: EndpointId): boolean {
    if (!this.sides.has(fault.id * 2, from)) return false;
    return fault.wholeRest ? !this.sides.has(fault.id * 2, to) : this.sides.has(fault.id * 2 + 1, to);
  }

  private addFault(
    to: Dict<Fault>,
    spec: { readonly name: string; readonly a: readonly string[]; readonly b?: readonly string[] },
    rest: Omit<Fault, 'id' | 'wholeRest'>,
  ): void {
    this.dropFault(to, spec.name);
    const id = this.faultCount.get();
    this.faultCount.set(id + 1);
    for (const name of spec.a) this.sides.add(id * 2, this.endpoint(name));
    for (const name of spec.b ?? []) this.sides.add(id * 2 + 1, this.endpoint(name));
    to.set(spec.name, { id, wholeRest: spec.b === undefined, ...rest });
  }

  private dropFault(from: Dict<Fault>, name: string): boolean {
    const fault = from.get(name);
    if (!fault) return false;
    for (const side of [fault.id * 2, fault.id * 2 + 1]) {
      for (const member of [...this.sides.members(side)]) this.sides.remove(side, member);
    }
    return from.delete(name);
  }
}

/** At most 2^18 endpoints. */
const ENDPOINT_LIMIT = 2 ** 18;

/** Small where one end was registered early: nearly all links end at an API server or an etcd member. */
function linkKey(from: EndpointId, to: EndpointId): number {
  return from <= to ? (from * ENDPOINT_LIMIT + to) * 2 : (to * ENDPOINT_LIMIT + from) * 2 + 1;
}

function linkEnds(key: number): readonly [EndpointId, EndpointId] {
  const pair = Math.floor(key / 2);
  const low = Math.floor(pair / ENDPOINT_LIMIT);
  const high = pair % ENDPOINT_LIMIT;
  return key % 2 === 0 ? [low, high] : [high, low];
}
