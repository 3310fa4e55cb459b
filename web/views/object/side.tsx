import { Glyph } from '../../components/Icon.tsx';
import { VirtualRows } from '../../components/VirtualRows.tsx';
import { numberText, useT } from '../../i18n/index.ts';
import { timeText } from '../../model/viewport.ts';
import { selectPath } from '../../state/actions.ts';
import { moment } from '../../state/time.ts';
import { useQuery } from '../../state/useQuery.ts';
import type { ConditionFact, RevisionFact } from '../../worker/queries/object.ts';

const ROWS_MAX = 60;

export function Conditions({ conditions }: { readonly conditions: readonly ConditionFact[] }) {
  const t = useT();
  if (conditions.length === 0) return null;
  return (
    <>
      <h2 className="h">{t('inspector.conditions')}</h2>
      <table className="table" data-testid="conditions">
        <tbody>
          {conditions.slice(0, ROWS_MAX).map((c) => (
            <tr key={c.type} title={c.message}>
              <th scope="row">{c.type.slice(0, 80)}</th>
              <td>
                <b>{c.status.slice(0, 20)}</b> {c.reason.slice(0, 80)}
              </td>
              <td className="dim">{c.since.slice(11, 19)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** Owners above, dependents below. */
export function OwnerTree({ path }: { readonly path: string }) {
  const t = useT();
  const rows = useQuery('object', 'tree', { path, moment: moment() }).data ?? [];
  if (rows.length < 2) return null;
  return (
    <>
      <h2 className="h">{t('object.owners')}</h2>
      <ul className="owner-tree" data-testid="owners">
        {rows.map((row) => {
          const [resource, ...name] = row.path.split('/');
          return (
            <li key={row.path} style={{ paddingLeft: `calc(${row.depth * 14}px * var(--u))` }}>
              <button
                type="button"
                className={row.isSelf ? 'tree-row on' : 'tree-row'}
                aria-current={row.isSelf}
                onClick={() => selectPath(row.path)}
              >
                <Glyph name="step" colour={row.exists ? 'var(--text-2)' : 'var(--line-2)'} />
                <span className="ellipsis mono">{name[name.length - 1]?.slice(0, 160)}</span>
                <span className="num dim small">{row.exists ? resource.split('.')[0] : t('podStates.12')}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}

interface RevisionsProps {
  readonly revisions: readonly RevisionFact[];
  readonly place: number;
  /** The revision that is compared with. */
  readonly base: number;
  readonly onBase: (place: number) => void;
  readonly onShow: (place: number) => void;
}

const REVISION_ROW = 24;

/** Every write, in a list of its own that scrolls; ± compares with it. */
export function Revisions({ revisions, place, base, onBase, onShow }: RevisionsProps) {
  const t = useT();
  return (
    <>
      <h2 className="h">
        {t('object.revisions')} <span className="dim">{numberText(revisions.length)}</span>
      </h2>
      <div className="revisions">
        <VirtualRows
          label={t('object.revisions')}
          testId="revisions"
          count={revisions.length}
          rowHeight={REVISION_ROW}
          columns="minmax(0, 1fr) calc(30px * var(--u))"
          current={place}
          reveal={place < 0 ? revisions.length - 1 : place}
          onChoose={onShow}
          rowClass={(i) => (i === place ? 'on' : i === base ? 'base' : '')}
          row={(i) => (
            <>
              {/* biome-ignore lint/a11y/useSemanticElements: cells of a virtual table */}
              <span className="life-row" role="cell">
                <span className="mono small">{timeText(revisions[i].timeUs)}</span>
                <span className="ellipsis">
                  {revisions[i].deleted ? t('object.deleted') : revisions[i].writer.slice(0, 80)}
                </span>
                <span className="num mono small dim">{revisions[i].rv}</span>
              </span>
              {/* biome-ignore lint/a11y/useSemanticElements: cells of a virtual table */}
              <span role="cell">
                <button
                  type="button"
                  className="btn"
                  aria-pressed={i === base}
                  aria-label={t('object.compareWith', { n: i + 1 })}
                  title={t('object.compareWith', { n: i + 1 })}
                  disabled={i === place || revisions[i].deleted}
                  onClick={(e) => {
                    e.stopPropagation();
                    onBase(i);
                  }}
                >
                  ±
                </button>
              </span>
            </>
          )}
        />
      </div>
    </>
  );
}
