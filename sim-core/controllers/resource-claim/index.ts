import { type Controller, type Key, LOOKS_AT, type View } from '../../contracts/controllers.ts';
import type { KubeObject } from '../../contracts/objects.ts';
import { changed, controllerReference, isBeingDeleted, isControlledBy, keyOf, splitKey } from '../support/objects.ts';
import { createRequest, deleteRequest, patchRequest, updateRequest } from '../support/requests.ts';
import {
  type Conversation,
  emptyPlan,
  errorText,
  isNotFound,
  type Outcome,
  type ScriptRun,
  script,
  succeeded,
} from '../support/script.ts';

const CLAIMS = 'resourceclaims.resource.k8s.io';
const TEMPLATES = 'resourceclaimtemplates.resource.k8s.io';
/** Which entry of its pod a claim was made for. */
const POD_CLAIM = 'resource.kubernetes.io/pod-claim-name';
/** The controller's manager of a pod's claim statuses. */
const FIELD_MANAGER = 'ResourceClaimController';

interface PodClaim {
  readonly name: string;
  readonly resourceClaimName?: string;
  readonly resourceClaimTemplateName?: string;
}

interface ClaimStatus {
  readonly name: string;
  readonly resourceClaimName?: string;
}

const entriesOf = (pod: KubeObject): readonly PodClaim[] => pod.spec?.resourceClaims ?? [];
const statusesOf = (pod: KubeObject): readonly ClaimStatus[] => pod.status?.resourceClaimStatuses ?? [];

function isDone(pod: KubeObject): boolean {
  const phase = pod.status?.phase;
  return phase === 'Succeeded' || phase === 'Failed';
}

/** Keys of the claims that a pod uses. */
function claimKeys(pod: KubeObject): readonly Key[] {
  const names = entriesOf(pod).flatMap(
    (entry) => entry.resourceClaimName ?? statusesOf(pod).find((s) => s.name === entry.name)?.resourceClaimName ?? [],
  );
  return names.map((name) => `claim/${pod.metadata.namespace}/${name}`);
}

interface PodInput {
  readonly pod: KubeObject;
  /** For each entry that has no claim yet: its template, or a claim that was made before and not written down. */
  readonly missing: readonly { readonly entry: PodClaim; readonly template?: KubeObject; readonly made?: string }[];
}

function claimFrom(pod: KubeObject, entry: PodClaim, template: KubeObject): KubeObject {
  const { metadata = {}, spec } = template.spec ?? {};
  return {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaim',
    metadata: {
      generateName: `${pod.metadata.name}-${entry.name}-`,
      annotations: { ...metadata.annotations, [POD_CLAIM]: entry.name },
      ...(metadata.labels === undefined ? {} : { labels: metadata.labels }),
      ownerReferences: [controllerReference(pod, 'v1', 'Pod')],
    },
    spec,
  };
}

/** Makes the claims of a pod from their templates and writes their names down. Source: pkg/controller/resourceclaim syncPod. */
function* syncPod(run: ScriptRun, { pod, missing }: PodInput): Conversation<Outcome | undefined> {
  const statuses: ClaimStatus[] = [];
  for (const { entry, template, made } of missing) {
    const fail = (error: string) => {
      const message = `PodResourceClaim ${entry.name}: ${error}`;
      run.event({ regarding: pod, type: 'Warning', reason: 'FailedResourceClaimCreation', message });
      return { failed: true };
    };
    if (made !== undefined) {
      statuses.push({ name: entry.name, resourceClaimName: made });
      continue;
    }
    const name = entry.resourceClaimTemplateName as string;
    if (template === undefined)
      return fail(`resource claim template "${name}": resourceclaimtemplate.resource.k8s.io "${name}" not found`);
    const answer = yield* run.request(
      createRequest(CLAIMS, pod.metadata.namespace ?? '', claimFrom(pod, entry, template)),
    );
    if (!succeeded(answer)) return fail(errorText(answer));
    statuses.push({ name: entry.name, resourceClaimName: answer.version?.object.metadata.name });
  }
  const { namespace, name } = pod.metadata;
  const all = [...statusesOf(pod), ...statuses].map(({ name: entry, resourceClaimName }) => ({
    name: entry,
    ...(resourceClaimName === undefined ? {} : { resourceClaimName }),
  }));
  const value = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: namespace ?? '', name: name ?? '' },
    status: { resourceClaimStatuses: all },
  };
  const request = patchRequest('pods', pod, value, { subresource: 'status', type: 'apply' });
  const answer = yield* run.request({ ...request, options: { fieldManager: FIELD_MANAGER, force: true } });
  return succeeded(answer) || isNotFound(answer) ? undefined : { failed: true };
}

interface ClaimInput {
  readonly claim: KubeObject;
  /** Consumers that still need it. */
  readonly reservedFor: readonly unknown[];
  readonly isRemoved: boolean;
}

