/** Status codes of the scheduling framework (kube-scheduler/framework/interface.go). */
export type Code = 'Success' | 'Error' | 'Unschedulable' | 'UnschedulableAndUnresolvable' | 'Wait' | 'Skip' | 'Pending';

/** The outcome of one plugin at one extension point. `undefined` stands for Success. */
export interface Status {
  readonly code: Code;
  readonly reasons: readonly string[];
  /** The plugin that decided; filled in by the framework. */
  readonly plugin?: string;
}

export const SKIP: Status = { code: 'Skip', reasons: [] };

/** Permit: the pod waits. */
export const WAIT: Status = { code: 'Wait', reasons: [] };

export function unschedulable(...reasons: string[]): Status {
  return { code: 'Unschedulable', reasons };
}

/** Preemption cannot help either. */
export function unresolvable(...reasons: string[]): Status {
  return { code: 'UnschedulableAndUnresolvable', reasons };
}

export function errorStatus(message: string): Status {
  return { code: 'Error', reasons: [message] };
}

/** Rejections that wait for a cluster event, as opposed to errors. */
export function isRejected(status: Status | undefined): boolean {
  return (
    status !== undefined &&
    (status.code === 'Unschedulable' || status.code === 'UnschedulableAndUnresolvable' || status.code === 'Pending')
  );
}

export function isSuccess(status: Status | undefined): boolean {
  return status === undefined || status.code === 'Success';
}
