import type { TimeUs } from '../contracts/index.ts';
import type { RawParams } from './params.ts';
import type { FaultHands, FaultTargets } from './targets.ts';

/**
 * One kind of fault. `parse` checks the parameters (throws FaultParamError); `begin` breaks something and returns what `end`
 * needs in order to repair exactly that. Parameters and state are immutable data.
 */
export interface FaultKind<P, S> {
  readonly kind: string;
  readonly summary: string;
  /** Name -> what it means, for the reference and `orrery schema`. */
  readonly params: Readonly<Record<string, string>>;
  /** A fault of the timeline must name at least one of these; a random process without them means every target. */
  readonly targetParams?: readonly string[];
  /** How long it lasts when neither the scenario nor a process says so; undefined = for ever. */
  readonly defaultForUs?: TimeUs;
  parse(params: RawParams): P;
  /** One line for people, e.g. `zone b`. */
  describe(params: P): string;
  begin(hands: FaultHands, params: P): S;
  end(hands: FaultHands, params: P, state: S): void;
  /**
   * The single targets of a random process whose parameters name a group or nobody: each gets a process of its own, with
   * these parameters.
   */
  each?(targets: FaultTargets, params: P): readonly { readonly target: string; readonly params: P }[];
  /** The object that the fault is about in the trace: a node's name. */
  node?(params: P): string | undefined;
}
