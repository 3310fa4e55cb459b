import { Glyph } from '../../components/Icon.tsx';
import { VirtualRows } from '../../components/VirtualRows.tsx';
import { useT } from '../../i18n/index.ts';
import { textAt } from '../../model/frame.ts';
import { segmentAt } from '../../model/hitTest.ts';
import { LOOK_NUMBER, LOOKS } from '../../model/states.ts';
import { timeText } from '../../model/viewport.ts';
import { select } from '../../state/actions.ts';
import { useKeys } from '../../state/keys.ts';
import { NOT_YET, podStateText } from '../../state/names.ts';
import { togglePin } from '../../state/pins.ts';
import { laneName, laneOf, runData } from '../../state/run.ts';
import { useApp } from '../../state/store.ts';
import { useSlowApp } from '../../state/useQuery.ts';

const MOMENT_MS = 200;
const COLUMNS = 'minmax(0, 300fr) minmax(0, 150fr) calc(78px * var(--u)) minmax(0, 160fr) minmax(0, 160fr)';

/** The lanes as a table: each pod with its state at the moment on show. */
export function LaneTable() {
  const t = useT();
  const matches = useApp((s) => s.matches);
  const selected = useApp((s) => s.selectedLane);
  const groupBy = useApp((s) => s.groupBy);
  const pins = useApp((s) => s.pins);
  useApp((s) => s.version);
  const cursorUs = useSlowApp((s) => s.cursorUs, MOMENT_MS);
  const data = runData();
  useKeys((e) => {
    if (e.key.toLowerCase() !== 'p' || selected < 0) return false;
    return togglePin(`pods/${laneName(selected)}`);
  });
  if (data === undefined || groupBy === 'component') return null;
  const { frame } = data;
  const { order, first, lanes } = data.groupings[groupBy].grouping;
  // Pinned ones stand first, whatever the filter.
  const pinned = pins.flatMap((key) => (key.startsWith('pods/') ? [laneOf(key.slice('pods/'.length))] : []));
  const rows: number[] = pinned.filter((lane) => lane >= 0);
  const count = rows.length;
  for (const group of order)
    for (const lane of lanes.subarray(first[group], first[group + 1]))
      if (matches === undefined || matches[lane] === 1) rows.push(lane);
  return (
    <VirtualRows
      label={t('timeline.label')}
      testId="lane-table"
      count={rows.length}
      rowHeight={22}
      columns={COLUMNS}
      current={rows.indexOf(selected)}
      onChoose={(i) => select(rows[i])}
      header={(['pod', 'stateNow', 'since', 'node', 'owner'] as const).map((name) => (
        // biome-ignore lint/a11y/useSemanticElements: cells of a virtual table
        // biome-ignore lint/a11y/useFocusableInteractive: the body takes the keys
        <span key={name} role="columnheader">
          {t(`timeline.${name}`)}
        </span>
      ))}
      row={(i) => {
        const lane = rows[i];
        const segment = segmentAt(frame, lane, cursorUs);
        const state = segment < 0 ? NOT_YET : frame.segState[segment];
        const look = LOOKS[LOOK_NUMBER[state]];
        const cells = [
          `${i < count ? '★ ' : ''}${laneName(lane).slice(0, 300)}`,
          podStateText(state),
          segment < 0 ? t('none') : timeText(frame.segTime[segment], 0),
          segment < 0 || frame.segNode[segment] === 0 ? t('none') : textAt(frame.nodes, frame.segNode[segment]),
          textAt(frame.owners, frame.ownerOf[lane]) || t('none'),
        ];
        return cells.map((text, k) => (
          // biome-ignore lint/a11y/useSemanticElements: cells of a virtual table
          // biome-ignore lint/suspicious/noArrayIndexKey: cells are at their columns
          <span key={k} role="cell" className={k === 0 || k > 1 ? 'ellipsis mono small' : 'ellipsis'}>
            {k === 1 && look !== undefined && <Glyph name={look} colour={`var(--st-${look})`} />} {text.slice(0, 300)}
          </span>
        ));
      }}
    />
  );
}
