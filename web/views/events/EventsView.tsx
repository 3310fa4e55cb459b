import { useEffect, useState } from 'react';
import { VirtualRows } from '../../components/VirtualRows.tsx';
import { useT } from '../../i18n/index.ts';
import { timeText } from '../../model/viewport.ts';
import { selectPath } from '../../state/actions.ts';
import { useApp } from '../../state/store.ts';
import { reach } from '../../state/time.ts';
import { useQuery, useSlowApp } from '../../state/useQuery.ts';
import type { EventFilter, EventGroup, EventRow } from '../../worker/queries/events.ts';
import { setLogOf, useLog } from './log.ts';
import './events.css';

const GROUPS: readonly EventGroup[] = [
  'events',
  'pods',
  'scheduling',
  'nodes',
  'faults',
  'checks',
  'refused',
  'writes',
  'waits',
];
const DEFAULT_GROUPS: readonly EventGroup[] = ['events', 'scheduling', 'nodes', 'faults', 'checks'];
/** What people come for: the main things, Kubernetes' events, what components did, every record. */
const PRESETS = {
  main: DEFAULT_GROUPS,
  events: ['events'],
  log: ['pods', 'scheduling', 'faults', 'checks', 'refused', 'writes'],
  trace: GROUPS,
} as const satisfies Record<string, readonly EventGroup[]>;
type PresetName = keyof typeof PRESETS;
const PRESET_NAMES = Object.keys(PRESETS) as PresetName[];

const isSame = (a: readonly EventGroup[], b: readonly EventGroup[]) =>
  a.length === b.length && a.every((group) => b.includes(group));

/** Rows that are fetched at once; a page around what is in sight. */
const PAGE = 120;
const MOMENT_MS = 150;
const COLUMNS = 'calc(78px * var(--u)) minmax(0, 130fr) minmax(0, 110fr) minmax(0, 190fr) minmax(0, 420fr)';

/** Kubernetes' events, what components did, and every record of the run, in one table. */
export default function EventsView() {
  const t = useT();
  const selection = useApp((s) => s.selection);
  const [groups, setGroups] = useState(DEFAULT_GROUPS);
  const [text, setText] = useState('');
  const [onlySelection, setOnlySelection] = useState(false);
  const [warningsOnly, setWarnings] = useState(false);
  const [grouped, setGrouped] = useState(false);
  const component = useLog((s) => s.component);
  const components = useQuery('events', 'components', null).data ?? [];
  const preset = PRESET_NAMES.find((name) => isSame(groups, PRESETS[name]));
  const filter: EventFilter = {
    groups,
    text: text.slice(0, 200),
    object: onlySelection ? selection : '',
    component,
    warningsOnly,
    grouped,
  };
  const toggle = (group: EventGroup) =>
    setGroups(groups.includes(group) ? groups.filter((g) => g !== group) : [...groups, group]);
  return (
    <>
      <div className="tools events-tools">
        <input
          type="search"
          className="field"
          aria-label={t('events.search')}
          placeholder={t('events.search')}
          title={t('events.searchHint')}
          value={text}
          maxLength={200}
          onChange={(e) => setText(e.target.value)}
          data-testid="events-search"
        />
        <select
          className="select"
          aria-label={t('events.preset')}
          value={preset ?? ''}
          onChange={(e) => setGroups(PRESETS[e.target.value as PresetName])}
          data-testid="events-preset"
        >
          {preset === undefined && <option value="">{t('events.preset.own')}</option>}
          {PRESET_NAMES.map((name) => (
            <option key={name} value={name}>
              {t(`events.preset.${name}`)}
            </option>
          ))}
        </select>
        <select
          className="select"
          aria-label={t('events.component')}
          value={component}
          onChange={(e) => setLogOf(e.target.value)}
          data-testid="events-component"
        >
          <option value="">{t('events.component')}</option>
          {[...new Set(component === '' ? components : [...components, component])].map((name) => (
            <option key={name} value={name}>
              {name.slice(0, 80)}
            </option>
          ))}
        </select>
        <div className="chips">
          {GROUPS.map((group) => (
            <button
              type="button"
              key={group}
              className="chip toggle"
              aria-pressed={groups.includes(group)}
              onClick={() => toggle(group)}
              data-testid={`events-${group}`}
            >
              {t(`events.group.${group}`)}
            </button>
          ))}
        </div>
        <span className="space" />
        <label className="check-inline">
          <input type="checkbox" checked={warningsOnly} onChange={(e) => setWarnings(e.target.checked)} />
          {t('events.warnings')}
        </label>
        <label className="check-inline">
          <input type="checkbox" checked={grouped} onChange={(e) => setGrouped(e.target.checked)} />
          {t('events.grouped')}
        </label>
        <label className="check-inline">
          <input
            type="checkbox"
            checked={onlySelection}
            disabled={selection === ''}
            onChange={(e) => setOnlySelection(e.target.checked)}
          />
          {t('events.selection')}
        </label>
      </div>
      <EventTable filter={filter} />
    </>
  );
}

