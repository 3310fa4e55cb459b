import { type Bundle, folderOf, isScenarioText } from '../../sim-core/index.ts';
import type { ScenarioEntry } from '../model/protocol.ts';

const texts = import.meta.glob<string>('../../scenarios/**/*.{yaml,yml,json}', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const PREFIX = '../../scenarios/';
const encoder = new TextEncoder();

/** The scenarios that come with the page, by path. */
export function bundledScenarios(): readonly ScenarioEntry[] {
  return Object.keys(texts)
    .sort()
    .filter((key) => isScenarioText(texts[key]))
    .map((key) => ({
      path: key.slice(PREFIX.length),
      name: key.slice(key.lastIndexOf('/') + 1).replace(/\.ya?ml$/, ''),
      description: /^ {2}description:\s*(.+)$/m.exec(texts[key])?.[1] ?? '',
    }));
}

/** As the command line bundles it: every file of the scenario's folder, paths relative to it. */
export function bundleOf(path: string): Bundle {
  const folder = folderOf(path);
  const prefix = PREFIX + (folder === '' ? '' : `${folder}/`);
  const files = new Map<string, Uint8Array>();
  for (const key of Object.keys(texts).sort()) {
    if (key.startsWith(prefix)) files.set(key.slice(prefix.length), encoder.encode(texts[key]));
  }
  return { entry: path.slice(folder === '' ? 0 : folder.length + 1), files };
}
