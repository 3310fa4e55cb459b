import { type KeyboardEvent, type Ref, useEffect, useRef, useState } from 'react';
import { t as say, useT } from '../../i18n/index.ts';
import { LOOK_NUMBER, LOOKS } from '../../model/states.ts';
import { selectPath } from '../../state/actions.ts';
import { useApp } from '../../state/store.ts';
import type { MapController } from './controller.ts';
import { groupSums } from './painter.ts';
import { countsOn, nodeWords } from './summary.ts';
import { type Cell, enterCell, FIRST_CELL, isArrow, leaveCell, moveCell, soundCell } from './twin.ts';

interface Props {
  readonly map: MapController;
  readonly version: number;
  readonly itemRef: Ref<HTMLDivElement>;
  readonly onMenu: (node: number) => void;
}

/** The map for keys and screen readers: one focusable cell, which stands for the group, the node or the pod at the cursor. */
export function MapTwin({ map, version, itemRef, onMenu }: Props) {
  const t = useT();
  const [cell, setCell] = useState<Cell>(FIRST_CELL);
  const [isFocused, setFocused] = useState(false);
  const byKey = useRef(false);
  const now = soundCell(map, cell);

  // biome-ignore lint/correctness/useExhaustiveDependencies: version moves tiles
  useEffect(() => {
    if (!isFocused || !byKey.current) {
      map.mark({ cursor: undefined });
      return;
    }
    const pod = now.level === 3 ? map.podsOf(now.node)[now.pod] : -1;
    const rect =
      now.level === 1
        ? map.groupRect(now.box)
        : now.level === 2
          ? map.rectOf(now.node)
          : (map.podRect(pod) ?? map.rectOf(now.node));
    map.mark({ cursor: rect });
  }, [map, now.level, now.box, now.node, now.pod, isFocused, version]);

  const go = (to: Cell) => {
    setCell(to);
    if (to.level > 1) map.reveal(to.node);
    useApp.setState({ said: cellText(map, to, say) });
  };

  const keyDown = (e: KeyboardEvent<HTMLDivElement>) => {
    if (e.ctrlKey || e.metaKey) return;
    byKey.current = true;
    if (isArrow(e.key) && !e.altKey) go(moveCell(map, now, e.key));
    else if (e.key === 'Enter') {
      if (now.level === 3) selectPath(`pods/${map.mirror.podName(map.podsOf(now.node)[now.pod])}`);
      else {
        const inside = enterCell(map, now);
        if (now.level === 2) {
          selectPath(`nodes/${map.mirror.nodeName(now.node)}`);
          if (inside !== now) map.focusNode(now.node);
        }
        go(inside);
      }
    } else if (e.key === 'Escape' && now.level > 1) go(leaveCell(now));
    else if ((e.key === 'ContextMenu' || (e.shiftKey && e.key === 'F10')) && now.level > 1) onMenu(now.node);
    else return;
    e.preventDefault();
    e.stopPropagation();
  };

  const { layout } = map;
  const sizes = setOf(map, now);
  return (
    <div className="map-twin" role="tree" aria-label={t('map.label')}>
      <div
        ref={itemRef}
        role="treeitem"
        tabIndex={0}
        aria-level={now.level}
        aria-posinset={sizes.place}
        aria-setsize={sizes.size}
        aria-selected={false}
        aria-expanded={now.level < 3 ? false : undefined}
        aria-label={layout === undefined ? t('map.label') : cellText(map, now, t)}
        onKeyDown={keyDown}
        onFocus={(e) => {
          byKey.current = e.currentTarget.matches(':focus-visible');
          setFocused(true);
        }}
        onBlur={() => setFocused(false)}
        data-testid="map-cell"
      />
    </div>
  );
}

function setOf(map: MapController, cell: Cell): { readonly place: number; readonly size: number } {
  const { layout } = map;
  if (layout === undefined || layout.groups.length === 0) return { place: 1, size: 1 };
  const box = layout.groups[cell.box];
  if (cell.level === 1) return { place: cell.box + 1, size: layout.groups.length };
  if (cell.level === 2) return { place: layout.placeOf[cell.node] - box.first + 1, size: box.count };
  return { place: cell.pod + 1, size: map.podsOf(cell.node).length };
}

/** `zone-b, 1,667 nodes, 40,012 pods, 1,640 NotReady`, `n-c-0744, Ready, 6 Back-off, 26 pods`, `shop/web-1, Ready`. */
function cellText(map: MapController, cell: Cell, t: typeof say): string {
  const { layout, mirror, groups, colouring } = map;
  if (layout === undefined || layout.groups.length === 0) return t('map.noNodes');
  const box = layout.groups[cell.box];
  if (cell.level === 1) {
    const sums = groupSums(mirror, layout, box);
    const parts = [
      groups?.names[box.group] || t('map.noGroup'),
      t('map.nodesOf', { n: box.count }),
      t('map.podsOf', { n: sums.pods }),
    ];
    if (sums.notReady > 0) parts.push(t('map.notReadyOf', { n: sums.notReady }));
    return parts.join(', ');
  }
  if (cell.level === 2) {
    const parts = [mirror.nodeName(cell.node), ...nodeWords(mirror, cell.node).map((w) => t(`map.words.${w}`))];
    if (colouring.kind === 'state')
      for (const { cls, count } of countsOn(mirror, colouring, cell.node).slice(0, 3))
        parts.push(`${count} ${t(`states.${LOOKS[cls]}`)}`);
    parts.push(t('map.podsOf', { n: mirror.podsOn[cell.node] }));
    return parts.join(', ');
  }
  const pod = map.podsOf(cell.node)[cell.pod];
  if (pod === undefined) return t('map.noNodes');
  const look = LOOK_NUMBER[mirror.state[pod]];
  return [mirror.podName(pod), look < 0 ? '' : t(`states.${LOOKS[look]}`), mirror.nodeName(cell.node)]
    .filter((part) => part !== '')
    .join(', ');
}
