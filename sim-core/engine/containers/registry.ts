import type {
  ByteReader,
  ByteWriter,
  Cell,
  ContainerOptions,
  Containers,
  Dict,
  IntMap,
  IntSets,
  KeyIndex,
  PagedF64,
  PagedI32,
  PagedTable,
  Ring,
  RowCodec,
  SortedIndex,
  WordRing,
  WordRows,
} from '../../contracts/state.ts';
import { valueCodec } from '../values.ts';
import type { Container } from './container.ts';
import { ChunkedIntSets } from './int_sets.ts';
import { PagedDict, StringIds } from './keys.ts';
import { newF64, newI32, PagedIntMap } from './numbers.ts';
import { ChunkedSortedIndex } from './sorted.ts';
import { PagedRing, Table, ValueCell } from './table.ts';
import { TripleIds } from './triples.ts';
import { PagedWordRows } from './wordRows.ts';
import { PagedWordRing } from './words.ts';

/** What one component made in its `init`: its whole state. */
export class ContainerSet implements Containers {
  readonly owner: string;
  readonly names: Containers['names'];
  private readonly freeze: boolean;
  private readonly byName = new Map<string, Container>();
  private sealed = false;

  constructor(owner: string, freeze: boolean, names?: Containers['names']) {
    this.owner = owner;
    this.names = names;
    this.freeze = freeze;
  }

  table<R>(name: string, options: ContainerOptions<R> = {}): PagedTable<R> {
    return this.add(
      name,
      new Table<R>(codecOf(options), options.volatile ?? false, this.freezes(options), options.rowBytes),
    );
  }

  f64(name: string, options: { volatile?: boolean } = {}): PagedF64 {
    return this.add(name, newF64(options.volatile ?? false));
  }

  i32(name: string, options: { volatile?: boolean } = {}): PagedI32 {
    return this.add(name, newI32(options.volatile ?? false));
  }

  wordRows(name: string, width: number, options: { volatile?: boolean } = {}): WordRows {
    return this.add(name, new PagedWordRows(width, options.volatile ?? false));
  }

  intMap(name: string, options: { volatile?: boolean } = {}): IntMap {
    return this.add(name, new PagedIntMap(options.volatile ?? false));
  }

  intSets(name: string, options: { volatile?: boolean } = {}): IntSets {
    return this.add(name, new ChunkedIntSets(options.volatile ?? false));
  }

  dict<V>(name: string, options: ContainerOptions<V> = {}): Dict<V> {
    return this.add(
      name,
      new PagedDict<V>(codecOf(options), options.volatile ?? false, this.freezes(options), options.rowBytes),
    );
  }

  keyIndex(name: string): KeyIndex {
    return this.add(name, new StringIds());
  }

  /** For the engine's table of objects. */
  triples(name: string): TripleIds {
    return this.add(name, new TripleIds());
  }

  sorted(name: string, options: { volatile?: boolean } = {}): SortedIndex {
    return this.add(name, new ChunkedSortedIndex(options.volatile ?? false));
  }

  ring<V>(name: string, options: ContainerOptions<V> = {}): Ring<V> {
    return this.add(
      name,
      new PagedRing<V>(codecOf(options), options.volatile ?? false, this.freezes(options), options.rowBytes),
    );
  }

  wordRing(name: string, width: number, options: { volatile?: boolean } = {}): WordRing {
    return this.add(name, new PagedWordRing(width, options.volatile ?? false));
  }

  cell<V>(name: string, initial: V, options: ContainerOptions<V> = {}): Cell<V> {
    return this.add(
      name,
      new ValueCell<V>(initial, codecOf(options), options.volatile ?? false, this.freezes(options)),
    );
  }

  /** Rows with a codec of their own may hold what is no plain value: they are left as they are. */
  private freezes(options: { readonly codec?: unknown }): boolean {
    return this.freeze && options.codec === undefined;
  }

  dropVolatile(): void {
    for (const container of this.byName.values()) if (container.volatile) container.clear();
  }

  /** After `init`: no further container may be made. */
  seal(): void {
    this.sealed = true;
  }

  /** In the order in which they were made. */
  all(): readonly Container[] {
    return [...this.byName.values()];
  }

  save(): readonly unknown[] {
    return Array.from(this.byName.values(), (container) => container.save());
  }

  load(states: readonly unknown[]): void {
    let i = 0;
    for (const container of this.byName.values()) container.load(states[i++]);
  }

  write(w: ByteWriter): void {
    w.u32(this.byName.size);
    for (const [name, container] of this.byName) {
      w.str(name);
      w.str(container.kind);
      container.write(w);
    }
  }

  read(r: ByteReader): void {
    const n = r.u32();
    if (n !== this.byName.size) {
      throw new RangeError(`${this.owner}: the state has ${n} containers, the component makes ${this.byName.size}`);
    }
    for (const [name, container] of this.byName) {
      const storedName = r.str();
      const storedKind = r.str();
      if (storedName !== name || storedKind !== container.kind) {
        throw new RangeError(
          `${this.owner}: found ${storedKind} '${storedName}', expected ${container.kind} '${name}'`,
        );
      }
      container.read(r);
    }
  }

  /** Name and hash of each container, in the order in which they were made. */
  hashes(): { name: string; hash: number }[] {
    return Array.from(this.byName, ([name, container]) => ({ name: `${this.owner}/${name}`, hash: container.hash() }));
  }

  container(name: string): Container | undefined {
    return this.byName.get(name);
  }

  private add<C extends Container>(name: string, container: C): C {
    if (this.sealed) throw new Error(`${this.owner}: container '${name}' made after init`);
    if (this.byName.has(name)) throw new Error(`${this.owner}: two containers named '${name}'`);
    this.byName.set(name, container);
    return container;
  }
}

function codecOf<V>(options: ContainerOptions<V>): RowCodec<V> {
  return options.codec ?? (valueCodec as RowCodec<V>);
}
