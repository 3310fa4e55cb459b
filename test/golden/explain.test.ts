import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type Attempt,
  attemptsOf,
  attemptsText,
  buildCluster,
  type ExplainOptions,
  explainAttempt,
  explanationText,
  knownPods,
  type PodRef,
  Rewinder,
  recordsOfRun,
  runCluster,
} from '../../sim-core/index.ts';
import { loaded, shippedBundle } from '../unit/support/scenarios.ts';

/**
 * What `orrery explain` tells about pods of shipped scenarios. `UPDATE_GOLDENS=1 npx vitest run test/golden` writes the files
 * anew; a change of them stands with its reason in the commit.
 */
const update = process.env['UPDATE_GOLDENS'] === '1';
if (update && (process.env['CI'] ?? '') !== '') throw new Error('UPDATE_GOLDENS is refused where CI is set');

interface Asked {
  readonly scenario: string;
  /** The pod that is asked about: the first by name for which this holds. */
  readonly which: (attempts: readonly Attempt[]) => boolean;
  readonly attempt: (attempts: readonly Attempt[]) => Attempt;
  readonly options: (attempt: Attempt) => ExplainOptions;
}

const last = (attempts: readonly Attempt[]) => attempts[attempts.length - 1];

const ASKED: readonly Asked[] = [
  {
    scenario: 'teaching/why-pending',
    which: (attempts) => attempts.length > 1,
    attempt: (attempts) => attempts[0],
    options: () => ({ flip: true, whatIf: { like: 'small-0', count: 1 } }),
  },
  {
    scenario: 'teaching/first-deployment',
    which: (attempts) => last(attempts)?.node === 'worker-1',
    attempt: last,
    options: () => ({ node: 'worker-0', flip: true }),
  },
  {
    scenario: 'failures/drain',
    which: (attempts) => attempts.length > 0 && last(attempts).timeUs > 60_000_000,
    attempt: last,
    options: () => ({ nearest: 2 }),
  },
];

function asked({ scenario, which, attempt, options }: Asked): string {
  const cluster = buildCluster(loaded(shippedBundle(scenario)));
  const travel = new Rewinder(cluster);
  runCluster(cluster, {
    progress: () => {
      travel.keep();
      return true;
    },
  });
  const { source, names } = recordsOfRun(cluster.world);
  for (const key of [...knownPods(source, names).keys()].sort()) {
    const [namespace, name] = key.split('/');
    const pod: PodRef = { namespace, name };
    const attempts = attemptsOf(source, names, pod);
    if (!which(attempts)) continue;
    const one = attempt(attempts);
    const explanation = explainAttempt(travel, pod, one, options(one));
    expect(explanation.verified).toBe(true);
    return `# ${scenario}\n\n${attemptsText(attempts)}\n\n${explanationText(explanation)}\n`;
  }
  throw new Error(`${scenario} has no such pod`);
}

describe('explanations of shipped scenarios', () => {
  for (const one of ASKED) {
    it(one.scenario, { timeout: 200_000 }, () => {
      const text = asked(one);
      const base = one.scenario.slice(one.scenario.lastIndexOf('/') + 1);
      const file = path.join(import.meta.dirname, 'expected', `explain-${base}.txt`);
      if (update) {
        writeFileSync(file, text);
        return;
      }
      expect(existsSync(file), `${file} is missing: UPDATE_GOLDENS=1 npx vitest run test/golden`).toBe(true);
      expect(text).toBe(readFileSync(file, 'utf8'));
    });
  }
});
