import { describe, expect, it } from 'vitest';
import type { KubeObject, WorldContext } from '../../../sim-core/contracts/index.ts';
import { createWorld } from '../../../sim-core/engine/index.ts';
import type { Behaviour } from '../../../sim-core/kubelet/behaviour.ts';
import {
  behaviourOf,
  behaviourOfCommand,
  canonicalReference,
  nextChangeUs,
  parseBehaviour,
  parseRules,
  probeAnswer,
  processLife,
  pullImage,
  ScenarioBehaviour,
  shutdownUs,
  usage,
} from '../../../sim-core/workloads/index.ts';

const SECOND = 1_000_000;
const ctx: WorldContext = createWorld({ seed: 'w', components: [] }).context;

function pod(name: string, spec: object = {}, labels: Record<string, string> = {}): KubeObject {
  const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'rs-1', controller: true }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid: `uid-${name}`, labels, ownerReferences },
    spec,
  };
}

const quantile = (values: number[], q: number) => values.sort((a, b) => a - b)[Math.floor(values.length * q)];

describe('rules', () => {
  const rules = parseRules([
    { match: { app: 'db' }, container: 'main', behaviour: { run: '10s', exitCode: 3 } },
    { match: { app: 'db' }, behaviour: { startup: '1s' } },
    { match: { app: 'web' }, namespace: 'other', behaviour: { startup: '2s' } },
  ]);

  it('takes the first rule whose labels, namespace and container match', () => {
    const db = pod('db', { containers: [{ name: 'main' }, { name: 'side' }] }, { app: 'db', tier: 'x' });
    expect(behaviourOf(rules, db, 'main')).toMatchObject({
      exitCode: 3,
      run: { kind: 'constant', valueUs: 10 * SECOND },
    });
    expect(behaviourOf(rules, db, 'side')).toMatchObject({ startup: { kind: 'constant', valueUs: SECOND } });
    expect(behaviourOf(rules, pod('web', { containers: [{ name: 'main' }] }, { app: 'web' }), 'main')).toEqual({});
  });

  it('lets init containers and Jobs end, sidecars and servers run', () => {
    const spec = {
      initContainers: [{ name: 'init' }, { name: 'sidecar', restartPolicy: 'Always' }],
      containers: [{ name: 'main' }],
    };
    expect(behaviourOf([], pod('p', spec), 'init').exitCode).toBe(0);
    expect(behaviourOf([], pod('p', spec), 'sidecar').run).toBeUndefined();
    expect(behaviourOf([], pod('p', spec), 'main').run).toBeUndefined();
    const job = pod('j', spec);
    const owned = {
      ...job,
      metadata: { ...job.metadata, ownerReferences: [{ ...job.metadata.ownerReferences![0], kind: 'Job' }] },
    };
    expect(behaviourOf([], owned, 'main').run).toBeDefined();
  });

  it('says what is wrong with a behaviour', () => {
    expect(() => parseBehaviour({ statup: '1s' })).toThrow('there is no field statup');
    expect(() => parseBehaviour({ startup: { p50: '2s', p99: '1s' } })).toThrow('startup needs 0 < p50 <= p99');
    expect(() => parseBehaviour({ exitCode: 300 })).toThrow('exitCode must be a whole number from 0 to 255');
    expect(() => parseBehaviour({ memory: { base: '12Q' } })).toThrow(/^memory.base: /);
    expect(() => parseRules([{ match: {}, behaviour: { run: 'soon' } }])).toThrow(/^workloads\[0\]: run: /);
  });
});

describe('plain commands', () => {
  it.each([
    [['sleep', '3600'], { run: 3600 * SECOND, exitCode: 0 }],
    [['sleep', '1m', '30s'], { run: 90 * SECOND, exitCode: 0 }],
    [['sh', '-c', 'echo hi; sleep 2 && exit 3'], { run: 2 * SECOND, exitCode: 3 }],
    [['/bin/sh', '-ec', 'false && sleep 5'], { run: 0, exitCode: 1 }],
    [['false'], { run: 0, exitCode: 1 }],
  ])('%j', (command, expected) => {
    const spec = behaviourOfCommand(command as string[], [])!;
    expect({ run: (spec.run as { valueUs: number }).valueUs, exitCode: spec.exitCode }).toEqual(expected);
    expect(spec.ignoreSigterm).toBe(true);
  });

  it('leaves everything else to the defaults', () => {
    for (const command of [
      ['nginx'],
      ['sh', '-c', 'while true; do sleep 1; done'],
      ['sh', '-c', 'exit $CODE'],
      ['sleep', 'x'],
      [],
    ]) {
      expect(behaviourOfCommand(command, [])).toBeUndefined();
    }
    expect(behaviourOfCommand(['sleep', 'infinity'], [])).toEqual({ ignoreSigterm: true });
  });
});

