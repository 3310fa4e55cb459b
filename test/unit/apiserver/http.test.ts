import { describe, expect, it } from 'vitest';
import { readYamlBody } from '../../../sim-core/api/decode/index.ts';
import { bodyOf, type HttpRequest, readHttp } from '../../../sim-core/apiserver/http.ts';
import { MemoryApi } from '../../../sim-core/apiserver/memoryApi.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const ACCEPTED = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';

function server(): MemoryApi {
  const api = new MemoryApi();
  api.seedObject('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  api.seedObject('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'default' } });
  return api;
}

function ask(request: Partial<HttpRequest>) {
  const api = server();
  const admin = { user: 'admin', groups: ['system:masters'] };
  const call = readHttp({ method: 'GET', path: CONFIG_MAPS, ...admin, ...request }, [], api);
  if (call.do === 'watch') throw new Error('a watch');
  const response = call.do === 'reply' ? call.response : api.handle(call.request);
  return { code: response.code, message: response.status?.message, body: bodyOf(response) };
}

describe('options in the query', () => {
  it.each(['limit', 'timeoutSeconds'])('refuses a %s that is no number', (name) => {
    expect(ask({ path: `${CONFIG_MAPS}?${name}=abc` })).toMatchObject({
      code: 400,
      message: 'strconv.ParseInt: parsing "abc": invalid syntax',
    });
  });

  it.each([
    ['limit=', '"": invalid syntax'],
    ['timeoutSeconds=9223372036854775808', '"9223372036854775808": value out of range'],
  ])('reads ?%s as Go does', (query, problem) => {
    const message = `strconv.ParseInt: parsing ${problem}`;
    expect(ask({ path: `${CONFIG_MAPS}?${query}` })).toMatchObject({ code: 400, message });
  });

  it('does not send the first events of a list, and says all that is wrong with it', () => {
    expect(ask({ path: `${CONFIG_MAPS}?sendInitialEvents=true&resourceVersionMatch=Exact` })).toMatchObject({
      code: 422,
      message:
        'ListOptions.meta.k8s.io "" is invalid: [resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided, sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list]',
    });
  });

  it.each([{ path: `${CONFIG_MAPS}/x?dryRun=foo` }, { path: `${CONFIG_MAPS}/x`, body: { dryRun: ['foo'] } }])(
    'knows one dry run of a deletion: %j',
    (request) => {
      expect(ask({ method: 'DELETE', ...request })).toMatchObject({
        code: 422,
        message: 'DeleteOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["foo"]: supported values: "All"',
      });
    },
  );

  it('knows no dry run without a name', () => {
    expect(ask({ method: 'DELETE', path: `${CONFIG_MAPS}/x?dryRun=` })).toMatchObject({ code: 422 });
  });

  it('refuses DeleteOptions that are no object', () => {
    expect(ask({ method: 'DELETE', path: `${CONFIG_MAPS}/x`, body: [] })).toMatchObject({ code: 400 });
  });
});

