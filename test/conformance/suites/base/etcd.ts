import type {
  Compare,
  EtcdError,
  EtcdEvent,
  EtcdOp,
  EtcdOpResult,
  KeyValue,
  Txn,
} from '../../../../sim-core/contracts/index.ts';
import { ContainerSet } from '../../../../sim-core/engine/index.ts';
import { ERR, isError } from '../../../../sim-core/etcd/mvcc/errors.ts';
import { Lessor, minTtlSeconds } from '../../../../sim-core/etcd/mvcc/lessor.ts';
import type { RangeOp } from '../../../../sim-core/etcd/mvcc/ops.ts';
import {
  costBytes,
  DEFAULT_QUOTA_BYTES,
  isWithinQuota,
  LEASE_COST_BYTES,
} from '../../../../sim-core/etcd/mvcc/quota.ts';
import { Store } from '../../../../sim-core/etcd/mvcc/store.ts';
import { applyPut, applyRevoke, applyTxn } from '../../../../sim-core/etcd/mvcc/txn.ts';
import { checkOp, checkTxn } from '../../../../sim-core/etcd/mvcc/validate.ts';
import type { WatchRange } from '../../../../sim-core/etcd/mvcc/watch.ts';
import {
  eventsBetween,
  firstRevision,
  normaliseWatch,
  REFUSED_DUPLICATE_ID,
  REFUSED_EMPTY_RANGE,
} from '../../../../sim-core/etcd/mvcc/watch.ts';
import type { CaseResult, SetRun, VectorFolder } from '../../harness.ts';
import { canonical, play } from '../../harness.ts';

// biome-ignore lint/suspicious/noExplicitAny: the recorded operations have a field or two each
type Raw = any;

interface Case {
  readonly case: string;
  readonly kind: string;
  readonly in: { readonly flags?: readonly string[]; readonly ops: readonly Raw[] };
  readonly out: { readonly results: readonly Raw[]; readonly watches?: Record<string, Raw> | null };
}

const relations = { EQUAL: '=', NOT_EQUAL: '!=', GREATER: '>', LESS: '<' } as const;

function toCompare(raw: Raw): Compare {
  const target = raw.target.toLowerCase();
  const operand = target === 'value' ? (raw.value ?? '') : (raw.n ?? 0);
  return {
    key: raw.key,
    rangeEnd: raw.rangeEnd,
    target,
    result: relations[raw.result as keyof typeof relations],
    operand,
  };
}

function toOp(raw: Raw): EtcdOp {
  const { key, rangeEnd, prevKv } = raw;
  if (raw.op === 'put') {
    const value = raw.valueRepeat === undefined ? (raw.value ?? '') : 'x'.repeat(raw.valueRepeat);
    const { lease, ignoreValue, ignoreLease } = raw;
    return { op: 'put', key, value, lease, prevKv, ignoreValue, ignoreLease };
  }
  if (raw.op === 'delete') return { op: 'delete', key, rangeEnd, prevKv };
  if (raw.op === 'txn') return { op: 'txn', ...toTxn(raw) };
  const { minMod, maxMod, minCreate, maxCreate } = raw;
  const filtered = minMod || maxMod || minCreate || maxCreate;
  const sort = raw.sortTarget === undefined && raw.sortOrder === undefined ? undefined : toSort(raw);
  const filter = filtered ? { minMod, maxMod, minCreate, maxCreate } : undefined;
  const { revision, limit, countOnly, keysOnly } = raw;
  return { op: 'range', key, rangeEnd, revision, limit, countOnly, keysOnly, sort, filter };
}

function toSort(raw: Raw) {
  return { target: (raw.sortTarget ?? 'KEY').toLowerCase(), order: (raw.sortOrder ?? 'NONE').toLowerCase() };
}

function toTxn(raw: Raw): Txn {
  const ops = (list: Raw) => (list ?? []).map(toOp);
  return { compare: (raw.compares ?? []).map(toCompare), success: ops(raw.success), failure: ops(raw.failure) };
}

function fromKv(kv: KeyValue): Raw {
  const text = kv.value as string;
  const value = text.length > 200 ? `<${text.length} bytes>` : text;
  return {
    key: kv.key,
    value,
    create: kv.createRevision,
    mod: kv.modRevision,
    version: kv.version,
    lease: kv.lease || undefined,
  };
}

function fromResult(result: EtcdOpResult): Raw {
  switch (result.op) {
    case 'put':
      return { op: 'put', revision: result.revision, prevKv: result.prev && fromKv(result.prev) };
    case 'delete': {
      const prevKvs = result.prevs.length > 0 ? result.prevs.map(fromKv) : undefined;
      return { op: 'delete', revision: result.revision, deleted: result.deleted, prevKvs };
    }
    case 'range': {
      const { count, kvs, more, revision } = result;
      return { op: 'range', revision, count, kvs: kvs.map(fromKv), more };
    }
    default: {
      const { revision, succeeded, results } = result.result;
      return { op: 'txn', revision, succeeded, responses: results.map(fromResult) };
    }
  }
}

