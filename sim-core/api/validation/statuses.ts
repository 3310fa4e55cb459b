import { restartsAfterExit } from '../helpers/podStatus.ts';
import { isValidIPForLegacyField } from '../machinery/ip.ts';
import { isDNS1123Subdomain, isQualifiedName } from '../machinery/names.ts';
import { type FieldError, forbidden, immutable, invalid, invalidEach, nonNegative, type Piece } from './common.ts';

/**
 * Updates of statuses: pods (pkg/apis/core/validation ValidatePodStatusUpdate), ReplicaSets and Deployments (pkg/apis/apps/validation)
 * and the other kinds that count.
 */

const SYSTEM_CONDITIONS: ReadonlySet<string> = new Set(['PodScheduled', 'Ready', 'Initialized']);

export function validatePodStatus(now: Piece, before: Piece): FieldError[] {
  const status = now.status ?? {};
  const old = before.status ?? {};
  const errors: FieldError[] = [];
  (status.conditions ?? []).forEach((condition: Piece, i: number) => {
    if (SYSTEM_CONDITIONS.has(condition.type)) return;
    errors.push(...invalidEach(`status.conditions[${i}].Type`, condition.type, isQualifiedName(condition.type ?? '')));
  });
  if ((now.spec?.nodeName ?? '') !== (before.spec?.nodeName ?? '')) {
    errors.push(forbidden('status.nodeName', 'may not be changed directly'));
  }
  const { nominatedNodeName } = status;
  if (nominatedNodeName && nominatedNodeName !== old.nominatedNodeName) {
    errors.push(...invalidEach('status.nominatedNodeName', nominatedNodeName, isDNS1123Subdomain(nominatedNodeName)));
  }
  if (old.qosClass !== undefined || status.qosClass !== undefined) {
    errors.push(...immutable(status.qosClass, old.qosClass, 'status.qosClass', status.qosClass ?? ''));
  }
  for (const field of ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses']) {
    errors.push(...restartedErrors(field, status, old, before.spec ?? {}));
  }
  return [...errors, ...addressErrors(status, 'podIPs'), ...addressErrors(status, 'hostIPs')];
}

const SPECS: Readonly<Record<string, string>> = {
  containerStatuses: 'containers',
  initContainerStatuses: 'initContainers',
  ephemeralContainerStatuses: 'ephemeralContainers',
};

/** What ended for good stays ended. */
function restartedErrors(field: string, status: Piece, old: Piece, spec: Piece): FieldError[] {
  const ephemeral = field === 'ephemeralContainerStatuses';
  return (old[field] ?? []).flatMap((was: Piece, i: number) => {
    const ended = was.state?.terminated;
    const is = ended && (status[field] ?? []).find((one: Piece) => one.name === was.name);
    if (!is || is.state?.terminated) return [];
    const container = (spec[SPECS[field]] ?? []).find((one: Piece) => one.name === was.name) ?? { name: was.name };
    if (!ephemeral && restartsAfterExit(container, spec.restartPolicy ?? 'Always', ended.exitCode ?? 0)) return [];
    return [forbidden(`status.${field}[${i}].state`, 'may not be transitioned to non-terminated state')];
  });
}

/** Addresses, at most one of each family. */
function addressErrors(status: Piece, field: 'podIPs' | 'hostIPs'): FieldError[] {
  const list: readonly string[] = (status[field] ?? []).map(({ ip = '' }: { ip?: string }) => ip);
  const errors = list.flatMap((ip, i) => isValidIPForLegacyField(`status.${field}[${i}]`, ip));
  if (list.length < 2) return errors;
  const six = list.filter((ip) => ip.includes(':')).length;
  if (list.length > 2 || six !== 1) {
    const shown = list.map((IP) => ({ IP }));
    errors.push(invalid(`status.${field}`, shown, 'may specify no more than one IP for each IP family'));
  }
  return errors;
}

const TOO_MANY = 'cannot be greater than status.replicas';
const MORE_THAN_READY = 'cannot be greater than readyReplicas';

const REPLICA_SET = ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'terminatingReplicas'];
const DEPLOYMENT = [
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
  'terminatingReplicas',
  'collisionCount',
];
const STATEFUL_SET = [
  'replicas',
  'readyReplicas',
  'currentReplicas',
  'updatedReplicas',
  'observedGeneration',
  'collisionCount',
  'availableReplicas',
];
const DAEMON_SET = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
];

function notNegative(status: Piece, fields: readonly string[]): FieldError[] {
  return fields.flatMap((field) => nonNegative(status[field] ?? undefined, `status.${field}`));
}

function notAbove(status: Piece, fields: readonly string[]): FieldError[] {
  const { replicas = 0 } = status;
  return fields.flatMap((field) =>
    (status[field] ?? 0) > replicas ? [invalid(`status.${field}`, status[field], TOO_MANY)] : [],
  );
}

function availableAboveReady(
  { availableReplicas = 0, readyReplicas = 0 }: Piece,
  text = MORE_THAN_READY,
): FieldError[] {
  return availableReplicas > readyReplicas ? [invalid('status.availableReplicas', availableReplicas, text)] : [];
}

function collisionsGone(now: Piece, before: Piece): FieldError[] {
  const was = before.status?.collisionCount;
  const is = now.status?.collisionCount;
  const less = typeof was === 'number' && (typeof is !== 'number' || is < was);
  return less ? [invalid('status.collisionCount', is ?? 0, 'cannot be decremented')] : [];
}

export function validateReplicaSetStatus({ status = {} }: Piece): FieldError[] {
  return [
    ...notNegative(status, [...REPLICA_SET, 'observedGeneration']),
    ...notAbove(status, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas']),
    ...availableAboveReady(status),
  ];
}

export function validateDeploymentStatus(now: Piece, before: Piece): FieldError[] {
  const { status = {} } = now;
  return [
    ...notNegative(status, DEPLOYMENT),
    ...notAbove(status, ['updatedReplicas', 'readyReplicas', 'availableReplicas']),
    ...availableAboveReady(status),
    ...collisionsGone(now, before),
  ];
}

export function validateStatefulSetStatus(now: Piece, before: Piece): FieldError[] {
  const { status = {} } = now;
  return [
    ...notNegative(status, STATEFUL_SET),
    ...notAbove(status, ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas']),
    ...availableAboveReady(status, 'cannot be greater than status.readyReplicas'),
    ...collisionsGone(now, before),
  ];
}

export function validateDaemonSetStatus(now: Piece, before: Piece): FieldError[] {
  return [...notNegative(now.status ?? {}, DAEMON_SET), ...collisionsGone(now, before)];
}

export function validatePdbStatus({ status = {} }: Piece): FieldError[] {
  return notNegative(status, ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods']);
}

/** Could the counts of a ReplicaSet's or Deployment's status be wrong? Quick: most are right. */
export function hasPlausibleCounts(now: Piece, before: Piece): boolean {
  const status = now.status;
  if (status === undefined || status === null) return true;
  const {
    replicas = 0,
    readyReplicas = 0,
    availableReplicas = 0,
    updatedReplicas = 0,
    fullyLabeledReplicas = 0,
  } = status;
  if (replicas < 0 || availableReplicas < 0 || updatedReplicas < 0 || fullyLabeledReplicas < 0) return false;
  if (availableReplicas > readyReplicas || readyReplicas > replicas) return false;
  if (updatedReplicas > replicas || fullyLabeledReplicas > replicas) return false;
  if (status.terminatingReplicas < 0 || status.unavailableReplicas < 0 || status.observedGeneration < 0) return false;
  return status.collisionCount === before.status?.collisionCount;
}
