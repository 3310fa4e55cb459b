import { describe, expect, it } from 'vitest';
import type { RecorderConfig, SeriesEventSpec } from '../../../sim-core/client/index.ts';
import type { ApiRequest, HandlerSpec, WorldContext } from '../../../sim-core/contracts/index.ts';
import { createWorld } from '../../../sim-core/engine/index.ts';
import { Speaker } from '../support/speaker.ts';
import { FakeServers } from './fakeServers.ts';

const SECOND = 1_000_000;

class OneSpeaker extends Speaker {
  private readonly config: Partial<RecorderConfig>;

  constructor(servers: FakeServers, config: Partial<RecorderConfig>) {
    super('speaker', servers);
    this.config = config;
  }

  protected acts(): readonly HandlerSpec[] {
    return [
      { name: 'restart', run: (ctx, id) => this.restart(ctx, id) },
      { name: 'say', run: (ctx, id, _b, spec) => this.recorders.record(ctx, id, spec as SeriesEventSpec) },
    ];
  }

  protected open(ctx: WorldContext): void {
    const limit = { qps: 50, burst: 100 };
    const client = this.clients.open({ host: 's', endpoint: 1, user: 'u', agent: 'a', limit, timeoutUs: 5 * SECOND });
    this.recorders.open(ctx, { client, component: 'speaker', ...this.config });
  }

  private restart(ctx: WorldContext, id: number): void {
    this.recorders.close(id);
    this.recorders.open(ctx, { client: 0, component: 'speaker', ...this.config }, id);
  }
}

function setup(config: Partial<RecorderConfig> = {}, intercept?: (r: ApiRequest, nowUs: number) => 'lost' | undefined) {
  const servers = new FakeServers({ intercept });
  const speaker = new OneSpeaker(servers, config);
  const world = createWorld({ seed: 'e', components: [servers, speaker], freeze: true });
  const say = (tUs: number, message: string, more: Partial<SeriesEventSpec> = {}, id = 0) => {
    const regarding = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'default', uid: 'u' } };
    world.injectAt(tUs, speaker.act('say'), id, 0, { regarding, type: 'Normal', reason: 'R', message, ...more });
  };
  const events = (resource = 'events') => servers.all(resource).map((v) => v.object);
  const restart = (tUs: number) => world.injectAt(tUs, speaker.act('restart'), 0, 0, undefined);
  return { world, say, restart, events, servers };
}

describe('event recorder', () => {
  it('creates, then counts by patch', () => {
    const { world, say, events } = setup({ host: 'n1' });
    for (const s of [1, 2, 3]) say(s * SECOND, 'hello');
    world.runUntil({ timeUs: 10 * SECOND });
    expect(events()).toHaveLength(1);
    expect(events()[0]).toMatchObject({
      count: 3,
      firstTimestamp: '2026-01-01T00:00:01Z',
      lastTimestamp: '2026-01-01T00:00:03Z',
      source: { component: 'speaker', host: 'n1' },
      involvedObject: { kind: 'Pod', name: 'web', uid: 'u' },
    });
  });

  it('combines the tenth message and those after it, and falls silent at the 26th event', () => {
    const { world, say, events } = setup();
    for (let i = 0; i < 40; i++) say(SECOND + i * 1000, `m${i}`);
    world.runUntil({ timeUs: 10 * SECOND });
    expect(events()).toHaveLength(10);
    const combined = events().find((e) => e.message.startsWith('(combined from similar events): '))!;
    expect(combined.count).toBe(16);
    expect(combined.message).toBe('(combined from similar events): m24');
  });

  it('tries again when no answer comes, in order, and does not block the speaker', () => {
    const { world, say, events, servers } = setup({}, (_r, nowUs) => (nowUs < 8 * SECOND ? 'lost' : undefined));
    say(SECOND, 'one');
    say(SECOND + 1, 'two');
    world.runUntil({ timeUs: 60 * SECOND });
    expect(
      events()
        .map((e) => e.message)
        .sort(),
    ).toEqual(['one', 'two']);
    expect(servers.log.get(servers.log.first)!.verb).toBe('create');
  });

  it('loses what waits with its process; the next one remembers nothing and numbers its events on', () => {
    const { world, say, restart, events } = setup();
    for (const message of ['one', 'two', 'three']) say(SECOND, message);
    restart(SECOND + 1);
    say(2 * SECOND, 'one', {}, 1);
    world.runUntil({ timeUs: 60 * SECOND });
    expect(events().map((e) => [e.message, e.count])).toEqual([
      ['one', 1],
      ['one', 1],
    ]);
    const [first, next] = events().map((e) => BigInt(`0x${e.metadata.name!.split('.')[1]}`) % 1000n);
    expect(next - first).toBe(3n);
  });

  it('makes a series of equal events of the scheduler and ends it after 6 quiet minutes', () => {
    const { world, say, events } = setup({ style: 'series', instance: 's-0' });
    for (const s of [1, 2, 3, 4]) say(s * SECOND, `note ${s}`, { action: 'Scheduling' });
    world.runUntil({ timeUs: 60 * SECOND });
    const [event] = events('events.events.k8s.io');
    expect(event).toMatchObject({
      action: 'Scheduling',
      note: 'note 1',
      reportingController: 'speaker',
      reportingInstance: 's-0',
      series: { count: 2 },
    });
    expect(event.eventTime).toBe('2026-01-01T00:00:01.000000Z');
    world.runUntil({ timeUs: 800 * SECOND });
    expect(events('events.events.k8s.io')[0].series).toEqual({
      count: 4,
      lastObservedTime: '2026-01-01T00:00:04.000000Z',
    });
  });
});
