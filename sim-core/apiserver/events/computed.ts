import type {
  ApiRequest,
  ComputedWrites,
  EndpointId,
  EtcdCluster,
  EventCaller,
  EventFacts,
  EventWrite,
  EventWrites,
  HandlerId,
  HandlerSpec,
  ObjId,
  Revision,
  StreamKey,
  TimeUs,
  Transport,
  WorldContext,
} from '../../contracts/index.ts';
import { SECOND_US, WHY } from '../../contracts/index.ts';
import type { Distribution } from '../../engine/distributions.ts';
import { quickSampleUs } from '../../etcd/latency.ts';
import type { CommitHook } from '../commitHook.ts';
import { contentHash } from '../contentHash.ts';
import type { Words } from '../names.ts';
import type { ApiServerReplica } from '../replica.ts';
import type { SharedState } from '../shared.ts';
import { plainCreate } from '../verbs/create.ts';
import { deepEqual } from '../verbs/same.ts';
import { EventTemplates } from './learn.ts';
import { type EventParts, type EventTemplate, eventHash, eventObject } from './template.ts';
import { EventVersion } from './version.ts';

/** Purposes of a write's draws on its own stream; etcd has those below 48. */
const LEG = { request: 48, work: 49, answer: 50 } as const;
const EVENTS = 'events';
const SERIES_EVENTS = 'events.events.k8s.io';
/** Three bytes a UTF-16 unit at most, and 1,024 bytes a note (pkg/apis/core/validation/events.go). */
const MESSAGE_MAX = 340;
/** A name of an object that may stand before the point of an Event's name. */
const NAME = /^[a-z0-9]([-a-z0-9.]{0,200}[a-z0-9])?$/;

/** An Event between its recorder's send and its commit. */
interface UnderWay {
  readonly from: EndpointId;
  readonly replica: number;
  /** Process of the server. */
  readonly life: number;
  readonly member: number;
  readonly lease: number;
  readonly template: EventTemplate;
  readonly key: string;
  /** What is stored, but for the uid. */
  readonly sent: EventParts;
  /** Where somebody listens. */
  readonly request: ApiRequest | undefined;
  readonly stream: StreamKey;
  readonly n: number;
  readonly caller: number;
  readonly a: number;
  readonly b: number;
}

export interface EventWriteParts {
  readonly etcd: EtcdCluster;
  readonly transport: Transport;
  readonly hook: CommitHook;
  readonly shared: SharedState;
  readonly work: Distribution;
  readonly servers: () => readonly ApiServerReplica[];
  readonly endpoint: (replica: number) => EndpointId;
  readonly isUp: (ctx: WorldContext, replica: number) => boolean;
}

/**
 * Creates of Events in one step: half of all writes of a busy cluster, of which nobody but the recorder reads the answer. When
 * nothing is broken the way through a server and etcd's quorum is the commit alone, at which the store's revision advances and
 * the recorder's next write is known. Whatever a fault can touch is looked at when the Event is sent and when it is written;
 * one that cannot go this way is a request as any other.
 */
export class ComputedEvents implements EventWrites {
  private readonly parts: EventWriteParts;
  private readonly templates = new EventTemplates();
  private callers: readonly EventCaller[] = [];
  private handler: HandlerId = 0;

  constructor(parts: EventWriteParts) {
    this.parts = parts;
  }

  caller(told: EventCaller): number {
    this.callers = [...this.callers, told];
    return this.callers.length - 1;
  }

  handlers(): readonly HandlerSpec[] {
    return [{ name: 'eventWritten', run: (ctx, _a, _b, payload) => this.commit(ctx, payload as UnderWay) }];
  }

  registered([handler]: readonly HandlerId[]): void {
    this.handler = handler;
  }

