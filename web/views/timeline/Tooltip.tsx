import { Glyph } from '../../components/Icon.tsx';
import type { Scene } from '../../draw/timeline.ts';
import { numberText, t } from '../../i18n/index.ts';
import { textAt } from '../../model/frame.ts';
import { segmentAt, segmentEnd } from '../../model/hitTest.ts';
import { countsAt } from '../../model/shares.ts';
import { LOOK_NUMBER, LOOKS, WORST_FIRST } from '../../model/states.ts';
import { delayText, timeText } from '../../model/viewport.ts';
import { podStateText } from '../../state/names.ts';

export interface TooltipPlace {
  readonly x: number;
  readonly y: number;
  readonly row: number;
  readonly timeUs: number | undefined;
}

const WIDTH = 280;

/** What is under the pointer. Lives over the canvas and takes no events. */
export function Tooltip({ scene, place }: { readonly scene: Scene; readonly place: TooltipPlace }) {
  const { geometry: g, layout } = scene;
  const lane = place.row < 0 ? -1 : layout.rowLane[place.row];
  const content =
    place.row < 0
      ? markTip(scene, place)
      : lane >= 0
        ? laneTip(scene, lane, place.timeUs)
        : groupTip(scene, place.row, place.timeUs);
  if (content === undefined) return null;
  const left = place.x + 16 + WIDTH > g.width ? Math.max(4, place.x - WIDTH - 8) : place.x + 16;
  const top = place.y > g.height - 110 ? place.y - 100 : place.y + 18;
  return (
    <div className="tooltip" style={{ left, top, maxWidth: WIDTH }} aria-hidden="true" data-testid="tooltip">
      {content}
    </div>
  );
}

function laneTip(scene: Scene, lane: number, timeUs: number | undefined) {
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
    </>
  );
}

function groupTip(scene: Scene, row: number, timeUs: number | undefined) {
  const group = scene.layout.rowGroup[row];
  const lanes = scene.grouping.lanes.subarray(scene.grouping.first[group], scene.grouping.first[group + 1]);
  const name = scene.groupNames[group].slice(0, 320);
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
