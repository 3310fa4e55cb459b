import { numberText, t } from '../../i18n/index.ts';
import { delayText } from '../../model/viewport.ts';
import type { MetricSpec } from '../../worker/series.ts';

/** A value of a metric for people; `-` = nothing was observed. */
export function valueText(value: number, unit: MetricSpec['unit']): string {
  if (Number.isNaN(value)) return t('none');
  if (unit === 'seconds') return delayText(Math.round(value * 1e6));
  if (unit === 'bytes') return bytesText(value);
  const rounded = value >= 100 || Number.isInteger(value) ? Math.round(value) : Math.round(value * 10) / 10;
  return unit === 'perSecond' ? t('metrics.perSecond', { n: numberText(rounded) }) : numberText(rounded);
}

function bytesText(value: number): string {
  const gi = value / 1073741824;
  if (gi >= 10 || value === 0) return `${numberText(Math.round(gi))} Gi`;
  return gi >= 1 ? `${numberText(Math.round(gi * 10) / 10)} Gi` : `${numberText(Math.round(value / 1048576))} Mi`;
}
