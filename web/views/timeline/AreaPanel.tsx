import { type ReactNode, useEffect, useState } from 'react';
import { Glyph, Icon } from '../../components/Icon.tsx';
import { numberText, useT } from '../../i18n/index.ts';
import type { Area, AreaFailure, AreaSums } from '../../model/area.ts';
import { parseMoment } from '../../model/moments.ts';
import { LOOKS, WORST_FIRST } from '../../model/states.ts';
import { TICKS, type TickName } from '../../model/ticks.ts';
import { delayText, timeText } from '../../model/viewport.ts';
import { select, setView } from '../../state/actions.ts';
import { whileBusy } from '../../state/idle.ts';
import { podStateText } from '../../state/names.ts';
import { laneName } from '../../state/run.ts';
import { useApp } from '../../state/store.ts';
import { reach } from '../../state/time.ts';
import { ask } from '../../worker/client.ts';
import { areaTitle } from './areaTitle.ts';
import { ComponentArea } from './ComponentArea.tsx';
import { TickGlyph } from './TickGlyph.tsx';

/** Sums over the marked area: of pods, of their time by state, of what went wrong. */
export function AreaPanel() {
  const t = useT();
  const area = useApp((s) => s.area);
  const sums = useSums(area);
  if (area === undefined) return null;
  return (
    <section className="area-panel" aria-label={t('area.label')} data-testid="area">
      <div className="area-head">
        <b>{areaTitle(area, t)}</b>
        <Edge area={area} edge="fromUs" />
        <span aria-hidden="true">–</span>
        <Edge area={area} edge="toUs" />
        <span className="mid">{delayText(area.toUs - area.fromUs)}</span>
        <span className="space" />
        <button type="button" className="btn" onClick={() => setView({ fromUs: area.fromUs, toUs: area.toUs })}>
          {t('area.zoom')}
        </button>
        <button
          type="button"
          className="btn icon-only"
          aria-label={t('area.close')}
          title={`${t('area.close')} (Esc)`}
          onClick={() => useApp.setState({ area: undefined })}
          data-testid="area-close"
        >
          <Icon name="close" />
        </button>
      </div>
      {area.components.length > 0 ? <ComponentArea area={area} /> : sums !== undefined && <Sums sums={sums} />}
    </section>
  );
}

function useSums(area: Area | undefined): AreaSums | undefined {
  const version = useApp((s) => s.version);
  const [sums, setSums] = useState<AreaSums | undefined>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: version stands for the run
  useEffect(() => {
    if (area === undefined || area.lanes.length === 0) return;
    let isOver = false;
    const { fromUs, toUs, lanes } = area;
    void whileBusy(ask('timeline', 'area', { fromUs, toUs, lanes })).then((found) => {
      if (!isOver && found !== undefined) setSums(found);
    });
    return () => {
      isOver = true;
    };
  }, [area, version]);
  return sums;
}

/** One end of the area in time; typing moves it. */
function Edge({ area, edge }: { readonly area: Area; readonly edge: 'fromUs' | 'toUs' }) {
  const t = useT();
  const [text, setText] = useState(timeText(area[edge]));
  useEffect(() => setText(timeText(area[edge])), [area, edge]);
  const take = () => {
    const us = parseMoment(text);
    const next = us === undefined ? area : { ...area, [edge]: us };
    if (us !== undefined && next.fromUs < next.toUs) useApp.setState({ area: next });
    else setText(timeText(area[edge]));
  };
  return (
    <input
      className="field mono"
      aria-label={t(`area.${edge}`)}
      value={text}
      maxLength={20}
      size={11}
      onChange={(e) => setText(e.target.value)}
      onBlur={take}
      onKeyDown={(e) => {
        if (e.key === 'Enter') take();
        if (e.key === 'Escape') e.currentTarget.blur();
      }}
      data-testid={`area-${edge}`}
    />
  );
}