function fromEvent(event: EtcdEvent): Raw {
  const kv = event.type === 'PUT' ? fromKv(event.kv) : { key: event.kv.key, mod: event.kv.modRevision };
  return { type: event.type, kv, prevKv: event.prev && fromKv(event.prev) };
}

interface LiveWatch {
  readonly range: WatchRange;
  next: number;
  readonly events: Raw[];
  canceled: Raw;
  fragmented?: boolean;
}

/** The backend commits every 100 ms, about this many fsynced puts of the recorder, one after the other. */
const BACKEND_BATCH_WRITES = 50;
const FRAGMENT_BYTES = 2 * 1024 * 1024;

/** One store with the parts of a server that recordings ask: API checks, alarm, watches on one stream. */
class Server {
  readonly #containers = new ContainerSet('etcd', false);
  readonly #lessor = new Lessor(this.#containers);
  readonly #store = new Store(this.#containers, this.#lessor);
  readonly #minTtl: number;
  readonly #quota: number;
  #noSpace = false;
  #writes = 0;
  readonly #watches = new Map<number, LiveWatch>();
  readonly #all = new Map<number, LiveWatch>();

  constructor(flags: readonly string[]) {
    const flag = (name: string) => flags.find((f) => f.startsWith(`--${name}=`))?.split('=')[1];
    this.#minTtl = minTtlSeconds(Number(flag('election-timeout') ?? 100) * 1000);
    this.#quota = Number(flag('quota-backend-bytes') ?? DEFAULT_QUOTA_BYTES);
  }

