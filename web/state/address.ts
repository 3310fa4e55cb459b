import { useApp } from './store.ts';
import { addressOf } from './url.ts';

/** The address is written when nothing changed for so long: browsers allow few changes. */
const SETTLED_MS = 1000;

/** Keeps the moment on show in the address of the page, so that a reload comes back to it. Links of recordings stay theirs. */
export function keepAddress(): void {
  if (new URLSearchParams(location.search).has('recording')) return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  useApp.subscribe((s, old) => {
    const same =
      s.cursorUs === old.cursorUs &&
      s.tab === old.tab &&
      s.selection === old.selection &&
      s.phase === old.phase &&
      s.branches === old.branches;
    if (same || s.phase.name !== 'ready' || s.facts?.hasObjects !== true) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (useApp.getState().playing) return;
      void addressOf().then((link) => {
        if (link !== undefined && useApp.getState().phase.name === 'ready') history.replaceState(null, '', link);
      });
    }, SETTLED_MS);
  });
}
