import { parseDurationUs } from '../../api/machinery/duration.ts';
import type { ApiResponse, KubeObject, RequestStep, TimeUs } from '../../contracts/index.ts';
import { SECOND_US, WHY } from '../../contracts/index.ts';
import {
  ask,
  type DrainedPod,
  type DrainRound,
  done,
  failed,
  type KubectlPlan,
  type KubectlRun,
  type KubectlState,
  objectOf,
  step,
} from './parts.ts';

/** Asked again this long after a 429. Source: kubectl pkg/drain/drain.go evictPods. */
const RETRY_US = 5 * SECOND_US;
/** Looks this often whether a pod is gone. Source: kubectl pkg/drain/drain.go waitForDelete. */
const POLL_US = SECOND_US;

/** `kubectl drain`: cordons all nodes, then empties one after the other. Source: kubectl pkg/cmd/drain/drain.go RunDrain. */
export function startDrain(run: KubectlRun, state: KubectlState, nowUs: TimeUs): KubectlPlan {
  return state.targets.length === 0 ? done() : cordonNext(run, { ...state, at: 0 }, nowUs);
}

export function resumeDrain(
  run: KubectlRun,
  point: string,
  state: KubectlState,
  answers: readonly ApiResponse[],
  nowUs: TimeUs,
): KubectlPlan {
  const answer = answers[answers.length - 1];
  if (point === 'drainRound') return answered(run, state, answers, nowUs);
  const error = failed(answer);
  if (error !== undefined) return done([], [error]);
  if (point === 'drainNode') return cordon(run, state, objectOf(answer), nowUs);
  if (point === 'drainPods') return choosePods(run, state, answer, nowUs);
  return printFirst(cordonNext(run, { ...state, at: state.at + 1 }, nowUs), [`node/${nodeOf(state)} cordoned`]);
}

/** After a wait. */
export function continueDrain(run: KubectlRun, state: KubectlState, nowUs: TimeUs): KubectlPlan {
  return round(run, state, nowUs);
}

const nodeOf = (state: KubectlState) => state.targets[state.at].name;

const printFirst = (plan: KubectlPlan, stdout: readonly string[], stderr: readonly string[] = []): KubectlPlan => ({
  ...plan,
  stdout: [...stdout, ...(plan.stdout ?? [])],
  stderr: [...stderr, ...(plan.stderr ?? [])],
});

function cordonNext(run: KubectlRun, state: KubectlState, nowUs: TimeUs): KubectlPlan {
  const ref = state.targets[state.at];
  return ref === undefined
    ? listPods(run, { ...state, at: 0 }, nowUs)
    : ask({ verb: 'get', ...ref }, 'drainNode', state);
}

function cordon(run: KubectlRun, state: KubectlState, node: KubeObject, nowUs: TimeUs): KubectlPlan {
  const name = nodeOf(state);
  if (node.spec?.unschedulable === true)
    return printFirst(cordonNext(run, { ...state, at: state.at + 1 }, nowUs), [`node/${name} already cordoned`]);
  const patch = { type: 'strategic', value: { spec: { unschedulable: true } } } as const;
  return ask({ verb: 'patch', ...state.targets[state.at], patch }, 'drainCordoned', state);
}

function listPods(run: KubectlRun, state: KubectlState, nowUs: TimeUs): KubectlPlan {
  if (state.at >= state.targets.length) return done();
  const labelSelector = run.command.flags['pod-selector'];
  const options = {
    fieldSelector: `spec.nodeName=${nodeOf(state)}`,
    ...(labelSelector === undefined ? {} : { labelSelector }),
  };
  return ask({ verb: 'list', resource: 'pods', namespace: '', name: '', options }, 'drainPods', {
    ...state,
    drain: { startedUs: nowUs, pods: [], errors: [] },
  });
}

