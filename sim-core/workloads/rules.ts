import type { KubeObject } from '../contracts/index.ts';
import { BehaviourError, type BehaviourSpec, parseBehaviour } from './behaviourSpec.ts';
import { behaviourOfCommand } from './command.ts';
import { DEFAULTS } from './defaults.ts';

/** A rule of the scenario: what the containers of matching pods do. */
export interface WorkloadRule {
  /** Labels that the pod must have. */
  readonly match: Readonly<Record<string, string>>;
  readonly namespace?: string;
  /** Only containers of this name. */
  readonly container?: string;
  readonly behaviour: BehaviourSpec;
}

/** Reads the rules of a scenario. Throws BehaviourError with the rule's number. */
export function parseRules(
  raw: readonly (Omit<WorkloadRule, 'behaviour'> & { readonly behaviour: Readonly<Record<string, unknown>> })[],
): readonly WorkloadRule[] {
  return raw.map((rule, i) => {
    try {
      return { ...rule, behaviour: parseBehaviour(rule.behaviour) };
    } catch (error) {
      throw error instanceof BehaviourError ? new BehaviourError(`workloads[${i}]: ${error.message}`) : error;
    }
  });
}

interface Container {
  readonly name: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly restartPolicy?: string;
}

/**
 * What the processes of a container do. The first matching rule holds; without one the command, if it is one of a few plain
 * ones; without that the role: init containers and containers of Jobs end with success, all others run until stopped.
 */
export function behaviourOf(rules: readonly WorkloadRule[], pod: KubeObject, name: string): BehaviourSpec {
  const rule = rules.find((candidate) => matches(candidate, pod, name));
  if (rule) return rule.behaviour;
  const inits: readonly Container[] = pod.spec?.initContainers ?? [];
  const init = inits.find((container) => container.name === name);
  const container = init ?? ((pod.spec?.containers ?? []) as readonly Container[]).find((other) => other.name === name);
  const plain = container && behaviourOfCommand(container.command ?? [], container.args ?? []);
  if (plain) return plain;
  if (init && init.restartPolicy !== 'Always') return { run: DEFAULTS.initRun, exitCode: 0 };
  if (pod.metadata.ownerReferences?.some((owner) => owner.controller && owner.kind === 'Job'))
    return { run: DEFAULTS.jobRun, exitCode: 0 };
  return {};
}

function matches({ match, namespace, container }: WorkloadRule, pod: KubeObject, name: string): boolean {
  if (namespace !== undefined && namespace !== pod.metadata.namespace) return false;
  if (container !== undefined && container !== name) return false;
  const labels = pod.metadata.labels ?? {};
  return Object.keys(match).every((key) => labels[key] === match[key]);
}
