import type { Node, NodeCondition } from '../../api/types/core.ts';
import type { TimeUs } from '../../contracts/ids.ts';
import type { ControllerManagerOptions } from '../options.ts';
import { findCondition } from '../support/conditions.ts';
import { changed } from '../support/objects.ts';
import type { WallClock } from '../support/time.ts';

/** What the controller remembers of a node's heartbeats, on its own clock. */
export interface Health {
  /** When it last saw a sign of life. */
  readonly probeUs: TimeUs;
  readonly heartbeat: string | undefined;
  readonly transition: string | undefined;
  readonly leaseRenewedUs: TimeUs | undefined;
}

const watched: readonly string[] = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

export interface Probe {
  readonly health: Health;
  /** The node with conditions Unknown, when it has been silent for too long and does not say so yet. */
  readonly silenced: Node | undefined;
}

/**
 * Looks at a node's status (`ready`: its condition) and at when its lease was renewed: signs of life are *changes* of the
 * heartbeat or of the renew time.
 */
export function probe(
  node: Node,
  ready: NodeCondition | undefined,
  renewedUs: TimeUs | undefined,
  before: Health | undefined,
  nowUs: TimeUs,
  options: ControllerManagerOptions,
  clock: WallClock,
): Probe {
  const health = healthOf(node, ready, renewedUs, before, nowUs, clock);
  const graceUs = ready ? options.nodeMonitorGracePeriodUs : options.nodeStartupGracePeriodUs;
  if (nowUs <= health.probeUs + graceUs) return { health, silenced: undefined };
  const silenced = silence(node, clock.stamp(nowUs));
  return { health: silenced ? { ...health, heartbeat: silencedHeartbeat(silenced) } : health, silenced };
}

function healthOf(
  node: Node,
  ready: NodeCondition | undefined,
  renewedUs: TimeUs | undefined,
  before: Health | undefined,
  nowUs: TimeUs,
  clock: WallClock,
): Health {
  const heartbeat = ready?.lastHeartbeatTime;
  const transition = ready?.lastTransitionTime;
  if (before === undefined) {
    const isSeen = ready !== undefined || renewedUs !== undefined;
    const probeUs = isSeen ? nowUs : (clock.parse(node.metadata.creationTimestamp) ?? nowUs);
    return { probeUs, heartbeat, transition, leaseRenewedUs: renewedUs };
  }
  const isRenewed =
    renewedUs !== undefined && (before.leaseRenewedUs === undefined || before.leaseRenewedUs < renewedUs);
  const probeUs = isRenewed || heartbeat !== before.heartbeat ? nowUs : before.probeUs;
  const leaseRenewedUs = renewedUs ?? before.leaseRenewedUs;
  const isAsBefore =
    before.probeUs === probeUs &&
    before.heartbeat === heartbeat &&
    before.transition === transition &&
    before.leaseRenewedUs === leaseRenewedUs;
  return isAsBefore ? before : { probeUs, heartbeat, transition, leaseRenewedUs };
}

function silencedHeartbeat(node: Node): string | undefined {
  return findCondition(node.status?.conditions, 'Ready')?.lastHeartbeatTime;
}

/** The node with what its kubelet reports set to Unknown; undefined when Ready is Unknown already. */
export function silence(node: Node, now: string): Node | undefined {
  if (findCondition(node.status?.conditions, 'Ready')?.status === 'Unknown') return undefined;
  const conditions: NodeCondition[] = (node.status?.conditions ?? []).map((condition) =>
    watched.includes(condition.type) && condition.status !== 'Unknown'
      ? {
          ...condition,
          status: 'Unknown',
          lastTransitionTime: now,
          reason: 'NodeStatusUnknown',
          message: 'Kubelet stopped posting node status.',
        }
      : condition,
  );
  for (const type of watched) {
    if (conditions.some((condition) => condition.type === type)) continue;
    conditions.push({
      type,
      status: 'Unknown',
      lastHeartbeatTime: node.metadata.creationTimestamp ?? undefined,
      lastTransitionTime: now,
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
    } as NodeCondition);
  }
  return changed(node, { status: { ...node.status, conditions } });
}