function choosePods(run: KubectlRun, state: KubectlState, answer: ApiResponse | undefined, nowUs: TimeUs): KubectlPlan {
  const pods: DrainedPod[] = [];
  const warnings = new Map<string, string[]>();
  const refusals = new Map<string, string[]>();
  const note = (to: Map<string, string[]>, text: string, pod: string) => to.set(text, [...(to.get(text) ?? []), pod]);
  for (const { object } of answer?.list?.versions ?? []) {
    const { namespace = '', name = '', uid = '' } = object.metadata;
    const verdict = drainVerdict(object, run.command.flags);
    if (verdict.take) pods.push({ namespace, name, uid, next: 'evict', dueUs: nowUs });
    if (verdict.warning !== undefined) note(warnings, verdict.warning, `${namespace}/${name}`);
    if (verdict.refusal !== undefined) note(refusals, verdict.refusal, `${namespace}/${name}`);
  }
  if (refusals.size > 0) {
    const errors = [...refusals].map(([reason, refused]) => `cannot delete ${reason}: ${refused.join(', ')}`).sort();
    return giveUp(state, errors);
  }
  const lines = [...warnings].map(([text, warned]) => `${text}: ${warned.join(', ')}`).sort();
  const plan = round(run, { ...state, drain: { startedUs: nowUs, pods, errors: [] } }, nowUs);
  return printFirst(plan, [], lines.length === 0 ? [] : [`Warning: ${lines.join('; ')}`]);
}

