import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EtcdWatchResponse, TxnResult } from '../../sim-core/contracts/index.ts';
import { isError } from '../../sim-core/etcd/index.ts';
import {
  afterResponse,
  checkAcknowledged,
  checkHashes,
  checkHistory,
  checkLeader,
  checkQuorumProgress,
  checkReliable,
  checkResponse,
  type WatchSeen,
} from '../../sim-core/etcd/invariants.ts';
import { type Call, Lab } from '../unit/etcd/support/cluster.ts';

type Step =
  | { readonly do: 'put' | 'delete' | 'get' | 'stale' | 'watch'; readonly member: number; readonly key: number }
  | { readonly do: 'cas'; readonly member: number; readonly key: number }
  | { readonly do: 'crash' | 'start' | 'isolate' | 'slow' | 'move'; readonly member: number }
  | { readonly do: 'heal' | 'compact' }
  | { readonly do: 'wait'; readonly ms: number };

const member = fc.nat(4);
const key = fc.nat(3);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constantFrom('put', 'put', 'delete', 'get', 'stale', 'cas'), member, key }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('watch'), member, key }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('crash', 'start', 'start', 'isolate', 'slow', 'move'), member }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('heal', 'heal', 'compact') }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('wait'), ms: fc.constantFrom(0, 1, 2, 5, 50, 400, 1500, 4000) }),
  },
) as fc.Arbitrary<Step>;

interface WriteCall extends Call {
  readonly value: string;
  readonly name: string;
}

/** A run under faults, with everything that clients saw. */
class Run {
  readonly lab: Lab;
  readonly writes: WriteCall[] = [];
  readonly reads: { readonly call: Call; readonly name: string; readonly stale: boolean }[] = [];
  readonly watches: { readonly responses: EtcdWatchResponse[]; readonly from: number; readonly prefix: string }[] = [];
  readonly down = new Set<number>();
  #leaders: (number | undefined)[] = [];
  #cut = -1;
  #faultUs = 0;

  constructor(members: number, seed: string, messageLevelOnly = false) {
    this.lab = new Lab({ members, messageLevelOnly }, seed);
  }

  take(s: Step): void {
    const { lab } = this;
    const m = 'member' in s ? s.member % lab.etcd.members : 0;
    const name = 'key' in s ? `k${s.key}` : '';
    const value = `v${this.writes.length}`;
    switch (s.do) {
      case 'put':
        this.#wrote(lab.put(m, name, value), name, value);
        break;
      case 'delete':
        lab.delete(m, name);
        break;
      case 'cas': {
        const revision = lab.etcd.store.current(name)?.modRevision ?? 0;
        const compare = [{ key: name, target: 'mod', result: '=', operand: revision }] as const;
        this.#wrote(lab.txn(m, { compare, success: [{ op: 'put', key: name, value }], failure: [] }), name, value);
        break;
      }
      case 'get':
      case 'stale':
        this.reads.push({ call: lab.get(m, name, s.do === 'stale'), name, stale: s.do === 'stale' });
        break;
      case 'watch': {
        const from = Math.max(1, lab.etcd.store.revision - s.key * 3);
        const prefix = s.key === 0 ? '' : name;
        this.watches.push({ responses: lab.watch(m, prefix, from), from, prefix });
        break;
      }
      case 'compact':
        lab.compact(0, Math.max(1, lab.etcd.store.revision - 5));
        break;
      case 'wait':
        this.#wait(s.ms);
        break;
      default:
        this.#fault(s.do, m);
    }
  }

