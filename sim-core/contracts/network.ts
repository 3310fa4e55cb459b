import type { TimeUs } from './ids.ts';

/** A named cut between two groups of endpoints, by name: what a fault asks for and the links carry out. */
export interface Partition {
  readonly name: string;
  readonly a: readonly string[];
  /** Default: everybody who is not in `a`. */
  readonly b?: readonly string[];
  /** `both` (default), or only messages from a to b, or from b to a, are lost. */
  readonly direction?: 'both' | 'aToB' | 'bToA';
}

/** A named worsening of the links between two groups of endpoints, by name. */
export interface Degradation {
  readonly name: string;
  readonly a: readonly string[];
  readonly b?: readonly string[];
  readonly extraLatencyUs?: TimeUs;
  readonly jitterUs?: TimeUs;
  /** Loss of packets, in parts per million. */
  readonly lossPpm?: number;
}
