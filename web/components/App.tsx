import { type DragEvent, useEffect } from 'react';
import { focus, nextTheme, openFiles, select, setFilter, setGroupBy, stop } from '../state/actions.ts';
import { useApp } from '../state/store.ts';
import { texts } from '../texts.ts';
import { droppedFiles } from './dropped.ts';
import { Explorer } from './Explorer.tsx';
import { KeysDialog } from './KeysDialog.tsx';
import { Legend } from './Legend.tsx';
import { Empty, Failed, Loading } from './Notices.tsx';
import { StatusBar } from './StatusBar.tsx';
import { StoryPanel } from './StoryPanel.tsx';
import { Timeline, useKeys } from './Timeline.tsx';
import { Tools } from './Tools.tsx';
import { TopBar } from './TopBar.tsx';
import { Transport } from './Transport.tsx';

export function App() {
  const phase = useApp((s) => s.phase);
  const hasFrame = useApp((s) => s.facts !== undefined);
  const isSelected = useApp((s) => s.selectedLane >= 0);
  const keysShown = useApp((s) => s.keysShown);
  const dropping = useApp((s) => s.dropping);
  const said = useApp((s) => s.said);
  const name = useApp((s) => s.facts?.name);
  useEffect(() => {
    document.title = name === undefined ? texts.product : `${name.slice(0, 80)} · ${texts.product}`;
  }, [name]);
  useKeys((e) => {
    const { groupBy, filter, selectedLane, phase: now, keysShown: open } = useApp.getState();
    switch (e.key) {
      case '?':
        return useApp.setState({ keysShown: true });
      case '/':
        return document.getElementById('filter')?.focus();
      case 'f':
      case 'F':
        return focus();
      case 'g':
      case 'G':
        return setGroupBy(groupBy === 'owner' ? 'node' : 'owner');
      case 't':
      case 'T':
        return nextTheme();
      case 'Escape':
        if (open) return useApp.setState({ keysShown: false });
        if (now.name === 'loading' || now.name === 'running') return stop();
        if (selectedLane >= 0) return select(-1);
        if (filter !== '') return setFilter('');
        return false;
      default:
        return false;
    }
  });
  const drop = async (e: DragEvent) => {
    e.preventDefault();
    useApp.setState({ dropping: false });
    await openFiles(await droppedFiles(e.dataTransfer));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files may be dropped anywhere
    <div
      className={isSelected ? 'app' : 'app no-inspector'}
      onDragOver={(e) => {
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
      <Explorer />
      <main className="centre">
        <h1 className="hidden">{texts.timeline.title}</h1>
        {phase.name === 'failed' ? (
          <Failed failure={phase.failure} />
        ) : phase.name === 'loading' ? (
          <Loading what={phase.what} />
        ) : hasFrame ? (
          <>
            <Tools />
            <Timeline />
            <Legend />
          </>
        ) : phase.name === 'empty' ? (
          <Empty />
        ) : null}
      </main>
      {isSelected && <StoryPanel />}
      <StatusBar />
      <div className="hidden" aria-live="polite">
        {said}
      </div>
      {keysShown && <KeysDialog />}
      {dropping && <div className="dropping">{texts.empty.drop}</div>}
    </div>
  );
}
