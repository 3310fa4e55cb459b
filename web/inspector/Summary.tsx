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
import { moment, reach } from '../state/time.ts';
import { useQuery, useSlowApp } from '../state/useQuery.ts';
import { NodePods } from './NodePods.tsx';

const MOMENT_MS = 200;
const ROWS_MAX = 200;

/** The selected object in rows: of a pod its life, of all what its fields say. */
export default function Summary() {
  const lane = useApp((s) => s.selectedLane);
  const node = useApp((s) => (s.selection.startsWith('nodes/') ? s.selection.slice('nodes/'.length) : ''));
  const hasObjects = useApp((s) => s.facts?.hasObjects === true);
  return (
    <>
      {lane >= 0 && <Life lane={lane} />}
      {node !== '' && <NodePods name={node} />}
      {(node === '' || hasObjects) && <Fields isPod={lane >= 0} />}
    </>
  );
}

function Life({ lane }: { readonly lane: number }) {
  const t = useT();
  const cursorUs = useSlowApp((s) => s.cursorUs, MOMENT_MS);
  useApp((s) => s.version);
  const frame = runData()?.frame;
  if (frame === undefined) return null;
  const here = segmentAt(frame, lane, cursorUs);
  const node = here < 0 ? 0 : frame.segNode[here];
  const nodeName = node === 0 ? '' : textAt(frame.nodes, node);
  const first = frame.segFirst[lane];
  const last = frame.segEnd[lane];
  return (
    <>
      <dl className="kv">
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
        {Array.from(frame.segState.subarray(first, Math.min(last, first + ROWS_MAX)), (state, i) => {
          const look = LOOKS[LOOK_NUMBER[state]];
          const from = frame.segTime[first + i];
          const to = first + i + 1 < last ? frame.segTime[first + i + 1] : frame.endUs;
          return (
            <li key={`${from} ${state}`}>
              <button
                type="button"
                className={first + i === here ? 'life-row on' : 'life-row'}
                onClick={() => reach(from)}
              >
                <span className="mono small">{timeText(from)}</span>
                {look === undefined ? <span className="glyph" /> : <Glyph name={look} colour={`var(--st-${look})`} />}
                <span className="ellipsis">{podStateText(state)}</span>
                <span className="num small dim">{delayText(Math.round(to - from))}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </>
  );
}

/** Plain fields, conditions and labels at the moment on show. */
function Fields({ isPod }: { readonly isPod: boolean }) {
  const t = useT();
  const path = useApp((s) => s.selection);
  const hasObjects = useApp((s) => s.facts?.hasObjects === true);
  const at = useSlowApp((s) => s.cursorUs, MOMENT_MS);
  const { data, isLoading } = useQuery('object', 'summary', hasObjects ? { path, moment: moment() } : undefined);
  if (data === undefined)
    return isPod || isLoading ? null : <p className="dim">{t('inspector.notThere', { time: timeText(at) })}</p>;
  return (
    <>
      {data.conditions.length > 0 && <h3>{t('inspector.conditions')}</h3>}
      <dl className="kv">
        {data.conditions.map((c) => (
          <Pair key={c.type} name={c.type} value={`${c.status} ${c.reason}`} title={c.message} />
        ))}
      </dl>
      {data.facts.length > 0 && <h3>{t('inspector.fields')}</h3>}
      <dl className="kv">
        {data.facts.map(([name, value]) => (
          <Pair key={name} name={name} value={value} title={value} />
        ))}
      </dl>
      {data.labels.length > 0 && <h3>{t('inspector.labels')}</h3>}
      <dl className="kv">
        {data.labels.map(([name, value]) => (
          <Pair key={name} name={name} value={value} title={value} />
        ))}
      </dl>
    </>
  );
}

function Pair({ name, value, title }: { readonly name: string; readonly value: string; readonly title: string }) {
  return (
    <>
      <dt className="ellipsis" title={name}>
        {name.slice(0, 120)}
      </dt>
      <dd title={title.slice(0, 400)}>{value.slice(0, 200)}</dd>
    </>
  );
}
