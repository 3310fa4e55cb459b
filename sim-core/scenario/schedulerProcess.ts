import type {
  Cell,
  Component,
  ComponentId,
  Containers,
  HandlerId,
  HandlerSpec,
  WorldContext,
} from '../contracts/index.ts';
import type { Scheduler } from '../scheduler/component.ts';
import type { SchedulerConfiguration } from '../scheduler/framework/config.ts';

type Make = (configuration: SchedulerConfiguration | undefined) => Scheduler;

/**
 * A replica of a scheduler whose configuration can be another one after a restart, as kube-scheduler reads its file when
 * it starts. Each configuration has a Scheduler of its own; all work on the same containers, one at a time.
 */
export class SchedulerProcess implements Component {
  readonly name: string;
  private readonly make: Make;
  private readonly versions: Scheduler[];
  private containers: ReusedContainers | undefined;
  private id: ComponentId = 0;
  private ids: readonly HandlerId[] = [];
  /** Place of the configuration in `versions`. */
  private version!: Cell<number>;

  constructor(name: string, configurations: readonly (SchedulerConfiguration | undefined)[], make: Make) {
    this.name = name;
    this.make = make;
    this.versions = configurations.map(make);
  }

  /** The scheduler that runs, or that ran last. */
  get current(): Scheduler {
    return this.versions[this.version.get()];
  }

  init(c: Containers, id: ComponentId): void {
    this.containers = new ReusedContainers(c);
    this.id = id;
    for (const version of this.versions) version.init(this.containers.again(), id);
    this.version = c.cell('configuration', 0);
  }

  handlers(): readonly HandlerSpec[] {
    const all = this.versions.map((version) => version.handlers());
    const live = (v: number) => (all[v] ??= this.versions[v].handlers());
    return all[0].map((spec, i) => ({
      ...spec,
      run: (ctx, a, b, payload) => live(this.version.get())[i].run(ctx, a, b, payload),
    }));
  }

  registered(ids: readonly HandlerId[]): void {
    this.ids = ids;
    for (const version of this.versions) version.registered(ids);
  }

  start(ctx: WorldContext): void {
    this.current.start(ctx);
  }

  crash(ctx: WorldContext): void {
    this.current.crash(ctx);
  }

  /** For checkers. */
  assumedPods(): readonly string[] {
    return this.current.assumedPods();
  }

  /** Gives the number of one more configuration, for `configure`. Nothing changes yet. */
  add(configuration: SchedulerConfiguration): number {
    const version = this.make(configuration);
    version.init((this.containers as ReusedContainers).again(), this.id);
    version.registered(this.ids);
    return this.versions.push(version) - 1;
  }

  /** Takes back the configuration that was added last. */
  removeLast(): void {
    this.versions.pop();
  }

  /** The configuration from the next start on; only while it is down. */
  configure(version: number): void {
    this.version.set(version);
  }
}

/** Makes each container once and gives it to all who ask for it by its name afterwards. */
class ReusedContainers {
  private readonly own: Containers;
  private readonly made = new Map<string, unknown>();

  constructor(own: Containers) {
    this.own = own;
  }

  /** For one more user. */
  again(): Containers {
    const { own } = this;
    const once =
      <A extends readonly unknown[], C>(make: (name: string, ...rest: A) => C) =>
      (name: string, ...rest: A): C => {
        if (!this.made.has(name)) this.made.set(name, make.call(own, name, ...rest));
        return this.made.get(name) as C;
      };
    return {
      names: own.names,
      table: once(own.table) as Containers['table'],
      f64: once(own.f64),
      i32: once(own.i32),
      wordRows: once(own.wordRows),
      intMap: once(own.intMap),
      intSets: once(own.intSets),
      dict: once(own.dict) as Containers['dict'],
      keyIndex: once(own.keyIndex),
      sorted: once(own.sorted),
      ring: once(own.ring) as Containers['ring'],
      wordRing: once(own.wordRing),
      cell: once(own.cell) as Containers['cell'],
      dropVolatile: () => own.dropVolatile(),
    };
  }
}
