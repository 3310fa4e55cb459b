import { MemoryApi } from '../../../../sim-core/apiserver/memoryApi.ts';
import type {
  ApiRequest,
  ApiResponse,
  ApiServers,
  EndpointId,
  KubeObject,
  ReplyTo,
  TimeUs,
  Version,
  WatchEntry,
  WatchSpec,
  WorldContext,
} from '../../../../sim-core/contracts/index.ts';
import { WHY } from '../../../../sim-core/contracts/index.ts';

interface LocalWatch {
  readonly spec: WatchSpec;
  readonly reply: ReplyTo;
  readonly open: boolean;
}

/** How long a request takes to its answer, and a change to its watchers. */
const LATENCY_US = 2_000;

/**
 * One API server over a synchronous store, for tests of single components: a request takes effect at once, its answer and
 * the watch events come a little later. `log` sees every request with its answer.
 */
export class LocalApi implements ApiServers {
  readonly replicas = 1;
  readonly memory: MemoryApi;
  log: (nowUs: TimeUs, request: ApiRequest, answer: ApiResponse) => void = () => {};
  changed: (nowUs: TimeUs, resource: string, entry: WatchEntry) => void = () => {};
  /** The API cannot be reached: requests are lost. */
  down = false;
  private readonly watches: LocalWatch[] = [];
  private told = 0;

  constructor(epochSeconds: number) {
    this.memory = new MemoryApi({ epochSeconds });
  }

  /** A request of the test itself. */
  handle(ctx: WorldContext, request: ApiRequest): ApiResponse {
    this.memory.nowUs = ctx.nowUs;
    const answer = this.memory.handle(request);
    this.log(ctx.nowUs, request, answer);
    this.tell(ctx);
    return answer;
  }

  submit(
    ctx: WorldContext,
    _from: EndpointId,
    _replica: number,
    request: ApiRequest,
    reply: ReplyTo,
    deadlineUs?: TimeUs,
  ): void {
    if (this.down) {
      ctx.schedule(deadlineUs ?? 60e6, reply.handler, reply.token, 0, WHY.requestTimeout);
      return;
    }
    const answer = this.handle(ctx, request);
    const own = (v: Version | undefined) => v && this.version(ctx, request.resource, v);
    const list = answer.list && { ...answer.list, versions: answer.list.versions.map((v) => own(v)!) };
    const payload = { ...answer, version: own(answer.version), list };
    ctx.schedule(LATENCY_US, reply.handler, reply.token, 0, WHY.link, payload);
  }

  watch(
    ctx: WorldContext,
    _from: EndpointId,
    _replica: number,
    spec: WatchSpec,
    fromRv: number,
    reply: ReplyTo,
  ): number {
    this.watches.push({ spec, reply, open: true });
    const missed = this.memory.events.filter((e) => e.entry.rv > fromRv);
    for (const event of missed) this.deliver(ctx, this.watches[this.watches.length - 1], event.resource, event.entry);
    return this.watches.length - 1;
  }

  stopWatch(_ctx: WorldContext, watch: number): void {
    this.watches[watch] = { ...this.watches[watch], open: false };
  }

  private version(ctx: WorldContext, resource: string, v: Version): Version {
    const { namespace = '', name = '' } = v.object.metadata;
    return { obj: ctx.objects.id(resource, namespace, name), rv: v.rv, hash: v.hash, record: 0, object: v.object };
  }

  private tell(ctx: WorldContext): void {
    for (; this.told < this.memory.events.length; this.told += 1) {
      const { resource, entry } = this.memory.events[this.told];
      this.changed(ctx.nowUs, resource, entry);
      for (const watch of this.watches) if (watch.open) this.deliver(ctx, watch, resource, entry);
    }
  }

  private deliver(ctx: WorldContext, watch: LocalWatch, resource: string, entry: WatchEntry): void {
    if (watch.spec.resource !== resource || !selected(watch.spec, entry.now.object)) return;
    const now = this.version(ctx, resource, entry.now);
    const entries = [{ rv: entry.rv, type: entry.type, now }];
    ctx.schedule(LATENCY_US, watch.reply.handler, watch.reply.token, 0, WHY.link, { entries });
  }
}

function selected(spec: WatchSpec, object: KubeObject): boolean {
  if (spec.namespace && object.metadata.namespace !== spec.namespace) return false;
  const field = spec.fieldSelector ?? '';
  if (field === 'spec.nodeName!=') return (object.spec?.nodeName ?? '') !== '';
  if (field.startsWith('spec.nodeName=')) return object.spec?.nodeName === field.slice('spec.nodeName='.length);
  if (field.startsWith('metadata.name=')) return object.metadata.name === field.slice('metadata.name='.length);
  return true;
}
