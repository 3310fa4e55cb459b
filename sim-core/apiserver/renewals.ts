import type {
  ApiRequest,
  ComputedWrites,
  EndpointId,
  EtcdCluster,
  HandlerId,
  HandlerSpec,
  LeaseRenewals,
  ObjId,
  RenewalCaller,
  Revision,
  StreamKey,
  TimedValues,
  TimeUs,
  Transport,
  Version,
  WorldContext,
} from '../contracts/index.ts';
import { WHY } from '../contracts/index.ts';
import type { Distribution } from '../engine/distributions.ts';
import { quickSampleUs } from '../etcd/latency.ts';
import { hasPolicies } from './admission/policies.ts';
import type { CommitHook } from './commitHook.ts';
import { contentHash } from './contentHash.ts';
import { keyOf } from './keys.ts';
import { renewedLease } from './leaseRenewal.ts';
import type { PipelineEnv } from './model.ts';
import { type LeaseTemplate, leaseTemplate, RenewedVersion, renewalHash } from './renewedVersion.ts';
import type { ApiServerReplica } from './replica.ts';
import { StoredVersion } from './version.ts';

/** Purposes of a renewal's draws on its own stream; etcd has those below 48. */
const LEG = { request: 48, work: 49, answer: 50 } as const;

const LEASES = 'leases.coordination.k8s.io';

/** A renewal between the kubelet's call and its commit. */
interface UnderWay {
  readonly from: EndpointId;
  readonly replica: number;
  /** Process of the server. */
  readonly life: number;
  readonly member: number;
  readonly obj: ObjId;
  readonly rv: Revision;
  readonly template: LeaseTemplate;
  /** Where etcd keeps the lease. */
  readonly place: number;
  /** Where somebody listens. */
  readonly request: ApiRequest | undefined;
  readonly renewUs: TimeUs;
  readonly handledUs: TimeUs;
  readonly stream: StreamKey;
  readonly n: number;
  readonly caller: number;
}

export interface RenewalParts {
  readonly etcd: EtcdCluster;
  readonly transport: Transport;
  readonly hook: CommitHook;
  readonly work: Distribution;
  readonly epochSeconds: number;
  readonly servers: () => readonly ApiServerReplica[];
  readonly endpoint: (replica: number) => EndpointId;
  readonly isUp: (ctx: WorldContext, replica: number) => boolean;
}

const VALUES: TimedValues = {
  make: (template, obj, revision, record, renewUs, handledUs) =>
    new RenewedVersion(obj, revision, record, template as LeaseTemplate, renewUs, handledUs),
};

/** Templates of versions that were written whole, by version; null = none. A memo of pure results. */
const templates = new WeakMap<Version, LeaseTemplate | null>();

/**
 * Renewals of node leases in one step: by far the most frequent write of a quiet cluster, and always the same. When nothing
 * is broken, its way from the kubelet through a server and etcd's quorum is two events: the call, and the commit, at which
 * the lease changes, the store's revision advances and the kubelet's next call is known. Whatever a fault can touch is
 * looked at in both; a renewal that cannot go this way is a request as any other.
 */
export class ComputedRenewals implements LeaseRenewals {
  private readonly parts: RenewalParts;
  private callers: readonly RenewalCaller[] = [];
  private handler: HandlerId = 0;

  constructor(parts: RenewalParts) {
    this.parts = parts;
  }

  caller(caller: RenewalCaller): number {
    this.callers = [...this.callers, caller];
    return this.callers.length - 1;
  }

  handlers(): readonly HandlerSpec[] {
    return [{ name: 'renewed', run: (ctx, a, b, payload) => this.commit(ctx, a, b, payload as UnderWay) }];
  }

  registered([handler]: readonly HandlerId[]): void {
    this.handler = handler;
    this.parts.etcd.computed?.timedBy(VALUES);
  }

  begin(
    ctx: WorldContext,
    caller: number,
    from: EndpointId,
    replica: number,
    version: Version,
    rv: Revision,
    ownerUid: string | undefined,
    stream: StreamKey,
    n: number,
    a: number,
    b: number,
  ): boolean {
    const { etcd, transport, work, endpoint, isUp, servers } = this.parts;
    const { computed } = etcd;
    const server = servers()[replica];
    if (!computed || !transport.calmClass || !server?.computesWrites || !isUp(ctx, replica)) return false;
    const place = computed.placeOf(version.obj) ?? -1;
    if (place < 0 || computed.revisionOf(place) !== rv) return false;
    const known = computed.commonAt(place) as LeaseTemplate | undefined;
    const template = known ?? this.templateOf(ctx, version, ownerUid, caller, a);
    if (template?.ownerUid !== ownerUid || !template || hasPolicies(server.pipelineEnv(ctx))) return false;
    const { key } = template;
    const at = endpoint(replica);
    const link = transport.calmClass(from, at);
    if (link < 0 || !transport.calmSampleUs) return false;
    const thereUs = transport.calmSampleUs(link, ctx.draw(stream, LEG.request, n));
    const member = server.etcdMember;
    const commitUs = computed.commitUs(ctx, at, member, computed.bytesOf(key.length, version), stream, n);
    if (commitUs < 0) return false;
    const workUs = quickSampleUs(work, ctx.draw(stream, LEG.work, n));
    const renewUs = ctx.nowUs;
    const handledUs = renewUs + thereUs + workUs;
    const life = server.processes;
    const { listener } = server;
    const request = listener || ctx.fireAllTimers ? this.callers[caller].request(ctx, a) : undefined;
    if (request) listener?.received?.(ctx, tokenOf(version.obj), request, workUs);
    const way: UnderWay = {
      from,
      replica,
      life,
      member,
      obj: version.obj,
      rv,
      template,
      place,
      request,
      renewUs,
      handledUs,
      stream,
      n,
      caller,
    };
    ctx.scheduleAt(handledUs + commitUs, this.handler, a, b, WHY.etcdCommit, way);
    return true;
  }

