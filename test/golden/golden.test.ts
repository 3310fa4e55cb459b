import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { goldenText } from './summary.ts';

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

describe('goldens', () => {
  for (const name of SCENARIOS) {
    it(name, () => {
      const text = goldenText(name);
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
