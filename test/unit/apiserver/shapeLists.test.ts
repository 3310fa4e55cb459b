import { describe, expect, it } from 'vitest';
import { TIME } from '../../../sim-core/apiserver/shapes/holes.ts';
import {
  type Hole,
  matches,
  numberWholes,
  patternOf,
  rememberLists,
} from '../../../sim-core/apiserver/shapes/match.ts';

const conditionsAt = (ready: string, scheduled: string) => [
  { type: 'Ready', lastTransitionTime: ready },
  { type: 'PodScheduled', lastTransitionTime: scheduled },
];

const time = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`;

function patternFor(remembers: boolean) {
  const holes: Hole[] = [];
  const rule = (_path: string, name: string) => (name.endsWith('Time') ? TIME : undefined);
  const sample = { phase: 'Running', conditions: conditionsAt(time(1), time(2)), startTime: time(3) };
  const pattern = patternOf(sample, rule, holes, 'status');
  numberWholes(pattern, holes.length, 2);
  if (remembers) rememberLists(pattern, ['conditions']);
  return pattern;
}

describe('lists that are known by identity', () => {
  it('leave in the holes what a look at them leaves there', () => {
    const [known, anew] = [patternFor(true), patternFor(false)];
    const lists = Array.from({ length: 9 }, (_, i) => conditionsAt(time(i), time(20 + i)));
    // More lists than are remembered, each again and again.
    for (let step = 0; step < 200; step++) {
      const conditions = lists[(step * step + step) % (step % 3 === 0 ? 9 : 3)];
      const status = { phase: 'Running', conditions, startTime: time(step % 60) };
      const [found, expected]: [unknown[], unknown[]] = [[], []];
      expect(matches(known, status, found)).toBe(true);
      expect(matches(anew, status, expected)).toBe(true);
      expect(found).toEqual(expected);
      expect(found.includes(conditions)).toBe(true);
    }
    const bad = [...lists[0], { type: 'Extra', lastTransitionTime: time(1) }];
    expect(matches(known, { phase: 'Running', conditions: bad, startTime: time(1) }, [])).toBe(false);
    expect(matches(known, { phase: 'Running', conditions: undefined, startTime: time(1) }, [])).toBe(false);
  });
});
