import { Glyph } from '../../components/Icon.tsx';
import { contentOf, NO_ROW, type Scene, timeScale } from '../../draw/timelineScene.ts';
import { numberText, t } from '../../i18n/index.ts';
import { ACTS } from '../../model/activity.ts';
import { textAt } from '../../model/frame.ts';
import { segmentAt, segmentEnd } from '../../model/hitTest.ts';
import { countsAt } from '../../model/shares.ts';
import { LOOK_NUMBER, LOOKS, WORST_FIRST } from '../../model/states.ts';
import { TICKS, type TickName } from '../../model/ticks.ts';
import { delayText, timeText } from '../../model/viewport.ts';
import { podStateText } from '../../state/names.ts';
import { TickGlyph } from './TickGlyph.tsx';

export interface TooltipPlace {
  readonly x: number;
  readonly y: number;
  readonly row: number;
  readonly timeUs: number | undefined;
}

const WIDTH = 280;
/** A mark nearer than this to the pointer is under it. */
const NEAR_PX = 7;

/** What is under the pointer. Lives over the canvas and takes no events. */
export function Tooltip({ scene, place }: { readonly scene: Scene; readonly place: TooltipPlace }) {
  const { geometry: g } = scene;
  const row = place.row === NO_ROW ? undefined : contentOf(scene, place.row);
  const content =
    row === undefined
      ? markTip(scene, place)
      : row.kind === 'pod'
        ? laneTip(scene, row.lane, place)
        : row.kind === 'group'
          ? groupTip(scene, row.name, row.lanes, place.timeUs)
          : componentTip(scene, row.name, row.component, place.timeUs);
  if (content === undefined) return null;
  const left = place.x + 16 + WIDTH > g.width ? Math.max(4, place.x - WIDTH - 8) : place.x + 16;
  const top = place.y > g.height - 110 ? place.y - 100 : place.y + 18;
  return (
    <div className="tooltip" style={{ left, top, maxWidth: WIDTH }} aria-hidden="true" data-testid="tooltip">
      {content}
    </div>
  );
}

function laneTip(scene: Scene, lane: number, { timeUs, x }: TooltipPlace) {
  const { frame } = scene;
  const name = scene.laneName(lane).slice(0, 320);
  const segment = timeUs === undefined ? -1 : segmentAt(frame, lane, timeUs);
  if (segment < 0) return <b className="mono wrap">{name}</b>;
  const state = frame.segState[segment];
  const look = LOOKS[LOOK_NUMBER[state]];
  const from = frame.segTime[segment];
  const to = segmentEnd(frame, lane, segment);
  const node = frame.segNode[segment];
  return (
    <>
      <b className="mono wrap">{name}</b>
      <div className="row">
        {look !== undefined && <Glyph name={look} colour={`var(--st-${look})`} />}
        <span>{podStateText(state)}</span>
        {node > 0 && (
          <span className="mid">
            {t('tip.onNode')} <span className="mono">{textAt(frame.nodes, node).slice(0, 80)}</span>
          </span>
        )}
      </div>
      <div className="mid">
        {timeText(from)} – {to >= frame.endUs ? t('tip.endOfRun') : timeText(to)},{' '}
        {t('tip.for', { time: delayText(to - from) })}
      </div>
      {ticksNear(scene, lane, x).map(({ name: tick, times, us }) => (
        <div className="row" key={tick}>
          <TickGlyph name={tick} />
          <span>{t(`ticks.${tick}`)}</span>
          <span className="mid">{times > 1 ? `×${times}` : timeText(us)}</span>
        </div>
      ))}
    </>
  );
}

/** Marks under the pointer, by kind. */
function ticksNear(scene: Scene, lane: number, x: number) {
  const { frame } = scene;
  const scale = timeScale(scene.geometry, scene.view);
  const found = new Map<TickName, { readonly name: TickName; times: number; readonly us: number }>();
  for (let i = frame.tickFirst[lane]; i < frame.tickEnd[lane]; i++) {
    const us = frame.tickTime[i];
    if (Math.abs(scale(us) - x) > NEAR_PX) continue;
    const name = TICKS[frame.tickKind[i]];
    const known = found.get(name);
    if (known === undefined) found.set(name, { name, times: 1, us });
    else known.times++;
  }
  return [...found.values()];
}

function componentTip(scene: Scene, name: string, component: number, timeUs: number | undefined) {
  const { activity } = scene;
  if (activity === undefined || component < 0) return <b className="mono wrap">{name.slice(0, 320)}</b>;
  const column =
    timeUs === undefined
      ? -1
      : Math.floor(((timeUs - activity.fromUs) / (activity.toUs - activity.fromUs)) * activity.columns);
  const isInside = column >= 0 && column < activity.columns;
  const near = (act: number) => {
    let n = 0;
    for (let c = Math.max(0, column - 2); c <= Math.min(activity.columns - 1, column + 2); c++)
      n += activity.counts[(component * ACTS.length + act) * activity.columns + c];
    return n;
  };
  const spans = activity.spans.filter(
    (s) => s.component === component && timeUs !== undefined && s.fromUs <= timeUs && timeUs < s.untilUs,
  );
  return (
    <>
      <b className="mono wrap">{name.slice(0, 320)}</b>
      {spans.map((s) => (
        <div key={`${s.kind} ${s.fromUs}`}>{t(`activity.${s.kind}`)}</div>
      ))}
      {isInside && timeUs !== undefined && <div className="mid">{timeText(timeUs)}</div>}
      {isInside &&
        ACTS.map((act, i) => (
          <div className="row" key={act}>
            <span>{t(`activity.${act}`)}</span>
            <span className="num">{numberText(near(i))}</span>
          </div>
        ))}
    </>
  );
}

function groupTip(scene: Scene, fullName: string, lanes: Uint32Array, timeUs: number | undefined) {
  const name = fullName.slice(0, 320);
  const counts = timeUs === undefined || timeUs > scene.frame.endUs ? undefined : countsAt(scene.frame, timeUs, lanes);
  return (
    <>
      <b className="mono wrap">{name}</b>
      {counts !== undefined && timeUs !== undefined && (
        <>
          <div className="mid">
            {timeText(timeUs)}, {t('tip.moment')}
          </div>
          {WORST_FIRST.filter((look) => counts[look] > 0).map((look) => (
            <div className="row" key={look}>
              <Glyph name={LOOKS[look]} colour={`var(--st-${LOOKS[look]})`} />
              <span>{t(`states.${LOOKS[look]}`)}</span>
              <span className="num">{numberText(counts[look])}</span>
            </div>
          ))}
        </>
      )}
    </>
  );
}

function markTip(scene: Scene, place: TooltipPlace) {
  const { geometry: g, marks, view } = scene;
  if (place.timeUs === undefined || place.y < g.axisHeight) return undefined;
  const row = Math.floor((place.y - g.axisHeight) / g.markHeight);
  const near = ((view.toUs - view.fromUs) / (g.width - g.labelWidth)) * 12;
  const all = row < marks.faultRows.length ? marks.faultRows[row] : marks.notes;
  const us = place.timeUs;
  const found = all.findLast((m) => m.fromUs - near / 4 <= us && us <= Math.max(m.untilUs, m.fromUs + near));
  if (found === undefined) return undefined;
  return (
    <>
      <b className="wrap">{found.label.slice(0, 400)}</b>
      <div className="mid">
        {timeText(found.fromUs)}
        {found.untilUs > found.fromUs &&
          ` – ${Number.isFinite(found.untilUs) ? timeText(found.untilUs) : t('tip.endOfRun')}`}
      </div>
    </>
  );
}
