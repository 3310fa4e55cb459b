import { textOfBytes, textToBytes } from '../model/base64.ts';
import type { ForkTree, JoinedEntry, KeptFork, Origin, RunSource } from '../model/protocol.ts';
import { VIEWS } from '../views/registry.ts';
import type { ViewId } from '../views/types.ts';
import { engineOf } from '../worker/client.ts';
import { GROUP_BY } from './actions.ts';
import { keepOrigin, keptForks, keptOrigin, keyOfRun } from './forkStore.ts';
import { PINS_MAX } from './pins.ts';
import { type GroupBy, useApp } from './store.ts';
import { VERSION } from './version.ts';

/** A link above this length is cut by some programs. */
const LINK_MAX = 8000;

/** Everything that makes a moment of a run, as the hash of the page's address. */
export interface Repro {
  /** Path of a bundled scenario, or its files. */
  readonly source: RunSource | undefined;
  /** What joined the timeline before the run began. */
  readonly entries: readonly JoinedEntry[];
  /** Its forks, and which is on show. */
  readonly tree: ForkTree;
  readonly seed: string;
  readonly timeUs: number | undefined;
  readonly tab: ViewId | undefined;
  readonly selection: string;
  /** Pinned lanes, and what lanes are grouped by. */
  readonly pins: readonly string[];
  readonly groupBy: GroupBy | undefined;
  readonly engine: string;
}

async function packed(bytes: Uint8Array, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const piped = new Blob([bytes as BlobPart])
    .stream()
    .pipeThrough(stream as ReadableWritablePair<Uint8Array, Uint8Array>);
  return new Uint8Array(await new Response(piped).arrayBuffer());
}

const packedJson = async (value: unknown): Promise<string> =>
  textOfBytes(await packed(new TextEncoder().encode(JSON.stringify(value)), new CompressionStream('deflate-raw')));

const unpackedJson = async (text: string): Promise<unknown> =>
  JSON.parse(new TextDecoder().decode(await packed(textToBytes(text), new DecompressionStream('deflate-raw'))));

/** The link of the moment on show; undefined = the scenario is too large for one, or not known. */
export async function linkOf(): Promise<string | undefined> {
  const origin = await engineOf().origin();
  if (useApp.getState().facts === undefined || origin === undefined) return undefined;
  const params = new URLSearchParams();
  params.set('v', '1');
  if (origin.path !== '') params.set('s', origin.path);
  else params.set('z', await packedJson([origin.entry, origin.plain, origin.files]));
  if (origin.entries.length > 0) params.set('br', await packedJson(origin.entries));
  if (origin.tree.forks.length > 0) params.set('fk', await packedJson(origin.tree.forks));
  const link = withMoment(params, origin);
  return link.length > LINK_MAX ? undefined : link;
}

/** An address for this browser alone: the run is named by what the browser keeps. */
export async function addressOf(): Promise<string | undefined> {
  const link = await linkOf();
  const origin = await engineOf().origin();
  const { facts } = useApp.getState();
  if (link !== undefined || origin === undefined || facts === undefined) return link;
  const key = keyOfRun(origin, facts.seed);
  await keepOrigin(key, origin);
  return withMoment(new URLSearchParams({ v: '1', k: key }), origin);
}

function withMoment(params: URLSearchParams, { tree }: Origin): string {
  const { facts, cursorUs, tab, selection, pins, groupBy } = useApp.getState();
  if (tree.shown !== '0') params.set('b', tree.shown);
  params.set('seed', facts?.seed ?? '');
  params.set('t', String(cursorUs / 1e6));
  params.set('view', tab);
  if (selection !== '') params.set('sel', selection);
  for (const pin of pins) params.append('pin', pin);
  if (groupBy !== 'owner') params.set('group', groupBy);
  params.set('engine', VERSION);
  return `${location.origin}${location.pathname}#${params}`;
}

interface Named {
  readonly source: RunSource | undefined;
  readonly entries: readonly JoinedEntry[];
  readonly forks: readonly KeptFork[];
}

const encoder = new TextEncoder();
const sourceOf = (path: string, files: Origin['files']): RunSource =>
  path !== ''
    ? { from: 'bundled', path }
    : { from: 'files', files: files.map(([name, text]) => [name, encoder.encode(text)] as const) };

/** The run that a hash names. */
async function named(params: URLSearchParams): Promise<Named> {
  const key = params.get('k');
  if (key !== null) {
    const origin = await keptOrigin(key);
    if (origin === undefined) throw new Error('this browser does not keep the run any more');
    return { source: sourceOf(origin.path, origin.files), entries: origin.entries, forks: await keptForks(key) };
  }
  const [path, zipped, joined, forks] = ['s', 'z', 'br', 'fk'].map((name) => params.get(name));
  const files = zipped === null ? [] : ((await unpackedJson(zipped)) as [string, string[], Origin['files']])[2];
  return {
    source: path !== null ? sourceOf(path, []) : zipped !== null ? sourceOf('', files) : undefined,
    entries: joined === null ? [] : ((await unpackedJson(joined)) as JoinedEntry[]),
    forks: forks === null ? [] : ((await unpackedJson(forks)) as KeptFork[]),
  };
}

/** Reads a hash; undefined = it is none of ours. Throws when it is damaged. */
export async function readLink(hash: string): Promise<Repro | undefined> {
  const params = new URLSearchParams(hash.replace(/^#/, ''));
  if (params.get('v') !== '1') return undefined;
  const { source, entries, forks } = await named(params);
  const seconds = Number.parseFloat(params.get('t') ?? '');
  const view = params.get('view');
  return {
    source,
    entries,
    tree: { forks, shown: params.get('b') ?? '0' },
    seed: params.get('seed') ?? '',
    timeUs: Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds * 1e6) : undefined,
    tab: VIEWS.find((v) => v.id === view)?.id,
    selection: (params.get('sel') ?? '').slice(0, 600),
    pins: params
      .getAll('pin')
      .slice(0, PINS_MAX)
      .map((pin) => pin.slice(0, 600)),
    groupBy: GROUP_BY.find((by) => by === params.get('group')),
    engine: params.get('engine') ?? '',
  };
}

const quoted = (text: string) => (/^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** The same moment at the command line; a fork is run by a scenario file of its own, which the page gives. */
export async function commandOf(): Promise<string> {
  const { facts, cursorUs } = useApp.getState();
  const origin = await engineOf().origin();
  const fork = origin !== undefined && origin.tree.shown !== '0' ? await engineOf().branchFile() : undefined;
  const file =
    fork !== undefined
      ? fork.name
      : origin === undefined
        ? 'run.orrery'
        : origin.path !== ''
          ? `scenarios/${origin.path}`
          : origin.entry || origin.plain.join(' ');
  const until = Math.max(1, Math.ceil(cursorUs / 1000));
  return `orrery run ${file.split(' ').map(quoted).join(' ')} --seed ${quoted(facts?.seed ?? '')} --until ${until}ms`;
}
