import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, firstDifference } from '../../sim-core/engine/index.ts';
import { Heart } from '../unit/engine/toys.ts';
import { withDeterminismGuard } from '../unit/support/guard.ts';

const components = () => [new Heart('a', 1000), new Heart('b', 1000), new Heart('c', 777)];
const END = 400_000;

describe('engine', () => {
  it('runs under the guard: no clock, no random numbers, no inexact functions of the host', () => {
    const digest = withDeterminismGuard(() => {
      const world = createWorld({ seed: '42', components: components(), freeze: true });
      world.runUntil({ timeUs: END });
      world.restore(world.snapshot());
      createWorld({ seed: '42', components: components(), from: world.serialise() });
      return world.digest();
    });
    const plain = createWorld({ seed: '42', components: components() });
    plain.runUntil({ timeUs: END });
    expect(plain.digest()).toBe(digest);
  });

  it('goes on alike from snapshots and from bytes taken at any instants', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.nat(END), { minLength: 1, maxLength: 5 }), (seed, instants) => {
        const whole = createWorld({ seed, components: components() });
        whole.runUntil({ timeUs: END });
        const hopping = createWorld({ seed, components: components() });
        let fresh = createWorld({ seed, components: components() });
        const kept: { digest: string; snapshot: ReturnType<typeof hopping.snapshot> }[] = [];
        for (const timeUs of instants.toSorted((x, y) => x - y)) {
          hopping.runUntil({ timeUs });
          kept.push({ digest: hopping.digest(), snapshot: hopping.snapshot() });
          fresh.runUntil({ timeUs });
          fresh = createWorld({ seed, components: components(), from: fresh.serialise() });
          expect(firstDifference(fresh, hopping)).toBeUndefined();
        }
        for (const { digest, snapshot } of [...kept, ...kept.toReversed()]) {
          hopping.restore(snapshot);
          expect(hopping.digest()).toBe(digest);
          hopping.runUntil({ timeUs: END });
          expect(hopping.digest()).toBe(whole.digest());
        }
        fresh.runUntil({ timeUs: END });
        expect(fresh.digest()).toBe(whole.digest());
        expect(firstDifference(fresh, whole)).toBeUndefined();
      }),
      { numRuns: 15 },
    );
  });
});

describe('engine in another process', () => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'engine-state-'));
  const root = path.resolve(import.meta.dirname, '../..');
  const entry = path.join(root, 'test/determinism/engine-resume.ts');
  const run = (args: string[], env: NodeJS.ProcessEnv) =>
    execFileSync(process.execPath, [path.join(root, 'scripts/run-ts.mjs'), entry, ...args], {
      cwd: dir,
      env: { ...process.env, ...env },
      encoding: 'utf8',
    }).trim();
  let digest = '';

  beforeAll(() => {
    const world = createWorld({ seed: '42', components: components() });
    world.runUntil({ timeUs: END / 2 });
    writeFileSync(path.join(dir, 'state'), world.serialise());
    world.runUntil({ timeUs: END });
    digest = world.digest();
  });

  afterAll(() => rmSync(dir, { recursive: true }));

  it('has the same digest from the start and from a state in bytes, in any time zone and language', () => {
    expect(readFileSync(path.join(dir, 'state')).length).toBeGreaterThan(1000);
    expect(run([String(END)], { TZ: 'Asia/Kathmandu', LC_ALL: 'tr_TR.UTF-8' })).toBe(digest);
    expect(run([String(END), path.join(dir, 'state')], { TZ: 'UTC' })).toBe(digest);
  });
});