  run(raw: Raw): Raw {
    switch (raw.op) {
      case 'put':
      case 'delete':
      case 'range':
      case 'txn':
        return this.#request(toOp(raw), raw);
      case 'putUntilError':
        for (;;) {
          const answer = this.#request(toOp({ ...raw, op: 'put' }), raw);
          if (answer.error) return answer;
        }
      case 'compact':
      case 'compactNow':
        return this.#compact(raw.op === 'compact' ? raw.revision : this.#store.revision);
      case 'watch':
        return this.#watch(raw);
      case 'watchCancel': {
        this.#catchUp();
        const watch = this.#watches.get(raw.id);
        if (watch === undefined) return { unknown: true };
        this.#watches.delete(raw.id);
        watch.canceled = { compactRevision: 0, reason: '' };
        return { canceled: true };
      }
      case 'alarms':
        return { alarms: this.#noSpace ? ['NOSPACE'] : [] };
      case 'disarm': {
        const alarms = this.#noSpace ? ['NOSPACE'] : [];
        this.#noSpace = false;
        return { alarms };
      }
      case 'defragment':
        this.#store.defragment();
        return {};
      case 'restartMember':
      case 'stopMember':
      case 'startMember':
        // Everything is durable, and members catch up between operations.
        return {};
      default:
        return this.#lease(raw);
    }
  }

  #request(op: EtcdOp, raw: Raw): Raw {
    const refused = op.op === 'txn' ? checkTxn(op) : checkOp(op);
    if (refused) return refused;
    if (op.op === 'range') return this.#range(op);
    const cost = costBytes(this.#store, op);
    const error = this.#charge(cost);
    if (error) return error;
    const answer = this.#apply(op);
    if (++this.#writes % BACKEND_BATCH_WRITES === 0) this.#store.commitBackend();
    if (isError(answer)) return answer;
    if (op.op === 'txn') return strip(fromResult({ op: 'txn', result: answer }));
    const result = strip(fromResult(answer.results[0]));
    return raw.op === 'putUntilError' ? {} : result;
  }

  #apply(op: EtcdOp) {
    if (op.op === 'put') return applyPut(this.#store, op);
    return applyTxn(this.#store, op.op === 'txn' ? op : { compare: [], success: [op], failure: [] });
  }

  #range(op: RangeOp): Raw {
    const found = this.#store.range(op);
    if (isError(found)) return found;
    return strip(fromResult({ op: 'range', revision: this.#store.revision, ...found }));
  }

  #charge(cost: number): EtcdError | undefined {
    if (!isWithinQuota(this.#store, cost, this.#quota)) this.#noSpace = true;
    return this.#noSpace && cost > 0 ? ERR.noSpace : undefined;
  }

  #compact(revision: number): Raw {
    this.#catchUp();
    const error = this.#store.compact(revision);
    if (error) return error;
    this.#store.reclaim(revision);
    return { revision: this.#store.revision };
  }

  #lease(raw: Raw): Raw {
    const store = this.#store;
    const lease = this.#lessor.get(raw.id);
    switch (raw.op) {
      case 'leaseGrant': {
        const error = this.#charge(LEASE_COST_BYTES);
        if (error) return error;
        const granted = this.#lessor.grant(raw.id, raw.ttl, this.#minTtl, 0);
        if (isError(granted)) return granted;
        return { errorField: '', id: raw.id, revision: store.revision, ttl: granted.ttlSeconds };
      }
      case 'leaseRevoke': {
        const revision = applyRevoke(store, raw.id);
        return typeof revision === 'number' ? { revision } : revision;
      }
      case 'leaseKeepAlive':
        return { id: raw.id, revision: store.revision, ttl: lease?.ttlSeconds ?? 0 };
      case 'leaseTTL': {
        const base = { id: raw.id, revision: store.revision };
        if (lease === undefined) return { ...base, alive: false, grantedTTL: 0, keys: [], ttl: -1 };
        const keys = this.#lessor.slots(raw.id).map((slot) => store.keyAt(slot));
        return { ...base, alive: true, grantedTTL: lease.ttlSeconds, keys: keys.sort() };
      }
      case 'leases':
        return { ids: this.#lessor.ids(), revision: store.revision };
      case 'waitLeaseExpiry':
        applyRevoke(store, raw.id);
        return { ttl: -1 };
      default:
        throw new Error(`unknown operation ${raw.op}`);
    }
  }

  #watch(raw: Raw): Raw {
    this.#catchUp();
    const { key, rangeEnd, noPut, noDelete, prevKv } = raw;
    const range = normaliseWatch({ key, rangeEnd, noPut, noDelete, prevKv });
    if (range === undefined) return { refused: { reason: REFUSED_EMPTY_RANGE, watchId: -1 } };
    if (this.#watches.has(raw.id)) return { refused: { reason: REFUSED_DUPLICATE_ID, watchId: -1 } };
    const next = firstRevision(this.#store.view, raw.startRevision ?? 0);
    const watch: LiveWatch = { range, next, events: [], canceled: null };
    if (raw.fragment) watch.fragmented = false;
    this.#watches.set(raw.id, watch);
    this.#all.set(raw.id, watch);
    return { created: true, revision: this.#store.revision };
  }

  #catchUp(): void {
    for (const [id, watch] of [...this.#watches]) {
      if (watch.next < this.#store.compacted) {
        watch.canceled = { compactRevision: this.#store.compacted, reason: '' };
        this.#watches.delete(id);
        continue;
      }
      const events = eventsBetween(this.#store, watch.range, watch.next, this.#store.revision);
      let bytes = 0;
      for (const event of events) bytes += (event.kv.value as string).length;
      if (watch.fragmented !== undefined && bytes > FRAGMENT_BYTES) watch.fragmented = true;
      watch.events.push(...events.map(fromEvent));
      watch.next = Math.max(watch.next, this.#store.revision + 1);
    }
  }

  watches(): Raw {
    this.#catchUp();
    return Object.fromEntries(
      [...this.#all].map(([id, w]) => [id, { canceled: w.canceled, events: w.events, fragmented: w.fragmented }]),
    );
  }
}

/** At the top level the answer's kind is that of the request. */
function strip(result: Raw): Raw {
  return { ...result, op: undefined };
}

function playCase(c: Case): Omit<CaseResult, 'name'> {
  const server = new Server(c.in.flags ?? []);
  const differences: { expected: string; actual: string }[] = [];
  let equal = 0;
  const check = (name: string, expected: Raw, actual: Raw) => {
    const withoutRevisions = c.case === 'special/quota';
    const e = canonical(expected);
    const a = canonical(withoutRevisions ? dropRevisions(actual) : actual);
    if (e === a) equal++;
    else differences.push({ expected: `${name} ${e}`, actual: a });
  };
  c.in.ops.forEach((op, i) => {
    check(`${i} ${JSON.stringify(op)}`, c.out.results[i], server.run(op));
  });
  const total = c.in.ops.length + 1;
  check('watches', c.out.watches ?? {}, server.watches());
  const cause = differences[0] && `operation ${differences[0].expected.split('"op":"')[1]?.split('"')[0] ?? 'watches'}`;
  return { equal: differences.length === 0, equalUnits: equal, totalUnits: total, cause, ...differences[0] };
}

function dropRevisions(value: Raw): Raw {
  if (Array.isArray(value)) return value.map(dropRevisions);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'revision');
  return Object.fromEntries(entries.map(([key, v]) => [key, dropRevisions(v)]));
}

/** Recorded sequences of requests to etcd 3.6: each operation is one unit, what the watches delivered one more. */
export function* etcdSets(vectors: VectorFolder, only: string | undefined): Iterable<SetRun> {
  if (!vectors.has('etcd.jsonl')) return;
  const cases = vectors.lines<Case>('etcd.jsonl');
  for (const kind of ['sequence', 'sequence-3', 'special']) {
    const set = `etcd-${kind}`;
    const chosen = cases.filter(
      (c) => c.kind === kind && (only === undefined || set.includes(only) || c.case.includes(only)),
    );
    if (chosen.length > 0 || only === undefined)
      yield { set, cases: chosen.map((c) => play(c.case, () => withUnits(c))) };
  }
}

function withUnits(c: Case): Omit<CaseResult, 'name'> {
  try {
    return playCase(c);
  } catch (error) {
    const actual = String(error instanceof Error ? error.stack : error);
    return { equal: false, skipped: true, equalUnits: 0, totalUnits: c.in.ops.length + 1, cause: 'crash', actual };
  }
}
