import {
  type ComponentControl,
  type HandlerSpec,
  RANK_ORDINARY,
  RANK_SKIPPABLE,
  RecordKind,
  type StreamKey,
  type Ticket,
  type WorldContext,
} from '../contracts/engine.ts';
import type { ComponentId, HandlerId, ObjId, RecordId, TimeUs, WhyId } from '../contracts/ids.ts';
import type { PagedI32, Ring } from '../contracts/state.ts';
import { WHYS } from '../contracts/whys.ts';
import { draw, type RootKey, rootKey, streamKey } from './draws.ts';
import type { EventQueue } from './queue.ts';
import type { Trace } from './records.ts';
import type { Objects, Strings } from './tables.ts';
import { freezeValue } from './values.ts';

/** 1 for whys whose running out is a hop of its own in a story. */
const HOPS = Uint8Array.from(WHYS, (why) => (why.hop ? 1 : 0));

/** A registered handler with what the run loop needs of it. */
export interface Handler {
  readonly spec: HandlerSpec;
  readonly component: ComponentId;
  readonly skippable: boolean;
}

export interface ContextParts {
  readonly queue: EventQueue;
  readonly trace: Trace;
  readonly strings: Strings;
  readonly objects: Objects;
  /** For each component: incarnation * 2 + (up ? 1 : 0). */
  readonly lives: PagedI32;
  readonly joins: Ring<readonly [RecordId, RecordId]>;
  readonly components: ComponentControl;
  readonly handlers: readonly (Handler | undefined)[];
  readonly fireAllTimers: boolean;
  readonly freeze: boolean;
}

/** What handlers see of the world. One instance a world; the run loop sets it up for each event. */
export class RunContext implements WorldContext {
  cause: RecordId = 0;
  readonly strings: Strings;
  readonly objects: Objects;
  readonly components: ComponentControl;
  readonly fireAllTimers: boolean;
  private readonly parts: ContextParts;
  private readonly queue: EventQueue;
  private readonly trace: Trace;
  private readonly lives: PagedI32;
  private readonly handlers: readonly (Handler | undefined)[];
  private seed = '';
  private root: RootKey = { lo: 0, hi: 0 };
  drawRoot: StreamKey = -1;
  /** Why of the skippable event at hand while its hop is not written, else 0. */
  private latentWhy = 0;
  private latentActor = 0;

  constructor(parts: ContextParts) {
    this.parts = parts;
    this.queue = parts.queue;
    this.trace = parts.trace;
    this.lives = parts.lives;
    this.handlers = parts.handlers;
    this.strings = parts.strings;
    this.objects = parts.objects;
    this.components = parts.components;
    this.fireAllTimers = parts.fireAllTimers;
  }

  get nowUs(): TimeUs {
    return this.queue.nowUs;
  }

  /** Keys of streams descend from this seed from now on. */
  drawFrom(seed: string): void {
    if (seed === this.seed && this.drawRoot >= 0) return;
    this.seed = seed;
    this.root = rootKey(seed);
    this.drawRoot = streamKey(this.root, '');
  }

  /** Sets the cause for an event that is about to run, and writes its hop. */
  begin(cause: RecordId, why: WhyId, delayMs: number, component: ComponentId, skippable: boolean): void {
    this.cause = cause;
    this.latentWhy = 0;
    if (HOPS[why] === 0) return;
    if (skippable) {
      // Whether a tick without effect ran must not show: its hop is written by its first effect.
      this.latentWhy = why;
      this.latentActor = component;
    } else {
      this.cause = this.trace.append(this.nowUs, RecordKind.hop, component, 0, cause, why, delayMs, 0);
    }
  }

  setCause(record: RecordId): void {
    this.latentWhy = 0;
    this.cause = record;
  }

  schedule(delayUs: TimeUs, handler: HandlerId, a: number, b: number, why: WhyId, payload?: unknown): Ticket {
    if (!(delayUs >= 0) || Math.floor(delayUs) !== delayUs) throw new RangeError(`a delay of ${delayUs} µs`);
    return this.enqueue(delayUs, handler, a, b, why, payload, RANK_ORDINARY);
  }

  scheduleAt(
    timeUs: TimeUs,
    handler: HandlerId,
    a: number,
    b: number,
    why: WhyId,
    payload?: unknown,
    rank: number = RANK_ORDINARY,
  ): Ticket {
    if (!(timeUs >= this.nowUs) || Math.floor(timeUs) !== timeUs) {
      throw new RangeError(`time ${timeUs} µs, at ${this.nowUs} µs`);
    }
    return this.enqueue(timeUs - this.nowUs, handler, a, b, why, payload, rank);
  }

  /** See World.plan. */
  plan(timeUs: TimeUs, handler: HandlerId, a: number, b: number, why: WhyId, payload: unknown, rank: number): void {
    if (!(timeUs >= this.nowUs)) throw new RangeError(`time ${timeUs} µs, at ${this.nowUs} µs`);
    this.setCause(0);
    this.enqueue(timeUs - this.nowUs, handler, a, b, why, payload, rank, timeUs);
  }

  cancel(t: Ticket): boolean {
    return this.queue.cancel(t);
  }

  draw(stream: StreamKey, purpose: number, n: number): number {
    return draw(stream, purpose, n);
  }

  stream(name: string): StreamKey {
    // Not remembered: most are named after an object and asked for once, and a look for a text costs as much as its hash.
    return streamKey(this.root, name);
  }

  record(kind: RecordKind, actor: ComponentId, obj: ObjId, a: number, b: number, hash: number): RecordId {
    if (this.latentWhy !== 0) this.writeLatentHop();
    this.cause = this.trace.append(this.nowUs, kind, actor, obj, this.cause, a, b, hash);
    return this.cause;
  }

  join(into: RecordId, other: RecordId): void {
    if (into === other || other === 0) return;
    this.parts.joins.push([into, other]);
    this.trace.mixAside(into, other);
  }

  private enqueue(
    delayUs: TimeUs,
    handler: HandlerId,
    a: number,
    b: number,
    why: WhyId,
    payload: unknown,
    rank: number,
    toldDelayUs = delayUs,
  ): Ticket {
    const target = this.handlers[handler];
    if (target === undefined) throw new RangeError(`no handler ${handler}`);
    if (target.skippable) {
      if (rank !== RANK_ORDINARY && rank !== RANK_SKIPPABLE) throw new RangeError(`${target.spec.name} is skippable`);
      rank = RANK_SKIPPABLE;
    } else if (rank === RANK_SKIPPABLE) throw new RangeError(`${target.spec.name} is not skippable`);
    else if (this.latentWhy !== 0) this.writeLatentHop();
    const delayMs = HOPS[why] === 0 ? 0 : Math.floor(toldDelayUs / 1000);
    if (payload !== undefined && this.parts.freeze) freezeValue(payload);
    const incarnation = this.lives.get(target.component) >> 1;
    return this.queue.push(delayUs, rank, handler, a, b, this.cause, why, incarnation, delayMs, payload);
  }

  /** The delay of a skippable event depends on how lazily it was computed, so its hop does not tell it. */
  private writeLatentHop(): void {
    const why = this.latentWhy;
    this.latentWhy = 0;
    this.cause = this.trace.append(this.nowUs, RecordKind.hop, this.latentActor, 0, this.cause, why, 0, 0);
  }
}
