import type { KeyboardEvent } from 'react';
import { useT } from '../i18n/index.ts';
import { setTab } from '../state/settings.ts';
import { type Panel, useApp } from '../state/store.ts';
import { VIEWS } from '../views/registry.ts';
import { Icon } from './Icon.tsx';
import { Resizer } from './Resizer.tsx';
import { ViewHost } from './ViewHost.tsx';

/** Arrow keys move among tabs, as people of tab lists expect. */
function moveTab(e: KeyboardEvent<HTMLElement>): void {
  if (e.key !== 'ArrowRight' && e.key !== 'ArrowLeft') return;
  const tabs = [...e.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')];
  const at = tabs.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  e.preventDefault();
  e.stopPropagation();
  const next = tabs[(at + (e.key === 'ArrowRight' ? 1 : tabs.length - 1)) % tabs.length];
  next.focus();
  next.click();
}

export function Tabs() {
  const tab = useApp((s) => s.tab);
  const t = useT();
  return (
    <div className="tabs" role="tablist" aria-label={t('views.label')} onKeyDown={moveTab}>
      {VIEWS.map((view) => (
        <button
          type="button"
          key={view.id}
          role="tab"
          id={`tab-${view.id}`}
          aria-selected={tab === view.id}
          aria-controls="view"
          tabIndex={tab === view.id ? 0 : -1}
          title={view.key === '' ? undefined : `${t(view.label)} (${view.key})`}
          onClick={() => setTab(view.id)}
          data-testid={`tab-${view.id}`}
        >
          {t(view.label)}
        </button>
      ))}
    </div>
  );
}

export function Drawer() {
  const drawer = useApp((s) => s.drawer);
  const tab = useApp((s) => s.tab);
  const t = useT();
  return (
    <section className="drawer" aria-label={t('panels.drawer')} data-region data-testid="drawer">
      <Resizer variable="--h-drawer" label={t('panels.drawer')} side="top" />
      <div className="drawer-head">
        <div className="tabs" role="tablist" aria-label={t('panels.drawer')} onKeyDown={moveTab}>
          {VIEWS.filter((v) => v.drawer === true && v.id !== tab).map((view) => (
            <button
              type="button"
              key={view.id}
              role="tab"
              aria-selected={drawer === view.id}
              tabIndex={drawer === view.id ? 0 : -1}
              onClick={() => useApp.setState({ drawer: view.id })}
            >
              {t(view.label)}
            </button>
          ))}
        </div>
        <button
          type="button"
          className="btn icon-only"
          aria-label={t('panels.hideDrawer')}
          title={t('panels.hideDrawer')}
          onClick={() => useApp.setState({ drawer: '' })}
        >
          <Icon name="close" />
        </button>
      </div>
      <div className="drawer-body">{drawer !== '' && <ViewHost id={drawer} />}</div>
    </section>
  );
}

const PANELS: readonly Panel[] = ['explorer', 'centre', 'inspector'];

/** Below 900 px one panel is shown at a time. */
export function PanelSwitch() {
  const panel = useApp((s) => s.panel);
  const hasSelection = useApp((s) => s.selection !== '');
  const t = useT();
  return (
    <div className="panel-switch" role="tablist" aria-label={t('panels.switch')} onKeyDown={moveTab}>
      {PANELS.map((p) => (
        <button
          type="button"
          key={p}
          role="tab"
          aria-selected={panel === p}
          tabIndex={panel === p ? 0 : -1}
          disabled={p === 'inspector' && !hasSelection}
          onClick={() =>
            useApp.setState({
              panel: p,
              ...(p === 'explorer' ? { showExplorer: true } : {}),
              ...(p === 'inspector' ? { showInspector: true } : {}),
            })
          }
        >
          {t(`panels.${p}`)}
        </button>
      ))}
    </div>
  );
}
