import type { ObjId } from '../contracts/index.ts';
import type {
  BindingResult,
  Carried,
  PermitOutcome,
  PluginEffects,
  Reservation,
  ReservedWrite,
} from './framework/plugin.ts';

/** What a cycle leaves for its end. */
export interface Outcome {
  readonly obj: ObjId;
  readonly uid: string;
  readonly attempt: number;
  readonly node: string;
  readonly message: string;
  readonly error: boolean;
  readonly rejectedBy: readonly string[];
  readonly pendingPlugins: readonly string[];
  readonly nominatedNode: string;
  readonly clearNomination: boolean;
  readonly victims: readonly VictimRef[];
  readonly reservations: readonly Reservation[];
  readonly waits: PermitOutcome['waits'];
  readonly effects: readonly PluginEffects[];
  readonly carried: Carried | undefined;
  /** Writes that PostFilter plugins ask for. */
  readonly writes: readonly ReservedWrite[];
  readonly cause: number;
}

export interface VictimRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** A binding or a preemption on its way; the token of its requests is its key. */
export interface InFlightRequest {
  readonly kind: 'bind' | 'preBind' | 'permit' | 'status' | 'victimStatus' | 'victimDelete';
  readonly obj: ObjId;
  readonly uid: string;
  readonly node: string;
  readonly victims: readonly VictimRef[];
  /** The scheduling thread waits for the last of them (SchedulerAsyncPreemption is off). */
  readonly isInCycle?: boolean;
  /** Bindings only: what is left to do before, and until when. */
  readonly reservations?: readonly Reservation[];
  readonly waitUntilUs?: number;
  /** The writes are made; others have been given a second at least. */
  readonly isWaiting?: boolean;
  /** Bindings that an extender makes: what it said. */
  readonly extender?: { readonly error?: string };
  /** What users' plugins handed on from the scheduling cycle. */
  readonly carried?: Carried;
  readonly attempt?: number;
  /** PreBind plugins of users that are left to run; '' = the reservations. */
  readonly steps?: readonly string[];
  /** Permit: whose patience ends. */
  readonly plugin?: string;
  /** The answer of a plugin whose call takes time. */
  readonly answer?: BindingResult;
  /** The plugin in whose name the binding is made, and whether its call is over. */
  readonly binder?: string;
}

export const NO_VICTIMS: readonly VictimRef[] = Object.freeze([]);

/** A write of which nobody waits for the answer. */
export function unawaited(obj: ObjId, uid: string): InFlightRequest {
  return { kind: 'status', obj, uid, node: '', victims: NO_VICTIMS };
}
