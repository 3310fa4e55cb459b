import type { IntOrString } from '../machinery/intstr.ts';
import { isSidecar, type PodLike } from './pods.ts';

/** Ports of containers (pkg/api/v1/pod FindPort, component-helpers scheduling host ports). */

export interface ContainerPortLike {
  readonly name?: string;
  readonly containerPort: number;
  readonly hostPort?: number;
  readonly hostIP?: string;
  readonly protocol?: string;
}

interface ContainerLike {
  readonly restartPolicy?: string;
  readonly ports?: readonly ContainerPortLike[] | null;
}

/** App containers and sidecars, in the order in which ports are looked up. */
function runningContainers(pod: PodLike): ContainerLike[] {
  return [...(pod.spec?.containers ?? []), ...((pod.spec?.initContainers ?? []) as ContainerLike[]).filter(isSidecar)];
}

/** The number of a Service's target port in a pod; undefined when a named port is not there. */
export function findPort(pod: PodLike, targetPort: IntOrString, protocol: string): number | undefined {
  if (typeof targetPort === 'number') return targetPort;
  for (const container of runningContainers(pod)) {
    for (const port of container.ports ?? []) {
      if (port.name === targetPort && (port.protocol ?? 'TCP') === protocol) return port.containerPort;
    }
  }
  return undefined;
}

export interface HostPort {
  /** `0.0.0.0` is every address. */
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

/** Host ports that a pod takes on its node. */
export function hostPorts(pod: PodLike): HostPort[] {
  const out: HostPort[] = [];
  for (const container of runningContainers(pod)) {
    for (const { hostPort, hostIP, protocol } of container.ports ?? []) {
      if (hostPort !== undefined && hostPort > 0) {
        out.push({ ip: hostIP || '0.0.0.0', protocol: protocol || 'TCP', port: hostPort });
      }
    }
  }
  return out;
}

export function hostPortsConflict(a: HostPort, b: HostPort): boolean {
  if (a.port !== b.port || a.protocol !== b.protocol) return false;
  return a.ip === b.ip || a.ip === '0.0.0.0' || b.ip === '0.0.0.0';
}
