import { type AppState, useApp } from './store.ts';
import { addressOf } from './url.ts';

/** The address is written when nothing changed for so long: browsers allow few changes. */
const SETTLED_MS = 1000;

/** Keeps the moment on show in the address of the page, so that a reload comes back to it. Links of recordings stay theirs. */
export function keepAddress(): void {
  if (new URLSearchParams(location.search).has('recording')) return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  useApp.subscribe((s, old) => {
    // While a run goes on, its end carries the moment along.
    const isRunning = s.phase.name === 'running';
    const same =
      (isRunning || s.cursorUs === old.cursorUs) &&
      s.tab === old.tab &&
      s.selection === old.selection &&
      s.phase.name === old.phase.name &&
      (s.facts === undefined) === (old.facts === undefined) &&
      s.branches === old.branches;
    if (same || !hasAddress(s) || s.facts?.hasObjects !== true) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (useApp.getState().playing) return;
      void addressOf().then((link) => {
        if (link !== undefined && hasAddress(useApp.getState())) history.replaceState(null, '', link);
      });
    }, SETTLED_MS);
  });
}

const hasAddress = ({ phase }: AppState): boolean => phase.name === 'ready' || phase.name === 'running';
