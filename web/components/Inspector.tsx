import { Suspense } from 'react';
import { useT } from '../i18n/index.ts';
import { INSPECTOR_TABS } from '../inspector/registry.ts';
import { segmentAt } from '../model/hitTest.ts';
import { LOOK_NUMBER, LOOKS } from '../model/states.ts';
import { selectPath } from '../state/actions.ts';
import { NOT_YET, podStateText } from '../state/names.ts';
import { runData } from '../state/run.ts';
import { setTab } from '../state/settings.ts';
import { useApp } from '../state/store.ts';
import { VIEWS } from '../views/registry.ts';
import { Glyph, Icon } from './Icon.tsx';

const NAME_MAX = 300;

/** The selected object: what it is, why it is so. */
export function Inspector() {
  const t = useT();
  const selection = useApp((s) => s.selection);
  const wanted = useApp((s) => s.inspectorTab);
  const [resource, ...rest] = selection.split('/');
  const name = rest[rest.length - 1] ?? '';
  const namespace = rest.length > 1 ? rest[0] : '';
  const tabs = INSPECTOR_TABS.filter((tab) => tab.for(resource));
  const shown = tabs.find((tab) => tab.id === wanted) ?? tabs[0];
  const Body = shown?.component;
  return (
    <div className="inspector" data-testid="story">
      <div className="inspector-head">
        <div className="row dim small2">
          <span className="ellipsis">
            {resource}
            {namespace !== '' && ` · ${namespace.slice(0, 80)}`}
          </span>
          <span className="space" />
          {VIEWS.some((v) => v.id === 'object') && (
            <button type="button" className="btn" onClick={() => setTab('object')} data-testid="open-object">
              {t('inspector.yaml')} <kbd>Y</kbd>
            </button>
          )}
          <button
            type="button"
            className="btn icon-only"
            aria-label={t('inspector.close')}
            title={t('inspector.close')}
            onClick={() => selectPath('')}
          >
            <Icon name="close" />
          </button>
        </div>
        <h2 className="pod-name" data-testid="story-pod">
          {name.slice(0, NAME_MAX)}
        </h2>
        <PodChip />
      </div>
      <div className="tabs inspector-tabs" role="tablist" aria-label={t('inspector.tabs')}>
        {tabs.map((tab) => (
          <button
            type="button"
            key={tab.id}
            role="tab"
            aria-selected={tab === shown}
            aria-controls="inspector-body"
            onClick={() => useApp.setState({ inspectorTab: tab.id })}
            data-testid={`inspector-${tab.id}`}
          >
            {t(tab.label)}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys */}
      <section className="inspector-body" id="inspector-body" tabIndex={0} aria-label={t('inspector.label')}>
        <Suspense>{Body !== undefined && <Body key={selection} />}</Suspense>
      </section>
    </div>
  );
}

/** The state of a pod at the moment on show. */
function PodChip() {
  const lane = useApp((s) => s.selectedLane);
  // The text changes only when the state does.
  const state = useApp((s) => {
    const frame = runData()?.frame;
    if (frame === undefined || s.selectedLane < 0) return -1;
    const segment = segmentAt(frame, s.selectedLane, s.cursorUs);
    return segment < 0 ? NOT_YET : frame.segState[segment];
  });
  useT();
  if (lane < 0 || state < 0) return null;
  const look = LOOKS[LOOK_NUMBER[state]];
  return (
    <div className="row">
      <span className="chip">
        {look !== undefined && <Glyph name={look} colour={`var(--st-${look})`} />}
        {podStateText(state)}
      </span>
    </div>
  );
}
