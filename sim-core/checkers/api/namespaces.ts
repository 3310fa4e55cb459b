import type { Containers, Dict } from '../../contracts/index.ts';
import { SECOND_US, type TimeUs } from '../../contracts/index.ts';
import { type Checker, type Commit, label, type Scene } from '../checker.ts';

/** Made by the API server itself, after it already serves requests. */
const SYSTEM: readonly string[] = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
/** A create may be past admission when its namespace begins to go; longer while faults hold requests up. */
const IN_FLIGHT_US = 15 * SECOND_US;

/** A8: nothing is created in a namespace that is missing or going; a deleted namespace leaves nothing behind. */
export function namespacesAreClosed(): Checker {
  let endedUs!: Dict<TimeUs>;
  return {
    id: 'A8',
    name: 'no-create-in-ending-namespace',
    init(c: Containers) {
      endedUs = c.dict('A8/ended');
    },
    commit(scene: Scene, { resource, now, before, deleted }: Commit) {
      const { metadata } = now.object;
      if (resource === 'namespaces') {
        const name = metadata.name ?? '';
        const going = deleted || metadata.deletionTimestamp !== undefined;
        if (!going) endedUs.delete(name);
        else if (!endedUs.has(name)) endedUs.set(name, scene.nowUs);
        return;
      }
      const { namespace } = metadata;
      if (before !== undefined || deleted || !namespace || SYSTEM.includes(namespace) || scene.nowUs === 0) return;
      const ended = endedUs.get(namespace);
      const slack = IN_FLIGHT_US + (scene.lastFaultUs >= scene.nowUs - 60 * SECOND_US ? 60 * SECOND_US : 0);
      if (ended !== undefined ? scene.nowUs - ended > slack : scene.find('namespaces', '', namespace) === undefined)
        scene.report(
          label(resource, now.object),
          `created, but namespace ${namespace} is ${ended === undefined ? 'missing' : 'going'}`,
        );
    },
    quiet(scene: Scene) {
      endedUs.forEach((_us, name) => {
        if (scene.find('namespaces', '', name) !== undefined) return;
        for (const resource of ['pods', 'services', 'configmaps', 'secrets', 'deployments.apps', 'replicasets.apps'])
          for (const { object } of scene.list(resource))
            if (object.metadata.namespace === name)
              scene.report(label(resource, object), `outlived its namespace ${name}`);
      });
    },
  };
}
