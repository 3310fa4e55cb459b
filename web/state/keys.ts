import { useEffect, useRef } from 'react';
import { useApp } from './store.ts';

const isText = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (/^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) ||
    target.isContentEditable ||
    target.closest('[role=dialog]') !== null);

/** Single keys: off while text has focus, while a dialog is open, and when the user switched them off. `false` = not ours. */
export function useKeys(listener: (e: KeyboardEvent) => unknown): void {
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => {
    const run = (e: KeyboardEvent) => {
      if (e.defaultPrevented || e.ctrlKey || e.metaKey || isText(e.target)) return;
      const { dialog, singleKeys } = useApp.getState();
      if (dialog !== '' || (!singleKeys && e.key.length === 1)) return;
      if (latest.current(e) !== false) e.preventDefault();
    };
    addEventListener('keydown', run);
    return () => removeEventListener('keydown', run);
  }, []);
}

/** Letters that belong to the canvas of the view on show, unless the focus is in a panel beside it. */
export function useCanvasKeys(listener: (e: KeyboardEvent) => unknown): void {
  useKeys((e) => {
    if (e.altKey) return false;
    const target = e.target as HTMLElement;
    if (target.closest?.('.explorer, .inspector, .drawer, .transport, .top') != null && e.key.length > 1) return false;
    return listener(e);
  });
}
