import { TableButton } from '../../components/TableButton.tsx';
import { useT } from '../../i18n/index.ts';
import { COLOUR_BY, type ColourBy } from './colouring.ts';

interface Props {
  readonly keys: readonly string[];
  readonly groupBy: string;
  readonly colourBy: ColourBy;
  readonly isZoomed: boolean;
  readonly chosen: number;
  /** Why some nodes are lit; '' = none are. */
  readonly lit: string;
  readonly onGroupBy: (key: string) => void;
  readonly onColourBy: (by: ColourBy) => void;
  readonly onZoom: (factor: number) => void;
  readonly onFit: () => void;
  readonly onClear: () => void;
  readonly onUnlight: () => void;
  readonly onAct: (x: number, y: number) => void;
}

const FIXED = ['zone', 'pool', 'taint'] as const;

/** Grouping, colours, zoom, and what is chosen by the brush. */
export function MapTools(p: Props) {
  const t = useT();
  const labels = p.keys.filter((key) => key.startsWith('label:'));
  return (
    <div className="tools">
      <label>
        <span className="wide-only">{t('map.group')}</span>
        <select
          className="select map-select"
          aria-label={t('map.group')}
          value={p.groupBy}
          onChange={(e) => p.onGroupBy(e.target.value)}
          data-testid="map-group"
        >
          {FIXED.map((key) => (
            <option key={key} value={key}>
              {t(`map.groups.${key}`)}
            </option>
          ))}
          {labels.length > 0 && (
            <optgroup label={t('map.groups.label')}>
              {labels.map((key) => (
                <option key={key} value={key}>
                  {key.slice('label:'.length, 80)}
                </option>
              ))}
            </optgroup>
          )}
        </select>
      </label>
      <label>
        <span className="wide-only">{t('map.colour')}</span>
        <select
          className="select map-select"
          aria-label={t('map.colour')}
          value={p.colourBy}
          onChange={(e) => p.onColourBy(e.target.value as ColourBy)}
          data-testid="map-colour"
        >
          {COLOUR_BY.map((by) => (
            <option key={by} value={by}>
              {t(`map.colours.${by}`)}
            </option>
          ))}
        </select>
      </label>
      {p.chosen > 0 && (
        <span className="chip" data-testid="map-chosen">
          {t('map.chosen', { n: p.chosen })}
          <button
            type="button"
            className="link"
            onClick={(e) => {
              const box = e.currentTarget.getBoundingClientRect();
              p.onAct(box.left, box.bottom);
            }}
          >
            {t('map.actions')}
          </button>
          <button type="button" className="link" onClick={p.onClear}>
            {t('map.clear')}
          </button>
        </span>
      )}
      {p.lit !== '' && (
        <span className="chip map-lit" data-testid="map-lit">
          <span className="ellipsis">{t('map.lit', { what: p.lit.slice(0, 80) })}</span>
          <button type="button" className="link" onClick={p.onUnlight}>
            {t('map.clear')}
          </button>
        </span>
      )}
      <span className="space" />
      <button
        type="button"
        className="btn icon-only"
        title={t('map.zoomOut')}
        aria-label={t('map.zoomOut')}
        onClick={() => p.onZoom(1 / 1.6)}
      >
        −
      </button>
      <button
        type="button"
        className="btn icon-only"
        title={t('map.zoomIn')}
        aria-label={t('map.zoomIn')}
        onClick={() => p.onZoom(1.6)}
        data-testid="map-zoom-in"
      >
        +
      </button>
      <button type="button" className="btn" onClick={p.onFit} disabled={!p.isZoomed} data-testid="map-fit">
        {t('map.fit')}
      </button>
      <TableButton view="map" />
    </div>
  );
}
