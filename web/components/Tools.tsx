import { timeText } from '../model/viewport.ts';
import { fitAll, openAll, setGroupBy, setRowSize } from '../state/actions.ts';
import { type GroupBy, type RowSize, useApp } from '../state/store.ts';
import { texts } from '../texts.ts';

const t = texts.timeline;

export function Tools() {
  const groupBy = useApp((s) => s.groupBy);
  const rowSize = useApp((s) => s.rowSize);
  const view = useApp((s) => s.view);
  const hasRun = useApp((s) => s.facts !== undefined);
  return (
    <div className="tools">
      <label>
        <span>{t.group}</span>
        <select
          className="select"
          value={groupBy}
          onChange={(e) => setGroupBy(e.target.value as GroupBy)}
          data-testid="group"
        >
          {(['owner', 'node'] as const).map((by) => (
            <option key={by} value={by}>
              {t.groups[by]}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{t.rows}</span>
        <select
          className="select"
          value={rowSize}
          onChange={(e) => setRowSize(e.target.value as RowSize)}
          data-testid="rows"
        >
          {(['normal', 'thin', 'hair'] as const).map((size) => (
            <option key={size} value={size}>
              {t.rowSizes[size]}
            </option>
          ))}
        </select>
      </label>
      <button type="button" className="btn" onClick={() => openAll(true)} data-testid="open-all">
        {t.openAll}
      </button>
      <button type="button" className="btn" onClick={() => openAll(false)} data-testid="close-all">
        {t.closeAll}
      </button>
      <span className="space" />
      {hasRun && <span className="mono small">{t.shown(timeText(view.fromUs, 0), timeText(view.toUs, 0))}</span>}
      <button type="button" className="btn" onClick={fitAll}>
        {t.fit}
      </button>
    </div>
  );
}
