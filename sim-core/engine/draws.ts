import alea from 'seedrandom/lib/alea.js';
import type { StreamKey, WorldContext } from '../contracts/engine.ts';
import { finalise, hashStringTwice } from './mix.ts';

/** The seed of a run as two words; every stream's key descends from it. */
export interface RootKey {
  readonly lo: number;
  readonly hi: number;
}

/** The only use of a stateful generator: it turns the text of the seed into the root key, once. */
export function rootKey(seed: string): RootKey {
  const next = alea(seed);
  return { lo: next.int32() >>> 0, hi: next.int32() >>> 0 };
}

/** The key of a named stream: 53 bits, so that a million streams collide with probability < 1e-4. */
export function streamKey(root: RootKey, name: string): StreamKey {
  const words = { first: 0, second: 0 };
  hashStringTwice(name, root.lo, root.hi ^ 0x6a09e667, words);
  const lo = finalise(words.first ^ root.hi);
  const hi = finalise(words.second + root.lo) & 0x1fffff;
  return hi * 4294967296 + lo;
}

/** A stream whose key is kept: a memo, not state. */
export class NamedStream {
  private readonly name: string;
  private root: StreamKey = -2;
  private kept: StreamKey = 0;

  constructor(name: string) {
    this.name = name;
  }

  key(ctx: WorldContext): StreamKey {
    if (this.root !== ctx.drawRoot) {
      this.root = ctx.drawRoot;
      this.kept = ctx.stream(this.name);
    }
    return this.kept;
  }
}

/**
 * Draw number `n` for `purpose` on a stream: a u32. Stateless, so the order in which draws are made, and whether others
 * are made at all, changes nothing. `purpose` and `n` are integers in [0, 2^53).
 */
export function draw(stream: StreamKey, purpose: number, n: number): number {
  const hi = (stream / 4294967296) | 0;
  let h = finalise((stream >>> 0) ^ Math.imul(n, 0x9e3779b1));
  h = finalise(h + Math.imul(hi ^ Math.imul(purpose, 0x85ebca77), 0xc2b2ae3d));
  if (n > 4294967295) h = finalise(h ^ Math.floor(n / 4294967296));
  return finalise(h ^ Math.imul(purpose + hi, 0x27d4eb2f) ^ n);
}
