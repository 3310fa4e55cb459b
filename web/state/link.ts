import { loadScenarios, runSource, selectPath, setCursor } from './actions.ts';
import { whileBusy } from './idle.ts';
import { setTab } from './settings.ts';
import { useApp } from './store.ts';
import { type Repro, readLink } from './url.ts';
import { VERSION } from './version.ts';

const set = useApp.setState;

/** Runs what a link holds and goes to its moment. False = the address holds no link. */
export async function openLink(hash: string): Promise<boolean> {
  if (hash.length < 2) return false;
  let repro: Repro | undefined;
  try {
    repro = await readLink(hash);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    set({ phase: { name: 'failed', failure: { kind: 'link', code: '', message, lines: [] } } });
    return false;
  }
  if (repro === undefined) return false;
  await loadScenarios();
  if (repro.engine !== '' && repro.engine !== VERSION) set({ otherEngine: repro });
  else await runLink(repro);
  return true;
}

/** Runs the scenario of a link and shows the moment that its sender saw. */
export async function runLink(repro: Repro): Promise<void> {
  set({ otherEngine: undefined });
  const { source, entries, tree, seed, timeUs, tab, selection, pins, groupBy } = repro;
  if (source === undefined) return;
  set({ seed, chosen: source.from === 'bundled' ? source.path : '' });
  await whileBusy(runSource(source, false, entries, tree));
  if (tab !== undefined) setTab(tab);
  if (timeUs !== undefined) setCursor(timeUs);
  set({ pins, ...(groupBy === undefined ? {} : { groupBy }) });
  selectPath(selection);
}
