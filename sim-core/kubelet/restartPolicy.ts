/** When a container is started again (pkg/kubelet/container/helpers.go, pkg/api/v1/pod restart rules). Pure functions. */
import type { KubeObject } from '../contracts/index.ts';
import type { ContainerState, RuntimePod } from './runtime.ts';
import { type ContainerSpec, isRestartableInit, restartPolicyOf } from './spec.ts';

interface RestartRule {
  readonly action: string;
  readonly exitCodes?: { readonly operator: string; readonly values?: readonly number[] };
}

/** The newest state of a container by its name. */
export function latest(status: RuntimePod, name: string): ContainerState | undefined {
  return status.containers.find((c) => c.name === name);
}

/** First rule of restartPolicyRules that fits the exit code. */
function matchingRule(container: ContainerSpec, exitCode: number): RestartRule | undefined {
  const rules = (container.restartPolicyRules ?? []) as readonly RestartRule[];
  return rules.find((rule) => {
    const values = rule.exitCodes?.values ?? [];
    if (rule.exitCodes?.operator === 'In') return values.includes(exitCode);
    if (rule.exitCodes?.operator === 'NotIn') return !values.includes(exitCode);
    return false;
  });
}

/** The policy that holds for a container: its own, else the pod's. */
export function effectivePolicy(pod: KubeObject, container: ContainerSpec): string {
  return container.restartPolicy ?? restartPolicyOf(pod);
}

/** Does the container run again after this exit code? */
export function restartsAfter(pod: KubeObject, container: ContainerSpec, exitCode: number, init = false): boolean {
  if (init && isRestartableInit(container)) return true;
  const rule = matchingRule(container, exitCode);
  if (rule?.action === 'Restart' || rule?.action === 'RestartAllContainers') return true;
  const policy = effectivePolicy(pod, container);
  if (policy === 'Never') return false;
  if (policy === 'OnFailure' || init) return exitCode !== 0;
  return true;
}

/** ShouldContainerBeRestarted. */
export function shouldBeRestarted(
  pod: KubeObject,
  container: ContainerSpec,
  status: RuntimePod,
  init = false,
): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false;
  const state = latest(status, container.name);
  if (state === undefined) return true;
  if (state.state === 'running') return false;
  if (state.state === 'unknown' || state.state === 'created') return true;
  return restartsAfter(pod, container, state.exitCode, init);
}

/** shouldRestartOnFailure of the pod as a whole. */
export const restartOnFailure = (pod: KubeObject): boolean => restartPolicyOf(pod) !== 'Never';
