import { describe, expect, test } from 'vitest';
import { type MetricKind, Series } from '../../../web/worker/series.ts';

const seriesOf = (kind: MetricKind, most?: number) => new Series({ name: 'm', labels: '', kind, unit: 'count' }, most);

describe('a metric of a long run', () => {
  test('a counter keeps its total, and what is counted moves by less than a stretch', () => {
    const exact = seriesOf('counter');
    const coarse = seriesOf('counter', 64);
    for (let i = 0; i < 5000; i++) for (const s of [exact, coarse]) s.add(i * 1000 + (i % 7), 1 + (i % 3));
    expect(coarse.times.size).toBeLessThan(64);
    expect(coarse.values.data[coarse.values.size - 1]).toBe(exact.last);
    const upTo = (s: Series, timeUs: number) => {
      let sum = 0;
      for (let i = 0; i < s.times.size && s.times.data[i] <= timeUs; i++) sum += s.weightAt(i);
      return sum;
    };
    // 5,000 entries in at most 64 stretches of which the last half may be of another width.
    for (let us = 0; us < 5e6; us += 100_000)
      expect(Math.abs(upTo(coarse, us) - upTo(exact, us))).toBeLessThanOrEqual((2 * exact.last) / 32);
  });

  test('a gauge keeps its peaks', () => {
    const coarse = seriesOf('gauge', 64);
    for (let i = 0; i < 5000; i++) coarse.set(i * 1000, i === 1234 ? 1000 : i % 10);
    expect(coarse.times.size).toBeLessThan(64);
    const peaks = Array.from({ length: coarse.times.size }, (_, i) => coarse.peakAt(i));
    const at = peaks.indexOf(1000);
    expect(coarse.times.data[at]).toBeLessThanOrEqual(1234e3);
    expect(coarse.times.data[at + 1]).toBeGreaterThan(1234e3);
    expect(coarse.last).toBe(9);
  });

  test('changes of one instant are one, and the last counts', () => {
    const gauge = seriesOf('gauge');
    for (const value of [1, 5, 2]) gauge.set(10, value);
    expect([gauge.times.size, gauge.values.data[0], gauge.peakAt(0)]).toEqual([1, 2, 2]);
  });

  test('of observations a share is kept', () => {
    const coarse = seriesOf('histogram', 64);
    for (let i = 0; i < 5000; i++) coarse.observe(i, i % 100);
    expect(coarse.times.size).toBeLessThan(64);
    const sorted = coarse.values.view.slice().sort();
    expect(sorted[sorted.length >> 1]).toBeGreaterThan(30);
    expect(sorted[sorted.length >> 1]).toBeLessThan(70);
  });
});
