import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readHttp } from '../../../sim-core/apiserver/http.ts';
import { MemoryApi } from '../../../sim-core/apiserver/memoryApi.ts';
import type { ApiResponse, Json } from '../../../sim-core/contracts/index.ts';

interface Manifest {
  readonly name: string;
  readonly path: string;
  readonly request: { readonly body?: Json } & Record<string, Json>;
}

interface Generations {
  readonly name: string;
  readonly kind: string;
  readonly specPatch: Json;
  readonly steps: readonly (readonly [step: string, generation: number | null, note: unknown])[];
}

const folder = path.join(import.meta.dirname, '../../conformance/vectors/api');

function lines<T>(file: string): T[] {
  const plain = path.join(folder, file);
  const text = existsSync(plain)
    ? readFileSync(plain, 'utf8')
    : gunzipSync(readFileSync(`${plain}.gz`)).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

const MERGE = 'application/merge-patch+json';

function server(): MemoryApi {
  const api = new MemoryApi();
  const metadata = { name: 'default' };
  api.seedObject('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata, status: { phase: 'Active' } });
  const account = { name: 'default', namespace: 'default' };
  api.seedObject('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account });
  return api;
}

/** The generations that the server gives, step by step. */
function play(manifest: Manifest, { steps, specPatch }: Generations): (number | null)[] {
  const api = server();
  const call = (method: string, url: string, body?: Json): ApiResponse => {
    const headers = { 'content-type': method === 'PATCH' ? MERGE : 'application/json', 'user-agent': 'test/1.0' };
    const http = readHttp({ method, path: url, headers, body });
    return http.do === 'reply' ? http.response : api.handle({ ...http.request, verb: http.request.verb });
  };
  const body = (manifest.request.body ?? manifest.request) as { metadata?: { name?: string } };
  const url = `${manifest.path}/${body.metadata?.name ?? ''}`;
  const patches: Readonly<Record<string, Json>> = {
    noop: {},
    label: { metadata: { labels: { gen: 'l' } } },
    annotation: { metadata: { annotations: { gen: 'a' } } },
    finalizer: { metadata: { finalizers: ['example.com/f'] } },
    spec: specPatch,
    'spec-same': specPatch,
  };
  return steps.map(([step]) => {
    let response: ApiResponse;
    if (step === 'create') response = call('POST', manifest.path, body as Json);
    else if (step === 'delete-with-finalizer') response = call('DELETE', url);
    else if (step === 'status-subresource-noop') response = call('PATCH', `${url}/status`, {});
    else if (step === 'status-subresource-label')
      response = call('PATCH', `${url}/status`, { metadata: { labels: { s: 's' } } });
    else response = call('PATCH', url, patches[step]);
    const object = response.version?.object ?? response.object;
    // A refused step has no generation, as in the recording.
    return object?.metadata.generation ?? null;
  });
}

/** Definitions have a controller of their own; webhook lists count as changed when they are sent again without defaults. */
const NOT_MODELLED: ReadonlySet<string> = new Set([
  'apiextensions.k8s.io/v1 CustomResourceDefinition',
  'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration',
  'admissionregistration.k8s.io/v1 MutatingWebhookConfiguration',
]);

describe('metadata.generation', () => {
  const manifests = new Map(lines<Manifest>('defaulting.jsonl').map((manifest) => [manifest.name, manifest]));
  const cases = lines<Generations>('generation.jsonl').filter(
    ({ name, kind }) => manifests.has(name) && !NOT_MODELLED.has(kind),
  );
  it.each(cases.map((one) => [one.name, one] as const))('%s', (name, one) => {
    const expected = one.steps.map(([, generation, note]) =>
      // Refused steps hold the error's text or code.
      typeof generation === 'number' && note !== null ? generation : null,
    );
    expect(play(manifests.get(name) as Manifest, one)).toEqual(expected);
  });
});