  begin(ctx: WorldContext, write: EventWrite): boolean {
    const { etcd, transport, work, endpoint, isUp, servers } = this.parts;
    const { from, replica, facts, stream, n, caller, a, b } = write;
    const server = servers()[replica];
    if (!etcd.computed || !transport.calmUs || !server?.computesWrites || !isUp(ctx, replica)) return false;
    const aboutRv = simpleRevision(facts.regarding.metadata.resourceVersion);
    if (aboutRv === undefined || !isPlain(write)) return false;
    const env = server.pipelineEnv(ctx);
    // A quota changes all the time: whether it counts Events is not found out for each of its states.
    if (env.list('resourcequotas', facts.namespace).length > 0) return false;
    const template = this.templates.find(write, env, plainCreate);
    if (template === undefined) return false;
    const at = endpoint(replica);
    const thereUs = transport.calmUs(from, at, ctx.draw(stream, LEG.request, n));
    if (thereUs < 0 || transport.calmUs(at, from, 0) < 0) return false;
    const workUs = quickSampleUs(work, ctx.draw(stream, LEG.work, n));
    const handledUs = ctx.nowUs + thereUs + workUs;
    const member = server.etcdMember;
    // Joined, not a template: one flat text, which is kept as long as the Event.
    const key = [template.prefix, facts.name].join('');
    const commitUs = etcd.computed.commitUs(ctx, at, member, key, template.object, stream, n);
    if (commitUs < 0) return false;
    const lease = server.takeEventLease(handledUs);
    if (lease === 0) return false;
    const { listener } = server;
    const request = listener ? write.request(facts) : undefined;
    const sent = partsOf(facts, aboutRv, handledUs);
    if (ctx.fireAllTimers) this.check(ctx, write, template, sent, handledUs);
    const way: UnderWay = {
      from,
      replica,
      life: server.processes,
      member,
      lease,
      template,
      key,
      sent,
      request,
      stream,
      n,
      caller,
      a,
      b,
    };
    if (request) listener?.received?.(ctx, tokenOf(way), request, workUs);
    ctx.scheduleAt(handledUs + commitUs, this.handler, 0, 0, WHY.etcdCommit, way);
    return true;
  }

  private commit(ctx: WorldContext, way: UnderWay): void {
    const { etcd, transport, endpoint, isUp, servers } = this.parts;
    const { from, replica, life, member, key, lease, stream, n, caller, a, b } = way;
    const told = this.callers[caller];
    const server = servers()[replica];
    const computed = etcd.computed as ComputedWrites;
    // The namespace may have begun to go since the Event was sent: then the server's answer is a refusal, the long way.
    const isThere = isUp(ctx, replica) && server.processes === life && server.takesNewIn(ctx, way.template.namespace);
    const obj = ctx.objects.id(EVENTS, way.template.namespace, way.sent.name);
    const revision = isThere ? computed.nextNew(member, obj, lease) : 0;
    if (revision === 0) {
      told(ctx, a, b, false, ctx.nowUs);
      return;
    }
    const version = this.make(ctx, way, obj, revision);
    computed.create(ctx, member, key, lease, version, version.record);
    this.tell(ctx, way, version);
    for (const one of servers()) one.written(ctx, revision, EVENTS);
    const at = endpoint(replica);
    const toServerUs = computed.answerUs(ctx, at, member, stream, n);
    const toCallerUs = transport.calmUs?.(at, from, ctx.draw(stream, LEG.answer, n)) ?? -1;
    ctx.setCause(version.record);
    const isLost = toServerUs < 0 || toCallerUs < 0;
    told(ctx, a, b, true, isLost ? -1 : ctx.nowUs + toServerUs + toCallerUs);
  }

