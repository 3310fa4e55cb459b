import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildReport, type Chain, NO_FACTS } from '../../reports/index.ts';
import type { Recording } from '../../sim-core/index.ts';
import { goldenRun } from './summary.ts';

/**
 * Runs of shipped scenarios, as text in `expected/`. `UPDATE_GOLDENS=1 npx vitest run test/golden` writes them anew; a
 * change of them says that behaviour changed, and stands with its reason in the commit. Never in CI.
 */
const SCENARIOS = [
  'failures/rolling-update',
  'failures/bad-image',
  'failures/drain',
  'failures/etcd-leader-loss',
  'failures/crash-loop',
  'failures/zone-outage',
];

const update = process.env['UPDATE_GOLDENS'] === '1';
if (update && (process.env['CI'] ?? '') !== '') throw new Error('UPDATE_GOLDENS is refused where CI is set');

const fileOf = (name: string) =>
  path.join(import.meta.dirname, 'expected', `${name.slice(name.lastIndexOf('/') + 1)}.txt`);

/** The delays of a chain's steps add up, step by step and as a whole, and each of them has a name. */
function checkSums(chain: Chain): void {
  const sum = (list: readonly { readonly delayUs: number }[]) =>
    list.reduce((total, { delayUs }) => total + delayUs, 0);
  expect(sum(chain.steps)).toBe(chain.totalUs);
  const [first, last] = [chain.steps[0], chain.steps[chain.steps.length - 1]];
  expect(last.timeUs - first.timeUs).toBe(chain.totalUs);
  chain.steps.forEach((step, i) => {
    if (i > 0) expect(step.timeUs - chain.steps[i - 1].timeUs).toBe(step.delayUs);
    expect(sum(step.parts)).toBe(step.delayUs);
    for (const part of step.parts) expect(part.parameter).not.toBe('');
  });
}

/** Every Deployment that a fault hurt and that recovered has the whole way: from the fault to an endpoint. */
function checkChains(name: string, recording: Recording): void {
  const { faults } = buildReport(recording, NO_FACTS);
  const recoveries = faults.flatMap((fault) => fault.recoveries.map((recovery) => ({ fault, recovery })));
  if (name === 'failures/zone-outage')
    expect(recoveries.filter(({ recovery }) => recovery.recoveredAtUs >= 0).length).toBeGreaterThan(5);
  for (const { fault, recovery } of recoveries) {
    if (recovery.chain === undefined) {
      expect(recovery.replaced, `${recovery.deployment} was replaced without a chain`).toBe(0);
      continue;
    }
    checkSums(recovery.chain);
    const { steps } = recovery.chain;
    expect(steps[0].what, recovery.deployment).toContain(fault.kind);
    expect(steps[0].timeUs).toBe(fault.fromUs);
    expect(steps[steps.length - 1].what, recovery.deployment).toMatch(/is an endpoint of service|Ready$/);
    const told = steps.map((step) => step.what).join('; ');
    for (const part of [/Ready=Unknown|Unknown/, /evicted/, /created/, /scheduled to/, /bound to/, /Ready/])
      expect(told, recovery.deployment).toMatch(part);
  }
}

describe('goldens', () => {
  for (const name of SCENARIOS) {
    it(name, { timeout: 400_000 }, () => {
      const { text, recording } = goldenRun(name);
      checkChains(name, recording);
      const file = fileOf(name);
      if (update) {
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, text);
        return;
      }
      expect(existsSync(file), `${file} is missing: UPDATE_GOLDENS=1 npx vitest run test/golden`).toBe(true);
      expect(text).toBe(readFileSync(file, 'utf8'));
    });
  }
});
