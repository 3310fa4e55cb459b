import { describe, expect, it } from 'vitest';
import type { KubeObject, Version } from '../../../sim-core/index.ts';
import { ObjectHistory } from '../../../web/worker/objectHistory.ts';

const pathOf = (obj: number) => `leases/default/${obj}`;

/** A version whose object is put together when somebody looks; `looks` counts how often. */
function version(obj: number, rv: number, looks: { n: number }): Version {
  return {
    obj,
    rv,
    hash: 0,
    record: rv,
    get object() {
      looks.n++;
      return { metadata: { name: String(obj), resourceVersion: String(rv) } } as KubeObject;
    },
  };
}

describe('the versions that the page holds', () => {
  it('are not put together before somebody looks', () => {
    const looks = { n: 0 };
    const history = new ObjectHistory();
    history.begin(version(1, 1, looks), pathOf);
    history.add(5, version(1, 2, looks), false, pathOf);
    history.add(9, version(1, 3, looks), true, pathOf);
    expect(looks.n).toBe(0);
    expect(history.at(1, 7)?.object.metadata.resourceVersion).toBe('2');
    expect(history.at(1, 9)).toBeUndefined();
    expect(looks.n).toBe(1);
  });

  it('reach as far as before when what is held comes again after a jump', () => {
    const looks = { n: 0 };
    const history = new ObjectHistory();
    let rv = 0;
    const add = (timeUs: number) => history.add(timeUs, version(1, ++rv, looks), false, pathOf);
    while (history.untilUs === Number.POSITIVE_INFINITY) add(rv);
    const { untilUs, size } = history;
    history.add(7, version(1, 8, looks), false, pathOf);
    expect([history.untilUs, history.size]).toEqual([untilUs, size]);
    // More than there is room for.
    add(rv);
    expect(history.untilUs).toBe(untilUs);
    // What comes and goes later is known to have done so.
    history.add(rv + 10, version(2, rv + 10, looks), false, pathOf);
    history.add(rv + 15, version(2, rv + 15, looks), false, pathOf);
    history.add(rv + 20, version(2, rv + 20, looks), true, pathOf);
    history.add(rv + 20, version(1, rv + 21, looks), true, pathOf);
    expect([9, 10, 19, 20].map((us) => history.exists(2, rv + us))).toEqual([false, true, true, false]);
    expect([19, 20].map((us) => history.exists(1, rv + us))).toEqual([true, false]);
    expect([history.find('leases/default/2', pathOf), history.revisions(2).length]).toEqual([2, 0]);
    expect(history.at(2, rv + 12)).toBeUndefined();
  });

  it('tell nothing in a fork of pods that bear its numbers elsewhere', () => {
    const looks = { n: 0 };
    const history = new ObjectHistory();
    const podPath = (obj: number) => `pods/shop/web-${obj}`;
    let rv = 0;
    while (history.untilUs === Number.POSITIVE_INFINITY) history.add(rv, version(1, ++rv, looks), false, pathOf);
    for (const obj of [2, 3]) history.add(rv, version(obj, ++rv, looks), false, podPath);
    expect([2, 3].map((obj) => history.traits(obj) !== undefined)).toEqual([true, true]);
    const fork = history.until(rv, podPath, 3);
    expect([2, 3].map((obj) => fork.traits(obj) !== undefined)).toEqual([true, false]);
  });
});
