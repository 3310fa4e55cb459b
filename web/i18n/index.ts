import { useApp } from '../state/store.ts';
import { en } from './en/index.ts';
import type { Catalogue, MessageId, Params } from './types.ts';

export type Lang = 'en' | 'zh-CN';
export type T = <K extends MessageId>(id: K, ...params: Params<K>) => string;

const makers: Partial<Record<Lang, T>> = {};

const formats = new Map<Lang, Intl.NumberFormat>();

/** Making a format costs far more than using it. */
function numbersOf(lang: Lang): Intl.NumberFormat {
  let format = formats.get(lang);
  if (format === undefined) formats.set(lang, (format = new Intl.NumberFormat(lang)));
  return format;
}

/** `t` of a catalogue. Numbers are written as the language does. */
export function translator(catalogue: Catalogue, lang: Lang): T {
  return (id, ...rest) => {
    const message = catalogue[id];
    const params = (rest[0] ?? {}) as Readonly<Record<string, string | number>>;
    const text = typeof message === 'string' ? message : params['n'] === 1 ? message.one : message.other;
    return text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = params[name];
      return typeof value === 'number' ? numbersOf(lang).format(value) : (value ?? '');
    });
  };
}

makers.en = translator(en, 'en');

/** The text of a message in the language on show. In components: `useT`, so that they follow the language. */
export const t: T = (id, ...params) => (makers[useApp.getState().lang] ?? (makers.en as T))(id, ...params);

/** `t` that makes the component follow the language. */
export function useT(): T {
  return makers[useApp((s) => s.lang)] ?? (makers.en as T);
}

/** A number as the language on show writes it. */
export const numberText = (n: number): string => numbersOf(useApp.getState().lang).format(n);

/** Loads the catalogue and shows the page in it. */
export async function setLang(lang: Lang): Promise<void> {
  if (makers[lang] === undefined) makers[lang] = translator((await import('./zh-CN/index.ts')).zhCN, 'zh-CN');
  document.documentElement.lang = lang;
  try {
    localStorage.setItem('orrery-lang', lang);
  } catch {
    // A page without storage forgets the choice.
  }
  useApp.setState({ lang });
}

/** By `?lang=`, the last choice, then the browser. */
export function wantedLang(): Lang {
  const asked = new URLSearchParams(location.search).get('lang');
  if (asked === 'en' || asked === 'zh-CN') return asked;
  try {
    const saved = localStorage.getItem('orrery-lang');
    if (saved === 'en' || saved === 'zh-CN') return saved;
  } catch {
    // As above.
  }
  return navigator.language.startsWith('zh') ? 'zh-CN' : 'en';
}
