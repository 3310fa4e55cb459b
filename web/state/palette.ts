import { useEffect, useState } from 'react';
import { type Palette, readPalette } from '../draw/palette.ts';
import { useApp } from './store.ts';

/** Colours of the theme; read again when the theme, the system's preference or the size of the screen changes them. */
export function usePalette(): Palette {
  const theme = useApp((s) => s.theme);
  const large = useApp((s) => s.large);
  const [palette, setPalette] = useState(readPalette);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes what is read
  useEffect(() => {
    const read = () => setPalette(readPalette());
    read();
    const queries = ['(prefers-color-scheme: light)', '(prefers-contrast: more)', '(min-width: 2400px)'].map((q) =>
      matchMedia(q),
    );
    for (const query of queries) query.addEventListener('change', read);
    return () => {
      for (const query of queries) query.removeEventListener('change', read);
    };
  }, [theme, large]);
  return palette;
}

/** Width and height of an element. */
export function useSize(element: HTMLElement | null): { readonly width: number; readonly height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    if (element === null) return;
    const read = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(read);
    observer.observe(element);
    read();
    return () => observer.disconnect();
  }, [element]);
  return size;
}
