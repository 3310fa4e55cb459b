import type { PlainId } from '../../i18n/types.ts';

/** What can be put into the timeline from the menu: the inside of a flow map without its time. */
export interface EntryChoice {
  readonly id: string;
  readonly label: PlainId;
  readonly entry: (selection: string, names: DraftNames) => string;
}

/** Names that a draft has, so that what is inserted holds in it. */
export interface DraftNames {
  readonly pool: string;
  readonly count: number;
  readonly zone: string;
}

/** The first node pool of a scenario as it is written; a pool that says nothing else stands in zones a, b, c. */
export function namesOf(text: string): DraftNames {
  const pools = /nodePools:([\s\S]*?)(?:\n {2}\w|$)/.exec(text)?.[1] ?? '';
  return {
    pool: /\bname:\s*["']?([a-z0-9-]+)/.exec(pools)?.[1] ?? 'default',
    count: Number(/\bcount:\s*(\d+)/.exec(pools)?.[1] ?? 6),
    zone: /\bzones:\s*(?:\[\s*|-\s*)["']?([\w-]+)/.exec(pools)?.[1] ?? 'a',
  };
}

/** The last number of a pool has as many digits as the pool needs. */
const firstNode = ({ pool, count }: DraftNames) => `${pool}-${'0'.repeat(String(Math.max(0, count - 1)).length)}`;

/** The name of the selected object, if it is of a resource; otherwise the word stands for what the user puts there. */
function selected(selection: string, resource: string, otherwise: string): string {
  const [found, ...rest] = selection.split('/');
  return found === resource ? (rest[rest.length - 1] ?? otherwise) : otherwise;
}

export const ENTRY_CHOICES: readonly EntryChoice[] = [
  {
    id: 'NodeCrash',
    label: 'editor.nodeCrash',
    entry: (s, n) => `fault: {kind: NodeCrash, node: ${selected(s, 'nodes', firstNode(n))}, for: 5m}`,
  },
  {
    id: 'ZoneOutage',
    label: 'editor.zoneOutage',
    entry: (_s, n) => `fault: {kind: ZoneOutage, zone: ${n.zone}, for: 10m}`,
  },
  {
    id: 'KubeletStop',
    label: 'editor.kubeletStop',
    entry: (s, n) => `fault: {kind: KubeletStop, node: ${selected(s, 'nodes', firstNode(n))}, for: 5m}`,
  },
  {
    id: 'RuntimeHang',
    label: 'editor.runtimeHang',
    entry: (s, n) => `fault: {kind: RuntimeHang, node: ${selected(s, 'nodes', firstNode(n))}, for: 5m}`,
  },
  {
    id: 'NodeResize',
    label: 'editor.nodeResize',
    entry: (s, n) =>
      `fault: {kind: NodeResize, node: ${selected(s, 'nodes', firstNode(n))}, allocatable: {cpu: 8, memory: 32Gi}}`,
  },
  {
    id: 'ComponentCrash',
    label: 'editor.componentCrash',
    entry: () => 'fault: {kind: ComponentCrash, component: kube-scheduler-0, for: 1m}',
  },
  {
    id: 'EtcdMemberCrash',
    label: 'editor.etcdMember',
    entry: () => 'fault: {kind: EtcdMemberCrash, member: 0, for: 5m}',
  },
  {
    id: 'SlowDisk',
    label: 'editor.slowDisk',
    entry: () => 'fault: {kind: SlowDisk, member: 0, latency: 200ms, for: 5m}',
  },
  {
    id: 'scale',
    label: 'editor.scale',
    entry: (s) => `kubectl: scale deployment/${selected(s, 'deployments.apps', 'web')} --replicas=6`,
  },
  {
    id: 'scaleNodePool',
    label: 'editor.scaleNodePool',
    // Of the pool whose number of machines is known, whatever node is selected: a number of another's would take machines away.
    entry: (_s, n) => `scale: {nodePool: ${n.pool}, count: ${n.count + 1}}`,
  },
  {
    id: 'drain',
    label: 'editor.drain',
    entry: (s, n) => `kubectl: drain ${selected(s, 'nodes', firstNode(n))} --ignore-daemonsets`,
  },
  { id: 'note', label: 'editor.note', entry: () => 'note: what to look at' },
];

/** A scenario to begin with: small enough to read, and it runs. */
export const NEW_SCENARIO = `apiVersion: orrery.dev/v1alpha1
kind: Scenario
metadata:
  name: my-scenario
spec:
  seed: "1"
  duration: 10m
  nodePools:
    - {name: worker, count: 3, machine: m5.large, zones: [a, b, c]}
  manifests:
    - app.yaml
  timeline:
    - {at: 3m, kubectl: scale deployment/web --replicas=6}
  expect:
    - name: web is ready
      eventually: {within: 2m}
      that: deployment('web').status.readyReplicas == 3
`;

export const NEW_MANIFEST = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: registry.example.com/web:1.0
          resources: {requests: {cpu: 100m, memory: 128Mi}}
`;
