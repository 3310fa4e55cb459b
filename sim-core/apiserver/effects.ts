import { qualifiedName, resourceOfKind } from '../api/schema/index.ts';
import type { ComponentId, KubeObject, ObjId, StrId, WorldContext } from '../contracts/index.ts';
import { RecordKind } from '../contracts/index.ts';
import { nodeEffect, podEffect } from '../trace/effects.ts';
import type { CommitObserver } from './commitObserver.ts';
import type { EventVersion } from './events/version.ts';
import { NamedIds } from './nameSlots.ts';
import type { StoredVersion } from './version.ts';

type Effect = (
  ctx: WorldContext,
  actor: ComponentId,
  version: StoredVersion,
  before: KubeObject | undefined,
  after: KubeObject | undefined,
) => void;

/** The records that a write means to people, each caused by the write: states of pods and nodes, owners, events, endpoints. */
export const recordEffects: CommitObserver = (ctx, actor, resource, version, before, deleted) => {
  // The objects of Events that go need not be put together.
  if (deleted && resource === 'events') {
    ctx.setCause(version.record);
    return;
  }
  const effect = EFFECTS[resource];
  if (!deleted && !before && version.object.metadata.ownerReferences) ownerEffect(ctx, actor, version);
  // Objects that no effect asks for are not put together.
  effect?.(ctx, actor, version, before?.object, deleted ? undefined : version.object);
  ctx.setCause(version.record);
};

const podState: Effect = (ctx, actor, version, before, after) => {
  const effect = podEffect(before, after);
  if (!effect) return;
  const node = effect.node === '' ? 0 : nodeIds.of(ctx.objects, 'nodes', '', effect.node);
  ctx.setCause(version.record);
  ctx.record(RecordKind.podState, actor, version.obj, effect.state, node, 0);
};

const nodeIds = new NamedIds();

const nodeState: Effect = (ctx, actor, version, before, after) => {
  const state = nodeEffect(before, after);
  if (state === undefined) return;
  ctx.setCause(version.record);
  ctx.record(RecordKind.nodeState, actor, version.obj, state, 0, 0);
};

function ownerEffect(ctx: WorldContext, actor: ComponentId, version: StoredVersion): void {
  const { metadata } = version.object;
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  const info = owner && resourceOfKind(owner.apiVersion, owner.kind);
  if (!owner || !info) return;
  const obj = ctx.objects.id(qualifiedName(info), info.namespaced ? (metadata.namespace ?? '') : '', owner.name);
  ctx.setCause(version.record);
  ctx.record(RecordKind.owner, actor, version.obj, obj, 0, 0);
}

/** An event that is stored, or counted once more. */
const kubeEvent: Effect = (ctx, actor, version, _before, after) => {
  if (!after) return;
  const regarding = after.involvedObject ?? after.regarding ?? {};
  const obj = involved(ctx, regarding);
  if (obj === 0) return;
  const message: string = after.message ?? after.note ?? '';
  ctx.setCause(version.record);
  const reason = ctx.strings.intern(after.reason ?? '');
  const warning = after.type === 'Warning' ? 1 : 0;
  ctx.record(RecordKind.kubeEvent, actor, obj, reason, ctx.strings.intern(message), warning);
};

/** The record of an event that was written in one step, whose object nobody has put together; `about` = 0: nothing known. */
export function recordNewEvent(
  ctx: WorldContext,
  actor: ComponentId,
  { template, record }: EventVersion,
  about: ObjId,
  message: StrId,
): void {
  if (about === 0) return;
  ctx.setCause(record);
  const reason = ctx.strings.intern(template.reason);
  ctx.record(RecordKind.kubeEvent, actor, about, reason, message, template.isWarning ? 1 : 0);
}

interface Reference {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
}

function involved(ctx: WorldContext, { apiVersion = 'v1', kind = '', namespace = '', name = '' }: Reference): ObjId {
  const info = resourceOfKind(apiVersion, kind);
  return info && name !== '' ? ctx.objects.id(qualifiedName(info), info.namespaced ? namespace : '', name) : 0;
}

interface Endpoint {
  readonly conditions?: { readonly ready?: boolean };
  readonly targetRef?: { readonly kind?: string; readonly name?: string };
}

/** Pod name -> ready, of one slice. */
function membersOf(slice: KubeObject | undefined): Map<string, boolean> {
  const members = new Map<string, boolean>();
  for (const { conditions, targetRef } of (slice?.endpoints ?? []) as readonly Endpoint[]) {
    if (targetRef?.kind === 'Pod' && targetRef.name) members.set(targetRef.name, conditions?.ready !== false);
  }
  return members;
}

const endpointMembers: Effect = (ctx, actor, version, before, after) => {
  const { metadata } = version.object;
  const service = metadata.labels?.['kubernetes.io/service-name'];
  if (service === undefined) return;
  const namespace = metadata.namespace ?? '';
  const old = membersOf(before);
  const now = membersOf(after);
  const obj = ctx.objects.id('services', namespace, service);
  const tell = (pod: string, ready: boolean) => {
    ctx.setCause(version.record);
    ctx.record(RecordKind.endpoint, actor, obj, ctx.objects.id('pods', namespace, pod), ready ? 1 : 0, 0);
  };
  for (const [pod, ready] of now) if ((old.get(pod) ?? false) !== ready) tell(pod, ready);
  for (const [pod, ready] of old) if (ready && !now.has(pod)) tell(pod, false);
};

const EFFECTS: Readonly<Record<string, Effect>> = {
  pods: podState,
  nodes: nodeState,
  events: kubeEvent,
  'endpointslices.discovery.k8s.io': endpointMembers,
};