  #wrote(call: Call, name: string, value: string): void {
    // The call object is filled in when the answer comes, so it is kept itself.
    this.writes.push(Object.assign(call, { name, value }));
  }

  #fault(kind: string, m: number): void {
    const { lab } = this;
    this.#faultUs = lab.world.nowUs;
    if (kind === 'crash') {
      lab.crash(m);
      this.down.add(m);
    } else if (kind === 'start') {
      lab.start(m);
      this.down.delete(m);
    } else if (kind === 'isolate') {
      lab.heal();
      lab.isolate(m);
      this.#cut = m;
    } else if (kind === 'heal') {
      lab.heal();
      this.#cut = -1;
    } else if (kind === 'slow') lab.etcd.setDiskFactor(lab.ctx, m, 500);
    else if (!this.down.has(m)) lab.etcd.moveLeader(lab.ctx, m);
  }

  /** Runs in small steps and looks at the leaders in between. */
  #wait(ms: number): void {
    const { lab } = this;
    const before = lab.etcd.store.revision;
    // What was on its way when the quorum was lost may still arrive.
    const inFlight = lab.world.nowUs < this.#faultUs + 100_000;
    for (let done = 0; done < ms; done += 100) {
      lab.run(Math.min(100, ms - done));
      for (let m = 0; m < lab.etcd.members; m++) {
        if (lab.etcd.role(m) !== 'leader') continue;
        expect(checkLeader(this.#leaders, lab.etcd.term(m), m)).toBeUndefined();
        this.#leaders[lab.etcd.term(m)] = m;
      }
    }
    if (inFlight) return;
    const cut = this.#cut >= 0 && !this.down.has(this.#cut) ? 1 : 0;
    const connected = Math.max(lab.etcd.members - this.down.size - cut, cut);
    expect(checkQuorumProgress(lab.etcd.members, connected, before, lab.etcd.store.revision)).toBeUndefined();
  }

  /** All faults end; everything must recover. */
  settle(): void {
    const { lab } = this;
    lab.heal();
    this.#cut = -1;
    for (let m = 0; m < lab.etcd.members; m++) {
      lab.start(m);
      lab.etcd.setDiskFactor(lab.ctx, m, 1);
    }
    this.down.clear();
    lab.run(20_000);
  }

  check(): void {
    const { lab } = this;
    const { store } = lab.etcd;
    expect(checkHistory(store)).toBeUndefined();
    expect(checkHashes(store.revision, lab.hashes())).toBeUndefined();
    const all = Array.from({ length: lab.etcd.members }, (_, m) => m);
    expect(new Set(all.map((m) => lab.etcd.revision(lab.ctx, m)))).toEqual(new Set([store.revision]));
    this.#checkWrites();
    this.#checkReads();
    this.#checkWatches();
    const last = lab.put(0, 'last', 'x');
    lab.run(100);
    expect(last.answer).toMatchObject({ revision: store.revision, succeeded: true });
  }

  #acknowledged(): { call: WriteCall; revision: number }[] {
    return this.writes.flatMap((call) => {
      const { answer } = call;
      if (answer === undefined || isError(answer) || !(answer as TxnResult).succeeded) return [];
      return [{ call, revision: answer.revision }];
    });
  }

  #checkWrites(): void {
    const { store } = this.lab.etcd;
    const times = new Map<string, number>();
    for (let r = Math.max(2, store.compacted + 1); r <= store.revision; r++) {
      for (const { kv } of store.changes(r))
        if (kv.version > 0) times.set(String(kv.value), (times.get(String(kv.value)) ?? 0) + 1);
    }
    for (const n of times.values()) expect(n).toBe(1);
    const done = this.#acknowledged();
    for (const { call, revision } of done) expect(checkAcknowledged(store, call.name, revision)).toBeUndefined();
    for (const a of done) {
      for (const b of done) if (a.call.endUs < b.call.startUs) expect(a.revision).toBeLessThan(b.revision);
    }
  }

  #checkReads(): void {
    const { store } = this.lab.etcd;
    for (const { call, name, stale } of this.reads) {
      const { answer } = call;
      if (answer === undefined || isError(answer)) continue;
      const { revision, results } = answer as TxnResult;
      if (revision >= store.compacted) {
        const then = store.collect({ op: 'range', key: name }, revision).kvs;
        expect(results[0]).toMatchObject({ op: 'range', kvs: then });
      }
      if (stale) continue;
      for (const w of this.#acknowledged()) {
        if (w.call.endUs < call.startUs) expect(w.revision).toBeLessThanOrEqual(revision);
        if (call.endUs < w.call.startUs) expect(w.revision).toBeGreaterThan(revision);
      }
    }
  }

  #checkWatches(): void {
    const { store } = this.lab.etcd;
    for (const { responses, from, prefix } of this.watches) {
      let seen: WatchSeen = { prefix, fromRevision: from, last: from - 1 };
      for (const response of responses) {
        expect(checkResponse(seen, response)).toBeUndefined();
        seen = afterResponse(seen, response);
      }
      const events = responses.flatMap((r) => [...r.events]);
      const ended = responses.some((r) => r.canceled);
      const to = ended ? (events.at(-1)?.kv.modRevision ?? 0) : store.revision;
      expect(checkReliable(store, { ...seen, fromRevision: from }, events, to)).toBeUndefined();
    }
  }
}

