import { memo, useState } from 'react';
import { numberText, useT } from '../i18n/index.ts';
import { shorten } from '../model/shorten.ts';
import { LOOKS, WORST_FIRST } from '../model/states.ts';
import { select, setFilter } from '../state/actions.ts';
import { laneName, type RunData, runData } from '../state/run.ts';
import { setTab } from '../state/settings.ts';
import { useApp } from '../state/store.ts';

const ROWS_MAX = 60;
/** Namespaces open from the start while they fit. */
const OPEN_ROWS = 24;
/** So many characters of a name stand in a row; its end tells workloads apart. */
const NAME_CHARS = 16;

interface Workload {
  /** As the run names the group: `namespace/name`, or nothing for pods without a controller. */
  readonly path: string;
  readonly name: string;
  readonly lanes: Uint32Array;
  /** Pods by look at the cursor. */
  readonly counts: Uint32Array | undefined;
}

interface Namespace {
  readonly name: string;
  readonly workloads: readonly Workload[];
}

/** Namespaces, their controllers and their pods as a tree, with the states at the cursor. */
export const Workloads = memo(function Workloads({ counts }: { readonly counts: Uint32Array | undefined }) {
  const t = useT();
  /** Opened or closed by hand, by name of the namespace or path of the workload. */
  const [turned, setTurned] = useState<ReadonlyMap<string, boolean>>(new Map());
  useApp((s) => s.version);
  const owner = runData()?.groupings.owner;
  if (owner === undefined) return null;
  const namespaces = namespacesOf(owner, counts);
  const turn = (key: string, isOpen: boolean) => setTurned(new Map(turned).set(key, !isOpen));
  let rows = 0;
  return (
    <section data-testid="workloads">
      <h3>{t('explorer.workloads')}</h3>
      {namespaces.slice(0, ROWS_MAX).map(({ name, workloads }) => {
        rows += workloads.length;
        const isOpen = turned.get(`${name}/`) ?? (namespaces.length === 1 || rows <= OPEN_ROWS);
        const all = workloads.map((w) => w.counts);
        return (
          <div key={name}>
            <Row
              label={name === '' ? t('timeline.noOwner') : name}
              level={0}
              isOpen={isOpen}
              pods={workloads.reduce((sum, w) => sum + podsOf(w), 0)}
              counts={counts === undefined ? undefined : sumOf(all)}
              onClick={() => turn(`${name}/`, isOpen)}
            />
            {isOpen &&
              workloads
                .slice(0, ROWS_MAX)
                .map((workload) =>
                  workload.path === '' ? (
                    <Pods key="" workload={workload} />
                  ) : (
                    <WorkloadRows
                      key={workload.path}
                      workload={workload}
                      isOpen={turned.get(workload.path) === true}
                      onTurn={turn}
                    />
                  ),
                )}
            {isOpen && workloads.length > ROWS_MAX && (
              <p className="dim small">{t('explorer.more', { n: workloads.length - ROWS_MAX })}</p>
            )}
          </div>
        );
      })}
      {namespaces.length > ROWS_MAX && (
        <p className="dim small">{t('explorer.more', { n: namespaces.length - ROWS_MAX })}</p>
      )}
    </section>
  );
});

function WorkloadRows(props: {
  readonly workload: Workload;
  readonly isOpen: boolean;
  readonly onTurn: (key: string, isOpen: boolean) => void;
}) {
  const { workload, isOpen, onTurn } = props;
  return (
    <>
      <Row
        label={workload.name}
        title={workload.path}
        level={1}
        isOpen={isOpen}
        pods={podsOf(workload)}
        counts={workload.counts}
        onClick={() => onTurn(workload.path, isOpen)}
      />
      {isOpen && <Pods workload={workload} />}
    </>
  );
}

function Row(props: {
  readonly label: string;
  readonly title?: string;
  readonly level: 0 | 1;
  readonly isOpen: boolean;
  readonly pods: number;
  readonly counts: Uint32Array | undefined;
  readonly onClick: () => void;
}) {
  const { label, title = label, level, isOpen, pods, counts, onClick } = props;
  return (
    <button
      type="button"
      className={level === 0 ? 'tree-row' : 'tree-row nested'}
      aria-expanded={isOpen}
      title={title.slice(0, 300)}
      onClick={onClick}
    >
      <span className="twisty" />
      <span className="ellipsis">{shorten(label, NAME_CHARS - 2 * level - (pods < 1000 ? 0 : 2))}</span>
      <span className="num">{numberText(pods)}</span>
      <StateBar counts={counts} />
    </button>
  );
}

/** The pods of a workload; a click selects one. */
function Pods({ workload: { path, lanes } }: { readonly workload: Workload }) {
  const t = useT();
  const selection = useApp((s) => s.selection);
  return (
    <>
      {[...lanes.subarray(0, ROWS_MAX)].map((lane) => (
        <button
          type="button"
          key={lane}
          className={selection === `pods/${laneName(lane)}` ? 'tree-row leaf deep on' : 'tree-row leaf deep'}
          title={laneName(lane).slice(0, 300)}
          onClick={() => select(lane)}
        >
          <span className="ellipsis mono">{laneName(lane).slice(laneName(lane).indexOf('/') + 1, 200)}</span>
        </button>
      ))}
      {lanes.length > ROWS_MAX && (
        <button
          type="button"
          className="tree-row leaf deep dim"
          onClick={() => {
            setTab('timeline');
            setFilter(path);
          }}
        >
          {t('explorer.more', { n: lanes.length - ROWS_MAX })}
        </button>
      )}
    </>
  );
}

function StateBar({ counts }: { readonly counts: Uint32Array | undefined }) {
  return (
    <span className="bar" aria-hidden="true">
      {counts !== undefined &&
        WORST_FIRST.filter((look) => counts[look] > 0).map((look) => (
          <i key={look} style={{ flexGrow: counts[look], background: `var(--st-${LOOKS[look]})` }} />
        ))}
    </span>
  );
}

/** In the order of the timeline; `counts` has those of all pods first, then of each group that was there when they were counted. */
function namespacesOf(
  { grouping: { order, first, lanes }, names }: RunData['groupings']['owner'],
  counts: Uint32Array | undefined,
): readonly Namespace[] {
  const found = new Map<string, Workload[]>();
  for (const group of order) {
    const path = names[group];
    const slash = path.indexOf('/');
    const namespace = path.slice(0, Math.max(0, slash));
    const workload: Workload = {
      path,
      name: path.slice(slash + 1),
      lanes: lanes.subarray(first[group], first[group + 1]),
      counts: countsOf(counts, group),
    };
    const others = found.get(namespace);
    if (others === undefined) found.set(namespace, [workload]);
    else others.push(workload);
  }
  return [...found].map(([name, workloads]) => ({ name, workloads }));
}

function countsOf(counts: Uint32Array | undefined, group: number): Uint32Array | undefined {
  const from = (group + 1) * LOOKS.length;
  return counts === undefined || counts.length < from + LOOKS.length
    ? undefined
    : counts.subarray(from, from + LOOKS.length);
}

const podsOf = ({ counts, lanes }: Workload) => counts?.reduce((sum, n) => sum + n, 0) ?? lanes.length;

/** Of those that are known. */
function sumOf(all: readonly (Uint32Array | undefined)[]): Uint32Array {
  const sum = new Uint32Array(LOOKS.length);
  for (const counts of all) for (let look = 0; look < sum.length; look++) sum[look] += counts?.[look] ?? 0;
  return sum;
}
