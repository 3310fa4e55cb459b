import { useState } from 'react';
import { Replaying } from '../../components/Replaying.tsx';
import { useT } from '../../i18n/index.ts';
import { timeText } from '../../model/viewport.ts';
import { useApp } from '../../state/store.ts';
import { moment, reach } from '../../state/time.ts';
import { useQuery, useSlowApp } from '../../state/useQuery.ts';
import type { ObjectAt } from '../../worker/queries/object.ts';
import { FieldHistory } from './FieldHistory.tsx';
import './object.css';
import { openPalette } from '../../components/globalKeys.ts';
import { StoryBar } from './StoryBar.tsx';
import { Conditions, OwnerTree, Revisions } from './side.tsx';
import { Diff, Yaml } from './Yaml.tsx';

const MOMENT_MS = 120;

/** One object at the moment on show: its fields with their writers, its revisions, owners and conditions. */
export default function ObjectView() {
  const t = useT();
  const path = useApp((s) => s.selection);
  useSlowApp((s) => `${s.cursorUs} ${s.cursorEvent}`, MOMENT_MS);
  const [managed, setManaged] = useState(false);
  const [showDiff, setShowDiff] = useState(false);
  /** Revision that is compared with, of which object; a place in a list would be another one's in the next object. */
  const [base, setBase] = useState({ path: '', rv: -1 });
  const [openField, setOpenField] = useState({ path: '', field: '' });
  const field = openField.path === path ? openField.field : '';
  const setField = (name: string) => setOpenField({ path, field: name });
  const at = moment();
  const { data, isLoading } = useQuery('object', 'at', path === '' ? undefined : { path, moment: at, managed });
  if (path === '') return <NoSelection />;
  const place = data?.place ?? -1;
  const revisions = data?.revisions ?? [];
  const go = (to: number) => {
    const revision = revisions[to];
    if (revision !== undefined) reach(revision.timeUs);
  };
  // Between revisions the one before is on show; from the gap after a deletion one goes to the neighbours in time.
  const before =
    place > 0 ? place - 1 : place < 0 ? revisions.findLastIndex((r) => r.timeUs < at.timeUs && !r.deleted) : -1;
  const after = place >= 0 ? place + 1 : revisions.findIndex((r) => r.timeUs > at.timeUs);
  const [resource, ...name] = path.split('/');
  const chosen = base.path === path ? revisions.findIndex((r) => r.rv === base.rv) : -1;
  const from = chosen >= 0 && chosen !== place ? chosen : place - 1;
  return (
    <>
      <div className="tools">
        <span className="dim">{resource}</span>
        <span className="mono ellipsis object-name" data-testid="object-name">
          {name.join('/').slice(0, 300)}
        </span>
        <Replaying isLoading={isLoading} />
        <span className="space" />
        <span className="revision-nav">
          <button
            type="button"
            className="btn icon-only"
            aria-label={t('object.previous')}
            title={t('object.previous')}
            disabled={before < 0}
            onClick={() => go(before)}
          >
            ◂
          </button>
          <span data-testid="revision">
            {t('object.revision', { n: place + 1, of: revisions.filter((r) => !r.deleted).length })}
          </span>
          <button
            type="button"
            className="btn icon-only"
            aria-label={t('object.next')}
            title={t('object.next')}
            disabled={after < 0 || after >= revisions.length}
            onClick={() => go(after)}
          >
            ▸
          </button>
        </span>
        <button
          type="button"
          className="btn"
          aria-pressed={showDiff}
          onClick={() => setShowDiff(!showDiff)}
          data-testid="diff"
        >
          {t('object.diff')}
        </button>
        <button type="button" className="btn" aria-pressed={managed} onClick={() => setManaged(!managed)}>
          managedFields
        </button>
      </div>
      <StoryBar />
      <div className="object-body">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys */}
        <section className="object-side" aria-label={t('object.side')} tabIndex={0}>
          <Conditions conditions={data?.conditions ?? []} />
          <OwnerTree path={path} />
          <Revisions
            revisions={revisions}
            place={place}
            base={from}
            onBase={(i) => {
              setBase({ path, rv: revisions[i].rv });
              setShowDiff(true);
            }}
            onShow={go}
          />
        </section>
        <section className="object-yaml" aria-label={t('object.yaml')}>
          <div className="yaml-head">
            <b>YAML</b>
            <span className="dim">{t('object.atTime', { time: timeText(at.timeUs) })}</span>
          </div>
          {place < 0 ? (
            <Gone data={data} isLoading={isLoading} />
          ) : showDiff && from >= 0 ? (
            <Diff path={path} from={revisions[from]} to={revisions[place]} />
          ) : (
            <Yaml lines={data?.lines ?? []} field={field} onField={setField} />
          )}
          {field !== '' && !showDiff && <FieldHistory path={path} field={field} onClose={() => setField('')} />}
        </section>
      </div>
    </>
  );
}

function Gone({ data, isLoading }: { readonly data: ObjectAt | undefined; readonly isLoading: boolean }) {
  const t = useT();
  const cursorUs = useApp((s) => s.cursorUs);
  if (data === undefined || isLoading) return null;
  const next = data.revisions.find((r) => r.timeUs > cursorUs && !r.deleted) ?? data.revisions.find((r) => !r.deleted);
  return (
    <div className="notice">
      <h2>{t('inspector.notThere', { time: timeText(cursorUs) })}</h2>
      {next !== undefined && (
        <button type="button" className="btn primary" onClick={() => reach(next.timeUs)}>
          {t('palette.goto', { time: timeText(next.timeUs) })}
        </button>
      )}
    </div>
  );
}

function NoSelection() {
  const t = useT();
  return (
    <div className="notice">
      <h2>{t('empty.noSelection')}</h2>
      <p>{t('empty.noSelectionText')}</p>
      <button type="button" className="btn primary" onClick={() => openPalette('@')}>
        {t('object.choose')} <kbd>Ctrl P</kbd>
      </button>
    </div>
  );
}