describe('the form of an answer', () => {
  it.each([
    'application/json;as=Table;v=v2;g=meta.k8s.io',
    'application/json;as=Table',
    'application/json;as=Foo;v=v1;g=meta.k8s.io',
    'application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io',
  ])('refuses %s', (accept) => {
    expect(ask({ headers: { accept } })).toMatchObject({
      code: 406,
      message: `only the following media types are accepted: ${ACCEPTED}`,
    });
  });

  it.each(['application/cbor', 'application/*', 'text/html'])('is not written as %s', (accept) => {
    expect(ask({ headers: { accept } })).toMatchObject({
      code: 406,
      message: `406: Not Acceptable\n\nAvailable representations: ${ACCEPTED}`,
    });
  });

  it.each(['text/html,*/*;q=0.1', 'application/json;as=Table;v=v2;g=meta.k8s.io,application/json'])(
    'takes %s',
    (accept) => {
      expect(ask({ headers: { accept } }).code).toBe(200);
    },
  );

  it.each([
    ['application/yaml,application/json', /;stream=watch/],
    ['application/json;as=Foo;v=v1;g=meta.k8s.io', /accepted: application\/json, application\/yaml,/],
    ['application/json;stream=other', /accepted: application\/json, application\/yaml,/],
    ['application/json;q=0.5,application/yaml', /;stream=watch/],
  ])('is no watch of %s', (accept, message) => {
    const answer = ask({ path: `${CONFIG_MAPS}?watch=1`, headers: { accept } });
    expect(answer.code).toBe(406);
    expect(answer.message).toMatch(message);
  });

  it.each(['application/json;stream=watch', 'application/json,application/yaml', '*/*'])('watches as %s', (accept) => {
    const call = readHttp({ method: 'GET', path: `${CONFIG_MAPS}?watch=1`, headers: { accept } });
    expect(call.do).toBe('watch');
  });

  it('looks at ranges with a star last', () => {
    const accept = '*/*,application/json;as=Table;v=v1;g=meta.k8s.io;q=0.5';
    const call = readHttp({ method: 'GET', path: CONFIG_MAPS, headers: { accept } });
    expect(call.do === 'request' && call.request.accept).toBe('table');
  });

  it('prefers the clause of the higher quality', () => {
    const accept = 'application/json;q=0.5,application/json;as=Table;v=v1;g=meta.k8s.io;q=0.9';
    const call = readHttp({ method: 'GET', path: CONFIG_MAPS, headers: { accept } });
    expect(call.do === 'request' && call.request.accept).toBe('table');
  });
});

describe('paths and methods', () => {
  it.each([undefined, 'alice'])('tells %s its version', (user) => {
    const caller = user === undefined ? { user: 'system:anonymous', groups: [] } : { user, groups: [] };
    expect(ask({ path: '/version', ...caller })).toMatchObject({ code: 200, body: { gitVersion: 'v1.35.4' } });
  });

  it.each([
    ['GET', 'binding'],
    ['GET', 'eviction'],
    ['PUT', 'log'],
    ['DELETE', 'status'],
  ])('does not know %s of pods/%s', (method, part) => {
    const answer = ask({ method, path: `/api/v1/namespaces/default/pods/p/${part}` });
    expect(answer).toMatchObject({
      code: 405,
      message: 'the server does not allow this method on the requested resource',
    });
  });
});

describe('impersonation', () => {
  it.each([
    [{ 'Impersonate-Group': 'g' }, '{Group  g    }'],
    [{ 'Impersonate-Uid': 'u' }, '{UID  u  authentication.k8s.io/v1  }'],
    [{ 'Impersonate-Extra-Scopes': 'a' }, '{UserExtra  a  authentication.k8s.io/v1  scopes}'],
    [{ 'Impersonate-Extra-Acme.com%2FProject': 'a' }, '{UserExtra  a  authentication.k8s.io/v1  acme.com/project}'],
    [{ 'Impersonate-Extra-50%': 'a' }, '{UserExtra  a  authentication.k8s.io/v1  50%}'],
  ])('needs a user besides %j', (headers, text) => {
    expect(ask({ headers })).toMatchObject({
      code: 400,
      message: `requested [${text}] without impersonating a user`,
    });
  });

  it('needs a right to the extra values', () => {
    const headers = { 'Impersonate-User': 'bob', 'Impersonate-Extra-Scopes': 'a' };
    expect(ask({ headers }).message).toContain('User "bob" cannot list resource "configmaps"');
    expect(ask({ headers, user: 'alice', groups: [] }).message).toBe(
      'users "bob" is forbidden: User "alice" cannot impersonate resource "users" in API group "" at the cluster scope',
    );
  });
});

describe('bodies that are no object', () => {
  it.each([
    { apiVersion: 1, kind: 'ConfigMap' },
    { apiVersion: 'v1', kind: 5 },
  ])('tells of %j', (body) => {
    const field = typeof body.kind === 'number' ? 'kind' : 'apiVersion';
    expect(ask({ method: 'POST', body }).message).toContain(
      `couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .${field} of type string`,
    );
  });

  it('reads a list in YAML as in JSON', () => {
    const read = readYamlBody('- a', 'ConfigMap');
    expect('error' in read && read.error).toContain('json: cannot unmarshal array into Go value of type struct');
    expect('error' in read && read.error.endsWith('(2d2061)')).toBe(true);
  });
});
