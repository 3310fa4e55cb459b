import { Glyph } from '../components/Icon.tsx';
import { useT } from '../i18n/index.ts';
import { textAt } from '../model/frame.ts';
import { segmentAt } from '../model/hitTest.ts';
import { LOOK_NUMBER, LOOKS } from '../model/states.ts';
import { delayText, timeText } from '../model/viewport.ts';
import { selectPath } from '../state/actions.ts';
import { podStateText } from '../state/names.ts';
import { runData } from '../state/run.ts';
import { useApp } from '../state/store.ts';
import { reach } from '../state/time.ts';

/** The life of a pod in rows: each state, since when and for how long. */
export default function Summary() {
  const t = useT();
  const lane = useApp((s) => s.selectedLane);
  const cursorUs = useApp((s) => s.cursorUs);
  const frame = runData()?.frame;
  if (frame === undefined || lane < 0) return null;
  const here = segmentAt(frame, lane, cursorUs);
  const node = here < 0 ? 0 : frame.segNode[here];
  const nodeName = node === 0 ? '' : textAt(frame.nodes, node);
  const first = frame.segFirst[lane];
  const last = frame.segFirst[lane + 1];
  return (
    <>
      <dl className="kv">
        <dt>{t('inspector.state')}</dt>
        <dd>{podStateText(here < 0 ? 12 : frame.segState[here])}</dd>
        <dt>{t('inspector.node')}</dt>
        <dd>
          {nodeName === '' ? (
            t('none')
          ) : (
            <button type="button" className="link mono" onClick={() => selectPath(`nodes/${nodeName}`)}>
              {nodeName.slice(0, 120)}
            </button>
          )}
        </dd>
        <dt>{t('inspector.owner')}</dt>
        <dd className="mono">{textAt(frame.owners, frame.ownerOf[lane]).slice(0, 120) || t('none')}</dd>
        <dt>{t('inspector.created')}</dt>
        <dd className="mono">{timeText(frame.segTime[first])}</dd>
      </dl>
      <h3>{t('inspector.happened')}</h3>
      <ol className="life">
        {Array.from(frame.segState.subarray(first, last), (state, i) => {
          const look = LOOKS[LOOK_NUMBER[state]];
          const from = frame.segTime[first + i];
          const to = first + i + 1 < last ? frame.segTime[first + i + 1] : frame.endUs;
          return (
            <li key={from + state}>
              <button
                type="button"
                className={first + i === here ? 'life-row on' : 'life-row'}
                onClick={() => reach(from)}
              >
                <span className="mono small">{timeText(from)}</span>
                {look !== undefined ? <Glyph name={look} colour={`var(--st-${look})`} /> : <span className="glyph" />}
                <span className="ellipsis">{podStateText(state)}</span>
                <span className="num small dim">{delayText(Math.round(to - from))}</span>
              </button>
            </li>
          );
        }).slice(0, 200)}
      </ol>
    </>
  );
}
