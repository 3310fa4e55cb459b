import { useEffect, useState } from 'react';
import { openPalette } from '../../components/globalKeys.ts';
import { Icon } from '../../components/Icon.tsx';
import { Replaying } from '../../components/Replaying.tsx';
import { TableButton } from '../../components/TableButton.tsx';
import { VirtualRows } from '../../components/VirtualRows.tsx';
import { useT } from '../../i18n/index.ts';
import { textAt } from '../../model/frame.ts';
import { delayText, timeText } from '../../model/viewport.ts';
import { selectPath, setView } from '../../state/actions.ts';
import { runData } from '../../state/run.ts';
import { useApp } from '../../state/store.ts';
import { reach } from '../../state/time.ts';
import { useQuery, useSlowApp } from '../../state/useQuery.ts';
import type { FlowMessage, Ladder } from '../../worker/queries/flow.ts';
import { Stage } from './Stage.tsx';
import { stopWalk, useWalk, walk } from './walk.ts';
import './flow.css';

const MOMENT_MS = 300;
/** Width that lifelines stand apart, and of the outer margins, in units of the drawing. */
const GAP = 100;

/** The messages that an object's life is made of, between the components, in their real order and times. */
export default function FlowView() {
  const t = useT();
  const path = useApp((s) => s.selection);
  const asTable = useApp((s) => s.tables.flow === true);
  const [part, setPart] = useState<'birth' | 'around'>('birth');
  const atUs = useSlowApp((s) => s.cursorUs, MOMENT_MS);
  const isWalking = useWalk((s) => s.isWalking);
  useEffect(() => stopWalk, []);
  // The birth does not depend on the moment, so it is not asked for anew while playing.
  const timeUs = part === 'birth' ? 0 : atUs;
  const { data, isLoading } = useQuery('flow', 'ladder', path === '' ? undefined : { path, part, timeUs });
  if (path === '') return <Choose />;
  const current = (data?.messages.findIndex((m) => m.arrivedUs > atUs) ?? 0) - 1;
  const last = data === undefined || current !== -2 ? current : data.messages.length - 1;
  return (
    <>
      <div className="tools">
        <span className="mono ellipsis object-name">{path.slice(0, 300)}</span>
        <fieldset className="seg">
          <legend className="hidden">{t('flow.part')}</legend>
          {(['birth', 'around'] as const).map((p) => (
            <label key={p} className={p === part ? 'on' : ''}>
              <input type="radio" name="part" className="hidden" checked={p === part} onChange={() => setPart(p)} />
              {t(`flow.part.${p}`)}
            </label>
          ))}
        </fieldset>
        <Replaying isLoading={isLoading} />
        <span className="space" />
        {data !== undefined && data.messages.length > 0 && (
          <>
            <button
              type="button"
              className="btn"
              onClick={() => {
                stopWalk();
                setView({ fromUs: data.fromUs - 2e5, toUs: data.toUs + 2e5 });
                reach(data.fromUs);
                useApp.setState({ speed: 0.1 });
              }}
            >
              {t('flow.fromStart')}
            </button>
            <button
              type="button"
              className="btn box"
              aria-pressed={isWalking}
              title={t('flow.walkHint')}
              onClick={() => (isWalking ? stopWalk() : walk(data))}
              data-testid="walk"
            >
              <Icon name={isWalking ? 'pause' : 'play'} /> {t(isWalking ? 'flow.stop' : 'flow.walk')}
            </button>
          </>
        )}
        <TableButton view="flow" />
      </div>
      {data !== undefined && data.messages.length === 0 ? (
        <div className="notice">
          <h2>{t('flow.none')}</h2>
          <p>{t('flow.noneText')}</p>
        </div>
      ) : (
        data !== undefined && (
          <>
            {!asTable && <Stage ladder={data} />}
            <LadderRows ladder={data} current={last} asTable={asTable} />
            {data.isCut && <p className="flow-cut dim small">{t('flow.cut')}</p>}
          </>
        )
      )}
    </>
  );
}

