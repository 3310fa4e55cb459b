import { parseAllDocuments, stringify } from 'yaml';
import { shortDuration } from '../../api/machinery/duration.ts';
import { utf8Decode, utf8Encode } from '../../engine/index.ts';
import { parseKubectl } from '../kubectl/command.ts';
import type { Bundle, TimelineAction, TimelineEntry } from '../spec.ts';

/** What the scenario was loaded with besides its files. */
export interface BranchSettings {
  readonly seed?: string;
  readonly set?: Readonly<Record<string, string>>;
}

/**
 * The files of a scenario with further entries at the end of its timeline: run from the start, they are the branch, to the
 * digest. Comments stay. Objects of `apply -f x.yaml` become the file x.yaml, unless the bundle has it.
 */
export function branchBundle(bundle: Bundle, entries: readonly TimelineEntry[], settings: BranchSettings = {}): Bundle {
  const bytes = bundle.files.get(bundle.entry);
  if (bytes === undefined) throw new RangeError(`${bundle.entry} is not in the bundle`);
  const documents = parseAllDocuments(utf8Decode(bytes));
  const scenario = [...documents].find((document) => document.get('kind') === 'Scenario');
  if (scenario === undefined) throw new RangeError(`${bundle.entry} holds no Scenario`);
  const files = new Map(bundle.files);
  for (const { atUs, action } of entries) {
    const entry = { at: shortDuration(atUs), ...fieldsOf(action) };
    if (scenario.hasIn(['spec', 'timeline'])) scenario.addIn(['spec', 'timeline'], scenario.createNode(entry));
    else scenario.setIn(['spec', 'timeline'], scenario.createNode([entry]));
    if (action.do === 'kubectl') writeObjects(files, bundle.entry, action);
  }
  if (settings.seed !== undefined) scenario.setIn(['spec', 'seed'], settings.seed);
  for (const [name, value] of Object.entries(settings.set ?? {})) scenario.setIn(['spec', 'parameters', name], value);
  const texts = [...documents].map((document) => document.toString({ lineWidth: 0 }));
  files.set(
    bundle.entry,
    utf8Encode(texts.map((text, i) => (i > 0 && !text.startsWith('---') ? `---\n${text}` : text)).join('')),
  );
  return { entry: bundle.entry, files };
}

function fieldsOf(action: TimelineAction): Readonly<Record<string, unknown>> {
  switch (action.do) {
    case 'fault': {
      const lasts = action.forUs === undefined ? {} : { for: shortDuration(action.forUs) };
      return { fault: { kind: action.kind, ...action.params, ...lasts } };
    }
    case 'kubectl':
      return { kubectl: action.command };
    case 'note':
      return { note: action.text };
    case 'reseed':
      return { reseed: action.seed };
    case 'scheduler':
      return { scheduler: { name: action.scheduler, config: action.configuration } };
    case 'scale': {
      const { nodePool, count, remove, boot } = action;
      const times =
        boot === undefined ? {} : { boot: { p50: shortDuration(boot.p50Us), p99: shortDuration(boot.p99Us) } };
      return { scale: { nodePool, count, ...(remove.length === 0 ? {} : { remove }), ...times } };
    }
  }
}

function writeObjects(
  files: Map<string, Uint8Array>,
  entry: string,
  action: TimelineAction & { readonly do: 'kubectl' },
): void {
  const [name] = parseKubectl(action.command).files;
  if (name === undefined || action.files.length === 0) return;
  const folder = entry.slice(0, entry.lastIndexOf('/') + 1);
  if (files.has(folder + name)) return;
  files.set(folder + name, utf8Encode(action.files.map((object) => stringify(object)).join('---\n')));
}
