import { describe, expect, test } from 'vitest';
import {
  clampView,
  clockText,
  delayText,
  panView,
  SPAN_MIN_US,
  ticksOf,
  tickText,
  timeText,
  zoomView,
} from '../../../web/model/viewport.ts';

const LIMIT = 1_500e6;

describe('the view of time', () => {
  test('zoom keeps the instant under the pointer in its place', () => {
    const view = { fromUs: 100e6, toUs: 500e6 };
    const at = 200e6;
    const zoomed = zoomView(view, 0.5, at, LIMIT);
    expect(zoomed.toUs - zoomed.fromUs).toBe(200e6);
    expect((at - zoomed.fromUs) / (zoomed.toUs - zoomed.fromUs)).toBeCloseTo(
      (at - view.fromUs) / (view.toUs - view.fromUs),
      9,
    );
    const back = zoomView(zoomed, 2, at, LIMIT);
    expect(back).toEqual(view);
  });

  test('zoom and pan stop at the ends of the run and at the narrowest span', () => {
    expect(zoomView({ fromUs: 0, toUs: LIMIT }, 4, 10, LIMIT)).toEqual({ fromUs: 0, toUs: LIMIT });
    let view = { fromUs: 0, toUs: LIMIT };
    for (let i = 0; i < 200; i++) view = zoomView(view, 0.5, 7e6, LIMIT);
    expect(view.toUs - view.fromUs).toBeCloseTo(SPAN_MIN_US, 3);
    expect(panView({ fromUs: 100e6, toUs: 200e6 }, 9e12, LIMIT)).toEqual({ fromUs: LIMIT - 100e6, toUs: LIMIT });
    expect(panView({ fromUs: 100e6, toUs: 200e6 }, -9e12, LIMIT)).toEqual({ fromUs: 0, toUs: 100e6 });
  });

  test('a run without length has a view all the same', () => {
    expect(clampView({ fromUs: 0, toUs: 0 }, 0)).toEqual({ fromUs: 0, toUs: SPAN_MIN_US });
  });

  test('ticks are round, inside the view and as far apart as asked', () => {
    for (const span of [2_000, 1e6, 90e6, 25 * 60e6, 30 * 3600e6]) {
      const view = { fromUs: 123_456, toUs: 123_456 + span };
      const { stepUs, times } = ticksOf(view, 900, 64);
      expect(times.length).toBeLessThanOrEqual(15);
      expect((stepUs / span) * 900).toBeGreaterThanOrEqual(64);
      for (const t of times) {
        expect(t % stepUs).toBe(0);
        expect(t).toBeGreaterThanOrEqual(view.fromUs);
        expect(t).toBeLessThanOrEqual(view.toUs);
      }
    }
  });

  test('times in words', () => {
    expect(timeText(754_567_890)).toBe('12:34.568');
    expect(timeText(3_754_567_890, 0)).toBe('1:02:35');
    expect(timeText(59_999_999)).toBe('01:00.000');
    expect(tickText(330e6, 30e6)).toBe('05:30');
    expect(tickText(330.25e6, 10_000)).toBe('05:30.25');
    expect(clockText(754_567_890)).toEqual(['00:12:34', '567890']);
    expect(delayText(900)).toBe('900 µs');
    expect(delayText(21_400)).toBe('21 ms');
    expect(delayText(50e6)).toBe('50.0 s');
    expect(delayText(453.9e6)).toBe('7m 33.9s');
    expect(delayText(600e6)).toBe('10m');
  });
});
