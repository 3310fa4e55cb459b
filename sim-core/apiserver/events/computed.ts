import type {
  ApiRequest,
  ApiResponse,
  ComputedWrites,
  Containers,
  EndpointId,
  EtcdCluster,
  EventCaller,
  EventFacts,
  EventSender,
  EventWrites,
  HandlerId,
  HandlerSpec,
  KubeObject,
  ObjId,
  Revision,
  StreamKey,
  StrId,
  TimeUs,
  Transport,
  WorldContext,
} from '../../contracts/index.ts';
import { SECOND_US, WHY } from '../../contracts/index.ts';
import type { Distribution } from '../../engine/distributions.ts';
import { quickSampleUs } from '../../etcd/latency.ts';
import { isTrusted } from '../authorization.ts';
import type { CommitHook } from '../commitHook.ts';
import type { PipelineEnv } from '../model.ts';
import { NamedIds } from '../nameSlots.ts';
import { uidFrom } from '../names.ts';
import type { ApiServerReplica } from '../replica.ts';
import type { SharedState } from '../shared.ts';
import { plainCreate } from '../verbs/create.ts';
import { deepEqual } from '../verbs/same.ts';
import { CompactEvents, lateUs } from './compact.ts';
import { EventTemplates } from './learn.ts';
import { type EventParts, type EventTemplate, eventHash, eventName, eventObject, eventUid } from './template.ts';
import type { UnderWay } from './underWay.ts';
import { UnleasedEvents } from './unleased.ts';
import { EventVersion } from './version.ts';

/** Purposes of a write's draws on its own stream; etcd has those below 48. */
const LEG = { request: 48, work: 49, answer: 50 } as const;
const EVENTS = 'events';
/** Three bytes a UTF-16 unit at most, and 1,024 bytes a note (pkg/apis/core/validation/events.go). */
const MESSAGE_MAX = 340;
/** A name of an object that may stand before the point of an Event's name. */
const NAME = /^[a-z0-9]([-a-z0-9.]{0,200}[a-z0-9])?$/;

/** What was found of a namespace, and of which state of a watch cache. */
interface Seen {
  calm: object | undefined;
  namespace: string;
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
  readonly compact = new CompactEvents();
  private readonly parts: EventWriteParts;
  private readonly templates = new EventTemplates();
  private callers: readonly EventCaller[] = [];
  private handler: HandlerId = 0;
  /** Memos: the last namespace without a quota, and the last that takes new objects, with the calm of the server's cache then. */
  private readonly unbounded: Seen = { calm: undefined, namespace: '' };
  private readonly open: Seen = { calm: undefined, namespace: '' };
  /** By template: the last message. A memo of what the table of strings says. */
  private readonly messages: StrId[] = [];

  private readonly unleased: UnleasedEvents;

  constructor(parts: EventWriteParts) {
    this.parts = parts;
    const { servers, isUp } = parts;
    const put = (ctx: WorldContext, way: UnderWay, lease: number) => this.putLeased(ctx, way, lease);
    const refuse = (ctx: WorldContext, way: UnderWay) => this.refuse(ctx, way);
    const fail = (ctx: WorldContext, way: UnderWay, response: ApiResponse) => this.fail(ctx, way, response);
    this.unleased = new UnleasedEvents({ servers, isUp, put, refuse, fail });
  }

  init(c: Containers): void {
    this.compact.init(c);
    this.unleased.init(c);
  }

  caller(caller: EventCaller): number {
    this.callers = [...this.callers, caller];
    return this.callers.length - 1;
  }

  handlers(): readonly HandlerSpec[] {
    const run: HandlerSpec['run'] = (ctx, _a, _b, payload) => this.commit(ctx, payload as UnderWay);
    return [{ name: 'eventWritten', run }, ...this.unleased.handlers()];
  }

  registered([handler, ...others]: readonly HandlerId[]): void {
    this.handler = handler;
    this.unleased.registered(others);
  }

