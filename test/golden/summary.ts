import { chainLines, chainTo } from '../../reports/index.ts';
import { namesOf, PodState, type Recording, RecordKind, recordsOf } from '../../sim-core/index.ts';
import { loaded, ranCluster, recorded, shippedBundle } from '../unit/support/scenarios.ts';

const KIND_NAMES = new Map<number, string>(Object.entries(RecordKind).map(([name, kind]) => [kind, name]));

/**
 * What a golden file holds of a scenario's run: the digest, how many records of each kind there are, the verdicts, what
 * kubectl printed, and the way of one pod: the last that became Ready.
 */
export function goldenRun(name: string): { readonly text: string; readonly recording: Recording } {
  const bundle = shippedBundle(name);
  const cluster = ranCluster(loaded(bundle));
  const recording = recorded(cluster, bundle);
  const counts = countsByKind(recording);
  const lines = [
    `# ${name}`,
    '',
    `digest ${recording.endDigest}`,
    `seed ${recording.seed}, ${recording.endUs / 1e6} s, ${cluster.world.eventsRun} events, ${recording.recordCount} records`,
    '',
    ...[...counts].map(([kind, n]) => `${String(n).padStart(8)} ${kind}`),
    '',
    ...cluster.expectations
      .results()
      .map(
        (r) =>
          `${r.verdict} at ${(r.atUs / 1e6).toFixed(3)} s: ${r.spec.name}${r.detail === '' ? '' : ` [${r.detail}]`}`,
      ),
    '',
    ...cluster.kubectl.lines().map((l) => `${(l.atUs / 1e6).toFixed(3)} s ${l.stream}: ${l.text}`),
    '',
    ...lastReadyPod(recording),
  ];
  return { text: `${lines.join('\n').trimEnd()}\n`, recording };
}

function countsByKind(recording: Recording): ReadonlyMap<string, number> {
  const source = recordsOf(recording);
  const counts = new Map<number, number>();
  for (let i = 0; i < source.size; i++) counts.set(source.at(i).kind, (counts.get(source.at(i).kind) ?? 0) + 1);
  return new Map([...counts].sort((a, b) => a[0] - b[0]).map(([kind, n]) => [KIND_NAMES.get(kind) ?? String(kind), n]));
}

function lastReadyPod(recording: Recording): readonly string[] {
  const source = recordsOf(recording);
  const names = namesOf(recording);
  for (let i = source.size - 1; i >= 0; i--) {
    const record = source.at(i);
    if (record.kind === RecordKind.podState && record.a === PodState.ready)
      return chainLines(`the way of ${names.object(record.obj)}`, chainTo(source, names, record.id));
  }
  return [];
}
