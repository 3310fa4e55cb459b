import { VirtualRows } from '../../components/VirtualRows.tsx';
import { numberText, useT } from '../../i18n/index.ts';
import { ACTS } from '../../model/activity.ts';
import { timeText } from '../../model/viewport.ts';
import { useApp } from '../../state/store.ts';
import { useActivity } from './useScene.ts';

const COLUMNS = 'minmax(0, 300fr) repeat(3, minmax(0, 100fr)) minmax(0, 240fr)';
const PLACES = 400;

/** What each component did in the stretch on show, and when it led or was down. */
export function ComponentTable() {
  const t = useT();
  const endUs = useApp((s) => s.nowUs);
  const activity = useActivity(PLACES);
  if (activity === undefined) return null;
  const { columns, counts, names, spans } = activity;
  const sum = (component: number, act: number) => {
    const from = (component * ACTS.length + act) * columns;
    return counts.subarray(from, from + columns).reduce((n, c) => n + c, 0);
  };
  return (
    <VirtualRows
      label={t('activity.label')}
      testId="component-table"
      count={names.length}
      rowHeight={22}
      columns={COLUMNS}
      header={(['component', ...ACTS, 'spans'] as const).map((name) => (
        // biome-ignore lint/a11y/useSemanticElements: cells of a virtual table
        // biome-ignore lint/a11y/useFocusableInteractive: the body takes the keys
        <span key={name} role="columnheader">
          {t(`activity.${name}`)}
        </span>
      ))}
      row={(i) =>
        [
          names[i],
          ...ACTS.map((_, act) => numberText(sum(i, act))),
          spans
            .filter((s) => s.component === i)
            .map(
              (s) => `${t(`activity.${s.kind}`)} ${timeText(s.fromUs, 0)} – ${timeText(Math.min(s.untilUs, endUs), 0)}`,
            )
            .join(', '),
        ].map((text, k) => (
          // biome-ignore lint/a11y/useSemanticElements: cells of a virtual table
          // biome-ignore lint/suspicious/noArrayIndexKey: cells are at their columns
          <span key={k} role="cell" className={k === 0 ? 'ellipsis mono small' : 'ellipsis'}>
            {text}
          </span>
        ))
      }
    />
  );
}
