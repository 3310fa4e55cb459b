import type { KeptFork, Origin } from '../model/protocol.ts';
import { VERSION } from './version.ts';

/** What this browser keeps of runs: their forks, and the files of one that is too large for an address. */
interface Kept {
  readonly key: string;
  readonly forks: readonly KeptFork[];
  readonly origin: Origin | undefined;
  readonly usedAt: number;
}

const DATABASE = 'orrery';
const STORE = 'runs';
/** The runs that were used longest ago are forgotten. */
const RUNS_MAX = 40;

function database(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'key' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('no database'));
  });
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('no answer'));
  });
}

async function within<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => Promise<T>,
): Promise<T | undefined> {
  try {
    const db = await database();
    try {
      return await work(db.transaction(STORE, mode).objectStore(STORE));
    } finally {
      db.close();
    }
  } catch {
    // A page without storage forgets.
    return undefined;
  }
}

/** Names a run: equal scenario, seed, entries and engine are the same run. Two sums of 32 bits (FNV-1a). */
export function keyOfRun({ path, entry, plain, files, entries }: Origin, seed: string): string {
  const text = JSON.stringify([path, path === '' ? [entry, plain, files] : '', entries, seed, VERSION]);
  let [a, b] = [0x811c9dc5, 0x01000193];
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
    b = Math.imul(b ^ (text.charCodeAt(i) + i), 0x85ebca6b);
  }
  return [a, b].map((n) => (n >>> 0).toString(16).padStart(8, '0')).join('');
}

const read = (key: string): Promise<Kept | undefined> =>
  within('readonly', (store) => done(store.get(key) as IDBRequest<Kept | undefined>));

async function write(kept: Kept): Promise<void> {
  await within('readwrite', async (store) => {
    await done(store.put(kept));
    const all = await done(store.getAll() as IDBRequest<Kept[]>);
    const old = all.sort((x, y) => y.usedAt - x.usedAt).slice(RUNS_MAX);
    for (const { key } of old) await done(store.delete(key));
  });
}

export async function keptForks(key: string): Promise<readonly KeptFork[]> {
  return (await read(key))?.forks ?? [];
}

export async function keepForks(key: string, forks: readonly KeptFork[]): Promise<void> {
  const before = await read(key);
  if (forks.length === 0 && before === undefined) return;
  await write({ key, forks, origin: before?.origin, usedAt: Date.now() });
}

/** Keeps where a run comes from; an address can name it by its key. */
export async function keepOrigin(key: string, origin: Origin): Promise<void> {
  await write({ key, forks: origin.tree.forks, origin, usedAt: Date.now() });
}

export async function keptOrigin(key: string): Promise<Origin | undefined> {
  return (await read(key))?.origin;
}
