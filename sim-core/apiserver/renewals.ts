import type {
  ApiRequest,
  EndpointId,
  EtcdCluster,
  HandlerId,
  HandlerSpec,
  LeaseRenewal,
  LeaseRenewals,
  RenewalCaller,
  StreamKey,
  TimeUs,
  Transport,
  Version,
  WorldContext,
} from '../contracts/index.ts';
import { WHY } from '../contracts/index.ts';
import type { Distribution } from '../engine/distributions.ts';
import { quickSampleUs } from '../etcd/latency.ts';
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

/** A renewal between the kubelet's call and its commit. */
interface UnderWay {
  readonly from: EndpointId;
  readonly replica: number;
  /** Process of the server. */
  readonly life: number;
  readonly member: number;
  readonly version: Version;
  readonly template: LeaseTemplate;
  /** Where somebody listens. */
  readonly request: ApiRequest | undefined;
  readonly renewUs: TimeUs;
  readonly handledUs: TimeUs;
  readonly stream: StreamKey;
  readonly n: number;
  readonly caller: number;
  readonly a: number;
  readonly b: number;
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

  caller(told: RenewalCaller): number {
    this.callers = [...this.callers, told];
    return this.callers.length - 1;
  }

  handlers(): readonly HandlerSpec[] {
    return [{ name: 'renewed', run: (ctx, _a, _b, payload) => this.commit(ctx, payload as UnderWay) }];
  }

  registered([handler]: readonly HandlerId[]): void {
    this.handler = handler;
  }

  begin(ctx: WorldContext, renewal: LeaseRenewal): boolean {
    const { etcd, transport, work, endpoint, isUp, servers } = this.parts;
    const { from, replica, version, stream, n, caller, a, b } = renewal;
    const server = servers()[replica];
    if (!etcd.computed || !transport.calmUs || !server?.computesRenewals || !isUp(ctx, replica)) return false;
    const template = this.templateOf(ctx, renewal);
    if (!template) return false;
    const { key } = template;
    if (etcd.computed.current(key)?.modRevision !== version.rv) return false;
    const at = endpoint(replica);
    const thereUs = transport.calmUs(from, at, ctx.draw(stream, LEG.request, n));
    if (thereUs < 0 || transport.calmUs(at, from, 0) < 0) return false;
    const member = server.etcdMember;
    const commitUs = etcd.computed.commitUs(ctx, at, member, { key, value: version }, stream, n);
    if (commitUs < 0) return false;
    const workUs = quickSampleUs(work, ctx.draw(stream, LEG.work, n));
    const handledUs = ctx.nowUs + thereUs + workUs;
    const life = server.processes;
    const { listener } = server;
    const request = listener || ctx.fireAllTimers ? renewal.request() : undefined;
    if (request) listener?.received?.(ctx, tokenOf(version), request, workUs);
    const renewUs = ctx.nowUs;
    const way: UnderWay = {
      from,
      replica,
      life,
      member,
      version,
      template,
      request,
      renewUs,
      handledUs,
      stream,
      n,
      caller,
      a,
      b,
    };
    ctx.scheduleAt(handledUs + commitUs, this.handler, 0, 0, WHY.etcdCommit, way);
    return true;
  }

  /** What the next versions have in common with this one: undefined where a renewal would change more than times. */
  private templateOf(ctx: WorldContext, { version, ownerUid, request }: LeaseRenewal): LeaseTemplate | undefined {
    if (version instanceof RenewedVersion) return version.template.ownerUid === ownerUid ? version.template : undefined;
    if (!(version instanceof StoredVersion)) return undefined;
    const known = templates.get(version);
    if (known !== undefined && known?.ownerUid === ownerUid) return known ?? undefined;
    const template = this.findTemplate(ctx, version, ownerUid, request()) ?? null;
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

  private commit(ctx: WorldContext, way: UnderWay): void {
    const { etcd, transport, hook, endpoint, isUp, servers } = this.parts;
    const { from, replica, life, member, version, template, renewUs, handledUs, stream, n, caller, a, b } = way;
    const told = this.callers[caller];
    const server = servers()[replica];
    const computed = etcd.computed as NonNullable<typeof etcd.computed>;
    const kv =
      isUp(ctx, replica) && server.processes === life
        ? computed.put(ctx, member, template.key, version.rv, (revision, before) => {
            const sums = this.sumsOf(ctx, way, before as StoredVersion);
            const value = hook.renew(ctx, before as StoredVersion, revision, sums.hash, (record) => {
              return new RenewedVersion(version.obj, revision, sums, record, template, renewUs, handledUs);
            });
            return { value, record: value.record };
          })
        : undefined;
    if (kv === undefined) {
      told(ctx, a, b, 'again', undefined, ctx.nowUs);
      return;
    }
    this.tell(ctx, way, kv.value as StoredVersion);
    for (const one of servers()) one.written(ctx, kv.modRevision);
    const at = endpoint(replica);
    const toServerUs = computed.answerUs(ctx, at, member, stream, n);
    const toCallerUs = transport.calmUs?.(at, from, ctx.draw(stream, LEG.answer, n)) ?? -1;
    const isLost = toServerUs < 0 || toCallerUs < 0;
    ctx.setCause((kv.value as StoredVersion).record);
    told(ctx, a, b, isLost ? 'lost' : 'renewed', kv.value as StoredVersion, ctx.nowUs + toServerUs + toCallerUs);
  }

  /** The new version's hash. With every timer fired it is that of what the whole way makes of the request. */
  private sumsOf(ctx: WorldContext, { replica, template, request, renewUs, handledUs }: UnderWay, before: Version) {
    if (!ctx.fireAllTimers || !request) return renewalHash(template, renewUs, handledUs);
    const object = this.parts.servers()[replica].updated(ctx, request, before, handledUs);
    if (!object) throw new Error(`the renewal of ${request.name} would have been refused`);
    return contentHash(object);
  }

  private tell(ctx: WorldContext, { replica, request, version }: UnderWay, now: StoredVersion): void {
    const { listener } = this.parts.servers()[replica];
    if (!request || !listener) return;
    const { resource, namespace, name } = request;
    const op = { op: 'put', target: { resource, namespace, name }, object: now.object, expect: version.rv } as const;
    const token = tokenOf(version);
    listener.stored?.(ctx, token, request, op, now.rv);
    listener.answered?.(ctx, token, request, { code: 200, version: now, rv: now.rv, record: now.record });
  }
}

/** Tokens of requests under way at a replica are not negative. */
function tokenOf({ obj }: Version): number {
  return -1 - obj;
}
