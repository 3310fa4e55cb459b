/** How pods that share GPUs are placed: what the plugin gpu-share.ts and the curves of gpu-share-curves.ts have in common. */

/** What pods of one kind ask for: so many GPUs, and thousandths of each. Several GPUs are whole ones. */
export interface Demand {
  readonly cpuMilli: number;
  readonly gpus: number;
  readonly gpuMilli: number;
}

/** A kind of pod that is to be expected, and how many of all pods are like it. */
export interface TypicalPod extends Demand {
  readonly share: number;
}

/**
 * The policies that Weng et al. compare (Beware of Fragmentation, USENIX ATC 2023).
 * `FGD`: fragmentation gradient descent, the node on which the pod leaves the least that typical pods cannot use.
 * `BestFit`: the node with the least left of CPU and GPUs. `DotProd`: the least product of what is free and what is asked for.
 * `Packing`: GPUs that are in use already, then idle ones of nodes in use, then idle nodes. `Clustering`: nodes whose pods ask
 * for as many GPUs. `Random`: any that fits.
 */
export const POLICIES = ['FGD', 'BestFit', 'DotProd', 'Packing', 'Clustering', 'Random'] as const;
export type Policy = (typeof POLICIES)[number];

/** Thousandths of each GPU of a node that are free. */
export type Devices = readonly number[];

/** A node as the policies see it. */
export interface NodeState {
  readonly devices: Devices;
  readonly freeCpuMilli: number;
  readonly cpuMilli: number;
  /** Pods by how many GPUs they ask for; below one GPU = 0.5. Only Clustering looks at it. */
  readonly podsByGpus: ReadonlyMap<number, number>;
}

export interface Outcome {
  /** Undefined = the pod does not fit. */
  readonly after?: Devices;
  /** Less is better. */
  readonly cost: number;
}

export const WHOLE = 1000;

/** Pods of like demand, as Clustering counts them. */
export const gpuClass = ({ gpus, gpuMilli }: Demand): number => (gpus === 1 && gpuMilli < WHOLE ? 0.5 : gpus);

const sum = (devices: Devices): number => devices.reduce((all, free) => all + free, 0);

/** The share of a part that is free, 0 when there is none of it. */
const part = (free: number, all: number) => (all === 0 ? 0 : free / all);

/** Fragments on a node, in thousandths of a GPU: what typical pods cannot use, weighed by how many there are. */
export function fragments(devices: Devices, freeCpuMilli: number, typical: readonly TypicalPod[]): number {
  const total = sum(devices);
  let expected = 0;
  for (const pod of typical) {
    let usable = 0;
    let fitting = 0;
    for (const free of devices)
      if (pod.gpus > 0 && free >= pod.gpuMilli) {
        usable += free;
        fitting++;
      }
    const fits = pod.gpus > 0 && fitting >= pod.gpus && freeCpuMilli >= pod.cpuMilli;
    expected += pod.share * (fits ? total - usable : total);
  }
  return expected;
}

/** The devices that a pod could take: whole GPUs in their order, or the part of one. */
function choices(devices: Devices, { gpus, gpuMilli }: Demand, policy: Policy): readonly Devices[] {
  if (gpus === 0) return [devices];
  const fitting = devices.flatMap((free, i) => (free >= gpuMilli ? [i] : []));
  if (fitting.length < gpus) return [];
  const take = (taken: readonly number[]) => devices.map((free, i) => (taken.includes(i) ? free - gpuMilli : free));
  if (gpus > 1 || gpuMilli === WHOLE) return [take(fitting.slice(0, gpus))];
  // Equal devices are as good as one another; but for FGD the fullest that fits is the one.
  const different = fitting.filter((i, at) => fitting.findIndex((k) => devices[k] === devices[i]) === at);
  if (policy === 'FGD') return different.map((i) => take([i]));
  return [take([different.reduce((best, i) => (devices[i] < devices[best] ? i : best))])];
}

function costOf(
  policy: Policy,
  node: NodeState,
  after: Devices,
  demand: Demand,
  typical: readonly TypicalPod[],
): number {
  const { devices, freeCpuMilli, cpuMilli, podsByGpus } = node;
  const left = freeCpuMilli - demand.cpuMilli;
  const all = devices.length * WHOLE;
  switch (policy) {
    case 'FGD':
      return fragments(after, left, typical);
    case 'BestFit':
      return part(left, cpuMilli) + part(sum(after), all);
    case 'DotProd':
      return (
        part(freeCpuMilli, cpuMilli) * part(demand.cpuMilli, cpuMilli) +
        part(sum(devices), all) * part(demand.gpus * demand.gpuMilli, all)
      );
    case 'Packing': {
      const taken = devices.findIndex((free, i) => free !== after[i]);
      if (taken < 0) return 0;
      if (devices[taken] < WHOLE) return part(devices[taken], WHOLE);
      const idle = devices.filter((free) => free === WHOLE).length;
      return idle === devices.length ? 100 + idle : 10 + idle;
    }
    case 'Clustering': {
      let pods = 1;
      for (const count of podsByGpus.values()) pods += count;
      return -(podsByGpus.get(gpuClass(demand)) ?? 0) / pods;
    }
    case 'Random':
      return 0;
  }
}

/** Where on the node the pod would go, and at what cost. Memory and pods are not its business. */
export function placeOn(
  node: NodeState,
  demand: Demand,
  policy: Policy,
  typical: readonly TypicalPod[],
  /** Of the node as it is, where somebody knows them: FGD only. */
  before?: number,
): Outcome {
  let best: Outcome = { cost: Number.POSITIVE_INFINITY };
  if (node.freeCpuMilli < demand.cpuMilli) return best;
  for (const after of choices(node.devices, demand, policy)) {
    const cost = costOf(policy, node, after, demand, typical);
    if (cost < best.cost) best = { after, cost };
  }
  if (policy !== 'FGD' || best.after === undefined) return best;
  return { after: best.after, cost: best.cost - (before ?? fragments(node.devices, node.freeCpuMilli, typical)) };
}
