import type { Cell, Component, Containers, Dict, HandlerSpec, KubeObject } from '../contracts/index.ts';

/** Where a connection to a Service goes. */
export interface Backend {
  readonly pod: string;
  readonly address: string;
  readonly node: string;
  readonly port: number;
}

interface Slice {
  readonly service: string;
  readonly backends: readonly Backend[];
}

interface EndpointLike {
  readonly addresses?: readonly string[];
  readonly conditions?: { readonly ready?: boolean };
  readonly nodeName?: string;
  readonly targetRef?: { readonly kind?: string; readonly name?: string };
}

/**
 * Services as connections see them: the ready endpoints of their EndpointSlices, taken in turn. Whoever watches
 * EndpointSlices (a proxy, a traffic model) feeds it; it holds what it was last told, as kube-proxy's rules do.
 */
export class ServiceTable implements Component {
  readonly name: string;
  /** `namespace/slice` -> its ready endpoints. */
  private slices!: Dict<Slice>;
  /** `namespace/service` -> names of its slices, ascending. */
  private services!: Dict<readonly string[]>;
  /** `namespace/service` -> connections so far. */
  private turns!: Dict<number>;
  private changes!: Cell<number>;

  constructor(name = 'services') {
    this.name = name;
  }

  init(c: Containers): void {
    this.slices = c.dict<Slice>('slices', { volatile: true });
    this.services = c.dict<readonly string[]>('services', { volatile: true });
    this.turns = c.dict<number>('turns', { volatile: true });
    this.changes = c.cell('changes', 0);
  }

  handlers(): readonly HandlerSpec[] {
    return [];
  }
  registered(): void {}
  start(): void {}
  crash(): void {}

  /** Counts updates: tells a caller whether anything changed since it last looked. */
  get version(): number {
    return this.changes.get();
  }

  /** An EndpointSlice was added or changed. */
  update(slice: KubeObject): void {
    const { namespace = '', name = '', labels } = slice.metadata;
    const service = labels?.['kubernetes.io/service-name'];
    const key = `${namespace}/${name}`;
    this.drop(key);
    if (service === undefined) return;
    const port: number = slice.ports?.[0]?.port ?? 0;
    const endpoints = (slice.endpoints ?? []) as readonly EndpointLike[];
    const backends = endpoints
      .filter(({ conditions, addresses }) => conditions?.ready !== false && (addresses?.length ?? 0) > 0)
      .map(({ addresses, nodeName, targetRef }) => ({
        pod: targetRef?.kind === 'Pod' ? (targetRef.name ?? '') : '',
        address: addresses?.[0] ?? '',
        node: nodeName ?? '',
        port,
      }));
    const owner = `${namespace}/${service}`;
    this.slices.set(key, { service: owner, backends });
    this.services.set(owner, [...(this.services.get(owner) ?? []), key].sort());
    this.changes.set(this.changes.get() + 1);
  }

  /** An EndpointSlice is gone. */
  remove(namespace: string, name: string): void {
    this.drop(`${namespace}/${name}`);
    this.changes.set(this.changes.get() + 1);
  }

  /** All ready endpoints, in the order of slices and endpoints. */
  backends(namespace: string, service: string): readonly Backend[] {
    const slices = this.services.get(`${namespace}/${service}`) ?? [];
    return slices.flatMap((key) => this.slices.get(key)?.backends ?? []);
  }

  /** The backend of the next connection: round robin; undefined when none is ready (the connection is refused). */
  connect(namespace: string, service: string): Backend | undefined {
    const all = this.backends(namespace, service);
    if (all.length === 0) return undefined;
    const key = `${namespace}/${service}`;
    const turn = this.turns.get(key) ?? 0;
    this.turns.set(key, turn + 1);
    return all[turn % all.length];
  }

  private drop(key: string): void {
    const old = this.slices.get(key);
    if (!old) return;
    this.slices.delete(key);
    const rest = (this.services.get(old.service) ?? []).filter((other) => other !== key);
    if (rest.length > 0) this.services.set(old.service, rest);
    else this.services.delete(old.service);
  }
}
