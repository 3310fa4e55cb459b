import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { nameNumber } from '../../../sim-core/client/events/bodies.ts';
import { correlate, type Memories, messageOf } from '../../../sim-core/client/events/correlator.ts';
import { isAbout, type ObjectMemory } from '../../../sim-core/client/events/memories.ts';
import { finishSeries, observeSeries, type SeriesEntry, seriesKey } from '../../../sim-core/client/events/series.ts';
import { hexOf } from '../../../sim-core/engine/index.ts';

const file = new URL('../../conformance/vectors/base/events.jsonl.gz', import.meta.url);
// biome-ignore lint/suspicious/noExplicitAny: recorded JSON
const cases: any[] = gunzipSync(readFileSync(file))
  .toString()
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));
const EPOCH_NS = BigInt(Date.parse('2026-01-01T00:00:00Z')) * 1_000_000n;
const number = (ns: bigint) => ({
  nameHigh: Number((EPOCH_NS + ns) >> 32n),
  nameLow: Number((EPOCH_NS + ns) & 0xffffffffn),
});
const name = (object: string, ns: bigint) => `${object}.${(EPOCH_NS + ns).toString(16)}`;

describe('numbers of names', () => {
  it.each([0, 1, 999_999, 3_600_000_000, 123_456_789_012_345])('of %i µs are nanoseconds since 1970', (us) => {
    for (const n of [0, 7, 999, 1000]) {
      const { nameHigh, nameLow } = nameNumber({ epochSeconds: 1_767_225_600 }, us, n);
      expect(hexOf(nameHigh, nameLow)).toBe((EPOCH_NS + BigInt(us) * 1000n + BigInt(n % 1000)).toString(16));
    }
    const { nameHigh, nameLow } = nameNumber({ epochSeconds: 0 }, us, 0);
    expect(hexOf(nameHigh, nameLow)).toBe((BigInt(us) * 1000n).toString(16));
  });
});

/** Forgets nothing. */
function memories(): Memories {
  const rows: ObjectMemory[] = [];
  return {
    find: (_hash, about) => rows.find((row) => isAbout(row, about)),
    keep: (memory, about) => {
      const at = rows.findIndex((row) => isAbout(row, about));
      rows[at < 0 ? rows.length : at] = memory;
    },
  };
}

describe('event correlator', () => {
  const recorded = cases.filter((c) => c.kind === 'correlator');
  it.each(recorded.map((c) => [c.case, c]))('%s', (_title, c) => {
    const known = memories();
    const { component } = c.in;
    let ns = 0n;
    // biome-ignore lint/suspicious/noExplicitAny: recorded JSON
    const results = c.in.events.map((e: any) => {
      ns += BigInt(e.advanceNs);
      const us = Number(ns / 1000n);
      const regarding = { kind: 'Pod', apiVersion: 'v1', metadata: { name: e.object, namespace: c.in.namespace } };
      const spec = { regarding, fieldPath: e.fieldPath, type: e.type, reason: e.reason, message: e.message };
      const about = { recorder: 0, component, host: e.host, type: e.type, regarding };
      const made = correlate(known, { ...about, spec, ...number(ns) }, us, us);
      if (!made) return { verb: 'skip' };
      const named = `${e.object}.${hexOf(made.nameHigh, made.nameLow)}`;
      const message = messageOf(made, e.message);
      return { verb: made.count > 1 ? 'patch' : 'create', name: named, count: made.count, message };
    });
    // biome-ignore lint/suspicious/noExplicitAny: recorded JSON
    const expected = c.out.results.map((r: any) =>
      r.verb === 'skip' || r.skip
        ? { verb: 'skip' }
        : { verb: r.verb, name: r.name, count: r.count, message: r.message },
    );
    expect(results).toEqual(expected);
  });
});

describe('events.k8s.io/v1 series', () => {
  const recorded = cases.filter((c) => c.kind === 'events-v1-series');
  it.each(recorded.map((c) => [c.case, c]))('%s', (_title, c) => {
    const rows = new Map<string, SeriesEntry>();
    let ns = 0n;
    // biome-ignore lint/suspicious/noExplicitAny: recorded JSON
    c.in.events.forEach((e: any, i: number) => {
      ns += BigInt(e.advanceNs);
      const reference = (object: string) => ({
        kind: 'Pod',
        apiVersion: 'v1',
        metadata: { name: object, namespace: 'default' },
      });
      const spec = { regarding: reference(e.object), type: e.type, reason: e.reason, message: e.note };
      const related = e.related === '' ? undefined : reference(e.related);
      const key = seriesKey({ spec, action: e.action, related, controller: 'c', instance: 'i' });
      const { entry, does } = observeSeries(
        rows.get(key),
        { key, name: name(e.object, ns), namespace: 'default' },
        Number(ns / 1000n),
      );
      rows.set(key, entry);
      const expected = c.out.results[i];
      expect(does).toBe(expected.verb === 'none' ? 'count' : expected.verb);
      if (does !== 'count') expect(entry.name).toBe(expected.name);
      if (does === 'patch') expect(JSON.parse(expected.patch).series.count).toBe(entry.count);
    });
  });

  it('ends a quiet series with a patch and drops a quiet single event after 6 minutes', () => {
    const single = { namespace: 'd', name: 'n', eventUs: 0, count: 1, lastUs: 0 };
    expect(finishSeries(single, 360_000_000)).toBe('keep');
    expect(finishSeries(single, 360_000_001)).toBe('drop');
    expect(finishSeries({ ...single, count: 3 }, 360_000_001)).toBe('patch');
  });
});
