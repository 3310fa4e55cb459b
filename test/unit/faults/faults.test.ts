import { describe, expect, it } from 'vitest';
import type { Component, WorldContext } from '../../../sim-core/contracts/index.ts';
import { RecordKind } from '../../../sim-core/contracts/index.ts';
import { createWorld } from '../../../sim-core/engine/index.ts';
import {
  checkFault,
  FAULT_KINDS,
  type FaultProcess,
  Faults,
  type FaultTargets,
  type PlannedFault,
} from '../../../sim-core/faults/index.ts';

const SECOND = 1_000_000;

/** Zones a, b, c with nodes n1..n6 in turn; one etcd member and one API server a zone. */
function targets(log: string[], nodes = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6']): FaultTargets {
  const zone = (i: number) => 'abc'[i % 3];
  const note = (ctx: WorldContext, what: string) => void log.push(`${ctx.nowUs / SECOND} ${what}`);
  return {
    nodes: () => nodes.map((name, i) => ({ name, zone: zone(i) })),
    components: () =>
      ['etcd-0', 'etcd-1', 'etcd-2', 'kube-apiserver-0', 'kube-apiserver-1', 'kube-apiserver-2'].map((name, i) => ({
        name,
        zone: zone(i),
      })),
    nodePower: (ctx, node, on) => note(ctx, `${node} ${on ? 'on' : 'off'}`),
    kubeletProcess: (ctx, node, running) => note(ctx, `kubelet ${node} ${running ? 'runs' : 'stopped'}`),
    runtimeHang: (ctx, node, isHung) => note(ctx, `runtime ${node} ${isHung ? 'hangs' : 'answers'}`),
    nodeResize: (ctx, node, allocatable) => note(ctx, `${node} has ${JSON.stringify(allocatable) ?? 'its own'}`),
    beginPartition: (ctx, { name, a, b, direction }) => note(ctx, `cut ${name} ${a}|${b ?? '*'} ${direction}`),
    endPartition: (ctx, name) => note(ctx, `healed ${name}`),
    beginDegradation: (ctx, { name, a, b, extraLatencyUs, jitterUs, lossPpm }) =>
      note(ctx, `worse ${name} ${a}|${b ?? '*'} ${extraLatencyUs ?? '-'} ${jitterUs ?? '-'} ${lossPpm ?? '-'}`),
    endDegradation: (ctx, name) => note(ctx, `better ${name}`),
    etcdDisk: (ctx, member, slow) => note(ctx, `disk ${member} ${slow ? slow.p50Us : 'normal'}`),
  };
}

class Replica implements Component {
  readonly name: string;
  readonly log: string[];
  constructor(name: string, log: string[]) {
    this.name = name;
    this.log = log;
  }
  init(): void {}
  handlers() {
    return [];
  }
  registered(): void {}
  start(ctx: WorldContext): void {
    if (ctx.nowUs > 0) this.log.push(`${ctx.nowUs / SECOND} ${this.name} starts`);
  }
  crash(ctx: WorldContext): void {
    this.log.push(`${ctx.nowUs / SECOND} ${this.name} dies`);
  }
}

function run(plan: {
  timeline?: readonly PlannedFault[];
  processes?: readonly FaultProcess[];
  seed?: string;
  nodes?: string[];
  untilS?: number;
}) {
  const log: string[] = [];
  const faults = new Faults({
    targets: targets(log, plan.nodes),
    timeline: plan.timeline ?? [],
    processes: plan.processes ?? [],
  });
  const replicas = ['etcd-0', 'etcd-1', 'etcd-2', 'kube-apiserver-0', 'kube-apiserver-1', 'kube-apiserver-2'].map(
    (name) => new Replica(name, log),
  );
  const world = createWorld({ seed: plan.seed ?? 'f', components: [faults, ...replicas], freeze: true });
  world.runUntil({ timeUs: (plan.untilS ?? 1000) * SECOND });
  return { log, world, faults };
}

const at = (s: number, kind: string, params: object, forS?: number): PlannedFault => ({
  atUs: s * SECOND,
  kind,
  params: params as PlannedFault['params'],
  forUs: forS === undefined ? undefined : forS * SECOND,
});

