import { create } from 'zustand';
import { setTab } from '../../state/settings.ts';

/** Whose log is on show; '' = everybody's. */
export const useLog = create<{ readonly component: string }>(() => ({ component: '' }));

export function setLogOf(component: string): void {
  useLog.setState({ component });
}

/** Opens the log of a component. */
export function showLogOf(component: string): void {
  setLogOf(component);
  setTab('events');
}
