import { VIEWS } from '../views/registry.ts';
import type { ViewId } from '../views/types.ts';
import { type Theme, useApp } from './store.ts';

const get = useApp.getState;
const set = useApp.setState;

const THEMES: readonly Theme[] = ['system', 'dark', 'light', 'hc'];

function save(name: string, value: string): void {
  try {
    localStorage.setItem(`orrery-${name}`, value);
  } catch {
    // A page without storage forgets the choice.
  }
}

function saved(name: string): string | null {
  try {
    return localStorage.getItem(`orrery-${name}`);
  } catch {
    return null;
  }
}

export function setTheme(theme: Theme): void {
  if (theme === 'system') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.dataset['theme'] = theme;
  save('theme', theme);
  set({ theme });
}

export function nextTheme(): void {
  setTheme(THEMES[(THEMES.indexOf(get().theme) + 1) % THEMES.length]);
}

/** For a projector, or eyes that want it. */
export function setLarge(large: boolean): void {
  if (large) document.documentElement.dataset['density'] = 'projector';
  else document.documentElement.removeAttribute('data-density');
  save('density', large ? 'projector' : '');
  set({ large });
}

export function setSingleKeys(singleKeys: boolean): void {
  save('keys', singleKeys ? 'on' : 'off');
  set({ singleKeys });
}

/** What was chosen in this browser before. */
export function restoreSettings(): void {
  const theme = saved('theme') as Theme | null;
  setTheme(theme !== null && THEMES.includes(theme) ? theme : 'system');
  setLarge(saved('density') === 'projector');
  set({ singleKeys: saved('keys') !== 'off' });
}

export function setTab(tab: ViewId): void {
  if (VIEWS.some((v) => v.id === tab)) set({ tab, panel: 'centre' });
}

export function toggleTable(id: ViewId): void {
  const { tables } = get();
  set({ tables: { ...tables, [id]: tables[id] !== true } });
}

export function toggleDrawer(): void {
  const { drawer, tab } = get();
  const first = VIEWS.find((v) => v.drawer === true && v.id !== tab);
  set({ drawer: drawer === '' ? (first?.id ?? '') : '' });
}

export type Preset = 'learn' | 'plan' | 'debug';

/** Arrangements for what people come for. */
export function applyPreset(preset: Preset): void {
  const has = (id: ViewId) => VIEWS.some((v) => v.id === id);
  const tab: ViewId =
    preset === 'learn' && has('flow') ? 'flow' : preset === 'plan' && has('metrics') ? 'metrics' : 'timeline';
  set({
    tab,
    panel: 'centre',
    showExplorer: preset !== 'plan',
    showInspector: preset !== 'plan',
    drawer: preset === 'debug' && has('events') ? 'events' : '',
    ...(preset === 'learn' ? { speed: 1, unit: 'message' as const, inspectorTab: 'causes' } : {}),
  });
}