  begin(
    ctx: WorldContext,
    caller: number,
    from: EndpointId,
    replica: number,
    facts: EventFacts,
    sender: EventSender,
    stream: StreamKey,
    n: number,
    a: number,
    b: number,
  ): boolean {
    const { etcd, transport, work, endpoint, isUp, servers, shared } = this.parts;
    const server = servers()[replica];
    if (!etcd.computed || !transport.calmUs || !server?.computesWrites || !isUp(ctx, replica)) return false;
    const aboutRv = simpleRevision(facts.regarding.metadata.resourceVersion);
    if (aboutRv === undefined || !isPlain(facts, sender)) return false;
    const env = server.pipelineEnv(ctx);
    if (this.hasQuota(env, facts.namespace)) return false;
    const request = (of: EventFacts) => this.callers[caller].request(a, of);
    const wanted = { facts, agent: sender.agent, uids: shared.uidStream.key(ctx), request };
    const known = this.templates.find(wanted, env, plainCreate);
    const { template } = known;
    if (template === null) return false;
    if (lateUs(facts.nameHigh, facts.nameLow, template.epochSeconds, facts.lastUs) === undefined) return false;
    const at = endpoint(replica);
    const thereUs = transport.calmUs(from, at, ctx.draw(stream, LEG.request, n));
    if (thereUs < 0 || transport.calmUs(at, from, 0) < 0) return false;
    const workUs = quickSampleUs(work, ctx.draw(stream, LEG.work, n));
    const handledUs = ctx.nowUs + thereUs + workUs;
    const member = server.etcdMember;
    const keyLength = template.prefix.length + (facts.regarding.metadata.name as string).length + numberLength(facts);
    const bytes = etcd.computed.bytesOf(keyLength, template.object);
    const commitUs = etcd.computed.commitUs(ctx, at, member, bytes, stream, n);
    if (commitUs < 0) return false;
    const lease = server.takeEventLease(handledUs);
    const { listener } = server;
    known.number = this.compact.numberOf(template, known.number);
    if (ctx.fireAllTimers)
      this.check(ctx, request(facts), replica, template, partsOf(facts, aboutRv, handledUs), handledUs);
    const way: UnderWay = {
      from,
      replica,
      life: server.processes,
      member,
      lease,
      template: known.number,
      bytes,
      facts,
      aboutRv,
      handledUs,
      request: listener ? request(facts) : undefined,
      stream,
      n,
      caller,
      a,
      b,
    };
    if (way.request) listener?.received?.(ctx, tokenOf(way), way.request, workUs);
    if (lease === 0) this.unleased.expect(ctx, way);
    else ctx.scheduleAt(handledUs + commitUs, this.handler, 0, 0, WHY.etcdCommit, way);
    return true;
  }

  /** A quota changes all the time: whether it counts Events is not found out for each of its states. */
  private hasQuota(env: PipelineEnv, namespace: string): boolean {
    const { calmSince } = env;
    const { unbounded } = this;
    if (calmSince !== undefined && unbounded.calm === calmSince && unbounded.namespace === namespace) return false;
    if (env.list('resourcequotas', namespace).length > 0) return true;
    unbounded.calm = calmSince;
    unbounded.namespace = namespace;
    return false;
  }

  /** Does admission let new objects into a namespace? */
  private takesNewIn(ctx: WorldContext, server: ApiServerReplica, namespace: string): boolean {
    const { calmSince } = server.cache;
    const { open } = this;
    if (open.calm === calmSince && open.namespace === namespace) return true;
    if (!server.takesNewIn(ctx, namespace)) return false;
    open.calm = calmSince;
    open.namespace = namespace;
    return true;
  }

  private commit(ctx: WorldContext, way: UnderWay): void {
    const { etcd, transport, endpoint, isUp, servers, shared } = this.parts;
    const { from, replica, life, member, lease, facts, stream, n, a, b } = way;
    const caller = this.callers[way.caller];
    const server = servers()[replica];
    const computed = etcd.computed as ComputedWrites;
    const template = this.compact.template(way.template);
    // The namespace may have begun to go since the Event was sent: then the server's answer is a refusal, the long way.
    const isThere = isUp(ctx, replica) && server.processes === life && this.takesNewIn(ctx, server, template.namespace);
    const name = facts.regarding.metadata.name as string;
    const about = aboutId(ctx, template, name);
    const obj =
      about > 0 && template.aboutNamespace === template.namespace
        ? ctx.objects.eventIdFor(about, facts.nameHigh, facts.nameLow)
        : ctx.objects.eventId(template.namespace, name, facts.nameHigh, facts.nameLow);
    const isFirst = isThere && shared.incarnationsOf(obj) === 0;
    const revision = isFirst ? computed.nextNew(member, obj, lease) : 0;
    if (revision === 0) {
      this.refuse(ctx, way);
      return;
    }
    this.write(ctx, computed, way, template, about, obj, revision);
    for (const one of servers()) one.written(ctx, revision, EVENTS);
    const { cause } = ctx;
    const at = endpoint(replica);
    const toServerUs = computed.answerUs(ctx, at, member, stream, n);
    const toCallerUs = transport.calmUs?.(at, from, ctx.draw(stream, LEG.answer, n)) ?? -1;
    ctx.setCause(cause);
    const isLost = toServerUs < 0 || toCallerUs < 0;
    caller.told(ctx, a, b, true, isLost ? -1 : ctx.nowUs + toServerUs + toCallerUs);
  }

