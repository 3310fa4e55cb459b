import { describe, expect, it } from 'vitest';
import {
  chance,
  checkDistribution,
  type Distribution,
  draw,
  exactExp,
  exactLog,
  normalQuantile,
  rootKey,
  sampleUs,
  streamKey,
  uniformInt,
} from '../../../sim-core/engine/index.ts';

const relative = (got: number, want: number) => Math.abs(got - want) / Math.abs(want);

describe('exact functions', () => {
  it('log and exp agree with known values', () => {
    expect(exactLog(1)).toBe(0);
    expect(relative(exactLog(2), Math.LN2)).toBeLessThan(3e-16);
    expect(relative(exactLog(10), Math.LN10)).toBeLessThan(3e-16);
    expect(relative(exactLog(5e-324), -744.4400719213812)).toBeLessThan(3e-16);
    expect(exactLog(0)).toBe(-Infinity);
    expect(exactLog(-1)).toBeNaN();
    expect(exactExp(0)).toBe(1);
    expect(relative(exactExp(1), Math.E)).toBeLessThan(5e-16);
    expect(relative(exactExp(-20), 2.061153622438558e-9)).toBeLessThan(1e-15);
    expect([exactExp(710), exactExp(-800)]).toEqual([Infinity, 0]);
  });

  it('log and exp stay near the host over their range', () => {
    for (let i = 1; i < 20_000; i++) {
      const x = (i * i * 7.31) / 1000 + 1e-3;
      if (Math.abs(Math.log(x)) > 1e-3) expect(relative(exactLog(x), Math.log(x))).toBeLessThan(6e-16);
      const y = (i - 10_000) / 16;
      expect(relative(exactExp(y), Math.exp(y))).toBeLessThan(2e-15);
    }
  });

  it('the normal quantile agrees with known values', () => {
    for (const [p, z] of [
      [0.5, 0],
      [0.975, 1.959963984540054],
      [0.99, 2.3263478740408408],
      [0.841344746068543, 1],
      [0.00134989803163009, -3],
      [1e-9, -5.997807015007685],
    ]) {
      expect(Math.abs(normalQuantile(p) - z)).toBeLessThan(1e-11);
    }
  });
});

/** Draws are part of every recording: these never change without a new engine version. */
const PINNED = {
  root: [2941466319, 2346445722],
  key: 5457258536070606,
  draws: [2075690253, 3342714783, 504893921, 596466501],
};

describe('draws', () => {
  const root = rootKey('42');

  it('are the same on every machine', () => {
    expect([root.lo, root.hi]).toEqual(PINNED.root);
    const key = streamKey(root, 'link/kubelet-n1/apiserver-0');
    expect(key).toBe(PINNED.key);
    expect([0, 1, 2, 2 ** 40].map((n) => draw(key, 3, n))).toEqual(PINNED.draws);
  });

  it('spread evenly over n, purpose and stream', () => {
    const keys = Array.from({ length: 256 }, (_, i) => streamKey(root, `pod/${i}`));
    for (const pick of [
      (i: number) => draw(keys[0], 1, i),
      (i: number) => draw(keys[1], i, 7),
      (i: number) => draw(keys[i % 256], i >> 8, 0),
    ]) {
      const low = new Array<number>(64).fill(0);
      const high = new Array<number>(64).fill(0);
      for (let i = 0; i < 65_536; i++) {
        const v = pick(i);
        low[v & 63]++;
        high[v >>> 26]++;
      }
      for (const counts of [low, high]) {
        const chi = counts.reduce((sum, c) => sum + (c - 1024) ** 2 / 1024, 0);
        // 63 degrees of freedom: 99.99 % of even draws lie between 26 and 117.
        expect(chi).toBeGreaterThan(26);
        expect(chi).toBeLessThan(117);
      }
    }
  });

  it('flip half of the bits when one bit of an input changes', () => {
    let flips = 0;
    let cases = 0;
    for (let i = 0; i < 500; i++) {
      const key = streamKey(root, `s${i}`);
      for (let bit = 0; bit < 20; bit++) {
        for (const other of [draw(key, 5, i ^ (1 << bit)), draw(key, 5 ^ (1 << bit), i)]) {
          let x = (draw(key, 5, i) ^ other) >>> 0;
          for (; x !== 0; x &= x - 1) flips++;
          cases++;
        }
      }
    }
    expect(flips / cases).toBeGreaterThan(15.8);
    expect(flips / cases).toBeLessThan(16.2);
  });

  it('give streams keys that do not collide', () => {
    const keys = new Set(Array.from({ length: 200_000 }, (_, i) => streamKey(root, `pod/default/web-${i}`)));
    expect(keys.size).toBe(200_000);
  });
});

