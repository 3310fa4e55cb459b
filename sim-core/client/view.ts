import type { ObjectTable, ObjId, Version, View } from '../contracts/index.ts';
import type { InformerStore } from './informer_store.ts';

/** The informer stores of a component as the pure code of controllers reads them. */
export class StoreView implements View {
  readonly objects: ObjectTable;
  private readonly storeOf: (resource: string) => InformerStore | undefined;
  private readonly informer: number | undefined;
  private readonly asHeld: (resource: string) => InformerStore | undefined;

  /**
   * With `informer`, partitioned stores show only what that informer holds. `asHeld`: the store without what it would fetch before
   * it is read, newer versions with the same keys in all indexes.
   */
  constructor(
    objects: ObjectTable,
    storeOf: (resource: string) => InformerStore | undefined,
    informer?: number,
    asHeld = storeOf,
  ) {
    this.objects = objects;
    this.asHeld = asHeld;
    this.storeOf = storeOf;
    this.informer = informer;
  }

  get(resource: string, namespace: string, name: string): Version | undefined {
    const obj = this.objects.find(resource, namespace, name);
    return obj === undefined ? undefined : this.store(resource).get(obj);
  }

  at(resource: string, obj: ObjId): Version | undefined {
    return this.store(resource).get(obj);
  }

  list(resource: string, namespace: string): readonly Version[] {
    const store = this.store(resource);
    if (!store.partitioned || this.informer === undefined) return store.list(namespace);
    const own = store.listOf(this.informer);
    return namespace === '' ? own : own.filter((version) => version.object.metadata.namespace === namespace);
  }

  byIndex(resource: string, index: string, key: string): readonly Version[] {
    return this.store(resource).byIndex(index, key);
  }

  count(resource: string, index?: string, key = ''): number {
    const store = this.asHeld(resource) ?? this.store(resource);
    return index === undefined ? store.size : store.countOf(index, key);
  }

  private store(resource: string): InformerStore {
    const store = this.storeOf(resource);
    // Reading what is not watched would look like an empty cluster: a bug in the caller.
    if (!store) throw new Error(`no informer for ${resource}`);
    return store;
  }
}
