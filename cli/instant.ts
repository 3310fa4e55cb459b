import {
  type BreakpointHit,
  type Cluster,
  decodeRecord,
  namesOfWorld,
  recordText,
  timeText,
} from '../sim-core/index.ts';

const CAUSES = 12;

/** Where a run stands, for people: the event that is next, why it comes, and what the cluster looks like. */
export function instantText(cluster: Cluster, hit?: BreakpointHit): string {
  const { world } = cluster;
  const lines = [`t = ${timeText(world.nowUs).trim()}  after ${world.eventsRun} events  digest ${world.digest()}`];
  if (hit !== undefined) {
    lines.push(`stopped before event ${hit.eventNumber} at ${timeText(hit.timeUs).trim()}: ${hit.handler}`);
    lines.push(`  ${hit.detail}`);
  }
  lines.push('', 'the next event comes from', ...causes(cluster), '', ...countsOf(cluster));
  return lines.join('\n');
}

/** From the next event back to a fault, a command or the clock. */
function causes({ world }: Cluster): readonly string[] {
  const names = namesOfWorld(world);
  const lines: string[] = [];
  for (let id = world.nextCause ?? 0; lines.length < CAUSES; ) {
    const place = world.trace.at(id);
    if (place === undefined) break;
    const record = decodeRecord(place.bytes, place.offset, id);
    lines.push(`  ${recordText(record, names)}`);
    if (id === 0) break;
    id = record.cause;
  }
  return lines;
}

function countsOf(cluster: Cluster): readonly string[] {
  const reader = cluster.expectations.readerOf(cluster.world);
  const text = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .filter(([name, n]) => n > 0 || name === 'total')
      .map(([name, n]) => `${n} ${name}`)
      .join(', ') || 'none';
  const waiting = cluster.controllerManagers
    .flatMap((manager) => manager.hosts)
    .filter((host) => host.queueLength > 0)
    .map((host) => `${host.controller.name} ${host.queueLength}`);
  const pending = cluster.schedulers.map((s) => `${s.name}: ${text({ ...s.pendingPods() })}`);
  return [
    `nodes      ${text(reader.nodeCounts(''))}`,
    `pods       ${text(reader.podCounts('', ''))}`,
    `queues     ${waiting.length === 0 ? 'no key waits' : waiting.join(', ')}`,
    `schedulers ${pending.join('; ')}`,
  ];
}
