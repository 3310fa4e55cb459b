import { type DragEvent, Suspense, useEffect } from 'react';
import { useT } from '../i18n/index.ts';
import { openFiles } from '../state/actions.ts';
import { useApp } from '../state/store.ts';
import { VIEWS } from '../views/registry.ts';
import { droppedFiles } from './dropped.ts';
import { Explorer } from './Explorer.tsx';
import { useGlobalKeys } from './globalKeys.ts';
import { Inspector } from './Inspector.tsx';
import { lazyPart } from './lazyPart.ts';
import { Resizer } from './Resizer.tsx';
import { StatusBar } from './StatusBar.tsx';
import { Drawer, PanelSwitch, Tabs } from './Tabs.tsx';
import { TopBar } from './TopBar.tsx';
import { Transport } from './Transport.tsx';
import { Centre } from './ViewHost.tsx';

const loadDialogs = () => import('./Dialogs.tsx');
const Dialogs = lazyPart(loadDialogs);

export function App() {
  const tab = useApp((s) => s.tab);
  const drawer = useApp((s) => s.drawer);
  const hasRun = useApp((s) => s.facts !== undefined);
  const showExplorer = useApp((s) => s.showExplorer);
  const inspectorWanted = useApp((s) => s.showInspector && s.selection !== '');
  const panel = useApp((s) => s.panel);
  const dialog = useApp((s) => s.dialog);
  const dropping = useApp((s) => s.dropping);
  const said = useApp((s) => s.said);
  const name = useApp((s) => s.facts?.name);
  const t = useT();
  useGlobalKeys();
  // The first key that opens a dialog should not wait for it.
  useEffect(() => {
    const timer = setTimeout(() => void loadDialogs(), 1500);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    document.title = name === undefined ? t('product') : `${name.slice(0, 80)} · ${t('product')}`;
  }, [name, t]);
  const isWide = VIEWS.find((v) => v.id === tab)?.wide === true;
  const showInspector = inspectorWanted && !isWide;
  const drop = async (e: DragEvent) => {
    e.preventDefault();
    useApp.setState({ dropping: false });
    await openFiles(await droppedFiles(e.dataTransfer));
  };
  const classes = [
    'app',
    showExplorer ? '' : 'no-explorer',
    showInspector ? '' : 'no-inspector',
    drawer !== '' && drawer !== tab && hasRun ? '' : 'no-drawer',
    `panel-${panel}`,
  ];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files may be dropped anywhere
    <div
      className={classes.filter((c) => c !== '').join(' ')}
      onDragOver={(e) => {
        if (!e.dataTransfer.types.includes('Files')) return;
        e.preventDefault();
        if (!dropping) useApp.setState({ dropping: true });
      }}
      onDragLeave={(e) => {
        if (e.relatedTarget === null) useApp.setState({ dropping: false });
      }}
      onDrop={(e) => void drop(e)}
    >
      <TopBar />
      <Transport />
      <PanelSwitch />
      {showExplorer && (
        <nav className="explorer-area" aria-label={t('explorer.label')} data-region>
          <Explorer />
          <Resizer variable="--w-explorer" label={t('panels.explorer')} side="right" />
        </nav>
      )}
      <main className="centre-area" data-region>
        <Tabs />
        <Centre id={tab} />
        {drawer !== '' && drawer !== tab && hasRun && <Drawer />}
      </main>
      {showInspector && (
        <aside className="inspector-area" aria-label={t('inspector.label')} data-region>
          <Resizer variable="--w-inspector" label={t('panels.inspector')} side="left" />
          <Inspector />
        </aside>
      )}
      <StatusBar />
      <div className="hidden" aria-live="polite">
        {said}
      </div>
      {dialog !== '' && (
        <Suspense>
          <Dialogs />
        </Suspense>
      )}
      {dropping && <div className="dropping">{t('empty.drop')}</div>}
    </div>
  );
}
