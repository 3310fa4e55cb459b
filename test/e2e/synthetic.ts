import { PodState, RECORD_BYTES, type Recording, RecordKind, writeRecording } from '../../sim-core/index.ts';

const ZONES = ['a', 'b', 'c'];

/** A scenario that names the nodes, so that they have zones. */
const scenarioText = (nodes: number) =>
  `apiVersion: orrery.dev/v1alpha1\nkind: Scenario\nmetadata: {name: synthetic}\nspec:\n  duration: 5m\n  nodePools: [{name: node, count: ${nodes}, zones: [${ZONES}]}]\n`;

/**
 * A recording as of a run of `deployments` Deployments with `replicas` pods each: every pod starts, some crash, some move to
 * another node after a fault. Made record by record, because a run of that size would take longer than the tests may.
 */
export function syntheticRecording(deployments: number, replicas: number, nodeCount?: number): Uint8Array {
  const strings = new Strings();
  const objects: [number, number, number][] = [[0, 0, 0]];
  const object = (resource: string, namespace: string, name: string) =>
    objects.push([strings.id(resource), strings.id(namespace), strings.id(name)]) - 1;
  const records: { timeUs: number; kind: number; obj: number; a: number; b: number; hash: number }[] = [];
  const add = (timeUs: number, kind: number, obj: number, a: number, b: number, hash = 0) =>
    records.push({ timeUs, kind, obj, a, b, hash });
  const count = nodeCount ?? Math.max(2, Math.ceil((deployments * replicas) / 50));
  const digits = nodeCount === undefined ? 3 : String(count - 1).length;
  const nodes = Array.from({ length: count }, (_, i) => object('nodes', '', `node-${String(i).padStart(digits, '0')}`));
  for (const node of nodes) add(1e6, RecordKind.nodeState, node, 1, 0);
  add(120e6, RecordKind.fault, nodes[0], strings.id('NodeCrash'), 1, strings.id('node-000'));
  add(240e6, RecordKind.fault, nodes[0], strings.id('NodeCrash'), 0, strings.id('node-000'));
  // A third of a large cluster falls silent and comes back.
  if (nodeCount !== undefined)
    nodes.forEach((node, i) => {
      if (i % ZONES.length !== 1) return;
      add(140e6, RecordKind.nodeState, node, 2, 0);
      add(260e6, RecordKind.nodeState, node, 1, 0);
    });
  for (let d = 0; d < deployments; d++) {
    const deployment = object('deployments.apps', 'fleet', `service-${d}`);
    const set = object('replicasets.apps', 'fleet', `service-${d}-5d9c7b`);
    add(2e6, RecordKind.owner, set, deployment, 0);
    for (let i = 0; i < replicas; i++) {
      const pod = object('pods', 'fleet', `service-${d}-5d9c7b-${i.toString(36).padStart(5, 'x')}`);
      const place = d * replicas + i;
      const node = nodeCount === undefined ? nodes[place % nodes.length] : nodes[scattered(place, nodes.length)];
      const bornUs = 10e6 + i * 50_000 + d * 1000;
      add(bornUs, RecordKind.owner, pod, set, 0);
      const states: [number, number][] = [
        [0, PodState.pending],
        [0.4e6 + (i % 7) * 1e5, PodState.scheduled],
        [1.5e6, PodState.starting],
        [3e6, PodState.running],
        [6e6 + (i % 5) * 1e6, PodState.ready],
      ];
      if (i % 40 === 7)
        for (let k = 0; k < 5; k++)
          states.push([30e6 + k * 20e6, PodState.crashLoop], [45e6 + k * 20e6, PodState.running]);
      if (node === nodes[0])
        states.push(
          [170e6 - bornUs, PodState.running],
          [200e6 - bornUs, PodState.terminating],
          [230e6 - bornUs, PodState.deleted],
        );
      if (i % 90 === 11) states.push([250e6 - bornUs, PodState.failed]);
      for (const [afterUs, state] of states)
        add(bornUs + afterUs, RecordKind.podState, pod, state, state === PodState.pending ? 0 : node);
    }
  }
  records.sort((a, b) => a.timeUs - b.timeUs);
  const bytes = new Uint8Array((records.length + 1) * RECORD_BYTES);
  const view = new DataView(bytes.buffer);
  records.forEach((r, i) => {
    const at = (i + 1) * RECORD_BYTES;
    view.setFloat64(at, r.timeUs, true);
    view.setUint16(at + 8, r.kind, true);
    view.setUint32(at + 12, r.obj, true);
    view.setUint32(at + 20, r.a, true);
    view.setUint32(at + 24, r.b, true);
    view.setUint32(at + 28, r.hash, true);
  });
  const recording: Recording = {
    engineVersion: '0.0.0-test',
    sourceHash: 'test',
    level: 'story',
    options: {},
    entry: nodeCount === undefined ? 'synthetic' : 'synthetic.yaml',
    files: nodeCount === undefined ? new Map() : new Map([['synthetic.yaml', utf8(scenarioText(nodeCount))]]),
    external: [],
    checkpoints: [],
    expectations: [],
    seed: '1',
    strings: strings.all,
    objects,
    components: [],
    whys: [],
    recordCount: records.length + 1,
    blockDigests: Array.from({ length: Math.floor((records.length + 1) / 2048) }, () => ({
      digest: [0, 0, 0, 0],
      chain: [0, 0],
    })),
    endChain: [0, 0],
    joins: [],
    ids: Uint32Array.from({ length: records.length + 1 }, (_, i) => i),
    recordBytes: bytes,
    endUs: 300e6,
    endDigest: 'synthetic',
  };
  return writeRecording(recording);
}

/**
 * The node of a pod of a large cluster. Some nodes are wanted more than others, all over the zones, and pods of one kind do
 * not stand together. No node stays empty.
 */
function scattered(place: number, nodes: number): number {
  if (place < nodes) return place;
  const drawn = Math.imul(place ^ (place >>> 7), 0x9e3779b1) >>> 0;
  const share = place % 7 === 0 ? 2 : place % 11 === 0 ? 4 : 1;
  return ((drawn % Math.floor(nodes / share)) * 1237) % nodes;
}

const utf8 = (text: string) => new TextEncoder().encode(text);

class Strings {
  readonly all: string[] = [''];
  private readonly ids = new Map<string, number>([['', 0]]);

  id(text: string): number {
    let id = this.ids.get(text);
    if (id === undefined) this.ids.set(text, (id = this.all.push(text) - 1));
    return id;
  }
}
