import { describe, expect, it } from 'vitest';
import type { Packed, Snapshot } from '../../../sim-core/engine/index.ts';
import { type Capture, Keyframes, type Packer, type Way } from '../../../sim-core/scenario/travel/keyframes.ts';

const MIB = 1048576;

/** From one event to another. */
interface Span extends Packed {
  readonly from: number;
  readonly to: number;
}

/** Those of a run that takes one whenever one is due, at most 100 MiB of them; by how many events apart they are. */
function ran(bytesOf: (events: number) => number, events: number, endUs = 0): Keyframes {
  const span = (from: number, to: number): Span => {
    return { from, to, rowBytes: bytesOf(to - from), bytes: new Uint8Array(0), refs: [] };
  };
  const limits = { maxBytes: 100 * MIB, maxCount: 2000, replayMs: 100 };
  const kept = new Keyframes(
    limits,
    {
      pack: (snapshot, later) => span(snapshot.eventsRun, later.eventsRun),
      merge: (first, second) => span((first as Span).from, (second as Span).to),
    },
    endUs,
  );
  let sinceMs = 0;
  for (let n = 0; n <= events; n++) {
    sinceMs += 100;
    if (n > 0 && !kept.isDue(n * 1000, sinceMs)) continue;
    kept.add(keyframe(n, sinceMs));
    sinceMs = 0;
  }
  expect(kept.bytes).toBeLessThanOrEqual(limits.maxBytes);
  return kept;
}

/** Snapshots that keep this many bytes of their own for each event since the other. */
function packer(bytesAt: (eventNumber: number) => number): Packer {
  const span = (from: number, to: number): Span => {
    let rowBytes = 0;
    // What was written more than once counts once: after ten events all of it was.
    for (let n = Math.max(from + 1, to - 9); n <= to; n++) rowBytes += bytesAt(n);
    return { from, to, rowBytes, bytes: new Uint8Array(0), refs: [] };
  };
  return {
    pack: (snapshot, later) => span(snapshot.eventsRun, later.eventsRun),
    merge: (first, second) => {
      const [a, b] = [first as Span, second as Span];
      expect(a.to).toBe(b.from);
      return span(a.from, b.to);
    },
  };
}

function keyframes(maxBytes: number, bytesAt: (eventNumber: number) => number) {
  return new Keyframes({ maxBytes, maxCount: 2000, replayMs: 100 }, packer(bytesAt));
}

function keyframe(eventNumber: number, replayMs = 100): Capture {
  const snapshot = { eventsRun: eventNumber } as Snapshot;
  return { eventNumber, timeUs: eventNumber * 1000, isAtEvent: true, planned: 0, snapshot, replayMs };
}

/** The snapshot at the end of a way, whose parts must follow each other. */
function thaw({ snapshot, packed }: Way): Snapshot {
  let at = snapshot.eventsRun;
  for (const one of packed) {
    expect((one as Span).to).toBe(at);
    at = (one as Span).from;
  }
  return { eventsRun: at } as Snapshot;
}

/** Distances of those that are kept, between two events. */
function gaps(kept: Keyframes, from: number, to: number): number[] {
  const places = new Set<number>();
  for (let n = from; n <= to; n++) places.add(kept.beforeEvent(n)?.eventNumber ?? -1);
  const sorted = [...places].sort((a, b) => a - b);
  return sorted.slice(1).map((n, i) => n - sorted[i]);
}

