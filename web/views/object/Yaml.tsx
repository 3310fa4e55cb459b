import { VirtualRows } from '../../components/VirtualRows.tsx';
import { useT } from '../../i18n/index.ts';
import { timeText } from '../../model/viewport.ts';
import { useQuery } from '../../state/useQuery.ts';
import type { RevisionFact, YamlLine } from '../../worker/queries/object.ts';

const ROW = 19;
const TEXT_MAX = 500;

interface YamlProps {
  readonly lines: readonly YamlLine[];
  /** Path of the field whose history is open. */
  readonly field: string;
  readonly onField: (path: string) => void;
}

/** The fields of the object; beside each who wrote it and when. */
export function Yaml({ lines, field, onField }: YamlProps) {
  const t = useT();
  return (
    <VirtualRows
      label={t('object.yaml')}
      testId="yaml"
      count={lines.length}
      rowHeight={ROW}
      columns="minmax(0, 170fr) calc(34px * var(--u)) minmax(0, 400fr)"
      current={lines.findIndex((l) => l.path === field)}
      onChoose={(i) => onField(lines[i].path)}
      rowClass={(i) => (lines[i].isNew ? 'hot' : '')}
      row={(i) => (
        <>
          {/* biome-ignore lint/a11y/useSemanticElements: cells of a virtual table */}
          <span className="blame" role="cell">
            <span className="ellipsis">{lines[i].writer.slice(0, 80)}</span>
            {lines[i].timeUs >= 0 && <span>{timeText(lines[i].timeUs)}</span>}
          </span>
          {/* biome-ignore lint/a11y/useSemanticElements: cells of a virtual table */}
          <span className="line-number" role="cell">
            {i + 1}
          </span>
          {/* biome-ignore lint/a11y/useSemanticElements: cells of a virtual table */}
          <span className="line-text" role="cell">
            {lines[i].text.slice(0, TEXT_MAX)}
          </span>
        </>
      )}
    />
  );
}

interface DiffProps {
  readonly path: string;
  readonly from: RevisionFact | undefined;
  readonly to: RevisionFact | undefined;
}

/** What lies between two revisions. */
export function Diff({ path, from, to }: DiffProps) {
  const t = useT();
  const pair = from === undefined || to === undefined ? undefined : { path, from: from.rv, to: to.rv };
  const lines = useQuery('object', 'diff', pair).data ?? [];
  const changed = lines.findIndex((l) => l.sign !== ' ');
  return (
    <>
      {from !== undefined && to !== undefined && (
        <p className="diff-head mono small">
          <span className="bad">− {from.rv}</span> {timeText(from.timeUs)} → <span className="ok">+ {to.rv}</span>{' '}
          {timeText(to.timeUs)}
        </p>
      )}
      <VirtualRows
        label={t('object.diff')}
        testId="diff-lines"
        count={lines.length}
        rowHeight={ROW}
        columns="calc(24px * var(--u)) minmax(0, 1fr)"
        reveal={Math.max(0, changed + 8)}
        rowClass={(i) => (lines[i].sign === '+' ? 'added' : lines[i].sign === '-' ? 'removed' : '')}
        row={(i) => (
          <>
            {/* biome-ignore lint/a11y/useSemanticElements: cells of a virtual table */}
            <span className="line-number" role="cell">
              {lines[i].sign === '-' ? '−' : lines[i].sign}
            </span>
            {/* biome-ignore lint/a11y/useSemanticElements: cells of a virtual table */}
            <span className="line-text" role="cell">
              {lines[i].text.slice(0, TEXT_MAX)}
            </span>
          </>
        )}
      />
    </>
  );
}
