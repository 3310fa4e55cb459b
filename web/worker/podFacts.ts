import type { KubeObject } from '../../sim-core/index.ts';
import { cpuMilli, memoryMi } from './queries/quantities.ts';

/** What the object of a pod says and its records do not. */
export interface PodFacts {
  readonly cpuMilli: number;
  readonly memoryMi: number;
  readonly priority: number;
}

interface Resources {
  readonly requests?: Readonly<Record<string, string>>;
}

/** What a pod reserves: the sum of its containers, or its largest init container (k8s.io/component-helpers resource.PodRequests). */
export function podFacts(pod: KubeObject): PodFacts {
  const spec = (pod.spec ?? {}) as {
    readonly containers?: readonly { readonly resources?: Resources }[];
    readonly initContainers?: readonly { readonly resources?: Resources; readonly restartPolicy?: string }[];
    readonly overhead?: Readonly<Record<string, string>>;
    readonly priority?: number;
  };
  const sum = (resource: string, read: (text: string | undefined) => number) => {
    let total = 0;
    for (const c of spec.containers ?? []) total += read(c.resources?.requests?.[resource]);
    let sidecars = 0;
    let most = 0;
    for (const c of spec.initContainers ?? []) {
      const asked = read(c.resources?.requests?.[resource]);
      if (c.restartPolicy === 'Always') sidecars += asked;
      most = Math.max(most, sidecars + (c.restartPolicy === 'Always' ? 0 : asked));
    }
    return Math.max(total + sidecars, most) + read(spec.overhead?.[resource]);
  };
  return { cpuMilli: sum('cpu', cpuMilli), memoryMi: sum('memory', memoryMi), priority: spec.priority ?? 0 };
}
