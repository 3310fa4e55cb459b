import { humanDuration, shortHumanDuration } from '../../../../sim-core/api/machinery/duration.ts';
import { compare, play, type SetRun, type VectorFolder } from '../../harness.ts';

/** How long ages are printed: `5m30s` in tables, `5m` in kubectl's short form. */
export function* durationsSet(vectors: VectorFolder, only: string | undefined): Iterable<SetRun> {
  if ((only !== undefined && !'durations'.includes(only)) || !vectors.has('durations.tsv')) return;
  const [, ...rows] = vectors.text('durations.tsv').trimEnd().split('\n');
  yield {
    set: 'durations',
    cases: rows.map((row) => {
      const [seconds, long, short] = row.split('\t');
      return play(`${seconds}s`, () =>
        compare([long, short], [humanDuration(Number(seconds) * 1e6), shortHumanDuration(Number(seconds) * 1e6)]),
      );
    }),
  };
}