  /** Takes an Event to the store that its server has handled and put under a lease. */
  private putLeased(ctx: WorldContext, way: UnderWay, lease: number): void {
    const { etcd, endpoint, servers } = this.parts;
    const { replica, bytes, stream, n } = way;
    const member = servers()[replica].etcdMember;
    const commitUs = etcd.computed?.commitUs(ctx, endpoint(replica), member, bytes, stream, n) ?? -1;
    if (commitUs < 0) this.refuse(ctx, way);
    else ctx.schedule(commitUs, this.handler, 0, 0, WHY.etcdCommit, { ...way, member, lease });
  }

  /** An Event cannot be computed any more: it has to be sent as any other request. */
  private refuse(ctx: WorldContext, { caller, a, b }: UnderWay): void {
    this.callers[caller].told(ctx, a, b, false, ctx.nowUs);
  }

  /** The server answers that an Event is not written: then it stays so. */
  private fail(ctx: WorldContext, way: UnderWay, response: ApiResponse): void {
    const { transport, endpoint, servers } = this.parts;
    const { caller, a, b, from, replica, request, stream, n } = way;
    if (request !== undefined) servers()[replica].listener?.answered?.(ctx, tokenOf(way), request, response);
    const toCallerUs = transport.calmUs?.(endpoint(replica), from, ctx.draw(stream, LEG.answer, n)) ?? -1;
    this.callers[caller].told(ctx, a, b, true, toCallerUs < 0 ? -1 : ctx.nowUs + toCallerUs);
  }

  private write(
    ctx: WorldContext,
    computed: ComputedWrites,
    way: UnderWay,
    template: EventTemplate,
    about: ObjId,
    obj: ObjId,
    revision: Revision,
  ): void {
    const { hook, shared } = this.parts;
    const { facts, aboutRv, handledUs, member, lease } = way;
    const { name = '', uid } = facts.regarding.metadata;
    shared.incarnate(obj);
    const message = this.messageId(ctx, way.template, facts.message);
    const parts = partsOf(facts, aboutRv, handledUs);
    const host = parts.host === '' ? 0 : ctx.strings.intern(parts.host);
    const aboutUid = this.aboutUid(ctx, template, about, name, uid);
    const hash = eventHash(template, parts, obj, message, host, aboutUid);
    const record = hook.recordCreation(ctx, obj, revision, hash);
    const words = this.compact.encode({
      template: way.template,
      aboutRv,
      message,
      host,
      handledSecond: parts.handledSecond,
      lateUs: lateUs(parts.high, parts.low, template.epochSeconds, facts.lastUs) as number,
      aboutUid,
    });
    computed.create(ctx, member, obj, lease, words, way.bytes, record);
    const version = new EventVersion(obj, revision, hash, record, template, parts);
    hook.tellEvent(ctx, version, about, message);
    this.tell(ctx, way, version);
    ctx.setCause(record);
  }

  /** The number of a message; most Events of a template say the same as the one before. */
  private messageId({ strings }: WorldContext, template: number, message: string): StrId {
    const known = this.messages[template];
    if (known !== undefined && known < strings.size && strings.text(known) === message) return known;
    return (this.messages[template] = strings.intern(message));
  }

