import type { useT } from '../../i18n/index.ts';
import type { Area } from '../../model/area.ts';

/** What an area is over: `12 pods`, `3 components`. */
export const areaTitle = ({ lanes, components }: Area, t: ReturnType<typeof useT>): string =>
  components.length > 0 ? t('area.components', { n: components.length }) : t('pods', { n: lanes.length });
