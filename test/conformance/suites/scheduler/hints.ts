import type { KubeObject } from '../../../../sim-core/contracts/index.ts';
import { HintTable, nodeEvents, podEvents } from '../../../../sim-core/scheduler/events.ts';
import { buildProfiles } from '../../../../sim-core/scheduler/framework/config.ts';
import type { ObservedEvent } from '../../../../sim-core/scheduler/queue/observedEvent.ts';
import { type CaseResult, play, type SetRun } from '../../harness.ts';
import { type Cluster, listersOf } from './cluster.ts';

interface HintCase {
  readonly id: string;
  readonly event: {
    readonly kind: string;
    readonly action: 'Add' | 'Update' | 'Delete';
    readonly old?: KubeObject;
    readonly new?: KubeObject;
  };
  readonly pod: KubeObject;
  readonly cluster: Cluster;
  readonly expect: {
    readonly events: readonly { readonly event: string; readonly hints: Readonly<Record<string, string>> }[];
  };
}

function eventsOf({ kind, action, old, new: now }: HintCase['event']): readonly ObservedEvent[] {
  if (kind === 'Node' && action === 'Update') return nodeEvents(old as KubeObject, now as KubeObject, 0);
  if (kind === 'Pod' && action === 'Update') return podEvents(old as KubeObject, now as KubeObject, 0);
  const object = (now ?? old) as KubeObject;
  const resource =
    kind === 'Pod'
      ? (object.spec?.nodeName ?? '') === ''
        ? 'UnschedulablePod'
        : 'AssignedPod'
      : (kind as ObservedEvent['resource']);
  return [{ resource, action, before: old, now, record: 0 }];
}

/** Queue and QueueSkip apart: the answer of every plugin that is interested, per derived event. */
export function* hintSets(cases: readonly HintCase[], only: string | undefined): Iterable<SetRun> {
  const chosen = cases.filter((c) => only === undefined || 'hints'.includes(only) || c.id.includes(only));
  const profile = buildProfiles()[0];
  const results: Record<'Queue' | 'QueueSkip', CaseResult[]> = { Queue: [], QueueSkip: [] };
  const events: CaseResult[] = [];
  for (const c of chosen) {
    const table = new HintTable(profile.plugins.all, () => listersOf(c.cluster));
    const own = eventsOf(c.event);
    events.push(
      play(c.id, () => ({
        equal: own.length === c.expect.events.length,
        cause: 'events',
        expected: c.expect.events.map((e) => e.event).join(' '),
        actual: own.map((e) => `${e.resource}/${e.action}`).join(' '),
      })),
    );
    c.expect.events.forEach((expected, i) => {
      for (const [plugin, hint] of Object.entries(expected.hints)) {
        results[hint as 'Queue' | 'QueueSkip'].push(
          play(`${c.id} ${expected.event} ${plugin}`, () => {
            const answer = own[i] === undefined ? 'no event' : (table.hint(plugin, c.pod, own[i]) ?? 'not interested');
            return { equal: answer === hint, cause: `${plugin} ${expected.event}`, expected: hint, actual: answer };
          }),
        );
      }
    });
  }
  yield { set: 'hints-events', cases: events };
  yield { set: 'hints-Queue', cases: results.Queue };
  yield { set: 'hints-QueueSkip', cases: results.QueueSkip };
}
