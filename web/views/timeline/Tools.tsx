import { TableButton } from '../../components/TableButton.tsx';
import { useT } from '../../i18n/index.ts';
import { timeText } from '../../model/viewport.ts';
import { fitAll, GROUP_BY, openAll, setFilter, setGroupBy, setRowSize } from '../../state/actions.ts';
import { type GroupBy, type RowSize, useApp } from '../../state/store.ts';

const SIZES: readonly RowSize[] = ['normal', 'thin', 'hair'];

export function Tools() {
  const t = useT();
  const asTable = useApp((s) => s.tables.timeline === true);
  const groupBy = useApp((s) => s.groupBy);
  const rowSize = useApp((s) => s.rowSize);
  const view = useApp((s) => s.view);
  const filter = useApp((s) => s.filter);
  const arrows = useApp((s) => s.arrows);
  const marksAreas = useApp((s) => s.marksAreas);
  const isOff = useApp((s) => s.phase.name !== 'ready');
  return (
    <div className="tools">
      <input
        id="filter"
        type="search"
        className="field"
        aria-label={t('timeline.filter')}
        placeholder={t('timeline.filter')}
        value={filter}
        maxLength={200}
        disabled={isOff}
        onChange={(e) => setFilter(e.target.value)}
        onKeyDown={(e) => {
          if (e.key !== 'Escape') return;
          setFilter('');
          e.currentTarget.blur();
        }}
      />
      <label>
        <span className="wide-only">{t('timeline.group')}</span>
        <select
          className="select"
          aria-label={t('timeline.group')}
          value={groupBy}
          onChange={(e) => setGroupBy(e.target.value as GroupBy)}
          data-testid="group"
        >
          {GROUP_BY.map((by) => (
            <option key={by} value={by}>
              {t(`timeline.groups.${by}` as const)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span className="wide-only">{t('timeline.rows')}</span>
        <select
          className="select"
          aria-label={t('timeline.rows')}
          value={rowSize}
          onChange={(e) => setRowSize(e.target.value as RowSize)}
          data-testid="rows"
        >
          {SIZES.map((size) => (
            <option key={size} value={size}>
              {t(`timeline.rowSizes.${size}` as const)}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        className="btn"
        aria-pressed={marksAreas}
        title={t('area.toolHint')}
        disabled={asTable}
        onClick={() => useApp.setState({ marksAreas: !marksAreas })}
        data-testid="mark-area"
      >
        {t('area.tool')} <kbd className="wide-only">R</kbd>
      </button>
      <button
        type="button"
        className="btn"
        aria-pressed={arrows}
        title={t('timeline.arrowsHint')}
        disabled={asTable}
        onClick={() => useApp.setState({ arrows: !arrows })}
        data-testid="arrows"
      >
        {t('timeline.arrows')} <kbd className="wide-only">C</kbd>
      </button>
      {groupBy !== 'component' && (
        <>
          <button type="button" className="btn wide-only" onClick={() => openAll(true)} data-testid="open-all">
            {t('timeline.openAll')}
          </button>
          <button type="button" className="btn wide-only" onClick={() => openAll(false)} data-testid="close-all">
            {t('timeline.closeAll')}
          </button>
        </>
      )}
      <span className="space" />
      <span className="mono small roomy-only">
        {timeText(view.fromUs, 0)} – {timeText(view.toUs, 0)}
      </span>
      <button type="button" className="btn" onClick={fitAll}>
        {t('timeline.fit')}
      </button>
      <TableButton view="timeline" />
    </div>
  );
}