function aggregate(errors: readonly string[]): string {
  return errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`;
}

/** The drain of this node failed; the nodes after it are not drained. */
function giveUp(state: KubectlState, errors: readonly string[]): KubectlPlan {
  const text = aggregate(errors);
  const pending = state.targets.slice(state.at).map((target) => ` ${target.name}`);
  return done(
    [],
    [
      `error: unable to drain node "${nodeOf(state)}" due to error: ${text}, continuing command...`,
      'There are pending nodes to be drained:',
      ...pending,
      text,
    ],
  );
}

interface Verdict {
  readonly take: boolean;
  readonly warning?: string;
  readonly refusal?: string;
}

/** Which pods drain takes, in the order of kubectl's filters; the last filter has the last word. Source: kubectl pkg/drain/filters.go. */
function drainVerdict(pod: KubeObject, flags: Readonly<Record<string, string>>): Verdict {
  const finished = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
  const controller = pod.metadata.ownerReferences?.find((r) => r.controller === true);
  if (controller?.kind === 'DaemonSet' && !finished) {
    return flags['ignore-daemonsets'] === 'true'
      ? { take: false, warning: 'ignoring DaemonSet-managed Pods' }
      : { take: false, refusal: 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)' };
  }
  if (pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return { take: false };
  const local = (pod.spec?.volumes ?? []).some((v: { emptyDir?: object }) => v.emptyDir !== undefined);
  if (local && !finished && flags['delete-emptydir-data'] !== 'true')
    return { take: false, refusal: 'Pods with local storage (use --delete-emptydir-data to override)' };
  if (finished || controller !== undefined) return { take: true };
  // kubectl puts "cannot delete" in front of every reason, and this one begins with it.
  return flags['force'] === 'true'
    ? { take: true, warning: 'deleting Pods that declare no controller' }
    : { take: false, refusal: 'cannot delete Pods that declare no controller (use --force to override)' };
}

/** Sends the requests that are due, all at once as kubectl's goroutines do; waits when none is. */
function round(run: KubectlRun, state: KubectlState, nowUs: TimeUs): KubectlPlan {
  const drain = state.drain as DrainRound;
  if (drain.pods.length === 0) {
    if (drain.errors.length > 0) return giveUp(state, drain.errors);
    const node = nodeOf(state);
    return printFirst(listPods(run, { ...state, at: state.at + 1 }, nowUs), [`node/${node} drained`]);
  }
  const limitUs = run.command.flags['timeout'] === undefined ? 0 : parseDurationUs(run.command.flags['timeout']);
  if (limitUs > 0 && nowUs >= drain.startedUs + limitUs) {
    return giveUp(state, [...drain.errors, ...drain.pods.map((pod) => timedOut(pod, run.command.flags['timeout']))]);
  }
  const due = drain.pods.filter((pod) => pod.dueUs <= nowUs);
  if (due.length > 0) {
    const pods = drain.pods.map((pod) => (pod.dueUs <= nowUs ? { ...pod, asked: true as const } : pod));
    return {
      steps: [{ do: 'group', steps: due.map((pod) => requestFor(run, pod)) }],
      resume: { point: 'drainRound', data: { ...state, drain: { ...drain, pods } } },
      stdout: run.command.flags['disable-eviction'] === 'true' ? [] : due.flatMap(evicting),
    };
  }
  let wakeUs = limitUs > 0 ? drain.startedUs + limitUs : Number.POSITIVE_INFINITY;
  let retries = true;
  for (const pod of drain.pods) {
    wakeUs = Math.min(wakeUs, pod.dueUs);
    retries = retries && pod.next === 'refresh';
  }
  const why = retries ? WHY.drainRetry : WHY.drainPoll;
  return { steps: [], requeue: { afterUs: wakeUs - nowUs, why }, memory: state };
}

const evicting = (pod: DrainedPod): readonly string[] =>
  pod.next === 'evict' || pod.next === 'refresh' ? [`evicting pod ${pod.namespace}/${pod.name}`] : [];

function timedOut(pod: DrainedPod, limit: string): string {
  return pod.next === 'gone'
    ? `error when waiting for pod "${pod.name}" in namespace "${pod.namespace}" to terminate: global timeout reached: ${limit}`
    : `error when evicting pods/"${pod.name}" -n "${pod.namespace}": global timeout reached: ${limit}`;
}

function requestFor(run: KubectlRun, pod: DrainedPod): RequestStep {
  const metadata = { name: pod.name, namespace: pod.namespace };
  if (pod.next === 'refresh' || pod.next === 'gone') return step({ verb: 'get', resource: 'pods', ...metadata });
  const grace = Number(run.command.flags['grace-period'] ?? -1);
  const deleteOptions = grace < 0 ? {} : { gracePeriodSeconds: grace };
  if (run.command.flags['disable-eviction'] === 'true')
    return step({ verb: 'delete', resource: 'pods', ...metadata, options: { delete: deleteOptions } });
  const body: KubeObject = { apiVersion: 'policy/v1', kind: 'Eviction', metadata, deleteOptions };
  return step({ verb: 'create', resource: 'pods', subresource: 'eviction', ...metadata, body });
}

function answered(run: KubectlRun, state: KubectlState, answers: readonly ApiResponse[], nowUs: TimeUs): KubectlPlan {
  const drain = state.drain as DrainRound;
  const pods: DrainedPod[] = [];
  const errors = [...drain.errors];
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const past = run.command.flags['disable-eviction'] === 'true' ? 'deleted' : 'evicted';
  let at = 0;
  for (const pod of drain.pods) {
    if (pod.asked === undefined) {
      pods.push(pod);
      continue;
    }
    const answer = answers[at++];
    const { asked: _, ...rest } = pod;
    if (pod.next === 'evict' || pod.next === 'evictAgain') afterEviction(rest, answer, nowUs, { pods, errors, stderr });
    else if (answer?.code === 404 || (answer !== undefined && objectOf(answer)?.metadata?.uid !== pod.uid)) {
      // Only the wait for an evicted pod says so; one that went by itself between two tries is passed over.
      if (pod.next === 'gone') stdout.push(`pod/${pod.name} ${past}`);
    } else if (pod.next === 'gone') pods.push({ ...rest, dueUs: nowUs + POLL_US });
    else pods.push({ ...rest, next: 'evictAgain', dueUs: nowUs });
  }
  return printFirst(round(run, { ...state, drain: { ...drain, pods, errors } }, nowUs), stdout, stderr);
}

/** 201 = wait until it is gone; 404 = done; 429 = again in 5 s; everything else ends the drain of this pod. */
function afterEviction(
  pod: DrainedPod,
  answer: ApiResponse | undefined,
  nowUs: TimeUs,
  to: { readonly pods: DrainedPod[]; readonly errors: string[]; readonly stderr: string[] },
): void {
  // A pod with two budgets is refused by a Status alone.
  const isRefused = answer?.status?.status === 'Failure';
  if (answer !== undefined && answer.code < 400 && !isRefused) to.pods.push({ ...pod, next: 'gone', dueUs: nowUs });
  else if (answer?.code === 429) {
    to.pods.push({ ...pod, next: 'refresh', dueUs: nowUs + RETRY_US });
    const message = answer.status?.message ?? 'Too Many Requests';
    to.stderr.push(`error when evicting pods/"${pod.name}" -n "${pod.namespace}" (will retry after 5s): ${message}`);
  } else if (answer?.code !== 404) {
    const message = answer?.status?.message ?? 'the server did not answer';
    to.errors.push(`error when evicting pods/"${pod.name}" -n "${pod.namespace}": ${message}`);
  }
}
