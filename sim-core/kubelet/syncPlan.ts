/** What a sync and the end of a pod consist of. Pure functions of the pod's row. */
import type { KubeObject } from '../contracts/index.ts';
import { ephemeralToStart, type PodActions } from './actions.ts';
import type { StartFailure } from './containerStatus.ts';
import type { ResizePlan, ResizeStep } from './resize.ts';
import { latest } from './restartPolicy.ts';
import type { Op, PodRow, Sync } from './rows.ts';
import type { RuntimePod } from './runtime.ts';
import { containersOf, initContainersOf } from './spec.ts';

/** What the runtime has to do, one after the other. `seen`: what the sync began with. */
export function opsOf(
  row: PodRow,
  seen: RuntimePod,
  actions: PodActions,
  resize: readonly ResizeStep[] = NONE,
): readonly Op[] {
  const ops: Op[] = [];
  if (actions.killPod) {
    ops.push(...killPodOps(seen, undefined));
    if (actions.createSandbox) ops.push({ do: 'remove', ids: initIds(row) });
  } else if (actions.toKill.length > 0) ops.push({ do: 'kills', kills: actions.toKill, parallel: false });
  const pruned = prunable(row);
  if (pruned.length > 0 && !actions.killPod) ops.push({ do: 'remove', ids: pruned });
  if (actions.createSandbox) ops.push({ do: 'sandbox', attempt: actions.attempt });
  if (!actions.createSandbox && !actions.killPod) {
    for (const name of ephemeralToStart(row.pod, row.cache)) ops.push({ do: 'start', name, list: 'ephemeral' });
  }
  for (const name of actions.initToStart) ops.push({ do: 'start', name, list: 'init' });
  if (resize.length > 0) ops.push({ do: 'resize', steps: resize });
  for (const name of actions.toStart) ops.push({ do: 'start', name, list: 'containers' });
  return ops;
}

/** Containers whose resize asks for it are stopped and started again. */
export function withRestarts(actions: PodActions, { restarts }: ResizePlan): PodActions {
  const left = restarts.filter((r) => !actions.toKill.some((k) => k.id === r.id));
  if (left.length === 0) return actions;
  const kills = left.map(({ id, name }) => ({
    id,
    name,
    message: `Container ${name} resize requires restart`,
    reason: 'other' as const,
  }));
  return {
    ...actions,
    toKill: [...actions.toKill, ...kills],
    toStart: [...actions.toStart, ...left.map((r) => r.name)],
  };
}

const NONE: readonly never[] = [];

/** One sandbox, which is good, and in it each of the pod's regular containers, of the pod's own definition; no others. */
export function runsAsItShould(pod: KubeObject, { sandboxes, containers }: RuntimePod): boolean {
  if (sandboxes.length !== 1 || !sandboxes[0].ready || (sandboxes[0].ip === '' && !pod.spec.hostNetwork)) return false;
  if (initContainersOf(pod).length > 0 || pod.spec.ephemeralContainers?.length > 0) return false;
  const specs = containersOf(pod);
  if (specs.length !== containers.length || specs.length === 0) return false;
  for (const spec of specs) {
    const state = latest({ sandboxes, containers }, spec.name);
    if (state === undefined || state.state !== 'running' || state.definition !== spec) return false;
  }
  return true;
}

/** Failed starts after a sync that tells of new ones and of those that are over (null). */
export function withFailures(before: PodRow['failures'], news: Sync['failures']): PodRow['failures'] {
  const isNews = (name: string) => news[name] !== null || before[name] !== undefined;
  if (!Object.keys(news).some(isNews)) return before;
  const after: Record<string, StartFailure> = {};
  for (const name of Object.keys(before)) if (news[name] === undefined) after[name] = before[name];
  for (const [name, failure] of Object.entries(news)) if (failure !== null) after[name] = failure;
  return after;
}

/** killPod: all running containers at once, then every sandbox. */
export function killPodOps(runtime: RuntimePod, graceSeconds: number | undefined): Op[] {
  const kills = runtime.containers
    .filter((c) => c.state === 'running' || c.state === 'unknown')
    .map((c) => ({ id: c.id, name: c.name, message: `Stopping container ${c.name}`, reason: 'other' as const }));
  const ops: Op[] = [];
  if (kills.length > 0) ops.push({ do: 'kills', kills, parallel: true, graceSeconds });
  if (runtime.sandboxes.length > 0) ops.push({ do: 'stopSandboxes', ids: runtime.sandboxes.map((s) => s.id) });
  return ops;
}

/** purgeInitContainers: all init containers go before a new sandbox. */
function initIds(row: PodRow): string[] {
  const names = initContainersOf(row.pod).map((c) => c.name);
  return row.cache.containers.filter((c) => names.includes(c.name)).map((c) => c.id);
}

/** pruneInitContainersBeforeStart: all but the newest ended container of each init container. */
function prunable(row: PodRow): string[] {
  const out: string[] = [];
  for (const spec of initContainersOf(row.pod)) {
    const ended = row.cache.containers.filter(
      (c) => c.name === spec.name && (c.state === 'exited' || c.state === 'unknown'),
    );
    out.push(...ended.slice(1).map((c) => c.id));
  }
  return out;
}

/** calculateEffectiveGracePeriod. */
export function effectiveGrace(row: PodRow, override: number | undefined): number {
  let grace = row.graceSeconds;
  const api = row.pod.metadata.deletionGracePeriodSeconds;
  if (api !== undefined && (grace === 0 || api < grace)) grace = api;
  if (override !== undefined && (grace === 0 || override < grace)) grace = override;
  if (grace === 0 && row.pod.spec?.terminationGracePeriodSeconds !== undefined && api === undefined) {
    grace = row.pod.spec.terminationGracePeriodSeconds;
  }
  return Math.max(1, grace);
}

export function hasAny(record: object): boolean {
  for (const _key in record) return true;
  return false;
}
