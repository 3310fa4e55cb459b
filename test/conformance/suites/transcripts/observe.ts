import { allResources, qualifiedName, type ResourceInfo } from '../../../../sim-core/api/schema/index.ts';
import { decodeBody } from '../../../../sim-core/apiserver/decode.ts';
import type { StoreOp } from '../../../../sim-core/apiserver/model.ts';
import type { RequestObserver } from '../../../../sim-core/apiserver/requestObserver.ts';
import type {
  ApiRequest,
  ApiResponse,
  ComponentId,
  KubeObject,
  Revision,
  Version,
  WorldContext,
} from '../../../../sim-core/contracts/index.ts';
import { type Diff, diffOf } from './diff.ts';

/** A write request that was played, in the shape of the recordings. */
export interface PlayedWrite {
  readonly atUs: number;
  /** For the order of the effects. */
  readonly rv: Revision;
  readonly actor: string;
  readonly verb: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly ns: string;
  readonly name: string;
  readonly code: number;
  readonly conflict: boolean;
  readonly body?: unknown;
  readonly patchType?: string;
  readonly diff?: Diff;
  readonly effect?: string;
  readonly effects?: readonly (readonly [string, string])[];
}

export interface PlayedEvent {
  readonly atUs: number;
  readonly actor: string;
  readonly api: string;
  readonly object: KubeObject;
}

interface Change {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly op: StoreOp['op'];
  readonly rv: Revision;
  readonly request: ApiRequest;
}

interface Commit {
  readonly now: KubeObject;
  readonly before: KubeObject | undefined;
  readonly deleted: boolean;
}

const WRITES: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);
/** What the API server appends to a generateName. */
const SUFFIX = /^[bcdfghjklmnpqrstvwxz2456789]{5}$/;
const LEASES = 'leases.coordination.k8s.io';

/** `system:serviceaccount:kube-system:x` -> `kube-controller-manager/x`, and so on. */
function actorOf(user: string, agent: string): string {
  const account = 'system:serviceaccount:kube-system:';
  if (user.startsWith(account)) return `kube-controller-manager/${user.slice(account.length)}`;
  if (user === 'system:kube-scheduler') return 'kube-scheduler';
  if (user === 'system:kube-controller-manager')
    return `kube-controller-manager/${agent.slice(agent.indexOf('/') + 1)}`;
  if (user === 'kwok') return 'kubelet(kwok)';
  if (user === 'system:apiserver') return 'kube-apiserver';
  return agent.startsWith('kubectl') ? 'kubectl' : user;
}

/** Watches the API servers and the store: writes, events, and when something was last written. */
export class Observations implements RequestObserver {
  readonly writes: PlayedWrite[] = [];
  readonly events: PlayedEvent[] = [];
  /** Writes of the Leases of control-plane components. */
  readonly leases: { readonly atUs: number; readonly object: KubeObject }[] = [];
  /** Names that the API server made: `resource name` -> generateName. */
  readonly generated = new Map<string, string>();
  /** uid -> `resource/name#n`. */
  readonly uids = new Map<string, string>();
  /** Address -> name of its pod. */
  readonly addresses = new Map<string, string>();
  lastWriteUs = 0;
  lastRv: Revision = 0;
  /** Counts the commits. */
  commits = 0;
  /** Counts the answers to writes. */
  answers = 0;
  private readonly changes = new Map<number, Change[]>();
  private readonly history = new Map<Revision, Commit>();
  private readonly incarnations = new Map<string, number>();
  private readonly infos: ReadonlyMap<string, ResourceInfo>;

  constructor() {
    const infos = new Map<string, ResourceInfo>();
    for (const info of allResources())
      if (info.preferred || !infos.has(qualifiedName(info))) infos.set(qualifiedName(info), info);
    this.infos = infos;
  }

  /** The commit observer. */
  readonly commit = (
    ctx: WorldContext,
    _actor: ComponentId,
    resource: string,
    now: Version,
    before: Version | undefined,
    deleted: boolean,
  ): void => {
    this.commits++;
    this.lastRv = now.rv;
    this.history.set(now.rv, { now: now.object, before: before?.object, deleted });
    const { metadata } = now.object;
    if (!before && !deleted) this.born(resource, now.object);
    const ip: string | undefined = resource === 'pods' ? now.object.status?.podIP : undefined;
    if (ip) this.addresses.set(ip, metadata.name ?? '');
    if (resource === LEASES) return;
    if (resource === 'nodes' && before && !deleted && heartbeatOnly(diffOf(before.object, now.object))) return;
    this.lastWriteUs = ctx.nowUs;
  };

