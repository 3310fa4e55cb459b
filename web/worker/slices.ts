/** How long pieces of work of a kind took, by the wall. */
export interface SliceFact {
  readonly what: SliceKind;
  readonly count: number;
  readonly over8: number;
  readonly over16: number;
  readonly over50: number;
  readonly maxMs: number;
}

/** engine: events and keyframes. records: taking up what they left. update: what the page is told. question: one that a view asked. */
export type SliceKind = 'engine' | 'records' | 'update' | 'question';

const facts = new Map<SliceKind, { count: number; over8: number; over16: number; over50: number; maxMs: number }>();

/** Nobody is answered while a slice goes on: each should be over in 8 ms. */
export function sliceTook(what: SliceKind, ms: number): void {
  let fact = facts.get(what);
  if (fact === undefined) facts.set(what, (fact = { count: 0, over8: 0, over16: 0, over50: 0, maxMs: 0 }));
  fact.count++;
  if (ms > 8) fact.over8++;
  if (ms > 16) fact.over16++;
  if (ms > 50) fact.over50++;
  fact.maxMs = Math.max(fact.maxMs, ms);
}

/** Since it was asked last. */
export function takeSlices(): readonly SliceFact[] {
  const taken = [...facts].map(([what, fact]) => ({ what, ...fact }));
  facts.clear();
  return taken;
}
