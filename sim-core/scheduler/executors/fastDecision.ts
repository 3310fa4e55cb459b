import type { Decision, PluginScores } from '../cycle/decision.ts';
import type { Question } from '../cycle/question.ts';
import { schedulePod } from '../cycle/schedulePod.ts';
import type { PluginEffects, PostFilterResult, Reservation, ReservedWrite } from '../framework/plugin.ts';
import type { PodInfo } from '../framework/podInfo.ts';
import type { Status } from '../framework/status.ts';
import type { Found } from './found.ts';
import { NodeStatuses } from './nodeStatuses.ts';

export type Cycle = Pick<Question, 'framework' | 'pod' | 'snapshot' | 'options'>;

const NO_RESERVATIONS: readonly Reservation[] = [];
const NO_PLUGINS: readonly string[] = [];

/**
 * A decision of a fast executor. What the scheduler needs is there; the rest is told when it is asked for, as long as the
 * nodes have not changed since: lists from what the search found, the scores plugin by plugin from the plain executor.
 */
export class FastDecision implements Decision {
  readonly executor: 'typed' | 'indexed';
  readonly result: 'Scheduled' | 'Unschedulable';
  readonly node: string | undefined;
  readonly nodesTotal: number;
  readonly evaluated: number;
  readonly message: string;
  readonly rejectedBy: readonly string[];
  readonly pendingPlugins = NO_PLUGINS;
  readonly nextStartIndex: number;
  readonly nominatedNode: string | undefined;
  readonly clearNomination: boolean | undefined;
  readonly victims: readonly PodInfo[] | undefined;
  readonly postFilter: (PostFilterResult & { readonly message: string }) | undefined;
  readonly writes: readonly ReservedWrite[] | undefined;
  readonly effects: readonly PluginEffects[] | undefined;
  readonly reservations: readonly Reservation[] | undefined;
  private readonly cycle: Cycle;
  private readonly found: Found;
  private readonly logEnd: number;
  private failures: ReadonlyMap<string, Status> | undefined;
  private asked: Decision | undefined;

  constructor(
    executor: 'typed' | 'indexed',
    cycle: Cycle,
    found: Found,
    failure?: {
      readonly failed: ReadonlyMap<string, Status>;
      readonly message: string;
      readonly rejectedBy: readonly string[];
      readonly post: PostFilterResult & { readonly message: string };
    },
  ) {
    this.executor = executor;
    this.cycle = cycle;
    this.found = found;
    const n = found.index.size;
    this.result = found.chosen >= 0 ? 'Scheduled' : 'Unschedulable';
    this.node = found.chosen >= 0 ? found.index.infos[found.chosen].name : undefined;
    this.nodesTotal = n;
    this.evaluated = found.evaluated;
    this.nextStartIndex = (cycle.options.startIndex + found.evaluated) % n;
    this.failures = failure?.failed;
    this.logEnd = found.index.logEnd;
    this.message = failure?.message ?? '';
    this.rejectedBy = failure?.rejectedBy ?? NO_PLUGINS;
    this.postFilter = failure?.post;
    this.nominatedNode = failure?.post.nominatedNode;
    this.clearNomination = failure?.post.clearNomination;
    this.victims = failure?.post.victims;
    this.writes = failure?.post.writes;
    this.effects = failure?.post.effects;
    this.reservations = failure === undefined ? NO_RESERVATIONS : undefined;
  }

  get failed(): ReadonlyMap<string, Status> {
    this.failures ??= new NodeStatuses(this.found, this.logEnd);
    return this.failures;
  }

  get feasible(): readonly string[] {
    return this.places().map((i) => this.found.index.infos[i].name);
  }

  get totals(): readonly number[] {
    return this.found.feasible < 2 ? [] : this.places().map((i) => this.found.totalAt(i));
  }

  get best(): readonly string[] {
    if (this.found.feasible < 2) return this.feasible;
    const best = this.places().filter((i) => this.found.totalAt(i) === this.found.top);
    return best.map((i) => this.found.index.infos[i].name);
  }

  get scores(): readonly PluginScores[] {
    return this.plain().scores;
  }

  get preFilter(): Decision['preFilter'] {
    return this.plain().preFilter;
  }

  get preScoreSkipped(): readonly string[] {
    return this.plain().preScoreSkipped;
  }

  private places(): number[] {
    const { start, evaluated, index } = this.found;
    const places: number[] = [];
    for (let i = 0; i < evaluated; i++) {
      const place = index.placeAt(start + i);
      if (this.found.at(place) === 0) places.push(place);
    }
    return places;
  }

  protected plain(): Decision {
    const { framework, pod, snapshot, options } = this.cycle;
    this.asked ??= schedulePod(framework, pod, snapshot, {
      ...options,
      chooseIndex: undefined,
      chooseBest: (best) => Math.max(0, best.indexOf(this.node ?? '')),
    });
    return this.asked;
  }
}
