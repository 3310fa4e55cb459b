import { readYamlBody } from '../../../../sim-core/api/decode/index.ts';
import type { ResourceInfo } from '../../../../sim-core/api/schema/index.ts';
import { qualifiedName } from '../../../../sim-core/api/schema/index.ts';
import { customInfo, customTable } from '../../../../sim-core/apiserver/definitions.ts';
import { bodyOf, type HttpCall, readHttp } from '../../../../sim-core/apiserver/http.ts';
import { MemoryApi } from '../../../../sim-core/apiserver/memoryApi.ts';
import { DEFAULT_EPOCH_SECONDS } from '../../../../sim-core/apiserver/model.ts';
import type { TableOptions } from '../../../../sim-core/apiserver/tables/index.ts';
import { openStream, type WatchStream } from '../../../../sim-core/apiserver/watchStream.ts';
import { yamlText } from '../../../../sim-core/apiserver/yaml.ts';
import type { Json, KubeObject } from '../../../../sim-core/contracts/index.ts';
import { callerOf } from './server.ts';
import { Unifier } from './unify.ts';

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly contentType?: string;
  readonly body?: Json;
  readonly rawBody?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly userAgent?: string;
}

export interface RecordedStep {
  readonly request?: RecordedRequest;
  readonly watch?: { readonly path: string; readonly headers?: Readonly<Record<string, string>> };
  readonly code: number;
  readonly response?: unknown;
  readonly warnings?: readonly string[];
  readonly after?: unknown;
  readonly save?: Readonly<Record<string, string>>;
  readonly frames?: readonly { readonly frame: unknown }[];
}

interface OpenWatch {
  readonly step: number;
  readonly stream: WatchStream;
  readonly resource: string;
  /** The server ends the stream then (timeoutSeconds). */
  readonly endsUs: number;
  readonly frames: Json[];
}

/** Plays a recorded scenario on an API server without a world. */
export class Replay {
  readonly api = new MemoryApi({ seed: 7 });
  private readonly saved = new Map<string, string>();
  private readonly unifier = new Unifier();
  private readonly watches: OpenWatch[] = [];
  private read = 0;

  /** What the definitions in the store serve. */
  private get custom(): readonly ResourceInfo[] {
    const get = (...target: [string, string, string]) => this.api.get(...target);
    const definitions = this.api.list('customresourcedefinitions.apiextensions.k8s.io', '');
    return definitions.flatMap(({ object }) => customInfo(get, object.metadata.name ?? '') ?? []);
  }