describe('distributions', () => {
  const key = streamKey(rootKey('1'), 'd');
  const sample = (d: Parameters<typeof sampleUs>[0], n = 40_000) =>
    Array.from({ length: n }, (_, i) => sampleUs(d, draw(key, 0, i))).sort((x, y) => x - y);

  it('give the same from a table as without', () => {
    for (const [p50Us, p99Us] of [
      [500, 3000],
      [30, 60],
      [1, 1],
      [100, 1e9],
    ]) {
      const often: Distribution = { kind: 'logNormal', p50Us, p99Us };
      for (let i = 0; i < 20_000; i++) {
        const u32 = draw(3, 0, i);
        expect(sampleUs(often, u32)).toBe(sampleUs({ ...often }, u32));
      }
    }
  });

  it('have the quantiles they are named by', () => {
    const logNormal = sample({ kind: 'logNormal', p50Us: 2_000_000, p99Us: 9_000_000 });
    expect(relative(logNormal[20_000], 2_000_000)).toBeLessThan(0.02);
    expect(relative(logNormal[39_600], 9_000_000)).toBeLessThan(0.06);
    const exponential = sample({ kind: 'exponential', meanUs: 5_000 });
    expect(relative(exponential.reduce((s, v) => s + v, 0) / 40_000, 5_000)).toBeLessThan(0.02);
    expect(relative(exponential[20_000], 5_000 * Math.LN2)).toBeLessThan(0.03);
    const uniform = sample({ kind: 'uniform', minUs: 10, maxUs: 12 });
    expect([uniform[0], uniform[20_000], uniform[39_999]]).toEqual([10, 11, 12]);
    const empirical = sample({ kind: 'empirical', quantilesUs: [100, 200, 1000] });
    expect(relative(empirical[20_000], 200)).toBeLessThan(0.04);
    expect(empirical[39_999]).toBeLessThanOrEqual(1000);
    expect(sampleUs({ kind: 'constant', valueUs: 7 }, 123)).toBe(7);
  });

  it('give integers >= 0 at both ends of the draw', () => {
    for (const d of [
      { kind: 'logNormal', p50Us: 1, p99Us: 1 },
      { kind: 'logNormal', p50Us: 100, p99Us: 1e9 },
      { kind: 'exponential', meanUs: 1e6 },
      { kind: 'uniform', minUs: 0, maxUs: 4_000_000_000 },
      { kind: 'empirical', quantilesUs: [3] },
    ] as const) {
      expect(checkDistribution(d)).toBeUndefined();
      for (const u of [0, 1, 0x7fffffff, 0xffffffff]) {
        expect(Number.isSafeInteger(sampleUs(d, u))).toBe(true);
        expect(sampleUs(d, u)).toBeGreaterThanOrEqual(0);
      }
    }
    expect(checkDistribution({ kind: 'logNormal', p50Us: 5, p99Us: 4 })).toBe('needs 0 < p50 <= p99');
  });

  it('uniformInt reaches both ends for small and large n', () => {
    for (const n of [1, 3, 5000, 2 ** 21, 2 ** 21 + 1, 2 ** 32]) {
      expect(uniformInt(0, n)).toBe(0);
      expect(uniformInt(0xffffffff, n)).toBe(n - 1);
    }
    expect([chance(0, 0, 10), chance(0, 1, 10), chance(0xffffffff, 10, 10)]).toEqual([false, true, true]);
  });
});