describe('faults', () => {
  it('takes down a zone and brings it back', () => {
    const { log } = run({ timeline: [at(5, 'ZoneOutage', { zone: 'b' }, 10)] });
    expect(log).toEqual([
      '5 n2 off',
      '5 n5 off',
      '5 etcd-1 dies',
      '5 kube-apiserver-1 dies',
      '15 etcd-1 starts',
      '15 kube-apiserver-1 starts',
      '15 n2 on',
      '15 n5 on',
    ]);
  });

  it('repairs what two faults hold when the last one ends', () => {
    const { log } = run({ timeline: [at(1, 'NodeCrash', { node: 'n2' }, 20), at(5, 'ZoneOutage', { zone: 'b' }, 10)] });
    expect(log.filter((line) => line.includes('n2'))).toEqual(['1 n2 off', '21 n2 on']);
  });

  it('cuts, slows and loses between groups, zones and single nodes', () => {
    const { log } = run({
      timeline: [
        at(1, 'Partition', { between: [['zone/a'], ['kube-apiserver-1', 'n5']], oneWay: true }, 1),
        at(3, 'NetworkLatency', { node: 'n1', latency: { p50: '50ms', p99: '70ms' } }, 1),
        at(5, 'NetworkLoss', { zone: 'c', loss: 0.25 }, 1),
        at(7, 'SlowDisk', { member: 2, latency: '80ms' }, 1),
        at(9, 'KubeletStop', { nodes: ['n3', 'n4'] }, 1),
        at(11, 'ComponentCrash', { component: 'kube-apiserver-0' }, 1),
      ],
    });
    expect(log).toEqual([
      '1 cut Partition-0 etcd-0,kube-apiserver-0,n1,n4|kube-apiserver-1,n5 aToB',
      '2 healed Partition-0',
      '3 worse NetworkLatency-0 n1|* 30000 40000 -',
      '4 better NetworkLatency-0',
      '5 worse NetworkLoss-0 etcd-2,kube-apiserver-2,n3,n6|* - - 250000',
      '6 better NetworkLoss-0',
      '7 disk 2 80000',
      '8 disk 2 normal',
      '9 kubelet n3 stopped',
      '9 kubelet n4 stopped',
      '10 kubelet n3 runs',
      '10 kubelet n4 runs',
      '11 kube-apiserver-0 dies',
      '12 kube-apiserver-0 starts',
    ]);
  });

  it('reboots for a minute and crashes for ever without `for`', () => {
    const { log, faults } = run({
      timeline: [at(1, 'NodeReboot', { node: 'n1' }), at(2, 'NodeCrash', { node: 'n2' })],
    });
    expect(log).toEqual(['1 n1 off', '2 n2 off', '61 n1 on']);
    expect(faults.list()).toEqual([{ id: 'NodeCrash-0', kind: 'NodeCrash', description: 'node n2' }]);
  });

  it('draws the same nodes when others are added, but for those that are drawn themselves', () => {
    const names = Array.from({ length: 40 }, (_, i) => `n${String(i).padStart(2, '0')}`);
    const drawn = (nodes: string[]) =>
      run({ timeline: [at(1, 'NodeCrash', { count: 10 })], nodes }).log.map((line) => line.split(' ')[1]);
    const before = drawn(names);
    expect(before).toHaveLength(10);
    const after = drawn([...names, 'x1', 'x2']);
    expect(after.filter((name) => !before.includes(name) && !name.startsWith('x'))).toEqual([]);
  });

  it('writes a record of each beginning and end', () => {
    const kinds: number[][] = [];
    const log: string[] = [];
    const faults = new Faults({
      targets: targets(log),
      timeline: [at(1, 'NodeCrash', { node: 'n1' }, 2)],
      processes: [],
    });
    const world = createWorld({ seed: 'f', components: [faults] });
    world.runUntil({ timeUs: 10 * SECOND });
    for (let id = 0; ; id++) {
      const at = world.trace.at(id);
      if (!at) break;
      const record = new DataView(at.bytes.buffer, at.bytes.byteOffset + at.offset, 32);
      if (record.getUint16(8, true) !== RecordKind.fault) continue;
      kinds.push([record.getFloat64(0, true), record.getUint32(24, true), record.getUint32(12, true)]);
    }
    expect(kinds.map(([t, b]) => [t, b])).toEqual([
      [SECOND, 1],
      [3 * SECOND, 0],
    ]);
    expect(world.objects.name(kinds[0][2])).toBe('n1');
  });

  it('keeps each target of a random process on a schedule of its own', () => {
    const process: FaultProcess = {
      kind: 'NodeCrash',
      params: {},
      mtbfUs: 100 * SECOND,
      mttrUs: 10 * SECOND,
      fromUs: 0,
      untilUs: 20_000 * SECOND,
    };
    const lines = (nodes: string[]) => run({ processes: [process], nodes, untilS: 25_000 }).log;
    const six = lines(['n1', 'n2', 'n3', 'n4', 'n5', 'n6']);
    const one = lines(['n3']);
    expect(one).toEqual(six.filter((line) => line.includes(' n3 ')));
    const failures = six.filter((line) => line.endsWith('off')).length;
    // 6 targets over 20,000 s with a cycle of 110 s on average: 1,090 failures, standard deviation about 30.
    expect(failures).toBeGreaterThan(980);
    expect(failures).toBeLessThan(1200);
    expect(six.filter((line) => line.endsWith('on')).length).toBe(failures);
  });

  it('refuses what it cannot do, in words', () => {
    expect(checkFault('Meteor', {})).toMatch(/^there is no fault Meteor; known: NodeCrash, NodeReboot/);
    expect(checkFault('ZoneOutage', {})).toBe('ZoneOutage needs zone');
    expect(checkFault('NodeCrash', { node: 'a', nodes: ['b'] })).toBe('give node or nodes, not both');
    expect(checkFault('NetworkLoss', { node: 'a', loss: 2 })).toBe('NetworkLoss needs loss from 0 to 1');
    expect(checkFault('NetworkLatency', { node: 'a', latency: 'soon' })).toMatch(/^latency: /);
    expect(checkFault('Partition', {})).toBe('Partition needs between, or one of node, nodes, zone and component');
    expect(checkFault('Partition', { zone: 'a' })).toBeUndefined();
    expect(checkFault('NodeCrash', {}, 'timeline')).toBe('NodeCrash needs node or nodes or zone or count');
    expect(checkFault('NodeCrash', {}, 'process')).toBeUndefined();
    expect(checkFault('SlowDisk', { latency: '80ms' }, 'timeline')).toBe('SlowDisk needs member');
    expect(FAULT_KINDS.map((kind) => kind.kind)).toHaveLength(12);
  });
});
