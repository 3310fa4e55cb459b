import { allResources, apiVersionOf } from '../../../../sim-core/api/schema/index.ts';
import { customInfo, customTable } from '../../../../sim-core/apiserver/definitions.ts';
import { DEFAULT_EPOCH_SECONDS } from '../../../../sim-core/apiserver/model.ts';
import { tableCells, tableColumns } from '../../../../sim-core/apiserver/tables/index.ts';
import { StoredVersion } from '../../../../sim-core/apiserver/version.ts';
import type { KubeObject } from '../../../../sim-core/contracts/index.ts';
import { play, type SetRun, type VectorFolder } from '../../harness.ts';
import { Unifier } from './unify.ts';

interface Case {
  readonly name: string;
  /** `<groupVersion> <resource>` */
  readonly resource: string;
  readonly object: KubeObject;
  readonly columns: readonly string[];
  readonly cells: readonly unknown[];
}

const UID = '00000000-0000-4000-8000-000000000000';

/** Placeholders of times stand for some time before the Table was printed, those of uids for some uid. */
function withTimes(object: KubeObject): KubeObject {
  const text = JSON.stringify(object)
    .replaceAll('"<time>"', '"2026-01-01T00:00:00Z"')
    .replace(/<uid:\d+>/g, UID);
  return JSON.parse(text.replaceAll('"<microtime>"', '"2026-01-01T00:00:00.000000Z"')) as KubeObject;
}

/** Rows of Tables: a stored object and the cells that the server prints for it, wide columns included. */
export function* tablesSet(vectors: VectorFolder, only: string | undefined): Iterable<SetRun> {
  const definition = JSON.parse(vectors.text('widget-crd.json')) as KubeObject;
  const stored = new StoredVersion(0, 1, 0, 0, definition);
  const get = (_resource: string, _namespace: string, name: string) =>
    name === definition.metadata.name ? stored : undefined;
  const infos = [...allResources(), customInfo(get, definition.metadata.name ?? '')];
  const chosen = vectors
    .lines<Case>('tables.jsonl')
    .filter(({ name }) => !only || 'tables'.includes(only) || name.includes(only));
  if (chosen.length === 0) return;
  const cases = chosen.map(({ name, resource, object, columns, cells }) =>
    play(name, () => {
      const info = infos.find((known) => known && `${apiVersionOf(known)} ${known.plural}` === resource);
      if (!info) return { equal: false, cause: `unknown resource ${resource}` };
      const time = { nowUs: 86_400_000_000, epochSeconds: DEFAULT_EPOCH_SECONDS };
      const options = { time, ...customTable(get, info) };
      const unifier = new Unifier();
      const found =
        unifier.differ(
          columns,
          tableColumns(info, options).map((column) => column.name),
          'columns',
        ) ?? unifier.differ(cells, tableCells(info, withTimes(object), options), 'cells');
      return { equal: found === undefined, cause: 'row', actual: found };
    }),
  );
  yield { set: 'tables', cases };
}
