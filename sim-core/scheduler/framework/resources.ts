import { milliValue, value } from '../../api/machinery/quantity.ts';

/** Amounts by resource: cpu in milli-cores, everything else in its unit. */
export interface Resources {
  readonly milliCPU: number;
  readonly memory: number;
  readonly ephemeralStorage: number;
  readonly allowedPodNumber: number;
  /** Extended resources, hugepages and attachable volumes. */
  readonly scalars: ReadonlyMap<string, number>;
}

const NO_SCALARS: ReadonlyMap<string, number> = new Map();

export const NO_RESOURCES: Resources = {
  milliCPU: 0,
  memory: 0,
  ephemeralStorage: 0,
  allowedPodNumber: 0,
  scalars: NO_SCALARS,
};

/** Source: pkg/apis/core/v1/helper IsScalarResourceName. */
export function isScalarResource(name: string): boolean {
  return (
    isExtendedResource(name) ||
    name.startsWith('hugepages-') ||
    name.startsWith('attachable-volumes-') ||
    name.includes('kubernetes.io/')
  );
}

/** A fully qualified name outside the kubernetes.io domain. */
export function isExtendedResource(name: string): boolean {
  return name.includes('/') && !name.includes('kubernetes.io/') && !name.startsWith('requests.');
}

export function resourcesOf(list: Readonly<Record<string, string | number>> | undefined): Resources {
  if (list === undefined) return NO_RESOURCES;
  let milliCPU = 0;
  let memory = 0;
  let ephemeralStorage = 0;
  let allowedPodNumber = 0;
  let scalars: Map<string, number> | undefined;
  for (const name of Object.keys(list).sort()) {
    const quantity = list[name];
    if (name === 'cpu') milliCPU = milliValue(quantity);
    else if (name === 'memory') memory = value(quantity);
    else if (name === 'ephemeral-storage') ephemeralStorage = value(quantity);
    else if (name === 'pods') allowedPodNumber = value(quantity);
    else if (isScalarResource(name)) (scalars ??= new Map()).set(name, value(quantity));
  }
  return { milliCPU, memory, ephemeralStorage, allowedPodNumber, scalars: scalars ?? NO_SCALARS };
}

/** a + sign * b; the pod number is a's. */
export function addResources(a: Resources, b: Resources, sign: 1 | -1): Resources {
  let scalars = a.scalars;
  if (b.scalars.size > 0) {
    const sum = new Map(a.scalars);
    for (const [name, amount] of b.scalars) sum.set(name, (sum.get(name) ?? 0) + sign * amount);
    scalars = sum;
  }
  return {
    milliCPU: a.milliCPU + sign * b.milliCPU,
    memory: a.memory + sign * b.memory,
    ephemeralStorage: a.ephemeralStorage + sign * b.ephemeralStorage,
    allowedPodNumber: a.allowedPodNumber,
    scalars,
  };
}

export function amountOf(resources: Resources, name: string): number {
  switch (name) {
    case 'cpu':
      return resources.milliCPU;
    case 'memory':
      return resources.memory;
    case 'ephemeral-storage':
      return resources.ephemeralStorage;
    case 'pods':
      return resources.allowedPodNumber;
    default:
      return resources.scalars.get(name) ?? 0;
  }
}