describe('lives of processes', () => {
  it('draws start-up times with the quantiles that the scenario names', () => {
    const spec = parseBehaviour({ startup: { p50: '2s', p99: '9s' } });
    const times = Array.from({ length: 4000 }, (_, i) => processLife(spec, ctx, pod(`web-${i}`), 'main', 0, 0).readyUs);
    expect(quantile(times, 0.5) / SECOND).toBeCloseTo(2, 0);
    expect(quantile(times, 0.99) / SECOND).toBeGreaterThan(7.5);
    expect(quantile(times, 0.99) / SECOND).toBeLessThan(11);
  });

  it('keeps the draws of a replica whatever else exists, and draws anew for each restart', () => {
    const life = (name: string, restart: number) => processLife({}, ctx, pod(name), 'main', restart, 0).readyUs;
    expect(life('web-a', 0)).toBe(life('web-a', 0));
    expect(life('web-a', 1)).not.toBe(life('web-a', 0));
    expect(life('web-b', 0)).not.toBe(life('web-a', 0));
  });

  it('crashes so often as told, then runs', () => {
    const spec = parseBehaviour({ crash: { after: '3s', exitCode: 2, times: 2 } });
    const exits = [0, 1, 2].map((restart) => processLife(spec, ctx, pod('a'), 'main', restart, 0).exit);
    expect(exits).toEqual([
      { afterUs: 3 * SECOND, exitCode: 2, reason: 'Error' },
      { afterUs: 3 * SECOND, exitCode: 2, reason: 'Error' },
      undefined,
    ]);
  });

  it('kills what outgrows its memory limit on the way up', () => {
    const spec = parseBehaviour({ startup: '10s', memory: { base: '200Mi' } });
    expect(processLife(spec, ctx, pod('a'), 'main', 0, 50 * 1024 * 1024).exit).toEqual({
      afterUs: 2_500_000,
      exitCode: 137,
      reason: 'OOMKilled',
    });
    expect(processLife(spec, ctx, pod('a'), 'main', 0, 256 * 1024 * 1024).exit).toBeUndefined();
    expect(usage(spec, 10 * SECOND, 5 * SECOND, 0).memoryBytes).toBe(100 * 1024 * 1024);
    expect(usage(parseBehaviour({ cpu: { base: '50m', perRequest: '2m' } }), 0, 0, 100).cpuMilli).toBe(250);
  });

  it('answers probes by start-up and windows', () => {
    const spec = parseBehaviour({ unhealthy: [{ from: '10s', for: '5s', probe: 'readiness' }, { from: '60s' }] });
    const answers = (kind: 'readiness' | 'liveness') =>
      [0, 2, 10, 14, 15, 60, 900].map((s) => probeAnswer(spec, 2 * SECOND, s * SECOND, [kind]));
    expect(answers('readiness')).toEqual([
      'refused',
      'healthy',
      'unhealthy',
      'unhealthy',
      'healthy',
      'unhealthy',
      'unhealthy',
    ]);
    expect(answers('liveness')).toEqual([
      'refused',
      'healthy',
      'healthy',
      'healthy',
      'healthy',
      'unhealthy',
      'unhealthy',
    ]);
    expect([0, 2, 12, 15, 60].map((s) => nextChangeUs(spec, 2 * SECOND, s * SECOND) / SECOND)).toEqual([
      2,
      10,
      15,
      60,
      Infinity,
    ]);
  });

  it('ends on SIGTERM unless the signal is ignored', () => {
    expect(shutdownUs(parseBehaviour({ shutdown: '7s' }), ctx, pod('a'), 'main', 0)).toBe(7 * SECOND);
    expect(shutdownUs(parseBehaviour({ ignoreSigterm: true }), ctx, pod('a'), 'main', 0)).toBeUndefined();
  });
});

