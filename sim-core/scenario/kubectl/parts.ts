import type { ApiResponse, KubeObject, Plan, RequestStep, TimeUs } from '../../contracts/index.ts';
import type { KubectlCommand } from './command.ts';

/** What a command works on: the command, the objects of its files, and the clock of the calendar. */
export interface KubectlRun {
  readonly command: KubectlCommand;
  readonly objects: readonly KubeObject[];
  readonly epochSeconds: number;
  readonly namespace: string;
}

/** Where a command stands between two requests; all of it is data. */
export interface KubectlState {
  /** Targets or objects done so far. */
  readonly at: number;
  readonly targets: readonly TargetRef[];
  /** drain: where it stands on the node at hand. */
  readonly drain?: DrainRound;
  /** rollout undo: annotations of the Deployment. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A pod that drain has to see gone, with its next request and when that is due. */
export interface DrainedPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** After a 429 the pod is read again before it is evicted again. */
  readonly next: 'evict' | 'refresh' | 'evictAgain' | 'gone';
  readonly dueUs: TimeUs;
  /** Its request is on its way. */
  readonly asked?: true;
}

/** What drain knows while it works on one node. */
export interface DrainRound {
  readonly startedUs: TimeUs;
  readonly pods: readonly DrainedPod[];
  readonly errors: readonly string[];
}

export interface TargetRef {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

/** A plan with the lines that kubectl would print so far. */
export interface KubectlPlan extends Plan {
  readonly stdout?: readonly string[];
  readonly stderr?: readonly string[];
}

export type Request = RequestStep['request'];

/** Errors come back to the command as answers. */
export const step = (request: Request): RequestStep => ({ do: 'request', request, onError: 'continue' });

export function ask(request: Request, point: string, state: KubectlState): KubectlPlan {
  return { steps: [step(request)], resume: { point, data: state } };
}

export const done = (stdout: readonly string[] = [], stderr: readonly string[] = []): KubectlPlan => ({
  steps: [],
  stdout,
  stderr,
});

/** What kubectl prints for an answer that is an error. */
export function failed(answer: ApiResponse | undefined): string | undefined {
  if (answer === undefined) return 'Unable to connect to the server: net/http: TLS handshake timeout';
  if (answer.code < 400) return undefined;
  const reason = answer.status?.reason ?? '';
  return `Error from server${reason === '' ? '' : ` (${reason})`}: ${answer.status?.message ?? answer.code}`;
}

export function objectOf(answer: ApiResponse | undefined): KubeObject {
  return (answer?.version?.object ?? answer?.object) as KubeObject;
}