function LadderRows({
  ladder,
  current,
  asTable,
}: {
  readonly ladder: Ladder;
  readonly current: number;
  readonly asTable: boolean;
}) {
  const t = useT();
  const { actors, messages } = ladder;
  const width = `minmax(calc(${actors.length * 74}px * var(--u)), 5fr)`;
  return (
    <VirtualRows
      label={t('flow.ladder')}
      testId="ladder"
      count={messages.length}
      rowHeight={24}
      columns={
        asTable
          ? 'calc(78px * var(--u)) calc(70px * var(--u)) minmax(0, 2fr) minmax(0, 2fr) minmax(0, 1fr) minmax(0, 4fr)'
          : `calc(78px * var(--u)) ${width} minmax(0, 4fr)`
      }
      current={current}
      reveal={Math.max(0, current)}
      onChoose={(i) => reach(messages[i].arrivedUs, messages[i].eventNumber)}
      rowClass={(i) => (i > current ? 'future' : '')}
      header={
        asTable ? (
          (['time', 'delay', 'from', 'to', 'kind', 'about'] as const).map((name) => (
            // biome-ignore lint/a11y/useSemanticElements: cells of a virtual table
            // biome-ignore lint/a11y/useFocusableInteractive: the body takes the keys
            <span key={name} role="columnheader">
              {t(`flow.column.${name}`)}
            </span>
          ))
        ) : (
          <>
            {/* biome-ignore lint/a11y/useSemanticElements: cells of a virtual table */}
            {/* biome-ignore lint/a11y/useFocusableInteractive: the body takes the keys */}
            <span role="columnheader">{t('flow.column.time')}</span>
            {/* biome-ignore lint/a11y/useSemanticElements: cells of a virtual table */}
            {/* biome-ignore lint/a11y/useFocusableInteractive: the body takes the keys */}
            <span role="columnheader" className="actors">
              {actors.map((a) => (
                <span key={a} className="ellipsis">
                  {a.replace(/^kube-/, '')}
                </span>
              ))}
            </span>
            {/* biome-ignore lint/a11y/useSemanticElements: cells of a virtual table */}
            {/* biome-ignore lint/a11y/useFocusableInteractive: the body takes the keys */}
            <span role="columnheader">{t('flow.column.about')}</span>
          </>
        )
      }
      row={(i) =>
        asTable ? <TableCells m={messages[i]} actors={actors} /> : <LadderCells m={messages[i]} actors={actors} />
      }
    />
  );
}

interface RowProps {
  readonly m: FlowMessage;
  readonly actors: readonly string[];
}

function LadderCells({ m, actors }: RowProps) {
  const t = useT();
  const x = (actor: number) => actor * GAP + GAP / 2;
  const [from, to] = [x(m.from), x(m.to)];
  const head = from < to ? -7 : 7;
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: cells of a virtual table */}
      <span role="cell" className="mono small time">
        {timeText(m.arrivedUs)}
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: cells of a virtual table */}
      <span role="cell" className="rungs">
        <svg viewBox={`0 0 ${actors.length * GAP} 24`} preserveAspectRatio="none" aria-hidden="true">
          {actors.map((a, k) => (
            <path key={a} d={`M${x(k)} 0V24`} className="lifeline" />
          ))}
          <path d={`M${from} 12H${to}`} className={`arrow ${m.kind}`} />
          {from === to ? (
            <circle cx={from} cy="12" r="4" className={`head ${m.kind}`} />
          ) : (
            <path d={`M${to} 12l${head} -4v8z`} className={`head ${m.kind}`} />
          )}
        </svg>
        <span className="hidden">
          {actors[m.from]} → {actors[m.to]}
        </span>
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: cells of a virtual table */}
      <span role="cell" className="ellipsis">
        <b>{t(`flow.kind.${m.kind}`)}</b> <span className="mono small">{m.about.slice(0, 200)}</span>{' '}
        <span className="dim small">+{delayText(Math.round(m.arrivedUs - m.sentUs))}</span>
      </span>
    </>
  );
}

function TableCells({ m, actors }: RowProps) {
  const t = useT();
  const cells = [
    timeText(m.arrivedUs),
    delayText(Math.round(m.arrivedUs - m.sentUs)),
    actors[m.from],
    actors[m.to],
    t(`flow.kind.${m.kind}`),
    m.about.slice(0, 300),
  ];
  return cells.map((text, k) => (
    // biome-ignore lint/a11y/useSemanticElements: cells of a virtual table
    // biome-ignore lint/suspicious/noArrayIndexKey: cells are at their columns
    <span key={k} role="cell" className={k < 2 || k === 5 ? 'ellipsis mono small' : 'ellipsis'}>
      {text}
    </span>
  ));
}

/** Nothing is selected: the first pod of the run tells the story of all. */
function Choose() {
  const t = useT();
  const frame = runData()?.frame;
  const first = frame === undefined || frame.laneCount === 0 ? '' : textAt(frame.laneNames, 0);
  return (
    <div className="notice">
      <h2>{t('empty.noSelection')}</h2>
      <p>{t('flow.chooseText')}</p>
      <div className="row">
        {first !== '' && (
          <button type="button" className="btn primary" onClick={() => selectPath(`pods/${first}`)}>
            {t('flow.first', { name: first.slice(0, 80) })}
          </button>
        )}
        <button type="button" className="btn box" onClick={() => openPalette('@')}>
          {t('object.choose')} <kbd>Ctrl P</kbd>
        </button>
      </div>
    </div>
  );
}