  private make(ctx: WorldContext, way: UnderWay, obj: ObjId, revision: Revision): EventVersion {
    const { hook, shared } = this.parts;
    const { template, sent } = way;
    const { namespace, aboutResource, aboutNamespace, isSeries } = template;
    const about = aboutResource === '' ? 0 : ctx.objects.id(aboutResource, aboutNamespace, sent.aboutName);
    const uid: Words = shared.uidWordsOf(ctx, obj, isSeries ? SERIES_EVENTS : EVENTS, namespace, sent.name);
    const message = ctx.strings.intern(sent.message);
    const parts: EventParts = {
      // The texts that are kept anyway.
      name: ctx.objects.name(obj),
      aboutName: about === 0 ? sent.aboutName : ctx.objects.name(about),
      aboutUid: sent.aboutUid,
      aboutRv: sent.aboutRv,
      message: ctx.strings.text(message),
      host: sent.host,
      atSecond: sent.atSecond,
      atMicro: sent.atMicro,
      handledSecond: sent.handledSecond,
      uid0: uid[0] | 0,
      uid1: uid[1] | 0,
      uid2: uid[2] | 0,
      uid3: uid[3] | 0,
    };
    const hash = ctx.fireAllTimers
      ? contentHash(eventObject(template, parts)).hash
      : eventHash(template, parts, about, message);
    const record = hook.recordCreation(ctx, obj, revision, hash);
    const version = new EventVersion(obj, revision, hash, record, template, parts);
    hook.tellEvent(ctx, version, sent.aboutName === '' ? 0 : about, message);
    return version;
  }

  /** With every timer fired: what the whole way makes of the request is what is stored. */
  private check(ctx: WorldContext, write: EventWrite, template: EventTemplate, parts: EventParts, handledUs: TimeUs) {
    const env = this.parts.servers()[write.replica].pipelineEnv(ctx, handledUs, parts);
    const turn = plainCreate(write.request(write.facts), env);
    const isSame =
      turn.do === 'store' && turn.op.op === 'put' && deepEqual(turn.op.object, eventObject(template, parts));
    if (!isSame) throw new Error(`the event ${write.facts.name} would not have been stored so`);
  }

  private tell(ctx: WorldContext, way: UnderWay, now: EventVersion): void {
    const { replica, request } = way;
    const { listener } = this.parts.servers()[replica];
    if (!request || !listener) return;
    const { resource, namespace, name } = request;
    const op = { op: 'put', target: { resource, namespace, name }, object: now.object, expect: 0 } as const;
    const token = tokenOf(way);
    listener.stored?.(ctx, token, request, op, now.rv);
    listener.answered?.(ctx, token, request, { code: 201, version: now, rv: now.rv, record: now.record });
  }
}

function partsOf(facts: EventFacts, aboutRv: number, handledUs: TimeUs): EventParts {
  const { name = '', uid } = facts.regarding.metadata;
  const atSecond = Math.floor(facts.lastUs / SECOND_US);
  return {
    name: facts.name,
    aboutName: name,
    aboutUid: uid,
    aboutRv,
    message: facts.message,
    host: facts.isSeries ? '' : facts.host,
    atSecond,
    atMicro: facts.lastUs - atSecond * SECOND_US,
    handledSecond: Math.floor(handledUs / SECOND_US),
    uid0: 0,
    uid1: 0,
    uid2: 0,
    uid3: 0,
  };
}

/** Only what every Event of its template could be: the rest takes the long way. */
function isPlain({ facts, user, groups }: EventWrite): boolean {
  const { message, regarding, related, count, firstUs, lastUs } = facts;
  if (related !== undefined || count !== 1 || firstUs !== lastUs || lastUs < 0) return false;
  if (groups !== undefined && !user.startsWith('system:')) return false;
  if (user === '' || message === '' || message.length > MESSAGE_MAX) return false;
  return NAME.test(regarding.metadata.name ?? '');
}

const RV_MAX = 0x3fffffff;

/** The number of a resourceVersion: -1 = none; undefined = no number that is written in one way alone. */
function simpleRevision(text: string | undefined): Revision | undefined {
  if (text === undefined) return -1;
  if (text.length === 0 || text.length > 9) return undefined;
  let rv = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9 || (digit === 0 && i === 0)) return undefined;
    rv = rv * 10 + digit;
  }
  return rv <= RV_MAX ? rv : undefined;
}

/** Tokens of requests under way at a replica are not negative. */
function tokenOf({ stream, n }: UnderWay): number {
  return -1 - stream - n;
}
