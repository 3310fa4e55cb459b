import type { WorldContext } from '../../contracts/index.ts';
import { MAX_REQUEST_BYTES } from '../latency.ts';
import { ERR } from '../mvcc/errors.ts';
import { LEASE_COST_BYTES, txnCostBytes } from '../mvcc/quota.ts';
import { checkTxn } from '../mvcc/validate.ts';
import { answerClient } from './apply.ts';
import { fits } from './door.ts';
import { proposeFast } from './fast.ts';
import { dueLeases, planLeaseCheck } from './leases.ts';
import { submit, submitForwarded } from './messages.ts';
import { materialise } from './modes.ts';
import { answerRead, linearizableRead } from './reads.ts';
import { leaderOf } from './roles.ts';
import type { Env } from './state.ts';
import { endpointOf, isFast, type MemberState, NUMBER } from './state.ts';
import type { Client, Command, Proposal, Request } from './types.ts';
import { openWatch, progress } from './watches.ts';

/** A client's request arrives at a member. */
export function onRequest(env: Env, ctx: WorldContext, member: MemberState, request: Request): void {
  switch (request.kind) {
    case 'watch':
      openWatch(env, ctx, member.index, request);
      return;
    case 'progress':
      progress(env, ctx, request.watch);
      return;
    case 'read': {
      const { from, handler, token, read } = request;
      const refused = checkTxn(read);
      if (refused) answerClient(env, ctx, member.index, request, refused, 0);
      else {
        const waiting = { from, handler, token, read, startUs: ctx.nowUs, cause: ctx.cause };
        if (request.serializable) answerRead(env, ctx, member.index, waiting);
        else linearizableRead(env, ctx, member, waiting);
      }
      return;
    }
    default:
      onWrite(env, ctx, member, request);
  }
}

function onWrite(env: Env, ctx: WorldContext, member: MemberState, request: Request & { kind: 'write' }): void {
  const { from, handler, token, command } = request;
  const refused = command.kind === 'txn' ? checkTxn(command.txn) : undefined;
  if (refused) {
    answerClient(env, ctx, member.index, request, refused, 0);
    return;
  }
  const cost = costOf(env, command);
  if (cost > MAX_REQUEST_BYTES) {
    answerClient(env, ctx, member.index, request, ERR.requestTooLarge, 0);
    return;
  }
  if (!fits(env, ctx, cost)) {
    if (!env.shared.alarm)
      propose(env, ctx, member, newProposal(env, ctx, member, NOBODY, { kind: 'alarm', active: true }));
    answerClient(env, ctx, member.index, request, ERR.noSpace, 0);
    return;
  }
  propose(env, ctx, member, newProposal(env, ctx, member, { from, handler, token }, command));
}

const NOBODY: Client = { from: 0, handler: 0, token: 0 };

function costOf(env: Env, command: Command): number {
  if (command.kind === 'put') return env.shared.store.bytesOf(command.key.length, command.value);
  if (command.kind === 'txn') return txnCostBytes(env.shared.store, command.txn);
  return command.kind === 'leaseGrant' ? LEASE_COST_BYTES : 0;
}

function newProposal(env: Env, ctx: WorldContext, member: MemberState, client: Client, command: Command): Proposal {
  const id = env.shared.count(NUMBER.proposals) + 1;
  const { from, handler, token } = client;
  return { id, member: member.index, from, handler, token, startUs: ctx.nowUs, cause: ctx.cause, command };
}

function propose(env: Env, ctx: WorldContext, member: MemberState, proposal: Proposal): void {
  if (isFast(env)) {
    const { leader } = env.shared.mode.get();
    if (leader === member.index) {
      proposeFast(env, ctx, proposal);
      return;
    }
    const to = env.members[leader];
    const sent = env.transport.send(
      ctx,
      endpointOf(env, member.index),
      endpointOf(env, leader),
      to.handlers.forward,
      0,
      0,
      proposal,
    );
    if (sent) return;
    materialise(env, ctx);
  }
  submit(env, ctx, member, proposal);
}

/** A proposal comes to the member that another took for the leader. */
export function onForward(env: Env, ctx: WorldContext, member: MemberState, proposal: Proposal): void {
  if (isFast(env) && env.shared.mode.get().leader === member.index) proposeFast(env, ctx, proposal);
  else if (!isFast(env)) submitForwarded(env, ctx, member, proposal);
}

/** The leader revokes what has expired. */
export function revokeExpired(env: Env, ctx: WorldContext, member: MemberState): void {
  env.shared.numbers.set(NUMBER.leaseCheckUs, 0);
  if (leaderOf(env) !== member.index) return;
  for (const lease of dueLeases(env, ctx)) {
    propose(env, ctx, member, newProposal(env, ctx, member, NOBODY, { kind: 'leaseRevoke', lease }));
  }
  planLeaseCheck(env, ctx);
}
