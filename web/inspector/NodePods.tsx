import { Glyph } from '../components/Icon.tsx';
import { numberText, useT } from '../i18n/index.ts';
import { LOOKS, WORST_FIRST } from '../model/states.ts';
import { useApp } from '../state/store.ts';
import { useQuery, useSlowApp } from '../state/useQuery.ts';

const MOMENT_MS = 200;

const digits = (n: number) => (n >= 100 ? n.toFixed(0) : n.toFixed(1).replace(/\.0$/, ''));

/** Of a node: its pods by state, and what they request of what there is. */
export function NodePods({ name }: { readonly name: string }) {
  const t = useT();
  const timeUs = useSlowApp((s) => s.cursorUs, MOMENT_MS);
  useApp((s) => s.version);
  const { data } = useQuery('map', 'node', { name, timeUs });
  if (data === undefined || data === null) return null;
  const { looks, pods, cpuMilli, memoryMi } = data;
  const most = Math.max(1, ...looks);
  const bars = [
    ['cpu', cpuMilli, 1000, ''],
    ['memory', memoryMi, 1024, 'Gi'],
    ['pods', pods, 1, ''],
  ] as const;
  return (
    <>
      <h3>{t('map.podsByState')}</h3>
      {pods[0] === 0 && <p className="dim small2">{t('map.podsOf', { n: 0 })}</p>}
      <ul className="node-pods">
        {WORST_FIRST.filter((i) => looks[i] > 0).map((i) => (
          <li key={LOOKS[i]}>
            <Glyph name={LOOKS[i]} colour={`var(--st-${LOOKS[i]})`} />
            <span>{t(`states.${LOOKS[i]}`)}</span>
            <b>{numberText(looks[i])}</b>
            <span aria-hidden="true">
              <i style={{ width: `${(100 * looks[i]) / most}%`, background: `var(--st-${LOOKS[i]})` }} />
            </span>
          </li>
        ))}
      </ul>
      <h3>{t('map.requested')}</h3>
      <ul className="node-load">
        {bars.map(([label, [used, of], unit, suffix]) => (
          <li key={label}>
            <span>{label}</span>
            <span>
              <b>{Number.isFinite(used) ? digits(used / unit) : t('none')}</b>
              <span className="dim"> / {Number.isFinite(of) ? `${digits(of / unit)}${suffix}` : t('none')}</span>
            </span>
            <span className="track" aria-hidden="true">
              <i style={{ width: `${Number.isFinite(used / of) ? Math.min(100, (100 * used) / of) : 0}%` }} />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
