import {
  findMatchingVolume,
  hasAccessModesOf,
  hasModeOf,
  isBoundToClaim,
  isLargeEnough,
  storageClassOf,
} from '../../api/helpers/volumes.ts';
import type { KubeObject } from '../../contracts/objects.ts';
import { changed, compareText } from '../support/objects.ts';
import { updateRequest } from '../support/requests.ts';
import { type Conversation, type Outcome, type ScriptRun, succeeded } from '../support/script.ts';
import { bind, updateClaimStatus } from './bind.ts';
import {
  annotation,
  BETA_PROVISIONER,
  BIND_COMPLETED,
  BOUND_BY_CONTROLLER,
  CLAIMS,
  isInTree,
  PROVISIONER,
  SELECTED_NODE,
} from './facts.ts';

/** What the caches say when a claim is synced; plain data. */
export interface ClaimInput {
  readonly claim: KubeObject;
  /** The volume that the claim names, or the best match of one that names none. */
  readonly volume?: KubeObject;
  readonly storageClass?: KubeObject;
  /** A claim without a class gets this one when nothing matches. */
  readonly defaultClass?: string;
  /** Pods that use the claim and have no node yet, sorted. */
  readonly waitingPods: readonly string[];
}

const FAILED: Outcome = { failed: true };

/** Volumes with fewer access modes come first: a claim shall not take more than it asks for. Source: pv_controller index.go. */
export function bestMatch(
  claim: KubeObject,
  volumes: readonly KubeObject[],
  isDelayed: boolean,
): KubeObject | undefined {
  const groups = new Map<string, KubeObject[]>();
  for (const volume of volumes) {
    if (!hasAccessModesOf(volume, claim)) continue;
    const modes = [...(volume.spec?.accessModes ?? [])].sort().join(',');
    const group = groups.get(modes);
    if (group === undefined) groups.set(modes, [volume]);
    else group.push(volume);
  }
  const size = (modes: string) => modes.split(',').length;
  for (const modes of [...groups.keys()].sort((a, b) => size(a) - size(b) || compareText(a, b))) {
    const found = findMatchingVolume(claim, groups.get(modes) ?? [], { onlyPreBound: isDelayed });
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Does the claim wait until a pod uses it? */
export function isDelayed(storageClass: KubeObject | undefined): boolean {
  return storageClass?.['volumeBindingMode'] === 'WaitForFirstConsumer';
}

/** Source: pv_controller.go syncClaim. */
export function* syncClaim(run: ScriptRun, input: ClaimInput): Conversation<Outcome | undefined> {
  const { claim } = input;
  const done = yield* annotation(claim, BIND_COMPLETED) === undefined
    ? (claim.spec?.volumeName ?? '') === ''
      ? syncUnnamed(run, input)
      : syncNamed(run, input)
    : syncBound(run, input);
  return done ? undefined : FAILED;
}

function event(run: ScriptRun, regarding: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string) {
  run.event({ regarding, type, reason, message });
}

function* pending(run: ScriptRun, claim: KubeObject): Conversation<boolean> {
  return (yield* updateClaimStatus(run, claim, 'Pending')) !== undefined;
}

function* syncUnnamed(run: ScriptRun, input: ClaimInput): Conversation<boolean> {
  const { claim, volume, storageClass, defaultClass } = input;
  if (volume !== undefined) return yield* bind(run, volume, claim);
  const className = storageClassOf(claim);
  if (className === '' && claim.spec?.storageClassName === undefined && defaultClass !== undefined) {
    const spec = { ...claim.spec, storageClassName: defaultClass };
    return succeeded(yield* run.request(updateRequest(CLAIMS, changed(claim, { spec }))));
  }
  if (isDelayed(storageClass) && annotation(claim, SELECTED_NODE) === undefined) {
    waitForConsumer(run, input);
    return yield* pending(run, claim);
  }
  if (className !== '') return yield* provision(run, claim, className, storageClass);
  const text = 'no persistent volumes available for this claim and no storage class is set';
  event(run, claim, 'Normal', 'FailedBinding', text);
  return yield* pending(run, claim);
}

function waitForConsumer(run: ScriptRun, { claim, waitingPods }: ClaimInput): void {
  if (waitingPods.length === 0)
    event(run, claim, 'Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding');
  else {
    const pods = waitingPods.length === 1 ? 'pod' : 'pods';
    event(run, claim, 'Normal', 'WaitForPodScheduled', `waiting for ${pods} ${waitingPods.join(',')} to be scheduled`);
  }
}

/** The controller makes no volumes any more: it names who shall, and waits. */
function* provision(
  run: ScriptRun,
  claim: KubeObject,
  className: string,
  storageClass: KubeObject | undefined,
): Conversation<boolean> {
  const fail = (message: string) => {
    event(run, claim, 'Warning', 'ProvisioningFailed', message);
    return false;
  };
  if (storageClass === undefined) return fail(`storageclass.storage.k8s.io "${className}" not found`);
  const provisioner: string = storageClass['provisioner'] ?? '';
  if (isInTree(provisioner)) return fail(`no volume plugin matched name: ${provisioner}`);
  let named = claim;
  if (annotation(claim, PROVISIONER) !== provisioner || annotation(claim, BETA_PROVISIONER) !== provisioner) {
    const annotations = { ...claim.metadata.annotations, [BETA_PROVISIONER]: provisioner, [PROVISIONER]: provisioner };
    const answer = yield* run.request(updateRequest(CLAIMS, changed(claim, { metadata: { annotations } })));
    if (!succeeded(answer)) return false;
    named = answer.version?.object ?? claim;
  }
  event(
    run,
    named,
    'Normal',
    'ExternalProvisioning',
    `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`,
  );
  return true;
}

/** The user chose the volume. */
function* syncNamed(run: ScriptRun, { claim, volume }: ClaimInput): Conversation<boolean> {
  if (volume === undefined) return yield* pending(run, claim);
  if (volume.spec?.claimRef === undefined) {
    const wrong = mismatch(volume, claim);
    if (wrong === undefined) return yield* bind(run, volume, claim);
    const text = `Cannot bind to requested volume "${volume.metadata.name}": ${wrong}`;
    event(run, claim, 'Warning', 'VolumeMismatch', text);
    return yield* pending(run, claim);
  }
  if (isBoundToClaim(volume, claim)) return yield* bind(run, volume, claim);
  // The controller itself never names a volume that another claim has.
  if (annotation(claim, BOUND_BY_CONTROLLER) !== undefined) return false;
  const text = `volume "${volume.metadata.name}" already bound to a different claim.`;
  event(run, claim, 'Warning', 'FailedBinding', text);
  return yield* pending(run, claim);
}

/** Source: pv_controller.go checkVolumeSatisfyClaim. */
function mismatch(volume: KubeObject, claim: KubeObject): string | undefined {
  if (volume.metadata.deletionTimestamp !== undefined) return 'the volume is marked for deletion';
  if (!isLargeEnough(volume, claim)) return 'requested PV is too small';
  if (storageClassOf(volume) !== storageClassOf(claim)) return 'storageClassName does not match';
  if (!hasModeOf(volume, claim)) return 'incompatible volumeMode';
  return hasAccessModesOf(volume, claim) ? undefined : 'incompatible accessMode';
}

function* syncBound(run: ScriptRun, { claim, volume }: ClaimInput): Conversation<boolean> {
  if ((claim.spec?.volumeName ?? '') === '')
    return yield* lose(run, claim, 'ClaimLost', 'Bound claim has lost reference to PersistentVolume.');
  if (volume === undefined) return yield* lose(run, claim, 'ClaimLost', 'Bound claim has lost its PersistentVolume.');
  const ref = volume.spec?.claimRef;
  if (ref === undefined || ref.uid === claim.metadata.uid) return yield* bind(run, volume, claim);
  return yield* lose(
    run,
    claim,
    'ClaimMisbound',
    'Two claims are bound to the same volume, this one is bound incorrectly',
  );
}

function* lose(run: ScriptRun, claim: KubeObject, reason: string, text: string): Conversation<boolean> {
  if (claim.status?.phase === 'Lost') return true;
  const message = reason === 'ClaimLost' ? `${text} Data on the volume is lost!` : text;
  const written = yield* updateClaimStatus(run, claim, 'Lost');
  if (written !== undefined) event(run, written, 'Warning', reason, message);
  return written !== undefined;
}