const runs = Number(process.env.ETCD_RUNS ?? 60);
// A broken quorum can make runs very slow: that is a failure too.
const limits = { numRuns: runs, interruptAfterTimeLimit: 90_000, markInterruptAsFailure: true };

it.each([1, 3, 5])(
  'keeps its promises under faults with %i members',
  (members) => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), fc.nat(1000), (steps, seed) => {
        const run = new Run(members, String(seed));
        for (const s of steps) run.take(s);
        run.settle();
        run.check();
        expect(run.lab.etcd.onFastPath).toBe(true);
      }),
      { ...limits, seed: 7 },
    );
  },
  120_000,
);

/** Cuts the leader off, or kills it, again and again, with writes on both sides: what a wrong quorum would not survive. */
const drill = fc.array(
  fc.record({
    fault: fc.constantFrom('isolate', 'crash', 'isolateOther'),
    writes: fc.array(fc.record({ member, key, ms: fc.constantFrom(0, 1, 3, 300) }), { minLength: 2, maxLength: 8 }),
    ms: fc.constantFrom(100, 1200, 2500, 4000),
    later: fc.array(fc.record({ member, key, ms: fc.constantFrom(1, 50) }), { maxLength: 4 }),
    mend: fc.constantFrom(true, true, false),
  }),
  { minLength: 1, maxLength: 5 },
);

it.each([3, 5])(
  'keeps acknowledged writes of %i members whoever is cut off',
  (members) => {
    fc.assert(
      fc.property(drill, fc.nat(1000), (rounds, seed) => {
        const run = new Run(members, String(seed));
        run.take({ do: 'watch', member: 1, key: 0 });
        for (const round of rounds) {
          const leader = Math.max(0, run.lab.etcd.leader());
          const target = round.fault === 'isolateOther' ? (leader + 1) % members : leader;
          run.take({ do: round.fault === 'crash' ? 'crash' : 'isolate', member: target });
          for (const write of [...round.writes, { member: 0, key: 0, ms: round.ms }, ...round.later]) {
            run.take({ do: 'put', ...write });
            run.take({ do: 'wait', ms: write.ms });
          }
          if (!round.mend) continue;
          run.take({ do: 'heal' });
          run.take({ do: 'start', member: target });
          run.take({ do: 'wait', ms: 2500 });
        }
        run.settle();
        run.check();
      }),
      { ...limits, seed: 3 },
    );
  },
  120_000,
);

it('gives the same store on the fast path and on the message level', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
      const calm = steps.filter((s) => ['put', 'delete', 'cas', 'get', 'compact'].includes(s.do));
      const results = [false, true].map((messageLevelOnly) => {
        const run = new Run(3, '1', messageLevelOnly);
        run.lab.run(500);
        expect(run.lab.etcd.onFastPath).toBe(!messageLevelOnly);
        for (const s of calm) {
          run.take(s);
          run.lab.run(200);
        }
        run.lab.run(500);
        const { store } = run.lab.etcd;
        return [
          store.revision,
          store.compacted,
          run.lab.hashes(),
          run.writes.map((w) => w.answer),
          run.reads.map((r) => r.call.answer),
        ];
      });
      expect(results[0]).toEqual(results[1]);
    }),
    { numRuns: 25, seed: 11 },
  );
}, 120_000);
