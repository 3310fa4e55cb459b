import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytes, Chains, floats, words } from '../../../web/model/columns.ts';
import { Stretches } from '../../../web/model/stretches.ts';

const entries = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 1000 })), {
  maxLength: 300,
});

test('lists of numbers by a key are what was added, in that order', () => {
  fc.assert(
    fc.property(entries, (list) => {
      const chains = new Chains();
      const plain = new Map<number, number[]>();
      for (const [key, value] of list) {
        chains.add(key, value);
        plain.set(key, [...(plain.get(key) ?? []), value]);
      }
      expect([...chains.keys.view]).toEqual([...plain.keys()]);
      for (let key = 0; key < 11; key++) {
        const wanted = plain.get(key) ?? [];
        expect(chains.of(key)).toEqual(wanted);
        expect([chains.firstOf(key), chains.lastOf(key)]).toEqual([wanted[0] ?? -1, wanted[wanted.length - 1] ?? -1]);
        const back: number[] = [];
        chains.back(key, (value) => back.push(value) === 2);
        expect(back).toEqual(wanted.slice(-2).reverse());
      }
    }),
  );
});

test('lists in stretches of common columns are what was added, whatever room they began with', () => {
  fc.assert(
    fc.property(entries, fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 10, maxLength: 10 }), (list, rooms) => {
      const [time, kind] = [floats(), bytes()];
      const stretches = new Stretches([time, kind]);
      for (const room of rooms) stretches.addList(room);
      const plain: number[][] = rooms.map(() => []);
      for (const [key, value] of list) {
        const at = stretches.place(key);
        time.data[at] = value / 2;
        kind.data[at] = value & 255;
        plain[key].push(value);
      }
      expect(stretches.size).toBe(list.length);
      plain.forEach((wanted, key) => {
        const [from, to] = [stretches.first.data[key], stretches.end.data[key]];
        expect([...time.view.subarray(from, to)]).toEqual(wanted.map((v) => v / 2));
        expect([...kind.view.subarray(from, to)]).toEqual(wanted.map((v) => v & 255));
      });
    }),
  );
});

test('a column whose places are numbers of objects is 0 where nothing was put', () => {
  const column = words();
  column.put(100, 7);
  column.put(3, 5);
  expect([column.at(3), column.at(4), column.at(100), column.at(101), column.size]).toEqual([5, 0, 7, 0, 101]);
});
