import type { MapController } from './controller.ts';
import { neighbour } from './layout.ts';

/** The cell cursor of the keyboard: a group, a node, or a pod of a node. */
export interface Cell {
  readonly level: 1 | 2 | 3;
  /** Box of the layout. */
  readonly box: number;
  /** -1 above nodes. */
  readonly node: number;
  /** Place among the node's pods, as the picture orders them. */
  readonly pod: number;
}

export const FIRST_CELL: Cell = { level: 1, box: 0, node: -1, pod: -1 };

type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown' | 'Home' | 'End';

export const isArrow = (key: string): key is Arrow => /^(Arrow(Left|Right|Up|Down)|Home|End)$/.test(key);

/** Where an arrow takes the cursor. */
export function moveCell(map: MapController, cell: Cell, key: Arrow): Cell {
  const { layout } = map;
  if (layout === undefined || layout.groups.length === 0) return cell;
  const forward = key === 'ArrowRight' || key === 'ArrowDown';
  if (cell.level === 1) {
    const last = layout.groups.length - 1;
    const box = key === 'Home' ? 0 : key === 'End' ? last : Math.min(last, Math.max(0, cell.box + (forward ? 1 : -1)));
    return { ...cell, box };
  }
  if (cell.level === 3) {
    const last = map.podsOf(cell.node).length - 1;
    const by = key === 'ArrowUp' || key === 'ArrowDown' ? 5 : 1;
    const to = cell.pod + (forward ? by : -by);
    const pod = key === 'Home' ? 0 : key === 'End' ? last : Math.min(last, Math.max(0, to));
    return { ...cell, pod };
  }
  const place = layout.placeOf[cell.node];
  const box = layout.groups[cell.box];
  const to =
    key === 'Home'
      ? box.first
      : key === 'End'
        ? box.first + box.count - 1
        : neighbour(
            layout,
            place,
            key === 'ArrowLeft' ? -1 : key === 'ArrowRight' ? 1 : 0,
            key === 'ArrowUp' ? -1 : key === 'ArrowDown' ? 1 : 0,
          );
  return to < 0 ? cell : { ...cell, box: layout.boxOf[to], node: layout.order[to] };
}

/** Into the group, or into the node; the same cell when there is nothing inside. */
export function enterCell(map: MapController, cell: Cell): Cell {
  const { layout } = map;
  if (layout === undefined) return cell;
  if (cell.level === 1) {
    const box = layout.groups[cell.box];
    return box === undefined ? cell : { ...cell, level: 2, node: layout.order[box.first] };
  }
  if (cell.level === 2 && map.podsOf(cell.node).length > 0) return { ...cell, level: 3, pod: 0 };
  return cell;
}

export function leaveCell(cell: Cell): Cell {
  if (cell.level === 3) return { ...cell, level: 2, pod: -1 };
  if (cell.level === 2) return { ...cell, level: 1, node: -1 };
  return cell;
}

/** The cursor after the picture changed: nodes and pods may be gone. */
export function soundCell(map: MapController, cell: Cell): Cell {
  const { layout } = map;
  if (layout === undefined || layout.groups.length === 0) return FIRST_CELL;
  if (cell.level === 1) return cell.box < layout.groups.length ? cell : { ...cell, box: layout.groups.length - 1 };
  const place = layout.placeOf[cell.node] ?? -1;
  if (place < 0) return { ...FIRST_CELL, box: Math.min(cell.box, layout.groups.length - 1) };
  const at = { ...cell, box: layout.boxOf[place] };
  if (cell.level === 2) return at;
  const count = map.podsOf(cell.node).length;
  return count === 0 ? leaveCell(at) : { ...at, pod: Math.min(cell.pod, count - 1) };
}
