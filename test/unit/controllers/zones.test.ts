import { describe, expect, it } from 'vitest';
import {
  accepts,
  enqueued,
  handleDisruption,
  newZone,
  taken,
  zoneState,
} from '../../../sim-core/controllers/node-lifecycle/zones.ts';
import { controllerManagerOptions } from '../../../sim-core/controllers/options.ts';
import { tolerationUs } from '../../../sim-core/controllers/taint-eviction/index.ts';

const options = controllerManagerOptions();

describe('state of a zone', () => {
  it.each([
    [1, 2, 'Normal'],
    [2, 3, 'PartialDisruption'],
    [3, 3, 'Normal'],
    [0, 5, 'FullDisruption'],
  ])('%i ready, %i not: %s', (ready, notReady, state) => {
    expect(zoneState(ready, notReady, 0.55)).toBe(state);
  });

  it('stops when all zones are down, and resumes with fresh grace periods', () => {
    const down = { ready: 0, notReady: 3 };
    const stopped = handleDisruption({ a: newZone(0.1) }, { a: down }, options, 0);
    expect(stopped.stops).toBe(true);
    expect(stopped.zones['a'].limiter.rate).toBe(0);
    const resumed = handleDisruption(stopped.zones, { a: { ready: 1, notReady: 2 } }, options, 0);
    expect(resumed.resumes).toBe(true);
    expect(resumed.zones['a'].limiter.rate).toBe(0.1);
  });

  it.each([
    [40, 0],
    [60, 0.01],
  ])('slows down in a partial disruption of %i nodes', (size, rate) => {
    const counts = { a: { ready: size / 4, notReady: (size * 3) / 4 } };
    expect(handleDisruption({ a: newZone(0.1) }, counts, options, 0).zones['a'].limiter.rate).toBe(rate);
  });
});

describe('queue of taints', () => {
  it('takes one node at once and the next after 10 s', () => {
    const zone = enqueued(enqueued(newZone(0.1), ['n1'], 0), ['n1'], 0);
    expect(zone.queue).toHaveLength(1);
    const limiter = taken(zone.limiter, 1e6);
    expect(accepts(limiter, 10.9e6)).toBe(false);
    expect(accepts(limiter, 11e6)).toBe(true);
  });
});

describe('tolerations', () => {
  const taint = { key: 'k', effect: 'NoExecute' } as const;
  const other = { key: 'l', effect: 'NoExecute' } as const;
  it.each([
    ['none', [], [taint], 0],
    ['for ever', [{ key: 'k', operator: 'Exists' }], [taint], undefined],
    ['one second', [{ key: 'k', operator: 'Exists', tolerationSeconds: 1 }], [taint], 1e6],
    [
      'the shortest',
      [
        { key: 'k', operator: 'Exists', tolerationSeconds: 2 },
        { key: 'l', operator: 'Exists', tolerationSeconds: 1 },
      ],
      [taint, other],
      1e6,
    ],
    ['not all', [{ key: 'k', operator: 'Exists', tolerationSeconds: 2 }], [taint, other], 0],
  ])('%s', (_title, tolerations, taints, expected) => {
    expect(tolerationUs(tolerations as never, taints as never)).toBe(expected);
  });
});
