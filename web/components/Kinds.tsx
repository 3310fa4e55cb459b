import { memo, useState } from 'react';
import { numberText, useT } from '../i18n/index.ts';
import { selectPath } from '../state/actions.ts';
import { setTab } from '../state/settings.ts';
import { useApp } from '../state/store.ts';
import { useQuery, useSlowApp } from '../state/useQuery.ts';

const ROWS_MAX = 60;
const MOMENT_MS = 500;

/** Every kind of object that there is at the moment; a kind opens its objects, an object its view. */
export const Kinds = memo(function Kinds() {
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  const hasRun = useApp((s) => s.facts !== undefined);
  if (!hasRun) return null;
  return (
    <section data-testid="kinds">
      <h3>
        <button type="button" className="tree-row" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <span className="twisty" />
          {t('explorer.kinds')}
        </button>
      </h3>
      {isOpen && <KindList />}
    </section>
  );
});

function KindList() {
  const t = useT();
  const timeUs = useSlowApp((s) => s.cursorUs, MOMENT_MS);
  const [open, setOpen] = useState('');
  const { data } = useQuery('shell', 'kinds', { timeUs });
  return (
    <>
      {data?.length === 0 && <p className="dim small">{t('explorer.noObjects')}</p>}
      {data?.map(({ resource, count }) => {
        const dot = resource.indexOf('.');
        return (
          <div key={resource}>
            <button
              type="button"
              className="tree-row"
              aria-expanded={open === resource}
              title={resource}
              onClick={() => setOpen(open === resource ? '' : resource)}
            >
              <span className="twisty" />
              <span className="ellipsis">
                {dot < 0 ? resource : resource.slice(0, dot)}
                {dot >= 0 && <span className="dim">{resource.slice(dot)}</span>}
              </span>
              <span className="num">{numberText(count)}</span>
            </button>
            {open === resource && <ObjectList resource={resource} timeUs={timeUs} />}
          </div>
        );
      })}
    </>
  );
}

function ObjectList({ resource, timeUs }: { readonly resource: string; readonly timeUs: number }) {
  const t = useT();
  const [text, setText] = useState('');
  const selection = useApp((s) => s.selection);
  const { data } = useQuery('shell', 'objectsOf', { resource, timeUs, text, limit: ROWS_MAX });
  const show = (path: string) => {
    selectPath(path);
    setTab('object');
  };
  return (
    <>
      {(text !== '' || (data?.total ?? 0) > ROWS_MAX) && (
        <input
          type="search"
          className="field kind-filter"
          aria-label={t('explorer.filterKind', { kind: resource })}
          placeholder={t('explorer.filterKind', { kind: resource })}
          value={text}
          maxLength={200}
          onChange={(e) => setText(e.target.value)}
        />
      )}
      {data?.paths.map((path) => (
        <button
          type="button"
          key={path}
          className={selection === path ? 'tree-row leaf on' : 'tree-row leaf'}
          title={path.slice(0, 400)}
          onClick={() => show(path)}
        >
          <span className="ellipsis mono">{path.slice(resource.length + 1, resource.length + 200)}</span>
        </button>
      ))}
      {data !== undefined && data.total > data.paths.length && (
        <p className="dim small">{t('explorer.more', { n: data.total - data.paths.length })}</p>
      )}
    </>
  );
}
