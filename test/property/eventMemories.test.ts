// What recorders remember of an object in one row gives what three caches of texts give.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as plain from '../../sim-core/api/machinery/eventCorrelator.ts';
import { correlate, messageOf } from '../../sim-core/client/events/correlator.ts';
import { ObjectMemories } from '../../sim-core/client/events/memories.ts';
import type { Component, Containers } from '../../sim-core/contracts/index.ts';
import { createWorld, hexOf } from '../../sim-core/engine/index.ts';

class Keeper implements Component {
  readonly name = 'keeper';
  readonly memories = new ObjectMemories('memories', 4096);
  init(c: Containers): void {
    this.memories.init(c);
  }
  handlers(): readonly [] {
    return [];
  }
  registered(): void {}
  start(): void {}
  crash(): void {}
}

const EVENT = fc.record({
  // Never a multiple of what a bucket counts in.
  afterUs: fc.constantFrom(1, 3_000_017, 61_000_013, 299_000_009, 601_000_003),
  name: fc.constantFrom('web-0', 'web-1'),
  uid: fc.constantFrom(undefined, '7d3a1a52-8b0e-4a43-9d5a-0f6c1c8f6d11', '7d3a1a52-8b0e-4a43-9d5a-0f6c1c8f6d12'),
  kind: fc.constantFrom('Pod', 'Node'),
  component: fc.constantFrom('kubelet', 'deployment-controller'),
  host: fc.constantFrom('', 'node-1'),
  type: fc.constantFrom('Normal' as const, 'Warning' as const),
  reason: fc.constantFrom('Pulled', 'BackOff'),
  fieldPath: fc.constantFrom(undefined, 'spec.containers{app}'),
  message: fc.integer({ min: 0, max: 13 }).map((n) => `message ${n}`),
});

describe('memories of event recorders', () => {
  it('combine, count and cut off as the caches of client-go', () => {
    fc.assert(
      fc.property(fc.array(EVENT, { minLength: 1, maxLength: 120 }), fc.boolean(), (events, isOne) => {
        const keeper = new Keeper();
        createWorld({ seed: '1', components: [keeper] });
        let state = plain.EMPTY_CORRELATOR;
        let us = 1_000_000;
        for (const drawn of events) {
          // In half of the runs all is about one object, which is then spoken of often enough to be cut off.
          const event = isOne ? { ...drawn, name: 'web-0', uid: undefined, kind: 'Pod', host: '' } : drawn;
          const { name, uid, kind, component, host, type, reason, fieldPath, message } = event;
          us += event.afterUs;
          const ns = BigInt(us) * 1000n;
          const regarding = { kind, apiVersion: 'v1', metadata: { name, namespace: 'default', uid } };
          const spec = { regarding, fieldPath, type, reason, message };
          const number = { nameHigh: Number(ns >> 32n), nameLow: Number(ns & 0xffffffffn) };
          const about = { recorder: 0, component, host, type, regarding };
          const made = correlate(keeper.memories, { ...about, spec, ...number }, us, us);
          const object = `${kind}/${name}/${uid ?? ''}`;
          const input = {
            component,
            host,
            object,
            objectName: name,
            fieldPath: fieldPath ?? '',
            type,
            reason,
            message,
          };
          const next = plain.correlate(state, input, ns);
          state = next.state;
          const said = made && {
            verb: made.count > 1 ? 'patch' : 'create',
            name: `${name}.${hexOf(made.nameHigh, made.nameLow)}`,
            message: messageOf(made, message),
            count: made.count,
            firstNs: BigInt(made.firstUs) * 1000n,
            lastNs: ns,
          };
          expect(said).toEqual(next.event);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('keep what was used last', () => {
    const keeper = new Keeper();
    createWorld({ seed: '1', components: [keeper] });
    const say = (i: number) => {
      const regarding = { kind: 'Pod', apiVersion: 'v1', metadata: { name: `pod-${i}`, uid: `uid-${i}` } };
      const spec = { regarding, type: 'Normal' as const, reason: 'Pulled', message: 'there' };
      const about = { recorder: 0, component: 'kubelet', host: '', type: 'Normal', regarding };
      return correlate(keeper.memories, { ...about, spec, nameHigh: 0, nameLow: i }, 1, 1)?.count;
    };
    for (let i = 0; i < 20_000; i++) {
      expect(say(i)).toBe(1);
      if (i >= 2047) expect(say(i - 2047)).toBe(2);
    }
    expect(say(0)).toBe(1);
  });
});