describe('images', () => {
  it('completes references as containerd does', () => {
    expect(['nginx', 'me/app:v1', 'ghcr.io/a/b@sha256:00', 'localhost:5000/x'].map(canonicalReference)).toEqual([
      'docker.io/library/nginx:latest',
      'docker.io/me/app:v1',
      'ghcr.io/a/b@sha256:00',
      'localhost:5000/x:latest',
    ]);
  });

  it('pulls in proportion to the size, at about 30 MB/s', () => {
    const big = parseBehaviour({ imageSize: '1200M' });
    const seconds = Array.from({ length: 300 }, (_, i) => pullImage(big, ctx, 'app:1', i, 'p').delayUs / SECOND);
    expect(quantile(seconds, 0.5)).toBeGreaterThan(36);
    expect(quantile(seconds, 0.5)).toBeLessThan(45);
    expect(pullImage({}, ctx, 'app:1', 1, 'p').sizeBytes).toBe(pullImage({}, ctx, 'app:1', 2, 'q').sizeBytes);
  });

  it('fails with the text of containerd', () => {
    const missing = pullImage(parseBehaviour({ pullError: 'notFound' }), ctx, 'nope:1', 1, 'p');
    expect(missing.error).toBe(
      'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nope:1": failed to resolve reference "docker.io/library/nope:1": docker.io/library/nope:1: not found',
    );
  });
});

describe('behaviour behind the container runtime', () => {
  const spec = {
    containers: [
      {
        name: 'main',
        image: 'app:1',
        readinessProbe: { httpGet: { path: '/ready', port: 80 } },
        livenessProbe: { httpGet: { path: '/live', port: 80 } },
      },
    ],
  };
  const rules = parseRules([
    { match: { app: 'web' }, behaviour: { startup: '1s', unhealthy: [{ from: '0s', probe: 'readiness' }] } },
  ]);
  // The kubelet's own interface: a compile-time check that the shapes fit.
  const behaviour: Behaviour = new ScenarioBehaviour({ rules });
  const ref = { key: '1:x', node: 1, pod: pod('web-1', spec, { app: 'web' }) };
  // biome-ignore lint/suspicious/noExplicitAny: only the fields that are read
  const container = (startedUs: number): any => ({ id: 'c', name: 'main', attempt: 0, startedUs });
  const target = (path: string) =>
    ({
      protocol: 'http',
      container: 'main',
      containerID: 'c',
      host: '10.0.0.1',
      port: 80,
      path,
      scheme: 'HTTP',
      service: '',
      timeoutSeconds: 1,
    }) as const;

  it('refuses connections before it is up and answers each probe by its path', () => {
    expect(behaviour.connect(ctx, ref, container(0), target('/live')).error).toBe(
      'dial tcp 10.0.0.1:80: connect: connection refused',
    );
    const up = container(-2 * SECOND);
    expect(behaviour.connect(ctx, ref, undefined, target('/live')).received).toBe(false);
    const later = createWorld({ seed: 'w', components: [] });
    later.runUntil({ timeUs: 5 * SECOND });
    expect(behaviour.connect(later.context, ref, container(SECOND), target('/live')).code).toBe(200);
    expect(behaviour.connect(later.context, ref, container(SECOND), target('/ready')).code).toBe(503);
    expect(up.startedUs).toBeLessThan(0);
  });

  it('gives each pod an address and ids of its own', () => {
    const other = { ...ref, pod: pod('web-2', spec, { app: 'web' }) };
    const ips = [behaviour.sandbox(ctx, ref, 0).ip, behaviour.sandbox(ctx, other, 0).ip];
    expect(new Set(ips).size).toBe(2);
    for (const ip of ips) expect(ip).toMatch(/^10\.(12[89]|1[3-9][0-9]|2[0-9]{2})\.[0-9]+\.[0-9]+$/);
    expect(behaviour.containerId(ref, 'main', 0)).toMatch(/^[0-9a-f]{64}$/);
    expect(behaviour.containerId(ref, 'main', 1)).not.toBe(behaviour.containerId(ref, 'main', 0));
  });

  it('tells until when nothing changes', () => {
    expect(behaviour.steadyUntilUs(ctx, ref, container(0))).toBe(SECOND);
    const quiet: Behaviour = new ScenarioBehaviour({
      rules: parseRules([{ match: {}, behaviour: { startup: '0s' } }]),
    });
    expect(quiet.steadyUntilUs(ctx, ref, container(0))).toBe(Number.MAX_SAFE_INTEGER);
  });
});
