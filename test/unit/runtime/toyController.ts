import type { KubeObject, RequestStep } from '../../../sim-core/contracts/index.ts';
import type { AnyController } from '../../../sim-core/controllers/runtime/index.ts';
import { ControllerManager, type ControllerManagerOptions } from '../../../sim-core/controllers/runtime/index.ts';
import { createWorld } from '../../../sim-core/engine/index.ts';
import { type FakeOptions, FakeServers } from '../client/fakeServers.ts';

const create = (set: string, i: number): RequestStep => ({
  do: 'request',
  request: {
    verb: 'create',
    resource: 'pods',
    namespace: 'default',
    name: '',
    body: { metadata: { generateName: `${set}-`, labels: { set, index: String(i) } } },
  },
});

const owner = (pod: KubeObject) => `default/${pod.metadata.labels?.set}`;

/** Keeps `spec.replicas` pods per set: expectations, slow start, events, status written last with the resource version read. */
export const setController: AnyController = {
  name: 'set-controller',
  workers: 2,
  watches: [
    { resource: 'sets', keys: ({ now }) => [`default/${now.metadata.name}`] },
    {
      resource: 'pods',
      keys: ({ now }) => [owner(now)],
      expectation: ({ type, now }) => (type === 'ADDED' ? { key: owner(now), creations: 1 } : undefined),
    },
  ],
  indexes: [{ resource: 'pods', index: 'set', keys: (pod) => [pod.metadata.labels?.set ?? ''] }],
  reconcile(view, _memory, key) {
    const name = key.slice('default/'.length);
    const set = view.get('sets', 'default', name);
    if (!set) return { steps: [] };
    const pods = view.byIndex('pods', 'set', name);
    const missing = set.object.spec.replicas - pods.length;
    if (missing > 0) {
      const steps = Array.from({ length: missing }, (_, i) => create(name, pods.length + i));
      return {
        steps: [
          { do: 'expect', creations: missing },
          { do: 'group', steps, slowStart: true, onError: 'resume' },
          { do: 'event', event: { regarding: set.object, type: 'Normal', reason: 'Made', message: `made ${missing}` } },
        ],
        resume: { point: 'made', data: { missing } },
      };
    }
    if (set.object.status?.replicas === pods.length) return { steps: [] };
    const body = { ...set.object, status: { replicas: pods.length } };
    return {
      steps: [{ do: 'request', request: { verb: 'update', resource: 'sets', namespace: 'default', name, body } }],
    };
  },
  resume(_view, memory, _key, _nowUs, _point, _data, answers) {
    const failed = answers.some((answer) => answer.code >= 400);
    const made = (memory ?? 0) + answers.filter((answer) => answer.code === 201).length;
    return { steps: [], memory: made, requeue: failed ? { rateLimited: true } : undefined };
  },
};

export const CLOCK = { epochSeconds: 1_767_225_600 };

export function cluster(
  options: Partial<ControllerManagerOptions> & {
    readonly fake?: FakeOptions;
    readonly seed?: string;
    readonly replicas?: number;
    readonly from?: Uint8Array;
  } = {},
) {
  const servers = new FakeServers(options.fake);
  const names = Array.from({ length: options.replicas ?? 1 }, (_, i) => `kube-controller-manager-${i}`);
  const managers = names.map(
    (name) =>
      new ControllerManager({
        name,
        servers,
        transport: { endpoint: () => 1 + names.indexOf(name) },
        clock: CLOCK,
        controllers: [setController],
        ...options,
      }),
  );
  const world = createWorld({
    seed: options.seed ?? 'r',
    components: [servers, ...managers],
    freeze: true,
    from: options.from,
  });
  return { servers, managers, world };
}

/** Requests that reached the servers, as `verb resource/name`. */
export function requests(
  servers: FakeServers,
  resource: string,
  verb: string,
): { tUs: number; name: string; user: string }[] {
  const found = [];
  for (let i = servers.log.first; i < servers.log.next; i++) {
    const entry = servers.log.get(i)!;
    if (entry.resource === resource && entry.verb === verb) found.push(entry);
  }
  return found;
}
