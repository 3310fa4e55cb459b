import { expect, test } from 'vitest';
import { parseDurationUs, shortDuration } from '../../../sim-core/api/machinery/duration.ts';

test('times are written as people do, and read back exactly', () => {
  const us = [0, 90e6, 150e6, 300e6, 600e6, 3_600e6, 5_400e6, 3_661e6, 250_000, 1.5e6, 150_000_001, 7];
  const texts = ['0s', '1m30s', '2m30s', '5m', '10m', '1h', '1h30m', '1h1m1s', '250ms', '1.5s', '2m30.000001s', '7us'];
  expect(us.map(shortDuration)).toEqual(texts);
  expect(texts.map(parseDurationUs)).toEqual(us);
});
