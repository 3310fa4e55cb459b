import { Glyph } from '../../components/Icon.tsx';
import { numberText, useT } from '../../i18n/index.ts';
import { shorten } from '../../model/shorten.ts';
import { LOOK_NUMBER, LOOKS } from '../../model/states.ts';
import { delayText } from '../../model/viewport.ts';
import { loadText } from './cards.ts';
import type { MapAt, MapController } from './controller.ts';
import { NO_NODE } from './frames.ts';
import { classColours, type MapPalette } from './mapPalette.ts';
import { loadOf } from './raster.ts';
import { countsOn, nodeWords } from './summary.ts';

interface Props {
  readonly map: MapController;
  readonly at: MapAt;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly palette: MapPalette;
}

const WIDTH = 220;
const LINES = 4;

/** What is under the pointer: a node with its pods by class, or one pod. */
export function MapTooltip({ map, at, x, y, width, height, palette }: Props) {
  const style = {
    left: x + 14 + WIDTH > width ? Math.max(0, x - WIDTH - 10) : x + 14,
    ...(y > height / 2 ? { bottom: height - y + 12 } : { top: y + 14 }),
    maxWidth: WIDTH + 60,
  };
  return (
    <div className="tooltip" style={style} data-testid="map-tooltip">
      {at.pod >= 0 ? <PodLines map={map} pod={at.pod} /> : <NodeLines map={map} node={at.node} palette={palette} />}
    </div>
  );
}

function PodLines({ map, pod }: { readonly map: MapController; readonly pod: number }) {
  const t = useT();
  const { mirror } = map;
  const look = LOOK_NUMBER[mirror.state[pod]];
  const node = mirror.node[pod];
  return (
    <>
      <div className="mono wrap">
        <b>{shorten(mirror.podName(pod), 80)}</b>
      </div>
      {look >= 0 && (
        <div className="row">
          <Glyph name={LOOKS[look]} colour={`var(--st-${LOOKS[look]})`} /> {t(`podStates.${mirror.state[pod] as 0}`)}
        </div>
      )}
      <div className="dim small2">
        {node === NO_NODE ? t('map.noNode') : mirror.nodeName(node)} · {delayText(map.timeUs - mirror.bornUs[pod])}
        {mirror.attempts[pod] > 1 && <> · {t('map.attempts', { n: mirror.attempts[pod] })}</>}
      </div>
    </>
  );
}

function NodeLines({
  map,
  node,
  palette,
}: {
  readonly map: MapController;
  readonly node: number;
  readonly palette: MapPalette;
}) {
  const t = useT();
  const { mirror, colouring } = map;
  const counts = countsOn(mirror, colouring, node);
  const words = nodeWords(mirror, node);
  const colours = classColours(colouring, palette);
  const percent = (of: 'cpu' | 'memory') =>
    loadText(mirror, node, of).startsWith('-') ? '-' : `${Math.round(100 * loadOf(mirror, node, of))}%`;
  return (
    <>
      <div className="mono wrap">
        <b>{shorten(mirror.nodeName(node), 80)}</b>
      </div>
      {(words.length > 1 || words[0] !== 'ready') && (
        <div className={words.includes('notReady') ? 'bad' : 'mid'}>
          {words.map((w) => t(`map.words.${w}`)).join(', ')}
        </div>
      )}
      {counts.slice(0, LINES).map(({ cls, count }) => (
        <div className="row" key={cls}>
          {colouring.kind === 'state' ? (
            <Glyph name={LOOKS[cls]} colour={`var(--st-${LOOKS[cls]})`} />
          ) : (
            <i className="map-swatch" style={{ background: colours[cls] }} />
          )}
          {numberText(count)}{' '}
          {colouring.kind === 'state'
            ? t(`states.${LOOKS[cls]}`)
            : shorten(colouring.label(cls) || t('map.others'), 40)}
        </div>
      ))}
      <div className="dim small2">
        {t('map.podsOf', { n: mirror.podsOn[node] })} · cpu {percent('cpu')} · mem {percent('memory')}
      </div>
    </>
  );
}
