import type { EtcdAnswer, WorldContext } from '../../contracts/index.ts';
import { combineNumber } from '../../engine/mix.ts';
import { ERR, isError } from '../mvcc/errors.ts';
import { LEASE_COST_BYTES, txnCostBytes } from '../mvcc/quota.ts';
import type { Stamp } from '../mvcc/store.ts';
import type { TimedPlace } from '../mvcc/timedRows.ts';
import { applyPutIf, applyRevoke, applyTxn } from '../mvcc/txn.ts';
import type { Entry } from '../raft/types.ts';
import { planLeaseCheck } from './leases.ts';
import type { Env } from './state.ts';
import { endpointOf, MIN_TTL_SECONDS, NUMBER } from './state.ts';
import type { Applied, Client, Command, Mark, Proposal } from './types.ts';

/** Applies an entry's command, with the cause of its request. */
export function runEntry(env: Env, ctx: WorldContext, entry: Entry): EtcdAnswer | undefined {
  const proposal = entry.data as Proposal | null;
  return proposal === null ? undefined : runProposal(env, ctx, proposal);
}

export function runProposal(env: Env, ctx: WorldContext, proposal: Proposal): EtcdAnswer {
  ctx.setCause(proposal.cause);
  return applyCommand(env, ctx, proposal.command);
}

/** Notes an entry that was run as the next one of the common history; `answer` is kept for the member that was asked. */
export function noteApplied(env: Env, entry: Entry, answer: EtcdAnswer | undefined): Applied {
  const { shared } = env;
  const applied: Applied = {
    index: entry.index,
    revision: shared.store.revision,
    compacted: shared.store.compacted,
    chain: chainOf(entry, lastChain(env)),
    entry,
    answer,
  };
  append(env, applied);
  return applied;
}

/** Appends to the common history. */
export function append({ shared }: Env, applied: Applied): void {
  shared.append(applied, applied.index);
}

const APPLIED: Command = { kind: 'applied' };

/** What the common history keeps of a proposal that was run and answered: who made it, not what it wrote. */
export function withoutCommand({ id, member }: Proposal): Proposal {
  return { id, member, from: 0, handler: 0, token: 0, startUs: 0, cause: 0, command: APPLIED };
}

/** The chain at the head of the common history. */
function lastChain(env: Env): number {
  return env.shared.lastChain;
}

/** Folds an entry into the chain of everything applied. */
export function chainOf(entry: Entry, before: number): number {
  const proposal = entry.data as Proposal | null;
  return foldProposal(before, entry.term, proposal === null ? 0 : proposal.id);
}

/** Where the next write of the common history stands, of a proposal that a member made. */
export function placeOf(env: Env, ctx: WorldContext, member: number, proposal: number): TimedPlace {
  const { shared } = env;
  const { term } = shared.mode.get();
  return {
    term,
    compacted: shared.store.compacted,
    member,
    index: shared.appliedIndex + 1,
    proposal,
    chain: foldProposal(lastChain(env), term, proposal),
    atUs: ctx.nowUs,
  };
}

function foldProposal(before: number, term: number, id: number): number {
  return combineNumber(combineNumber(before, term), id);
}

export function markOf(applied: Mark): Mark {
  return { index: applied.index, revision: applied.revision, compacted: applied.compacted, chain: applied.chain };
}

function stampOf(env: Env, ctx: WorldContext): Stamp | undefined {
  const { hook } = env;
  if (hook === undefined) return undefined;
  return (key, value, revision, prev, deleted) => hook(ctx, key, value, revision, prev, deleted);
}

function applyCommand(env: Env, ctx: WorldContext, command: Command): EtcdAnswer {
  const { store, lessor, alarm, numbers } = env.shared;
  const done = () => ({ revision: store.revision, succeeded: true, results: [] });
  switch (command.kind) {
    case 'txn':
      if (alarm && txnCostBytes(store, command.txn) > 0) return ERR.noSpace;
      return applyTxn(store, command.txn, stampOf(env, ctx));
    case 'put':
      if (alarm) return ERR.noSpace;
      return applyPutIf(store, command, stampOf(env, ctx));
    case 'compact':
      return store.compact(command.revision) ?? done();
    case 'leaseGrant': {
      if (alarm && LEASE_COST_BYTES > 0) return ERR.noSpace;
      const lease = lessor.grant(lessor.nextId, command.ttlSeconds, MIN_TTL_SECONDS, ctx.nowUs);
      if (isError(lease)) return lease;
      planLeaseCheck(env, ctx);
      return { revision: store.revision, lease: lease.id, ttlSeconds: lease.ttlSeconds };
    }
    case 'leaseRevoke': {
      const revision = applyRevoke(store, command.lease, stampOf(env, ctx));
      return typeof revision === 'number' ? done() : revision;
    }
    case 'leaseKeepAlive':
      return lessor.keepAlive(command.lease, ctx.nowUs) === undefined ? ERR.leaseNotFound : done();
    case 'applied':
      throw new Error('an entry of the common history is run again');
    default:
      numbers.set(NUMBER.alarm, command.active ? 1 : 0);
      return done();
  }
}

/** Sends an answer from the member that was asked; it is lost if no link leads back. */
export function answerClient(
  env: Env,
  ctx: WorldContext,
  member: number,
  client: Client,
  answer: EtcdAnswer,
  afterUs: number,
): void {
  if (client.handler === 0 || !env.members[member].up) return;
  env.transport.send(ctx, endpointOf(env, member), client.from, client.handler, client.token, 0, answer, afterUs);
}

/** Frees what all members have compacted. */
export function reclaim(env: Env): void {
  let least = env.shared.store.compacted;
  for (const member of env.members) least = Math.min(least, member.mark.get().compacted);
  if (least <= env.shared.store.reclaimed) return;
  for (const listener of env.forgetting) listener(least);
  env.shared.store.reclaim(least);
}
