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
  /** Only containers of this image, with `*` for any text. */
  readonly image?: string;
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
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly restartPolicy?: string;
}

/**
 * What the processes of a container do. The first matching rule holds; without one the command, if it is one of a few plain
 * ones; without that the role: init containers and containers of Jobs end with success, all others run until stopped.
 */
export function behaviourOf(rules: readonly WorkloadRule[], pod: KubeObject, name: string): BehaviourSpec {
  const inits: readonly Container[] = pod.spec?.initContainers ?? [];
  const init = inits.find((container) => container.name === name);
  const container = init ?? ((pod.spec?.containers ?? []) as readonly Container[]).find((other) => other.name === name);
  const rule = rules.find((candidate) => matches(candidate, pod, name, container?.image ?? ''));
  if (rule) return rule.behaviour;
  const plain = container && behaviourOfCommand(container.command ?? [], container.args ?? []);
  if (plain) return plain;
  if (init && init.restartPolicy !== 'Always') return { run: DEFAULTS.initRun, exitCode: 0 };
  if (pod.metadata.ownerReferences?.some((owner) => owner.controller && owner.kind === 'Job'))
    return { run: DEFAULTS.jobRun, exitCode: 0 };
  return {};
}

function matches(rule: WorkloadRule, pod: KubeObject, name: string, actualImage: string): boolean {
  const { match, namespace, container, image } = rule;
  if (namespace !== undefined && namespace !== pod.metadata.namespace) return false;
  if (container !== undefined && container !== name) return false;
  if (image !== undefined && !globMatches(image, actualImage)) return false;
  const labels = pod.metadata.labels ?? {};
  return Object.keys(match).every((key) => labels[key] === match[key]);
}

/** `*` stands for any text, everything else for itself. */
function globMatches(glob: string, text: string): boolean {
  const parts = glob.split('*');
  const last = parts[parts.length - 1];
  if (parts.length === 1) return glob === text;
  if (!text.startsWith(parts[0])) return false;
  let from = parts[0].length;
  for (const part of parts.slice(1, -1)) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}
