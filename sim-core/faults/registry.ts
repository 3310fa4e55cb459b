import { componentCrash, etcdMemberCrash, slowDisk } from './controlPlane.ts';
import type { FaultKind } from './kind.ts';
import { networkLatency, networkLoss, partition } from './network.ts';
import { kubeletStop, nodeCrash, nodeReboot, nodeResize, runtimeHang, zoneOutage } from './nodes.ts';
import { FaultParamError, type RawParams } from './params.ts';

// biome-ignore lint/suspicious/noExplicitAny: each kind has its own parameters and state
export type AnyFaultKind = FaultKind<any, any>;

/** Every kind of fault, in the order of the reference. */
export const FAULT_KINDS: readonly AnyFaultKind[] = [
  nodeCrash,
  nodeReboot,
  zoneOutage,
  partition,
  componentCrash,
  etcdMemberCrash,
  slowDisk,
  kubeletStop,
  networkLatency,
  networkLoss,
  nodeResize,
  runtimeHang,
];

export function faultKind(kind: string): AnyFaultKind {
  const found = FAULT_KINDS.find((known) => known.kind === kind);
  if (!found)
    throw new FaultParamError(`there is no fault ${kind}; known: ${FAULT_KINDS.map((known) => known.kind).join(', ')}`);
  return found;
}

/** Where a fault stands: in the timeline, or as a random process over all targets that its parameters leave open. */
export type FaultUse = 'timeline' | 'process';

/** Reads the parameters of a fault. Throws FaultParamError. */
export function parseFault(kind: string, params: RawParams, use: FaultUse): object {
  const known = faultKind(kind);
  const { targetParams } = known;
  if (use === 'timeline' && targetParams && !targetParams.some((name) => params[name] !== undefined)) {
    throw new FaultParamError(`${kind} needs ${targetParams.join(' or ')}`);
  }
  return known.parse(params);
}

/** What is wrong with a fault of a scenario, or undefined. */
export function checkFault(kind: string, params: RawParams, use: FaultUse = 'process'): string | undefined {
  try {
    parseFault(kind, params, use);
    return undefined;
  } catch (error) {
    if (error instanceof FaultParamError) return error.message;
    throw error;
  }
}
