import { utf8Bytes } from './gotext.ts';

/** Go's hash/fnv. */

const OFFSET_32 = 0x811c9dc5;
const PRIME_32 = 0x01000193;

/** FNV-1 32 over bytes, going on from `hash`. */
export function fnv32Bytes(bytes: ArrayLike<number>, hash = OFFSET_32): number {
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash, PRIME_32) ^ bytes[i];
  return hash >>> 0;
}

/** FNV-1a 32 over bytes, going on from `hash`. */
export function fnv32aBytes(bytes: ArrayLike<number>, hash = OFFSET_32): number {
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i], PRIME_32);
  return hash >>> 0;
}

export function fnv32(text: string): number {
  return fnv32Bytes(utf8Bytes(text));
}

export function fnv32a(text: string): number {
  return fnv32aBytes(utf8Bytes(text));
}

export function fnv64a(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of utf8Bytes(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}
