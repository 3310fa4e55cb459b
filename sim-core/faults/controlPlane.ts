import { MS_US } from '../contracts/index.ts';
import type { FaultKind } from './kind.ts';
import { startComponent, stopComponent } from './nodes.ts';
import { FaultParamError, integer, quantiles, requiredText } from './params.ts';
import type { FaultTargets, SlowDiskSpec } from './targets.ts';

export const componentCrash: FaultKind<{ readonly component: string }, string> = {
  kind: 'ComponentCrash',
  summary: 'The process of one replica dies and loses what it kept in memory. At the end it is started again.',
  params: { component: 'name of the replica: kube-apiserver-1, kube-scheduler-0, kube-controller-manager-0, ...' },
  parse: (params) => ({ component: requiredText(params, 'component', 'ComponentCrash') }),
  describe: ({ component }) => component,
  begin(hands, { component }) {
    stopComponent(hands, component);
    return component;
  },
  end(hands, _params, component) {
    startComponent(hands, component);
  },
};

interface MemberParams {
  /** Undefined only in random processes: every member. */
  readonly member?: number;
}

function memberOf({ member }: MemberParams, kind: string): number {
  if (member === undefined) throw new FaultParamError(`${kind} needs member`);
  return member;
}

function eachMember<P extends MemberParams>(
  targets: FaultTargets,
  params: P,
): readonly { readonly target: string; readonly params: P }[] {
  const all = targets.components().filter(({ name }) => /^etcd-[0-9]+$/.test(name));
  const members =
    params.member !== undefined ? [params.member] : all.map(({ name }) => Number(name.slice('etcd-'.length)));
  return members.map((member) => ({ target: `etcd-${member}`, params: { ...params, member } }));
}

export const etcdMemberCrash: FaultKind<MemberParams, string> = {
  kind: 'EtcdMemberCrash',
  summary: 'An etcd member dies and keeps its disk; at the end it comes back and catches up.',
  params: { member: 'number of the member, from 0' },
  targetParams: ['member'],
  parse: (params) => ({ member: integer(params, 'member', 0) }),
  describe: ({ member }) => (member === undefined ? 'every member' : `etcd-${member}`),
  begin(hands, params) {
    const name = `etcd-${memberOf(params, 'EtcdMemberCrash')}`;
    stopComponent(hands, name);
    return name;
  },
  end(hands, _params, name) {
    startComponent(hands, name);
  },
  each: eachMember,
};

/** A disk far below the 10 ms that etcd wants for the 99th percentile of an fsync, but not dead. */
const SLOW_FSYNC: SlowDiskSpec = { p50Us: 100 * MS_US, p99Us: 500 * MS_US };

export const slowDisk: FaultKind<MemberParams & { readonly fsync: SlowDiskSpec }, number> = {
  kind: 'SlowDisk',
  summary: "An etcd member's disk takes long for each fsync.",
  params: {
    member: 'number of the member, from 0',
    latency: 'time of one fsync: a duration, or {p50, p99} (default 100ms, 500ms)',
  },
  targetParams: ['member'],
  parse: (params) => ({ member: integer(params, 'member', 0), fsync: quantiles(params, 'latency') ?? SLOW_FSYNC }),
  describe: ({ member, fsync }) =>
    `${member === undefined ? 'every member' : `etcd-${member}`}, fsync ${fsync.p50Us / MS_US} ms (p99 ${fsync.p99Us / MS_US} ms)`,
  begin(hands, params) {
    const member = memberOf(params, 'SlowDisk');
    hands.hold(`disk/${member}`);
    hands.targets.etcdDisk(hands.ctx, member, params.fsync);
    return member;
  },
  end(hands, _params, member) {
    if (hands.release(`disk/${member}`)) hands.targets.etcdDisk(hands.ctx, member, undefined);
  },
  each: eachMember,
};
