import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import { numberText, useT } from '../../i18n/index.ts';
import { shorten } from '../../model/shorten.ts';
import { LOOKS } from '../../model/states.ts';
import { selectPath } from '../../state/actions.ts';
import { loadText } from './cards.ts';
import type { MapController } from './controller.ts';
import { isNotReady } from './mirror.ts';
import { loadOf } from './raster.ts';
import { countsOn, nodeWords } from './summary.ts';

type Column = 'name' | 'group' | 'state' | 'pods' | 'trouble' | 'cpu' | 'memory';

const COLUMNS: readonly Column[] = ['name', 'group', 'state', 'pods', 'trouble', 'cpu', 'memory'];
const ROW = 24;

/** The map as a table: one row a node, sorted by any column. */
export function MapTable({ map, version }: { readonly map: MapController; readonly version: number }) {
  const t = useT();
  const scroller = useRef<HTMLDivElement>(null);
  const [sort, setSort] = useState<{ readonly by: Column; readonly down: boolean }>({ by: 'trouble', down: true });
  const { mirror, groups, colouring } = map;
  const trouble = (node: number) => mirror.troubleOn[node];
  // biome-ignore lint/correctness/useExhaustiveDependencies: version stands for what the mirror holds
  const rows = useMemo(() => {
    const nodes: number[] = [];
    for (let n = 0; n < mirror.nodeCount; n++) if (!mirror.isAbsent(n)) nodes.push(n);
    const groupOf = (n: number) => groups?.groupOf[n] ?? 0;
    const value: Record<Column, (n: number) => number | string> = {
      name: (n) => mirror.nodeName(n),
      group: groupOf,
      state: (n) => (isNotReady(mirror.marks[n]) ? 1000 : nodeWords(mirror, n).length),
      pods: (n) => mirror.podsOn[n],
      trouble: (n) => trouble(n) + (isNotReady(mirror.marks[n]) ? 0.5 : 0),
      cpu: (n) => loadOf(mirror, n, 'cpu'),
      memory: (n) => loadOf(mirror, n, 'memory'),
    };
    const of = value[sort.by];
    const values = nodes.map(of);
    const sign = sort.down ? -1 : 1;
    return nodes
      .map((node, i) => ({ node, value: values[i] }))
      .sort((a, b) => (a.value < b.value ? -sign : a.value > b.value ? sign : a.node - b.node))
      .map(({ node }) => node);
  }, [version, sort, groups]);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 6,
  });
  const cell = (node: number, column: Column): string => {
    switch (column) {
      case 'name':
        return shorten(mirror.nodeName(node), 60);
      case 'group':
        return groups?.names[groups.groupOf[node]] || t('map.noGroup');
      case 'state':
        return nodeWords(mirror, node)
          .map((w) => t(`map.words.${w}`))
          .join(', ');
      case 'pods':
        return numberText(mirror.podsOn[node]);
      case 'trouble':
        return countsOn(mirror, colouring, node)
          .filter(({ cls }) => colouring.kind !== 'state' || (LOOKS[cls] !== 'ready' && LOOKS[cls] !== 'succ'))
          .map(({ cls, count }) =>
            colouring.kind === 'state'
              ? `${numberText(count)} ${t(`states.${LOOKS[cls]}`)}`
              : `${numberText(count)} ${shorten(colouring.label(cls) || t('map.others'), 30)}`,
          )
          .join(', ');
      default:
        return loadText(mirror, node, column);
    }
  };
  const items = list.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = list.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <div className="map-table" ref={scroller} data-testid="map-table">
      <table aria-label={t('map.table')} aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th
                key={column}
                scope="col"
                aria-sort={sort.by === column ? (sort.down ? 'descending' : 'ascending') : 'none'}
              >
                <button
                  type="button"
                  className="link"
                  onClick={() => setSort({ by: column, down: sort.by === column ? !sort.down : column !== 'name' })}
                >
                  {column === 'trouble' && colouring.kind !== 'state'
                    ? t(`map.colours.${colouring.by}`)
                    : t(`map.columns.${column}`)}
                  {sort.by === column ? (sort.down ? ' ▾' : ' ▴') : ''}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <tr style={{ height: before }} />}
          {items.map((item) => {
            const node = rows[item.index];
            return (
              <tr key={node} aria-rowindex={item.index + 2}>
                {COLUMNS.map((column) => (
                  <td key={column} className={column === 'name' ? 'mono' : ''}>
                    {column === 'name' ? (
                      <button
                        type="button"
                        className="link"
                        onClick={() => selectPath(`nodes/${mirror.nodeName(node)}`)}
                      >
                        {cell(node, column)}
                      </button>
                    ) : (
                      cell(node, column)
                    )}
                  </td>
                ))}
              </tr>
            );
          })}
          {after > 0 && <tr style={{ height: after }} />}
        </tbody>
      </table>
    </div>
  );
}