function Sums({ sums }: { readonly sums: AreaSums }) {
  const t = useT();
  const whole = sums.lookUs.reduce((sum, us) => sum + us, 0);
  const count = (name: 'pods' | 'created' | 'deleted', n: number) => <Fact label={t(`area.${name}`)} n={n} />;
  const { ready } = sums;
  const time = (us: number) => (Number.isNaN(us) ? t('none') : delayText(Math.round(us)));
  return (
    <div className="area-body">
      <table className="table">
        <caption>{t('area.counts')}</caption>
        <tbody>
          {count('pods', sums.pods)}
          {count('created', sums.created)}
          {count('deleted', sums.deleted)}
          {TICKS.map((name, tick) => (
            <Fact key={name} label={t(`ticks.${name}`)} n={sums.ticks[tick]} mark={<TickGlyph name={name} />} />
          ))}
        </tbody>
      </table>
      <table className="table" data-testid="area-shares">
        <caption>{t('area.shares')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('area.state')}</th>
            <th scope="col">{t('area.share')}</th>
            <th scope="col">{t('area.podTime')}</th>
            <th scope="col">{t('area.pods')}</th>
          </tr>
        </thead>
        <tbody>
          {WORST_FIRST.filter((look) => sums.lookPods[look] > 0).map((look) => (
            <tr key={look}>
              <th scope="row">
                <Glyph name={LOOKS[look]} colour={`var(--st-${LOOKS[look]})`} /> {t(`states.${LOOKS[look]}`)}
              </th>
              <td>{`${((100 * sums.lookUs[look]) / Math.max(1, whole)).toFixed(1)}%`}</td>
              <td>{delayText(Math.round(sums.lookUs[look]))}</td>
              <td>{numberText(sums.lookPods[look])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <table className="table" data-testid="area-ready">
        <caption>{t('area.ready')}</caption>
        <tbody>
          <Fact label={t('area.pods')} n={ready.pods} />
          <Fact label={t('area.mean')} n={time(ready.meanUs)} />
          <Fact label="p50" n={time(ready.p50Us)} />
          <Fact label="p99" n={time(ready.p99Us)} />
        </tbody>
      </table>
      <Failures sums={sums} />
    </div>
  );
}

function Fact({ label, n, mark }: { readonly label: string; readonly n: number | string; readonly mark?: ReactNode }) {
  return (
    <tr>
      <th scope="row">
        {mark} {label}
      </th>
      <td>{typeof n === 'number' ? numberText(n) : n}</td>
    </tr>
  );
}

/** The first thing that went wrong with each pod; a click goes there. */
function Failures({ sums }: { readonly sums: AreaSums }) {
  const t = useT();
  const go = (failure: AreaFailure) => {
    select(failure.lane);
    reach(failure.timeUs);
  };
  return (
    <div className="area-failures">
      <h2>{t('area.failures', { n: sums.failedPods })}</h2>
      {sums.failures.length === 0 && <p className="dim">{t('area.noFailures')}</p>}
      <ol>
        {sums.failures.map((failure) => (
          <li key={`${failure.timeUs} ${failure.lane}`}>
            <button type="button" className="life-row" onClick={() => go(failure)} data-testid="area-failure">
              <span className="mono small">{timeText(failure.timeUs)}</span>
              <span className="ellipsis">{failureText(t, failure)}</span>
              <span className="mono small ellipsis">{laneName(failure.lane).slice(0, 200)}</span>
            </button>
          </li>
        ))}
      </ol>
      {sums.failedPods > sums.failures.length && (
        <p className="dim small">{t('explorer.more', { n: sums.failedPods - sums.failures.length })}</p>
      )}
    </div>
  );
}

function failureText(t: ReturnType<typeof useT>, { what }: AreaFailure): string {
  return what.startsWith('state:') ? podStateText(Number(what.slice('state:'.length))) : t(`ticks.${what as TickName}`);
}
