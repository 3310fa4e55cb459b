import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../sim-core/contracts/index.ts';
import {
  emptyNodeInfo,
  type NodeInfo,
  withNode,
  withoutPod,
  withPod,
} from '../../../sim-core/scheduler/framework/nodeInfo.ts';
import { podInfo } from '../../../sim-core/scheduler/framework/podInfo.ts';
import { DomainTotals, matchingPods } from '../../../sim-core/scheduler/plugins/podtopologyspread/domainTotals.ts';

const ZONE = 'topology.kubernetes.io/zone';

function nodeObject(name: string, zone: string | undefined): KubeObject {
  const labels = zone === undefined ? {} : { [ZONE]: zone };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels } } as KubeObject;
}

function pod(uid: number, app: string, going: boolean): KubeObject {
  const deletionTimestamp = going ? '2026-01-01T00:00:00Z' : undefined;
  const namespace = uid % 5 === 0 ? 'other' : 'default';
  const metadata = { name: `p${uid}`, namespace, uid: `u${uid}`, labels: { app }, deletionTimestamp };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: {} } as KubeObject;
}

type Selector = (labels: Readonly<Record<string, string>>) => boolean;

/** Counted anew. */
function plain(nodes: readonly NodeInfo[], selector: Selector): ReadonlyMap<string, number> {
  const totals = new Map<string, number>();
  for (const n of nodes) {
    const zone = n.labels[ZONE] ?? '';
    totals.set(zone, (totals.get(zone) ?? 0) + matchingPods(n, selector, 'default'));
  }
  return totals;
}

const change = fc.record({
  at: fc.nat(5),
  what: fc.constantFrom('add', 'remove', 'zone', 'join', 'leave', 'ask'),
  app: fc.constantFrom('a', 'b'),
  going: fc.boolean(),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(nodes: readonly NodeInfo[], { at, what, app, going }: Change, i: number): readonly NodeInfo[] {
  const n = nodes[at % nodes.length];
  const put = (info: NodeInfo) => nodes.map((other) => (other === n ? info : other));
  if (what === 'add') return put(withPod(n, podInfo(pod(i, app, going))));
  if (what === 'remove' && n.pods.length > 0) return put(withoutPod(n, n.pods[0].uid));
  if (what === 'zone') return put(withNode(n, nodeObject(n.name, app)));
  if (what === 'join') return [...nodes, withNode(emptyNodeInfo(`j${i}`), nodeObject(`j${i}`, app))];
  return what === 'leave' && nodes.length > 1 ? nodes.filter((other) => other !== n) : nodes;
}

describe('totals by domain that are kept between cycles', () => {
  it('equal those that are counted anew', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const kept = new DomainTotals();
        const zones = ['x', 'y', 'x', undefined];
        let nodes: readonly NodeInfo[] = zones.map((zone, i) =>
          withNode(emptyNodeInfo(`n${i}`), nodeObject(`n${i}`, zone)),
        );
        changes.forEach((c, i) => {
          nodes = changed(nodes, c, i);
          for (const app of c.what === 'ask' ? ['a', 'b'] : ['a']) {
            const selector: Selector = (labels) => labels['app'] === app;
            const totals = kept.of(nodes, ZONE, 'default', app, selector);
            const fresh = plain(nodes, selector);
            for (const zone of [...fresh.keys(), ...totals.keys()])
              expect(totals.get(zone) ?? 0).toBe(fresh.get(zone) ?? 0);
          }
        });
      }),
      { numRuns: 200, seed: 3 },
    );
  });
});
