import { textOfBytes, textToBytes } from '../model/base64.ts';
import type { JoinedEntry, RunSource } from '../model/protocol.ts';
import { VIEWS } from '../views/registry.ts';
import type { ViewId } from '../views/types.ts';
import { engineOf } from '../worker/client.ts';
import { GROUP_BY } from './actions.ts';
import { PINS_MAX } from './pins.ts';
import { type GroupBy, useApp } from './store.ts';
import { VERSION } from './version.ts';

/** A link above this length is cut by some programs. */
const LINK_MAX = 8000;

/** Everything that makes a moment of a run, as the hash of the page's address. */
export interface Repro {
  /** Path of a bundled scenario, or its files. */
  readonly source: RunSource | undefined;
  /** What joined the timeline in a fork. */
  readonly entries: readonly JoinedEntry[];
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

/** The link of the moment on show; undefined = the scenario is too large for one, or not known. */
export async function linkOf(): Promise<string | undefined> {
  const { facts, cursorUs, tab, selection, pins, groupBy } = useApp.getState();
  const origin = await engineOf().origin();
  if (facts === undefined || origin === undefined) return undefined;
  const params = new URLSearchParams();
  params.set('v', '1');
  if (origin.path !== '') params.set('s', origin.path);
  else {
    const json = new TextEncoder().encode(JSON.stringify([origin.entry, origin.plain, origin.files]));
    params.set('z', textOfBytes(await packed(json, new CompressionStream('deflate-raw'))));
  }
  if (origin.entries.length > 0)
    params.set(
      'br',
      textOfBytes(
        await packed(new TextEncoder().encode(JSON.stringify(origin.entries)), new CompressionStream('deflate-raw')),
      ),
    );
  params.set('seed', facts.seed);
  params.set('t', String(cursorUs / 1e6));
  params.set('view', tab);
  if (selection !== '') params.set('sel', selection);
  for (const pin of pins) params.append('pin', pin);
  if (groupBy !== 'owner') params.set('group', groupBy);
  params.set('engine', VERSION);
  const link = `${location.origin}${location.pathname}#${params}`;
  return link.length > LINK_MAX ? undefined : link;
}

/** Reads a hash; undefined = it is none of ours. Throws when it is damaged. */
export async function readLink(hash: string): Promise<Repro | undefined> {
  const params = new URLSearchParams(hash.replace(/^#/, ''));
  if (params.get('v') !== '1') return undefined;
  const path = params.get('s');
  const zipped = params.get('z');
  let source: RunSource | undefined;
  if (path !== null) source = { from: 'bundled', path };
  else if (zipped !== null) {
    const json = await packed(textToBytes(zipped), new DecompressionStream('deflate-raw'));
    const [, , files] = JSON.parse(new TextDecoder().decode(json)) as [string, string[], [string, string][]];
    const encoder = new TextEncoder();
    source = { from: 'files', files: files.map(([name, text]) => [name, encoder.encode(text)] as const) };
  }
  const joined = params.get('br');
  const entries =
    joined === null
      ? []
      : (JSON.parse(
          new TextDecoder().decode(await packed(textToBytes(joined), new DecompressionStream('deflate-raw'))),
        ) as JoinedEntry[]);
  const seconds = Number.parseFloat(params.get('t') ?? '');
  const view = params.get('view');
  return {
    source,
    entries,
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

/** The same moment at the command line. */
export async function commandOf(): Promise<string> {
  const { facts, cursorUs } = useApp.getState();
  const origin = await engineOf().origin();
  const file =
    origin === undefined
      ? 'run.orrery'
      : origin.path !== ''
        ? `scenarios/${origin.path}`
        : origin.entry || origin.plain.join(' ');
  const until = Math.max(1, Math.ceil(cursorUs / 1000));
  return `orrery run ${file.split(' ').map(quoted).join(' ')} --seed ${quoted(facts?.seed ?? '')} --until ${until}ms`;
}