  /** What the next versions have in common with this one: undefined where a renewal would change more than times. */
  private templateOf(
    ctx: WorldContext,
    version: Version,
    ownerUid: string | undefined,
    caller: number,
    a: number,
  ): LeaseTemplate | undefined {
    if (version instanceof RenewedVersion) return version.template.ownerUid === ownerUid ? version.template : undefined;
    if (!(version instanceof StoredVersion)) return undefined;
    const known = templates.get(version);
    if (known !== undefined && known?.ownerUid === ownerUid) return known ?? undefined;
    const request = this.callers[caller].request(ctx, a);
    const template = this.findTemplate(ctx, version, ownerUid, request) ?? null;
    templates.set(version, template);
    return template ?? undefined;
  }

  private findTemplate(
    ctx: WorldContext,
    version: Version,
    ownerUid: string | undefined,
    request: ApiRequest,
  ): LeaseTemplate | undefined {
    const { epochSeconds } = this.parts;
    const env = { nowUs: ctx.nowUs, epochSeconds } as PipelineEnv;
    if (renewedLease(request, version, env) === undefined) return undefined;
    const key = keyOf(request.resource, request.namespace, request.name);
    return leaseTemplate(key, version.object, epochSeconds, ownerUid);
  }

  private commit(ctx: WorldContext, a: number, b: number, way: UnderWay): void {
    const { etcd, hook, isUp, servers } = this.parts;
    const { replica, life, member, obj, rv, template, place, renewUs, handledUs } = way;
    const all = servers();
    const computed = etcd.computed as ComputedWrites;
    const isThere = isUp(ctx, replica) && all[replica].processes === life;
    const revision = isThere ? computed.next(member, place, rv) : 0;
    if (revision === 0) {
      this.callers[way.caller].told(ctx, a, b, 'again', undefined, ctx.nowUs);
      return;
    }
    const before = computed.valueAt(place) as StoredVersion;
    const record = hook.recordRenewal(ctx, obj, revision, this.hashOf(ctx, way, before));
    const now = new RenewedVersion(obj, revision, record, template, renewUs, handledUs);
    computed.putTimed(ctx, member, place, template, obj, record, renewUs, handledUs);
    hook.tellRenewal(ctx, now, before);
    if (way.request) this.tell(ctx, way, now);
    for (let i = 0; i < all.length; i++) all[i].written(ctx, revision, LEASES);
    this.answer(ctx, computed, way, now, a, b);
  }

  /** The way back, which nothing waits for: whoever called is told now when the answer will be there. */
  private answer(
    ctx: WorldContext,
    computed: ComputedWrites,
    { from, replica, member, stream, n, caller }: UnderWay,
    now: RenewedVersion,
    a: number,
    b: number,
  ): void {
    const { transport, endpoint } = this.parts;
    const at = endpoint(replica);
    const toServerUs = computed.answerUs(ctx, at, member, stream, n);
    const toCallerUs = transport.calmUs?.(at, from, ctx.draw(stream, LEG.answer, n)) ?? -1;
    const isLost = toServerUs < 0 || toCallerUs < 0;
    ctx.setCause(now.record);
    this.callers[caller].told(ctx, a, b, isLost ? 'lost' : 'renewed', now, ctx.nowUs + toServerUs + toCallerUs);
  }

  /** The new version's hash. With every timer fired it is that of what the whole way makes of the request. */
  private hashOf(
    ctx: WorldContext,
    { replica, template, request, renewUs, handledUs }: UnderWay,
    before: Version,
  ): number {
    if (!ctx.fireAllTimers || !request) return renewalHash(template, renewUs, handledUs);
    const object = this.parts.servers()[replica].updated(ctx, request, before, handledUs);
    if (!object) throw new Error(`the renewal of ${request.name} would have been refused`);
    return contentHash(object).hash;
  }

  private tell(ctx: WorldContext, { replica, request, obj, rv }: UnderWay, now: StoredVersion): void {
    const { listener } = this.parts.servers()[replica];
    if (!request || !listener) return;
    const { resource, namespace, name } = request;
    const op = { op: 'put', target: { resource, namespace, name }, object: now.object, expect: rv } as const;
    const token = tokenOf(obj);
    listener.stored?.(ctx, token, request, op, now.rv);
    listener.answered?.(ctx, token, request, { code: 200, version: now, rv: now.rv, record: now.record });
  }
}

/** Tokens of requests under way at a replica are not negative. */
function tokenOf(obj: ObjId): number {
  return -1 - obj;
}
