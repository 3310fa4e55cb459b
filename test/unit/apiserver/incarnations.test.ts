import { describe, expect, it } from 'vitest';
import { SharedState } from '../../../sim-core/apiserver/shared.ts';
import type { Transport } from '../../../sim-core/contracts/index.ts';
import { ContainerSet } from '../../../sim-core/engine/index.ts';

function subject() {
  const set = new ContainerSet('apiservers', true);
  const shared = new SharedState({} as Transport);
  shared.init(set);
  return { set, shared };
}

describe('incarnations of a name', () => {
  it('are counted for each object, however many there were', () => {
    const { set, shared } = subject();
    const counts = [3, 700, 0, 254, 255, 256, 1];
    counts.forEach((count, obj) => {
      for (let n = 0; n < count; n++) expect(shared.incarnate(obj)).toBe(n);
    });
    counts.forEach((count, obj) => void expect(shared.incarnationsOf(obj)).toBe(count));
    const other = subject();
    other.set.load(set.save());
    expect(counts.map((_, obj) => other.shared.incarnationsOf(obj))).toEqual(counts);
  });
});