/** Rows that pass a filter. The row of the moment on show is marked, and stays in sight while it moves. */
export function EventTable({ filter }: { readonly filter: EventFilter }) {
  const t = useT();
  const atUs = useSlowApp((s) => s.cursorUs, MOMENT_MS);
  const [from, setFrom] = useState(0);
  const { data } = useQuery('events', 'page', { filter, from, count: PAGE, atUs });
  const rows = data?.rows ?? [];
  const offset = data?.from ?? 0;
  const place = data?.place ?? -1;
  const [chosen, setChosen] = useState<EventRow | undefined>(undefined);
  // Several rows may share an instant: the chosen one stays chosen while the moment is its own.
  const current = chosen !== undefined && chosen.timeUs === atUs ? indexOf(rows, offset, chosen, place) : place;
  const rowAt = (i: number): EventRow | undefined => rows[i - offset];
  if (data !== undefined && data.problem !== '')
    return (
      <div className="notice" role="alert">
        <p className="bad">{data.problem.slice(0, 300)}</p>
      </div>
    );
  if (data !== undefined && data.count === 0 && data.complete) return <Nothing filter={filter} />;
  return (
    <VirtualRows
      label={t('events.table', { n: data?.count ?? 0 })}
      testId="events"
      count={data?.count ?? 0}
      rowHeight={22}
      columns={COLUMNS}
      current={current}
      reveal={current}
      onChoose={(i) => {
        const row = rowAt(i);
        if (row === undefined) return;
        setChosen(row);
        reach(row.timeUs);
        if (row.object !== '') selectPath(row.object);
      }}
      rowClass={(i) => `${rowAt(i)?.isWarning === true ? 'warning' : ''} ${i > place ? 'future' : ''}`}
      header={(['time', 'what', 'component', 'object', 'text'] as const).map((name) => (
        // biome-ignore lint/a11y/useSemanticElements: cells of a virtual table
        // biome-ignore lint/a11y/useFocusableInteractive: the body takes the keys
        <span key={name} role="columnheader">
          {t(`events.column.${name}`)}
        </span>
      ))}
      row={(i) => {
        const row = rowAt(i);
        if (row === undefined) return <Missing place={i} offset={offset} onNeed={setFrom} />;
        return (
          <>
            {cell(<span className="mono small">{timeText(row.timeUs)}</span>, 'time')}
            {cell(
              <>
                {row.what.slice(0, 80)}
                {row.times > 1 && <span className="dim"> ×{row.times}</span>}
              </>,
              'what',
            )}
            {cell(row.component.slice(0, 80), 'dim')}
            {cell(row.object.slice(0, 300), 'mono small')}
            {cell(row.text.slice(0, 600), 'mid')}
          </>
        );
      }}
    />
  );
}

const cell = (content: React.ReactNode, className: string) => (
  // biome-ignore lint/a11y/useSemanticElements: cells of a virtual table
  <span className={`ellipsis ${className}`} role="cell" title={typeof content === 'string' ? content : undefined}>
    {content}
  </span>
);

function indexOf(rows: readonly EventRow[], offset: number, row: EventRow, otherwise: number): number {
  const i = rows.findIndex((r) => r.record === row.record);
  return i < 0 ? otherwise : offset + i;
}

/** A row in sight that was not fetched yet asks for its page. */
function Missing({
  place,
  offset,
  onNeed,
}: {
  readonly place: number;
  readonly offset: number;
  readonly onNeed: (from: number) => void;
}) {
  useEffect(() => {
    const wanted = Math.max(0, place - PAGE / 2);
    if (wanted !== offset) onNeed(wanted);
  }, [place, offset, onNeed]);
  // biome-ignore lint/a11y/useSemanticElements: cells of a virtual table
  return <span role="cell">…</span>;
}

function Nothing({ filter }: { readonly filter: EventFilter }) {
  const t = useT();
  return (
    <div className="notice">
      <h2>
        {t('empty.noMatch')} {filter.text !== '' && <code>{filter.text.slice(0, 60)}</code>}
      </h2>
      <p>{t('events.nothing')}</p>
    </div>
  );
}
