import { nodeSelectorTermsMatch } from '../../../api/helpers/nodeAffinity.ts';
import type { KubeObject } from '../../../contracts/index.ts';
import type { NodeInfo } from '../../framework/nodeInfo.ts';
import type { Listers } from '../../framework/snapshot.ts';
import { type AllocatedDevice, CLAIMS, type Device, SLICES } from './claims.ts';

export interface PoolDevice {
  /** `driver/pool/device`. */
  readonly id: string;
  readonly driver: string;
  readonly pool: string;
  readonly device: Device;
  readonly slice: KubeObject;
}

/** The devices of one driver's pool that one node reaches. */
export interface Pool {
  readonly name: string;
  /** The driver has not published all slices of this generation yet. */
  readonly incomplete: boolean;
  readonly devices: readonly PoolDevice[];
}

export const deviceId = (driver: string, pool: string, device: string) => `${driver}/${pool}/${device}`;

function reaches(slice: KubeObject, node: NodeInfo): boolean {
  const { nodeName, nodeSelector, allNodes } = slice.spec;
  if (nodeName !== undefined) return nodeName === node.name;
  if (allNodes === true) return true;
  return (
    nodeSelector !== undefined &&
    node.node !== undefined &&
    nodeSelectorTermsMatch(nodeSelector.nodeSelectorTerms, node.node)
  );
}

/** Slices of the newest generation of each pool, by pool. */
export type SlicesByPool = ReadonlyMap<string, readonly KubeObject[]>;

export function newestSlices(listers: Listers): SlicesByPool {
  const pools = new Map<string, KubeObject[]>();
  for (const slice of listers.list(SLICES, '')) {
    const { driver, pool } = slice.spec;
    const key = `${driver}/${pool.name}`;
    const known = pools.get(key);
    const generation: number = known?.[0].spec.pool.generation ?? -1;
    if (known === undefined || pool.generation > generation) pools.set(key, [slice]);
    else if (pool.generation === generation) known.push(slice);
  }
  return pools;
}

/** Pools with at least one slice for the node, in the order in which the slices are known. */
export function poolsOf(slices: SlicesByPool, node: NodeInfo): readonly Pool[] {
  const pools: Pool[] = [];
  for (const all of slices.values()) {
    const own = all.filter((slice) => reaches(slice, node));
    if (own.length === 0) continue;
    const { name, resourceSliceCount } = all[0].spec.pool;
    const devices = own.flatMap((slice) =>
      (slice.spec.devices ?? []).map((device: Device) => ({
        id: deviceId(slice.spec.driver, name, device.name),
        driver: slice.spec.driver,
        pool: name,
        device,
        slice,
      })),
    );
    pools.push({ name, incomplete: all.length !== resourceSliceCount, devices });
  }
  return pools;
}

/** Devices that some claim holds. Administrative access does not occupy a device. */
export function devicesInUse(listers: Listers): ReadonlySet<string> {
  const used = new Set<string>();
  for (const claim of listers.list(CLAIMS, '')) {
    const results: readonly AllocatedDevice[] = claim.status?.allocation?.devices?.results ?? [];
    for (const r of results) if (r.adminAccess !== true) used.add(deviceId(r.driver, r.pool, r.device));
  }
  return used;
}