describe('keyframes of a long run', () => {
  it('stay within their memory, stand evenly, and are as many as fit', () => {
    const kept = keyframes(100 * MIB, () => MIB);
    for (let n = 0; n <= 1000; n++) kept.add(keyframe(n));
    expect(kept.bytes).toBeLessThanOrEqual(100 * MIB);
    expect(kept.bytes).toBeGreaterThan(80 * MIB);
    // Ten at a distance of more than ten hold all that they can.
    expect(kept.count).toBeGreaterThanOrEqual(8);
    // The newest stand closer while there is room.
    const distances = gaps(kept, 0, 980);
    expect(Math.max(...distances)).toBeLessThanOrEqual(4 * Math.min(...distances));
    // The next comes when it is about as far as the others are from each other, not as soon as when there was room.
    expect(kept.isDue(1001 * 1000, 100)).toBe(false);
    expect(kept.isDue(1100 * 1000, 10_000)).toBe(true);
  });

  it('are fewer where they are large', () => {
    const kept = keyframes(200 * MIB, (n) => (n < 500 ? MIB : MIB / 8));
    for (let n = 0; n <= 1000; n++) kept.add(keyframe(n));
    const mean = (list: number[]) => list.reduce((sum, n) => sum + n, 0) / list.length;
    expect(mean(gaps(kept, 0, 490))).toBeGreaterThan(1.5 * mean(gaps(kept, 510, 1000)));
  });

  it('are fewer where little time passes, whatever it costs', () => {
    // A start that costs as much as all that follows, in a tenth of the time.
    const timeUs = (n: number) => (n < 500 ? n * 200 : n * 2000 - 900_000);
    const kept = keyframes(100 * MIB, () => MIB);
    for (let n = 0; n <= 1000; n++) kept.add({ ...keyframe(n), timeUs: timeUs(n) });
    const mean = (list: number[]) => list.reduce((sum, n) => sum + n, 0) / list.length;
    expect(mean(gaps(kept, 0, 490))).toBeGreaterThan(1.5 * mean(gaps(kept, 510, 1000)));
  });

  it('are reached by a short way, whichever were given up', () => {
    const kept = keyframes(20 * MIB, (n) => (n % 100 < 50 ? MIB / 4 : MIB / 64));
    for (let n = 0; n <= 1000; n++) kept.add(keyframe(n));
    expect(kept.count).toBeGreaterThan(80);
    for (let n = 0; n <= 1000; n++) {
      const found = kept.beforeEvent(n) as Capture;
      const way = kept.wayTo(found) as Way;
      expect(thaw(way).eventsRun).toBe(found.eventNumber);
      expect(way.packed.length).toBeLessThan(64);
    }
  });

  it('are a short way from the last where long links go with those that are given up', () => {
    // Whatever lies between two, a link keeps that of five events at most.
    const kept = ran((n) => Math.min(n, 5) * 0.05 * MIB, 6000, 6_000_000);
    expect(kept.count).toBeGreaterThan(300);
    for (let n = 0; n <= 6000; n += 7) {
      const found = kept.beforeEvent(n) as Capture;
      const way = kept.wayTo(found) as Way;
      expect(thaw(way).eventsRun).toBe(found.eventNumber);
      expect(way.packed.length).toBeLessThan(64);
    }
  });

  it('stay close together where giving one up frees hardly anything', () => {
    // Every link keeps what happened: histories that nobody else has.
    const distances = gaps(
      ran((n) => n * 0.05 * MIB, 2100),
      0,
      2100,
    ).sort((a, b) => a - b);
    expect(distances[Math.floor(distances.length * 0.9)]).toBeLessThanOrEqual(24);
  });

  it('go with a future that is given up, and count what is left', () => {
    const kept = keyframes(1000 * MIB, () => MIB);
    for (let n = 0; n <= 100; n++) kept.add(keyframe(n));
    kept.dropAfter(50, 0, thaw);
    expect(kept.count).toBe(51);
    // The first and the last keep nothing beside the world at hand; what differs between any two is counted once.
    expect(kept.bytes).toBeGreaterThan(49 * MIB);
    expect(kept.bytes).toBeLessThan(49.1 * MIB);
    expect(kept.last?.eventNumber).toBe(50);
    expect(thaw(kept.wayTo(kept.last as Capture) as Way).eventsRun).toBe(50);
    const fork = keyframes(1000 * MIB, () => MIB);
    fork.takeFrom(kept, (k) => k.eventNumber <= 30, thaw);
    fork.add(keyframe(33));
    for (const n of [0, 7, 8, 29, 30, 33])
      expect(thaw(fork.wayTo(fork.beforeEvent(n) as Capture) as Way).eventsRun).toBe(n);
    kept.keepFirst();
    expect(kept.count).toBe(1);
  });
});