  private born(resource: string, { metadata }: KubeObject): void {
    const plural = resource.split('.')[0];
    const { name = '', uid = '', namespace = '', generateName } = metadata;
    const key = `${plural}/${namespace}/${name}`;
    const n = (this.incarnations.get(key) ?? 0) + 1;
    this.incarnations.set(key, n);
    this.uids.set(uid, `${plural}/${name}${n > 1 ? `#${n}` : ''}`);
    const suffix = generateName && name.startsWith(generateName) ? name.slice(generateName.length) : '';
    if (generateName && resource !== 'events' && SUFFIX.test(suffix)) this.generated.set(name, generateName);
  }

  stored(_ctx: WorldContext, token: number, request: ApiRequest, op: StoreOp, rv: Revision): void {
    if (op.op !== 'put' && op.op !== 'delete') return;
    const list = this.changes.get(token) ?? [];
    list.push({ ...op.target, op: op.op, rv, request });
    this.changes.set(token, list);
  }

  answered(ctx: WorldContext, token: number, request: ApiRequest, response: ApiResponse): void {
    const changes = this.changes.get(token) ?? [];
    this.changes.delete(token);
    if (!WRITES.has(request.verb)) return;
    if (request.resource === LEASES) {
      const object = response.version?.object;
      if (object && request.namespace === 'kube-system') this.leases.push({ atUs: ctx.nowUs, object });
      return;
    }
    if (isRefresh(request, response, changes)) return;
    this.answers++;
    if (request.resource === 'events' || request.resource === 'events.events.k8s.io') {
      if (response.code < 300 && (request.verb === 'create' || request.verb === 'patch' || request.verb === 'update'))
        this.event(ctx, request, response);
      if (request.verb !== 'deletecollection') return;
    }
    this.write(ctx, request, response, changes);
  }

  private event(ctx: WorldContext, request: ApiRequest, response: ApiResponse): void {
    const object = response.version?.object;
    if (!object) return;
    const api = request.resource === 'events' ? 'v1' : 'events.k8s.io/v1';
    this.events.push({ atUs: ctx.nowUs, actor: actorOf(request.user, request.agent), api, object });
  }

  private write(ctx: WorldContext, request: ApiRequest, response: ApiResponse, changes: readonly Change[]): void {
    const info = this.infos.get(request.resource);
    const own = changes.filter((change) => isOwn(request, change));
    for (const change of changes) if (!own.includes(change)) this.internal(ctx, request, change);
    const { verb } = request;
    const name =
      request.name ||
      (response.version?.object ?? response.object)?.metadata?.name ||
      (verb === 'deletecollection' ? '*' : `${request.body?.metadata?.generateName ?? ''}<new>`);
    const status = response.status;
    this.writes.push({
      atUs: ctx.nowUs,
      rv: own[0]?.rv ?? response.rv ?? 0,
      actor: actorOf(request.user, request.agent),
      verb,
      resource: request.resource.split('.')[0],
      ...(request.subresource !== undefined && { subresource: request.subresource }),
      ns: request.namespace,
      name,
      code: response.code,
      conflict: response.code === 409 && status?.reason === 'Conflict',
      ...this.bodyOf(request, response, info),
      ...(verb === 'deletecollection' ? { effects: this.effectsOf(own) } : this.changeOf(request, own)),
    });
  }

  /** Changes that a request makes besides its own: each is a row of its own in the recordings. */
  private internal(ctx: WorldContext, request: ApiRequest, change: Change): void {
    const commit = this.history.get(change.rv);
    if (!commit) return;
    const resource = change.resource.split('.')[0];
    const status = resource === 'poddisruptionbudgets' || resource === 'resourcequotas';
    const eviction = request.subresource === 'eviction';
    const effect = commit.deleted;
    this.writes.push({
      atUs: ctx.nowUs,
      rv: change.rv,
      actor: status ? 'kube-apiserver' : eviction ? 'kube-apiserver(eviction)' : 'kube-apiserver(internal)',
      verb: commit.deleted ? 'delete' : 'update',
      resource,
      ...(status && { subresource: 'status' }),
      ns: change.namespace,
      name: change.name,
      code: status ? 200 : 0,
      conflict: false,
      ...(effect ? { effect: 'deleted' } : { diff: diffOf(commit.before ?? {}, commit.now) }),
    });
  }

  private changeOf(request: ApiRequest, own: readonly Change[]): Pick<PlayedWrite, 'diff' | 'effect'> {
    const commits = own.map((change) => this.history.get(change.rv)).filter((commit) => commit !== undefined);
    const deleted = commits.some((commit) => commit.deleted);
    const change = commits.find((commit) => !commit.deleted && commit.before);
    return {
      ...(change &&
        (request.verb !== 'create' || request.subresource) && { diff: diffOf(change.before ?? {}, change.now) }),
      ...(deleted && { effect: 'deleted' }),
    };
  }

  private effectsOf(own: readonly Change[]): readonly (readonly [string, string])[] {
    const effects = new Map<string, string>();
    for (const change of own) {
      const deleted = this.history.get(change.rv)?.deleted;
      effects.set(change.name, deleted ? 'deleted' : 'deletionTimestamp set');
    }
    return [...effects];
  }

  private bodyOf(
    request: ApiRequest,
    response: ApiResponse,
    info: ResourceInfo | undefined,
  ): Pick<PlayedWrite, 'body' | 'patchType'> {
    const { verb, patch } = request;
    if (verb === 'patch') return { body: patch?.value, patchType: patch?.type === 'json' ? 'json' : 'merge' };
    if (verb === 'delete' || verb === 'deletecollection') return { body: request.options?.delete ?? {} };
    if (verb !== 'create')
      return response.code >= 400 ? { body: { spec: request.body?.spec, status: request.body?.status } } : {};
    if (request.subresource || !info) return { body: request.body };
    const decoded = decodeBody(request, info);
    return { body: 'object' in decoded ? decoded.object : request.body };
  }
}

/** The change that the request names, as against those that come with it. */
function isOwn(request: ApiRequest, change: Change): boolean {
  if (request.verb === 'deletecollection') return true;
  if (request.subresource === 'eviction') return change.request.verb === 'delete';
  return change.resource === request.resource && (request.name === '' || change.name === request.name);
}

/** A node's status sent again: the recordings leave out what changes at most the times of its conditions. */
function isRefresh(request: ApiRequest, response: ApiResponse, changes: readonly Change[]): boolean {
  const { verb, resource, subresource } = request;
  return (
    verb === 'patch' && resource === 'nodes' && subresource === 'status' && response.code < 300 && changes.length === 0
  );
}

/** Only the times of node conditions. */
function heartbeatOnly(diff: Diff): boolean {
  return Object.keys(diff).every((path) => path.endsWith('.lastHeartbeatTime'));
}
