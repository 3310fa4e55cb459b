import { describe, expect, it } from 'vitest';
import { draw, streamKey } from '../../sim-core/engine/index.ts';
import { buildCluster, type Cluster, TravelSession } from '../../sim-core/index.ts';
import { bundleOf, loaded, shippedBundle } from '../unit/support/scenarios.ts';

const SEEKS = 6;

const stateOf = ({ world }: Cluster) => JSON.stringify([world.digest(), world.nowUs, world.eventsRun, world.hashes()]);

/** Kubelets that run static pods, evict, lose their runtime, their process and their machine. */
const KUBELETS = `
apiVersion: orrery.dev/v1alpha1
kind: Scenario
metadata: { name: kubelets }
spec:
  duration: 6m
  nodePools: [{ name: node, count: 3, machine: m5.large, staticPods: [proxy.yaml] }]
  manifests: [apps.yaml]
  workloads:
    - { match: { app: leak }, startup: 2s, shutdown: 20s, memory: { base: 100Mi, growth: 4Gi } }
    - { match: { app: cache }, disk: { growth: 40Mi, volume: data } }
  timeline:
    - { at: 80s, kubectl: drain node-0 --force --ignore-daemonsets --delete-emptydir-data }
    - { at: 90s, fault: { kind: RuntimeHang, node: node-1, for: 2m } }
    - { at: 100s, fault: { kind: KubeletStop, node: node-2, for: 20s } }
    - { at: 150s, fault: { kind: NodeReboot, node: node-1, for: 20s } }
    - { at: 200s, fault: { kind: NodeCrash, node: node-2, for: 40s } }
    - { at: 210s, kubectl: uncordon node-0 }
`;
const PROXY = `
apiVersion: v1
kind: Pod
metadata: { name: proxy, namespace: kube-system }
spec: { hostNetwork: true, containers: [{ name: proxy, image: "proxy:1" }] }
`;
const app = (name: string, more: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: 4
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: c, image: "${name}:1" }]${more} }
`;
const APPS = [app('leak', ''), app('cache', ', volumes: [{ name: data, emptyDir: { sizeLimit: 50Mi } }]')].join('---');

const BUNDLES = {
  'failures/etcd-leader-loss': () => shippedBundle('failures/etcd-leader-loss'),
  'failures/drain': () => shippedBundle('failures/drain'),
  kubelets: () => bundleOf(KUBELETS, { 'proxy.yaml': PROXY, 'apps.yaml': APPS }),
};

/** D4: however one moves about in a run, every instant is what it is in a straight run. */
describe('D4: seeking about', () => {
  for (const [name, bundle] of Object.entries(BUNDLES))
    it(name, () => {
      const scenario = loaded(bundle());
      const { durationUs } = scenario.spec;
      const key = streamKey({ lo: 7, hi: 11 }, name);
      const instants = Array.from({ length: SEEKS }, (_, i) => draw(key, 0, i) % durationUs);
      const straight = buildCluster(scenario);
      const expected = new Map<number, string>();
      for (const at of [...instants, durationUs].sort((a, b) => a - b)) {
        straight.world.runUntil({ timeUs: at });
        expected.set(at, stateOf(straight));
      }
      const session = TravelSession.create(scenario, { build: { checkers: false }, keyframes: { maxCount: 40 } });
      // Half of the seeks come before what they go to was run, the others are in the past.
      for (const at of instants) {
        session.seek(at).finish();
        expect(stateOf(session.cluster) === expected.get(at), `at ${at} µs`).toBe(true);
        session.previous('reconcile').finish();
        session.next('message').finish();
      }
      while (session.advance({ events: 5000 }).stopped === 'events') {}
      expect(stateOf(session.cluster) === expected.get(durationUs)).toBe(true);
      const leaf = session.fork();
      leaf.seek(instants[0]).finish();
      expect(stateOf(leaf.cluster) === expected.get(instants[0])).toBe(true);
      while (leaf.advance().stopped === 'events') {}
      expect(leaf.cluster.world.digest()).toBe(straight.world.digest());
    });
});