  /** The uid of the object that an Event is about, in a word. */
  private aboutUid(
    ctx: WorldContext,
    { uids, aboutResource, aboutNamespace }: EventTemplate,
    about: ObjId,
    name: string,
    uid: string | undefined,
  ) {
    if (uid === undefined) return -1;
    if (about > 0) {
      const incarnation = Math.max(0, this.parts.shared.incarnationsOf(about) - 1);
      const slot = about & (ABOUTS - 1);
      const isKnown =
        abouts.uids[slot] === uid &&
        abouts.names[slot] === name &&
        abouts.streams[slot] === uids &&
        abouts.incarnations[slot] === incarnation &&
        abouts.resources[slot] === aboutResource &&
        abouts.namespaces[slot] === aboutNamespace;
      if (isKnown) return incarnation;
      if (uidFrom(uids, aboutResource, aboutNamespace, name, incarnation) === uid) {
        abouts.uids[slot] = uid;
        abouts.names[slot] = name;
        abouts.streams[slot] = uids;
        abouts.resources[slot] = aboutResource;
        abouts.namespaces[slot] = aboutNamespace;
        abouts.incarnations[slot] = incarnation;
        return incarnation;
      }
    }
    return -2 - ctx.strings.intern(uid);
  }

  /** With every timer fired: what the whole way makes of the request is what is stored. */
  private check(
    ctx: WorldContext,
    request: ApiRequest,
    replica: number,
    template: EventTemplate,
    parts: EventParts,
    handledUs: TimeUs,
  ) {
    const uid = eventUid(template, eventName(parts));
    const env = this.parts.servers()[replica].pipelineEnv(ctx, handledUs, uid);
    const turn = plainCreate(request, env);
    const object: KubeObject | undefined = turn.do === 'store' && turn.op.op === 'put' ? turn.op.object : undefined;
    if (object === undefined || !deepEqual(object, eventObject(template, parts)))
      throw new Error(`the event ${eventName(parts)} would not have been stored so`);
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

const aboutIds = new NamedIds();

/** The number of the object that an Event is about; 0 = of no known kind. */
function aboutId({ objects }: WorldContext, { aboutResource, aboutNamespace }: EventTemplate, name: string): ObjId {
  if (aboutResource === '') return 0;
  return aboutIds.of(objects, aboutResource, aboutNamespace, name);
}

/** The last objects of each slot whose uids were found to be drawn: a memo of a pure result. */
const ABOUTS = 4096;
const abouts = {
  names: new Array<string>(ABOUTS).fill(''),
  uids: new Array<string>(ABOUTS).fill(''),
  resources: new Array<string>(ABOUTS).fill(''),
  namespaces: new Array<string>(ABOUTS).fill(''),
  streams: new Float64Array(ABOUTS),
  incarnations: new Int32Array(ABOUTS),
};

function partsOf(facts: EventFacts, aboutRv: number, handledUs: TimeUs): EventParts {
  const { name = '', uid } = facts.regarding.metadata;
  const atSecond = Math.floor(facts.lastUs / SECOND_US);
  return {
    high: facts.nameHigh | 0,
    low: facts.nameLow | 0,
    aboutName: name,
    aboutUid: uid,
    aboutRv,
    message: facts.message,
    host: facts.isSeries ? '' : facts.host,
    atSecond,
    atMicro: facts.lastUs - atSecond * SECOND_US,
    handledSecond: Math.floor(handledUs / SECOND_US),
  };
}

/** Only what every Event of its template could be: the rest takes the long way. */
function isPlain(facts: EventFacts, { user, groups }: EventSender): boolean {
  const { message, regarding, related, count, firstUs, lastUs } = facts;
  if (related !== undefined || count !== 1 || firstUs !== lastUs || lastUs < 0) return false;
  if (groups !== undefined && !(user.startsWith('system:') && isTrusted({ user, groups }))) return false;
  if (user === '' || message === '' || message.length > MESSAGE_MAX) return false;
  return isName(regarding.metadata.name ?? '');
}

/** The last name that is one: a pod's Events come one after the other. A memo. */
const lastName = { name: '' };

function isName(name: string): boolean {
  if (name === lastName.name && name !== '') return true;
  if (!NAME.test(name)) return false;
  lastName.name = name;
  return true;
}

/** Of a name: the point and the digits behind it. */
function numberLength({ nameHigh, nameLow }: EventFacts): number {
  const digits = (word: number) => 8 - (Math.clz32(word) >> 2);
  return 1 + (nameHigh === 0 ? digits(nameLow) : 8 + digits(nameHigh));
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
