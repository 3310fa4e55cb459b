import { expect, test } from 'vitest';
import { RecordKind, type TraceNames, type TraceRecord } from '../../../sim-core/index.ts';
import type { OpenRun } from '../../../web/worker/openRun.ts';
import { type EventFilter, eventQueries } from '../../../web/worker/queries/events.ts';
import { Task } from '../../../web/worker/task.ts';

const names: TraceNames = { string: String, object: String, component: String, why: String };

function runOf(records: readonly TraceRecord[]): OpenRun {
  const source = {
    size: records.length,
    idAt: (i: number) => i,
    placeOf: (id: number) => id,
    at: (i: number) => records[i],
  };
  return { records: source, names } as unknown as OpenRun;
}

const filter: EventFilter = {
  groups: ['events', 'pods'],
  text: '',
  object: '',
  warningsOnly: false,
  grouped: true,
};

test('what repeats is one row, among however many rows of one object', async () => {
  const records: TraceRecord[] = [];
  const add = (kind: number, obj: number, a: number, b: number) =>
    records.push({ id: records.length, timeUs: records.length, kind, actor: 0, obj, cause: 0, a, b, hash: 0 });
  const pods = 40_000;
  // Pods come to a Service, go and come again.
  for (const b of [1, 0, 1]) for (let pod = 0; pod < pods; pod++) add(RecordKind.endpoint, 7, pod, b);
  // Of Events the message counts, too.
  for (const message of [1, 2, 1]) add(RecordKind.kubeEvent, 8, 3, message);
  const before = process.cpuUsage();
  const page = await eventQueries.page(new Task(runOf(records), () => false), {
    filter,
    from: pods - 1,
    count: 10,
    atUs: 0,
  });
  const { user } = process.cpuUsage(before);
  expect(page.count).toBe(pods + 2);
  expect(page.rows.map((row) => row.times)).toEqual([3, 2, 1]);
  expect(user / 1e6).toBeLessThan(5);
});