/** Frees a claim of pods that are gone or done, and deletes one whose pod is done. Source: syncClaim. */
function* syncClaim(run: ScriptRun, { claim, reservedFor, isRemoved }: ClaimInput): Conversation<Outcome | undefined> {
  const before: readonly unknown[] = claim.status?.reservedFor ?? [];
  if (reservedFor.length < before.length) {
    const { reservedFor: _, allocation, ...rest } = claim.status ?? {};
    // Nobody uses it: the devices are free for others.
    const status =
      reservedFor.length === 0 ? rest : { ...rest, reservedFor, ...(allocation === undefined ? {} : { allocation }) };
    const answer = yield* run.request(updateRequest(CLAIMS, changed(claim, { status }), 'status'));
    if (!succeeded(answer)) return isNotFound(answer) ? undefined : { failed: true };
  }
  if (!isRemoved || isBeingDeleted(claim)) return undefined;
  const answer = yield* run.request(deleteRequest(CLAIMS, claim));
  return succeeded(answer) || isNotFound(answer) ? undefined : { failed: true };
}

function podInput(view: View, pod: KubeObject): PodInput {
  const known = new Set(statusesOf(pod).map((s) => s.name));
  const namespace = pod.metadata.namespace ?? '';
  const entries = entriesOf(pod).filter((e) => e.resourceClaimTemplateName !== undefined && !known.has(e.name));
  const own =
    entries.length === 0
      ? []
      : view
          .list(CLAIMS, namespace)
          .map((v) => v.object)
          .filter((claim) => isControlledBy(claim, pod));
  return {
    pod,
    missing: entries.map((entry) => ({
      entry,
      template: view.get(TEMPLATES, namespace, entry.resourceClaimTemplateName as string)?.object,
      made: own.find((claim) => claim.metadata.annotations?.[POD_CLAIM] === entry.name)?.metadata.name,
    })),
  };
}

function claimInput(view: View, claim: KubeObject): ClaimInput {
  const namespace = claim.metadata.namespace ?? '';
  interface Consumer {
    readonly resource: string;
    readonly name: string;
    readonly uid: string;
  }
  const consumers: readonly Consumer[] = claim.status?.reservedFor ?? [];
  const needs = (consumer: Consumer) => {
    if (consumer.resource !== 'pods') return true;
    const pod = view.get('pods', namespace, consumer.name)?.object;
    return pod !== undefined && pod.metadata.uid === consumer.uid && !isDone(pod);
  };
  const owner = claim.metadata.ownerReferences?.find((o) => o.controller === true && o.kind === 'Pod');
  const pod = owner === undefined ? undefined : view.get('pods', namespace, owner.name)?.object;
  return {
    claim,
    reservedFor: consumers.filter(needs),
    isRemoved: pod !== undefined && pod.metadata.uid === owner?.uid && isDone(pod),
  };
}

/**
 * pkg/controller/resourceclaim. Keys are `pod/<namespace>/<name>` and `claim/<namespace>/<name>`. `isEager`: it lists claims at
 * the start, as the real one does; else only when the first pod comes that names one, before which it has nothing to do.
 */
export function resourceClaimController(isEager = true): Controller {
  const whenNeeded = !isEager;
  const pods = script('pod', syncPod);
  const claims = script('claim', syncClaim);
  return {
    name: 'resource-claim-controller',
    eventSource: 'resource_claim',
    workers: 10,
    watches: [
      {
        resource: 'pods',
        concerns: (pod) => entriesOf(pod).length > 0,
        keys({ type, now }) {
          if (entriesOf(now).length === 0) return [];
          return type === 'DELETED' || isDone(now) ? claimKeys(now) : [`pod/${keyOf(now)}`];
        },
      },
      { resource: CLAIMS, whenNeeded, keys: ({ type, now }) => (type === 'DELETED' ? [] : [`claim/${keyOf(now)}`]) },
      { resource: TEMPLATES, whenNeeded, looksAt: LOOKS_AT.nothing, keys: () => [] },
    ],
    reconcile(view, _memory, key, nowUs) {
      const slash = key.indexOf('/');
      const { namespace, name } = splitKey(key.slice(slash + 1));
      if (key.startsWith('claim/')) {
        const claim = view.get(CLAIMS, namespace, name)?.object;
        if (claim === undefined) return emptyPlan;
        const input = claimInput(view, claim);
        const before: readonly unknown[] = claim.status?.reservedFor ?? [];
        return input.isRemoved || input.reservedFor.length < before.length ? claims.start(input, nowUs) : emptyPlan;
      }
      const pod = view.get('pods', namespace, name)?.object;
      if (pod === undefined || isBeingDeleted(pod) || isDone(pod)) return emptyPlan;
      const input = podInput(view, pod);
      return input.missing.length === 0 ? emptyPlan : pods.start(input, nowUs);
    },
    resume: (_view, _memory, _key, nowUs, point, data, answers) =>
      (point === 'pod' ? pods : claims).resume(nowUs, data, answers),
  };
}
