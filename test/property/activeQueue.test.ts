import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PagedTable } from '../../sim-core/contracts/index.ts';
import { ContainerSet } from '../../sim-core/engine/index.ts';
import { ActiveQueue } from '../../sim-core/scheduler/queue/activeQueue.ts';

interface Row {
  readonly obj: number;
  readonly priority: number;
  readonly timestampUs: number;
  readonly place: string;
  readonly at: number;
}

const step = fc.record({
  obj: fc.integer({ min: 0, max: 12 }),
  priority: fc.constantFrom(0, 0, 0, 0, 1000, -5),
  waitsUs: fc.constantFrom(0, 1, 40_000),
  does: fc.constantFrom('come', 'come', 'come', 'leave', 'pop'),
});

/** PrioritySort, written down once more. */
function first(rows: readonly Row[]): number | undefined {
  const order = (a: Row, b: Row) => b.priority - a.priority || a.timestampUs - b.timestampUs || a.obj - b.obj;
  return [...rows].sort(order)[0]?.obj;
}

test.each([true, false])(
  'the head is the first of all that are active, whatever came and left before (line: %s)',
  (hasLine) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const containers = new ContainerSet('scheduler', false);
        const rows: PagedTable<Row> = containers.table('rows');
        const queue = new ActiveQueue(() => rows, hasLine);
        queue.init(containers);
        const active = () => {
          const list: Row[] = [];
          rows.forEach((row) => {
            if (row.place === 'active') list.push(row);
          });
          return list;
        };
        const leave = (obj: number) => {
          const row = rows.get(obj);
          if (row?.place !== 'active') return;
          queue.leave(row);
          rows.put(obj, { ...row, place: 'gone' });
        };
        let timestampUs = 0;
        for (const { obj, priority, waitsUs, does } of steps) {
          timestampUs += waitsUs;
          if (does === 'pop') leave(queue.head() ?? -1);
          else if (does === 'leave') leave(obj);
          else {
            leave(obj);
            const at = queue.enter({ obj, priority, timestampUs });
            rows.put(obj, { obj, priority, timestampUs, place: 'active', at });
          }
          expect(queue.head()).toBe(first(active()));
          expect(queue.size).toBe(active().length);
          expect(queue.isEmpty).toBe(active().length === 0);
        }
      }),
      { numRuns: 300 },
    );
  },
);
