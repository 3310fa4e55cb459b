import type { ControlPlaneSpec } from './spec.ts';

/** Replicas of a control-plane component, by their names in the world. */
export const replicaNames = (base: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${base}-${i}`);

/** The base names of the schedulers: `kube-scheduler`, `kube-scheduler-b`, ... */
export const schedulerBase = (i: number): string =>
  i === 0 ? 'kube-scheduler' : `kube-scheduler-${String.fromCharCode(97 + i)}`;

/** Zones of the control plane by name of the replica: those of each component over the zones in turn. */
export function controlPlaneZones(spec: ControlPlaneSpec): ReadonlyMap<string, string> {
  const placed = new Map<string, string>();
  const place = (names: readonly string[]) => {
    names.forEach((name, i) => {
      placed.set(name, spec.zones[i % spec.zones.length]);
    });
  };
  place(replicaNames('etcd', spec.etcd.members));
  place(replicaNames('apiserver', spec.apiServers));
  place(replicaNames('kube-controller-manager', spec.controllerManagers));
  place(spec.schedulers.flatMap((s, i) => replicaNames(schedulerBase(i), s.replicas)));
  return placed;
}
