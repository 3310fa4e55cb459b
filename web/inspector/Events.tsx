import { useT } from '../i18n/index.ts';
import { timeText } from '../model/viewport.ts';
import { useApp } from '../state/store.ts';
import { reach } from '../state/time.ts';
import { useQuery, useSlowApp } from '../state/useQuery.ts';
import type { EventGroup } from '../worker/queries/events.ts';

const GROUPS: readonly EventGroup[] = ['events', 'pods', 'scheduling', 'nodes', 'faults', 'checks'];
const ROWS = 60;

/** What happened to the selected object, around the moment on show. */
export default function Events() {
  const t = useT();
  const object = useApp((s) => s.selection);
  const atUs = useSlowApp((s) => s.cursorUs, 250);
  const filter = { groups: GROUPS, text: '', object, warningsOnly: false, grouped: false };
  const { data } = useQuery('events', 'page', object === '' ? undefined : { filter, from: 0, count: ROWS * 3, atUs });
  const first = Math.max(0, Math.min((data?.place ?? 0) - ROWS + 10, (data?.rows.length ?? 0) - ROWS));
  if (data !== undefined && data.count === 0) return <p className="dim">{t('events.nothing')}</p>;
  return (
    <ol className="life" data-testid="inspector-events-list">
      {data?.rows.slice(first, first + ROWS).map((row, i) => (
        <li key={row.record}>
          <button
            type="button"
            className={data.from + first + i === data.place ? 'event-row on' : 'event-row'}
            onClick={() => reach(row.timeUs)}
          >
            <span className="mono small">{timeText(row.timeUs)}</span>
            <b className={row.isWarning ? 'bad' : ''}>{row.what.slice(0, 80)}</b>
            <span className="mid">{row.text.slice(0, 300)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}
