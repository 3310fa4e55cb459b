import { describe, expect, it } from 'vitest';
import { SECOND_US, WHY } from '../../../sim-core/contracts/index.ts';
import type { AnyController } from '../../../sim-core/controllers/runtime/index.ts';
import { failure, request } from '../client/fakeServers.ts';
import { cluster, requests } from './toyController.ts';

const alone = { leaderElect: false, limit: { qps: 0, burst: 0 } } as const;

function play(controller: Partial<AnyController>, fake = {}) {
  const c = cluster({
    ...alone,
    fake,
    controllers: [
      {
        name: 'test-controller',
        workers: 1,
        watches: [{ resource: 'sets', keys: ({ now }) => [now.metadata.name!] }],
        reconcile: () => ({ steps: [] }),
        ...controller,
      },
    ],
  });
  const write = (tUs: number, verb: 'create' | 'update' | 'delete', name: string) =>
    c.world.injectAt(tUs, c.servers.writeEvent, 0, 0, request(verb, 'sets', name, { spec: {} }));
  return { ...c, write };
}

describe('controller host', () => {
  it('remembers per key, forgets on null, and hands the first memory to unknown keys', () => {
    const seen: unknown[] = [];
    const { world, write } = play({
      initialMemory: 'fresh',
      reconcile(_view, memory, key) {
        seen.push(`${key} ${memory}`);
        return { steps: [], memory: memory === 'two' ? null : memory === 'fresh' ? 'one' : 'two' };
      },
    });
    for (let i = 0; i < 4; i++) write(SECOND_US * (i + 1), i === 0 ? 'create' : 'update', 'a');
    write(SECOND_US * 5, 'create', 'b');
    world.runUntil({ timeUs: 10 * SECOND_US });
    expect(seen).toEqual(['a fresh', 'a one', 'a two', 'a fresh', 'b fresh']);
  });

  it('runs ticks a period after the end of the one before, resumes them by name, and shares memory where asked', () => {
    const ticks: number[] = [];
    const { world } = play({
      memoryScope: 'controller',
      ticks: [{ name: 'monitor', periodUs: 5 * SECOND_US, why: WHY.nodeMonitorPeriod }],
      tick(_view, memory, name, nowUs) {
        ticks.push(nowUs);
        const get = { verb: 'get', resource: 'sets', namespace: 'default', name: 'none' } as const;
        return {
          steps: [{ do: 'request', request: get, onError: 'continue' }],
          resume: { point: name },
          memory: (memory ?? 0) + 1,
        };
      },
      resume: (_view, memory, key, _nowUs, point, _data, answers) => {
        expect([key, point, answers[0].code, memory]).toEqual(['monitor', 'monitor', 404, ticks.length]);
        return { steps: [] };
      },
    });
    world.runUntil({ timeUs: 21 * SECOND_US });
    // A request and its answer take 1 ms each.
    expect(ticks.map((t) => t - ticks[0])).toEqual([0, 5_002_000, 10_004_000, 15_006_000, 20_008_000]);
  });

  it('adds and drops other keys, with the earliest deadline of a key', () => {
    const runs: string[] = [];
    const { world, write } = play({
      reconcile(_view, _memory, key, nowUs) {
        runs.push(`${Math.floor(nowUs / SECOND_US)} ${key}`);
        if (key === 'a') {
          const timer = (other: string, s: number) => ({ key: other, afterUs: s * SECOND_US, why: WHY.requeueAfter });
          return { steps: [], enqueue: [timer('x', 9), timer('x', 3), timer('x', 6), timer('y', 4), timer('z', 0)] };
        }
        return key === 'b' ? { steps: [], dequeue: ['y', 'unknown'] } : { steps: [] };
      },
    });
    write(SECOND_US, 'create', 'a');
    write(2 * SECOND_US, 'create', 'b');
    world.runUntil({ timeUs: 30 * SECOND_US });
    expect(runs).toEqual(['1 a', '1 z', '2 b', '4 x']);
  });

  it('drops a key after maxRetries failures in a row', () => {
    let syncs = 0;
    const { world, write, servers } = play(
      {
        maxRetries: 3,
        reconcile: (_view, _memory, _key, _nowUs, sync) => {
          expect(sync!.retries).toBe(syncs++);
          return {
            steps: [{ do: 'request', request: { verb: 'get', resource: 'other', namespace: 'default', name: 'x' } }],
          };
        },
      },
      { intercept: (r: { resource: string }) => (r.resource === 'other' ? failure(500, 'InternalError') : undefined) },
    );
    write(SECOND_US, 'create', 'a');
    world.runUntil({ timeUs: 100 * SECOND_US });
    expect(requests(servers, 'other', 'get')).toHaveLength(4);
  });

  it('shows unmet expectations to controllers that ask for it, and gives up on them after 5 minutes', () => {
    const seen: string[] = [];
    const { world, write } = play({
      syncsWhileExpecting: true,
      reconcile(_view, _memory, _key, nowUs, sync) {
        seen.push(`${Math.floor(nowUs / SECOND_US)} ${sync!.expectationsMet}`);
        return { steps: sync!.expectationsMet ? [{ do: 'expect', deletions: ['default/never'] }] : [] };
      },
    });
    write(SECOND_US, 'create', 'a');
    for (const s of [2, 300, 302]) write(s * SECOND_US, 'update', 'a');
    world.runUntil({ timeUs: 400 * SECOND_US });
    expect(seen).toEqual(['1 true', '2 false', '300 false', '302 true']);
  });

  it('waits out Retry-After inside the client', () => {
    const { world, write, servers } = play(
      {
        reconcile: () => ({
          steps: [
            {
              do: 'request',
              request: { verb: 'get', resource: 'other', namespace: 'default', name: 'x' },
              onError: 'continue',
            },
          ],
        }),
      },
      {
        intercept: (r: { resource: string }, nowUs: number) =>
          r.resource === 'other' && nowUs < 3 * SECOND_US ? failure(429, 'TooManyRequests', 1) : undefined,
      },
    );
    write(SECOND_US, 'create', 'a');
    world.runUntil({ timeUs: 10 * SECOND_US });
    const gaps = requests(servers, 'other', 'get').map(({ tUs }) => Math.floor((tUs - SECOND_US) / SECOND_US));
    expect(gaps).toEqual([0, 1, 2]);
  });
});
