import { numberText, t } from '../../i18n/index.ts';
import { delayText } from '../../model/viewport.ts';
import type { MetricSpec } from '../../worker/metricsTrack.ts';

/** A value of a metric for people; `-` = nothing was observed. */
export function valueText(value: number, unit: MetricSpec['unit']): string {
  if (Number.isNaN(value)) return t('none');
  if (unit === 'seconds') return delayText(Math.round(value * 1e6));
  if (unit === 'bytes') return `${numberText(Math.round(value / 1073741824))} Gi`;
  const rounded = value >= 100 || Number.isInteger(value) ? Math.round(value) : Math.round(value * 10) / 10;
  return unit === 'perSecond' ? t('metrics.perSecond', { n: numberText(rounded) }) : numberText(rounded);
}
