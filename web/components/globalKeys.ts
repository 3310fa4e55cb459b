import { useEffect } from 'react';
import { focus, GROUP_BY, select, selectPath, setFilter, setGroupBy, stop } from '../state/actions.ts';
import { useKeys } from '../state/keys.ts';
import { nextTheme, setTab, toggleDrawer, toggleTable } from '../state/settings.ts';
import { useApp } from '../state/store.ts';
import { step, togglePlay } from '../state/time.ts';
import { VIEWS } from '../views/registry.ts';

const set = useApp.setState;

/** F6 goes from one region of the page to the next: bars, panels, view. */
function nextRegion(back: boolean): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter((r) => r.offsetParent !== null);
  const at = regions.findLastIndex((r) => r.contains(document.activeElement));
  const next = regions[(at + (back ? regions.length - 1 : 1)) % regions.length];
  const target = next?.querySelector<HTMLElement>('[tabindex="0"], button:not(:disabled), input, select, a[href]');
  target?.focus();
}

const isTyping = (target: EventTarget | null) => target instanceof HTMLInputElement;

export function openPalette(paletteText: string): void {
  set({ dialog: 'palette', paletteText });
}

/** Keys that are the same in every view. */
export function useGlobalKeys(): void {
  useEffect(() => {
    const run = (e: KeyboardEvent) => {
      const key = e.key.toLowerCase();
      const { dialog, paletteText } = useApp.getState();
      // What is typed before the palette has the focus belongs to it.
      if (dialog === 'palette' && e.key.length === 1 && !e.ctrlKey && !e.metaKey && !isTyping(e.target)) {
        set({ paletteText: paletteText + e.key });
        e.preventDefault();
        return;
      }
      if (e.key === 'F6') nextRegion(e.shiftKey);
      else if ((e.ctrlKey || e.metaKey) && e.shiftKey && key === 'p') openPalette('>');
      else if ((e.ctrlKey || e.metaKey) && key === 'p') openPalette('@');
      else return;
      e.preventDefault();
    };
    addEventListener('keydown', run);
    return () => removeEventListener('keydown', run);
  }, []);
  useKeys((e) => {
    const s = useApp.getState();
    const view = VIEWS.find((v) => v.id === s.tab);
    const target = e.target as HTMLElement;
    if (e.key === 'ArrowLeft' || e.key === 'ArrowRight') {
      // Sliders, tabs and tables have arrows of their own.
      if (target.closest('[role=slider], [role=tablist], [role=separator], [role=grid], [role=tree]') !== null)
        return false;
      return step(e.key === 'ArrowRight' ? 1 : -1, e.altKey ? 'second' : e.shiftKey ? 'attempt' : s.unit);
    }
    if (e.altKey) return false;
    const byKey = VIEWS.find((v) => v.key === e.key && v.key !== '');
    if (byKey !== undefined) return setTab(byKey.id);
    switch (e.key) {
      case ' ':
        if (target.closest('button, summary, a, [role=tab]') !== null) return false;
        return togglePlay();
      case '?':
        return set({ dialog: 'keys' });
      case ':':
      case '>':
        return openPalette('>');
      case '/':
        return document.querySelector<HTMLElement>('#filter, .tools input')?.focus();
      case '[':
        return set({ showExplorer: !s.showExplorer });
      case ']':
        return set({ showInspector: !s.showInspector });
      case '`':
        return toggleDrawer();
      case 'Escape':
        if (s.phase.name === 'loading' || s.phase.name === 'running') return stop();
        if (s.area !== undefined && s.tab === 'timeline') return set({ area: undefined });
        if (s.selection !== '') return select(-1);
        if (s.filter !== '') return setFilter('');
        return false;
    }
    switch (e.key.toLowerCase()) {
      case 'f':
        return focus();
      case 'g':
        if (s.tab !== 'timeline') return false;
        return setGroupBy(GROUP_BY[(GROUP_BY.indexOf(s.groupBy) + 1) % GROUP_BY.length]);
      case 't':
        return nextTheme();
      case 'v':
        return toggleTable(s.tab);
      case 'b':
        return set({ dialog: 'breaks' });
      case 'k':
        return set({ dialog: 'forks' });
      case 'y':
        if (s.selection === '') return false;
        return setTab('object');
      case 'e':
      case 'l':
        if (s.selection === '') return false;
        selectPath(s.selection);
        return set({ inspectorTab: 'events' });
      case 'd':
        if (view?.canvas === true || s.selection === '') return false;
        return set({ showInspector: true, inspectorTab: 'summary' });
      default:
        return false;
    }
  });
}