  /** `definition` is the CustomResourceDefinition that the recordings use. */
  constructor(namespaces: readonly string[], definition: KubeObject) {
    this.api.rv = 1000;
    this.api.seedObject('customresourcedefinitions.apiextensions.k8s.io', definition);
    for (const name of new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease', ...namespaces])) {
      const metadata = { name, labels: { 'kubernetes.io/metadata.name': name } };
      const spec = { finalizers: ['kubernetes'] };
      this.api.seedObject('namespaces', {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata,
        spec,
        status: { phase: 'Active' },
      });
      const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } };
      this.api.seedObject('serviceaccounts', account);
    }
    for (const [name, value] of [
      ['system-node-critical', 2_000_001_000],
      ['system-cluster-critical', 2_000_000_000],
    ] as const) {
      const meta = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value };
      this.api.seedObject('priorityclasses.scheduling.k8s.io', meta);
    }
    this.read = this.api.events.length;
  }

  /** Plays a step; the difference from the recorded answer, if any. */
  play(step: RecordedStep, index: number): string | undefined {
    this.api.nowUs += 1_000_000;
    if (step.watch) return this.open(step, index);
    if (!step.request) return undefined;
    const request = step.request as RecordedRequest;
    if (step.code === 201) this.makeRoom(request);
    const { code, body, warnings } = this.send(request);
    this.feed();
    if (step.save && body !== null && typeof body === 'object') this.save(step.save, body);
    if (code !== step.code) return `code: ${step.code} / ${code} ${JSON.stringify(body).slice(0, 300)}`;
    if (step.response !== undefined) {
      const found = this.unifier.differ(step.response, body);
      if (found !== undefined) return found;
    }
    const texts = warnings.map((text) => `299 - ${JSON.stringify(text)}`);
    const wanted = step.warnings ?? [];
    if (JSON.stringify(wanted) !== JSON.stringify(texts))
      return `warnings: ${JSON.stringify(wanted)} / ${JSON.stringify(texts)}`;
    if (step.after === undefined) return undefined;
    const at = request.path.indexOf('?');
    // What is kept is the whole object, whatever part of it was written.
    const path = (at < 0 ? request.path : request.path.slice(0, at)).replace(/\/(?:scale|status)$/, '');
    const named = (request.body as { metadata?: { name?: string } } | undefined)?.metadata?.name;
    const target = request.method === 'POST' && named && !path.endsWith(`/${named}`) ? `${path}/${named}` : path;
    const stored = this.send({ method: 'GET', path: target });
    if (typeof step.after === 'number')
      return stored.code === step.after ? undefined : `after: ${step.after} / ${stored.code}`;
    return this.unifier.differ(step.after, stored.body, 'after');
  }

  /** The recorder removed what a step had made before it made it again, and did not record that. */
  private makeRoom({ method, path, body }: RecordedRequest): void {
    const name = (body as { metadata?: { name?: string } } | undefined)?.metadata?.name;
    if (method !== 'POST' || name === undefined || path.includes('?')) return;
    const target = `${path}/${name}`;
    if (this.send({ method: 'GET', path: target }).code !== 200) return;
    this.send({ method: 'DELETE', path: `${target}?gracePeriodSeconds=0` });
  }

  /** Differences of the frames of all watches, by step. */
  frames(steps: readonly RecordedStep[]): Map<number, string | undefined> {
    const result = new Map<number, string | undefined>();
    for (const { step, frames } of this.watches) {
      const wanted = (steps[step].frames ?? []).map(({ frame }) => frame);
      result.set(step, this.unifier.differ(wanted, frames, 'frames'));
    }
    return result;
  }

  send(recorded: RecordedRequest): { code: number; body: Json; warnings: readonly string[] } {
    const text = recorded.rawBody ?? (typeof recorded.body === 'string' ? recorded.body : undefined);
    const yaml = text !== undefined && recorded.contentType?.includes('yaml');
    const raw = () =>
      recorded.rawBody === undefined ? this.fill(recorded.body, recorded.path) : parse(recorded.rawBody);
    const read = yaml ? readYamlBody(text, '') : undefined;
    const duplicates = read && 'value' in read ? read.duplicates : [];
    const body = read && 'value' in read ? (read.value as Json) : raw();
    const call = readHttp(
      {
        method: recorded.method,
        path: this.text(recorded.path),
        headers: {
          'content-type': recorded.contentType,
          'user-agent': recorded.userAgent ?? 'recorder/1.0',
          ...recorded.headers,
        },
        body,
        duplicates,
        ...callerOf(recorded.user),
      },
      this.custom,
      this.api,
    );
    if (call.do === 'watch') return { code: 0, body: null, warnings: [] };
    if (call.do === 'reply' && call.text !== undefined)
      return { code: call.response.code, body: call.text, warnings: [] };
    const response = call.do === 'reply' ? call.response : this.api.handle(call.request);
    const info = call.do === 'request' ? call.info : undefined;
    const shape = call.do === 'request' ? this.shapeOf(call) : undefined;
    const answer = bodyOf(response, info, shape);
    const shown = call.do === 'request' && call.isYaml ? yamlText(answer) : answer;
    return { code: response.code, body: shown, warnings: response.warnings ?? [] };
  }

  /** What the body is to be shaped to. */
  private shapeOf({ request, info, view }: Exclude<HttpCall, { do: 'reply' }>): TableOptions | 'metadata' | undefined {
    if (request.accept === 'metadata') return 'metadata';
    if (!view) return undefined;
    const get = (...target: [string, string, string]) => this.api.get(...target);
    return { ...view, ...customTable(get, info), time: { nowUs: this.api.nowUs, epochSeconds: DEFAULT_EPOCH_SECONDS } };
  }

  private open(step: RecordedStep, index: number): string | undefined {
    const watch = step.watch as NonNullable<RecordedStep['watch']>;
    const headers = { 'user-agent': 'recorder/1.0', ...watch.headers };
    const call = readHttp({ method: 'GET', path: this.text(watch.path), headers, user: 'admin' }, this.custom);
    const wanted = (step.frames ?? []).map(({ frame }) => frame);
    if (call.do !== 'watch') {
      const response = call.do === 'reply' ? call.response : this.api.handle(call.request);
      if (response.code !== step.code) return `code: ${step.code} / ${response.code}`;
      // The recorder took every line for a frame.
      if (call.do === 'reply' && call.text !== undefined)
        return this.unifier.differ(wanted, call.text.trimEnd().split('\n'));
      const info = call.do === 'request' ? call.info : undefined;
      return this.unifier.differ(wanted, [bodyOf(response, info)]);
    }
    const resource = qualifiedName(call.info);
    const unready = this.api.unready(call.request);
    if (unready) {
      if (unready.code !== step.code) return `code: ${step.code} / ${unready.code}`;
      return this.unifier.differ(wanted, [bodyOf(unready)]);
    }
    const table = call.view ? () => this.shapeOf(call) as TableOptions : undefined;
    const stream = openStream(call.request, call.info, this.source(resource), table);
    if ('code' in stream) {
      if (stream.code !== step.code) return `code: ${step.code} / ${stream.code}`;
      return this.unifier.differ(wanted, [bodyOf(stream)]);
    }
    const seconds = call.request.options?.timeoutSeconds;
    const endsUs = seconds === undefined ? Number.POSITIVE_INFINITY : this.api.nowUs + seconds * 1_000_000;
    this.watches.push({ step: index, stream, resource, endsUs, frames: [...stream.frames] });
    return step.code === 200 ? undefined : `code: ${step.code} / 200`;
  }

  private source(resource: string) {
    const { api } = this;
    return {
      rv: api.rv,
      oldest: api.compactedRv,
      list: () => api.list(resource, ''),
      since: (rv: number) =>
        rv < api.compactedRv
          ? ('expired' as const)
          : api.events.filter((e) => e.resource === resource && e.entry.rv > rv).map((e) => e.entry),
    };
  }

  private feed(): void {
    for (; this.read < this.api.events.length; this.read++) {
      const { resource, entry } = this.api.events[this.read];
      for (const watch of this.watches) {
        if (watch.resource !== resource || watch.stream.over || watch.endsUs <= this.api.nowUs) continue;
        const frame = watch.stream.frame(entry);
        if (frame !== undefined) watch.frames.push(frame);
      }
    }
  }

  private save(wanted: Readonly<Record<string, string>>, body: Json): void {
    for (const [name, path] of Object.entries(wanted)) {
      let at: unknown = body;
      for (const part of path.split('.')) at = (at as Record<string, unknown> | undefined)?.[part];
      if (at !== undefined) this.saved.set(name, String(at));
    }
  }

  private text(text: string): string {
    return text.replace(/@(\w+)@/g, (all, name: string) => encodeURIComponent(this.saved.get(name) ?? all));
  }

  /** `@rv` and `@uid` are those of the object that the path names; `$repeat` is a long string. */
  private fill(body: Json | undefined, path: string): Json | undefined {
    if (body === undefined) return undefined;
    if (typeof body === 'string') {
      if (body === '@rv' || body === '@uid') return this.current(path, body === '@rv' ? 'resourceVersion' : 'uid');
      return body.replace(/@(\w+)@/g, (all, name: string) => this.saved.get(name) ?? all);
    }
    if (body === null || typeof body !== 'object') return body;
    if (Array.isArray(body)) return body.map((item) => this.fill(item, path) as Json);
    const record = body as Record<string, Json>;
    const repeat = record.$repeat as unknown as [string, number] | undefined;
    if (repeat) return repeat[0].repeat(repeat[1]);
    return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, this.fill(value, path) as Json]));
  }

  private current(path: string, field: 'resourceVersion' | 'uid'): string {
    const { body } = this.send({ method: 'GET', path: path.split('?')[0].replace(/\/(status|scale|finalize)$/, '') });
    return (body as { metadata?: Record<string, string> })?.metadata?.[field] ?? '';
  }
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
