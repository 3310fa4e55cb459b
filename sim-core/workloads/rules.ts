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
  const { initContainers, containers } = (pod.spec ?? NOTHING) as PodContainers;
  const init = named(initContainers, name);
  const container = init ?? named(containers, name);
  const image = container?.image ?? '';
  for (const rule of rules) if (matches(rule, pod, name, image)) return rule.behaviour;
  if (container?.command !== undefined || container?.args !== undefined) {
    const plain = behaviourOfCommand(container.command ?? NONE, container.args ?? NONE);
    if (plain) return plain;
  }
  if (init && init.restartPolicy !== 'Always') return INIT_RUN;
  const owners = pod.metadata.ownerReferences;
  if (owners !== undefined) for (const owner of owners) if (owner.controller && owner.kind === 'Job') return JOB_RUN;
  return NOTHING;
}

interface PodContainers {
  readonly initContainers?: readonly Container[];
  readonly containers?: readonly Container[];
}

const NONE: readonly never[] = [];
const NOTHING: BehaviourSpec = {};
const INIT_RUN: BehaviourSpec = { run: DEFAULTS.initRun, exitCode: 0 };
const JOB_RUN: BehaviourSpec = { run: DEFAULTS.jobRun, exitCode: 0 };

function named(containers: readonly Container[] | undefined, name: string): Container | undefined {
  if (containers !== undefined) for (const container of containers) if (container.name === name) return container;
  return undefined;
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
