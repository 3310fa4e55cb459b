import type { FunnelStep, ReasonCount, ReasonGroup } from '../../../sim-core/index.ts';
import { numberText, useT } from '../../i18n/index.ts';
import { light } from '../map/lit.ts';
import { useSay } from './words.ts';

const REASONS_MAX = 4;
const GROUPS_MAX = 40;

/** How many nodes each step leaves: grey is kept, hatched red is lost; colour only on what was lost. */
export function Funnel({ steps, total }: { readonly steps: readonly FunnelStep[]; readonly total: number }) {
  const t = useT();
  const say = useSay();
  const shown = steps.filter((s) => s.removed > 0 || s.point === 'feasible' || s.point === 'nodes');
  return (
    <ol className="funnel" data-testid="funnel" aria-label={t('sched.funnel')}>
      {shown.map((step, i) => {
        const before = step.left + step.removed;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps have a fixed order
          <li key={i} className={step.point === 'feasible' ? 'last' : ''}>
            <span className="name ellipsis" title={say(step.message)}>
              {step.point === 'nodes'
                ? t('sched.allNodes')
                : step.point === 'feasible'
                  ? t('sched.feasible')
                  : step.plugin || t(`sched.points.${step.point}`)}
            </span>
            <span className="share" aria-hidden="true">
              <i className="kept" style={{ width: `${(100 * step.left) / Math.max(1, total)}%` }} />
              <i className="lost" style={{ width: `${(100 * (before - step.left)) / Math.max(1, total)}%` }} />
            </span>
            <b className={step.point === 'feasible' && step.left === 0 ? 'num bad' : 'num'}>{numberText(step.left)}</b>
            {step.removed > 0 && (
              <span className="why small2">
                <b className="bad">−{numberText(step.removed)}</b> {reasonsText(step.reasons) || say(step.message)}
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function reasonsText(reasons: readonly ReasonCount[]): string {
  if (reasons.length === 1) return reasons[0].reason;
  return reasons
    .slice(0, REASONS_MAX)
    .map((r) => `${r.reason} ${numberText(r.nodes)}`)
    .join(', ');
}

/** Nodes by reason; a click lights them on the map. */
export function Reasons({ groups }: { readonly groups: readonly ReasonGroup[] }) {
  const t = useT();
  if (groups.length === 0) return null;
  const most = Math.max(...groups.map((g) => g.count));
  return (
    <section className="reasons" data-testid="sched-reasons">
      <h2>{t('sched.reasons')}</h2>
      <ul>
        {groups.slice(0, GROUPS_MAX).map((g) => {
          const text = g.reasons.join(', ') || g.plugin;
          return (
            <li key={`${g.plugin} ${text}`}>
              <button type="button" onClick={() => light(text, g.nodes)} title={`${g.plugin}: ${text}`.slice(0, 300)}>
                <span className="ellipsis">{text.slice(0, 160)}</span>
                <b>{numberText(g.count)}</b>
                <span className="share" aria-hidden="true">
                  <i className="lost" style={{ width: `${(100 * g.count) / most}%` }} />
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** The same from the records alone: counts by reason of the condition's text. */
export function RecordedReasons({ reasons }: { readonly reasons: readonly ReasonCount[] }) {
  return (
    <Reasons groups={reasons.map((r) => ({ plugin: '', code: '', reasons: [r.reason], count: r.nodes, nodes: [] }))} />
  );
}
