import { describe, expect, it } from 'vitest';
import {
  ByteSink,
  ByteSource,
  freezeValue,
  hashValue,
  registerClass,
  utf8Decode,
  utf8Encode,
  valueCodec,
} from '../../../sim-core/engine/index.ts';

class Point {
  readonly x: number;
  readonly tags: readonly string[];
  constructor(x: number, tags: readonly string[]) {
    this.x = x;
    this.tags = tags;
  }
  get double(): number {
    return this.x * 2;
  }
}
registerClass(Point, {
  tag: 'test/Point',
  encode: (p) => [p.x, p.tags],
  decode: (parts) => {
    const [x, tags] = parts as [number, readonly string[]];
    return new Point(x, tags);
  },
});

function roundTrip(v: unknown): unknown {
  const w = new ByteSink();
  valueCodec.encode(v, w);
  return valueCodec.decode(new ByteSource(w.finish()));
}

describe('UTF-8', () => {
  it('equals the platform on well-formed text', () => {
    for (const s of [
      '',
      'abc',
      'üñ',
      '\u0800\uffff',
      '\ud83d\ude00 x',
      'x'.repeat(10_000),
      '\ud83d\ude00'.repeat(5000),
    ]) {
      expect(utf8Encode(s)).toEqual(new TextEncoder().encode(s));
      expect(utf8Decode(utf8Encode(s))).toBe(s);
    }
  });

  it('keeps lone surrogates and replaces malformed bytes', () => {
    for (const s of ['\ud800', 'a\udc00b', '\ude00\ud83d']) expect(utf8Decode(utf8Encode(s))).toBe(s);
    for (const bytes of [[0x80], [0xc0, 0xaf], [0xe0, 0x80, 0x80], [0xf8], [0xe2, 0x82]]) {
      expect(utf8Decode(Uint8Array.from(bytes))).toMatch(/^\ufffd+$/);
    }
  });
});

describe('values', () => {
  const samples: unknown[] = [
    null,
    true,
    false,
    0,
    -0,
    1,
    -1,
    2 ** 31,
    2 ** 53 - 1,
    0.1,
    -1e300,
    '',
    'a',
    [],
    [1, [2]],
    {},
    { a: undefined },
    { b: 1, a: { c: [null] } },
    new Point(3, ['x']),
    { p: new Point(3, []) },
    JSON.parse('{"__proto__": 1, "10": 2}'),
  ];

  it('round-trip with equal hashes', () => {
    for (const v of samples) {
      const back = roundTrip(v);
      expect(back).toEqual(v);
      expect(hashValue(back)).toBe(hashValue(v));
    }
    expect((roundTrip(new Point(3, [])) as Point).double).toBe(6);
    expect(Object.is(roundTrip(-0), -0)).toBe(true);
  });

  it('differ in hash when they differ', () => {
    const different = samples.filter((v) => v !== 0 || !Object.is(v, -0));
    const hashes = different.map((v) => hashValue(v));
    // {} and {a: undefined} are the same JSON; -0 reads as 0.
    expect(new Set(hashes).size).toBe(different.length - 1);
    expect(hashValue([1, 2])).not.toBe(hashValue([2, 1]));
    expect(hashValue({ a: '1' })).not.toBe(hashValue({ a: 1 }));
  });

  it('hash alike whatever the order of keys', () => {
    expect(hashValue({ a: 1, b: [2, { c: 3, d: 4 }] })).toBe(hashValue({ b: [2, { d: 4, c: 3 }], a: 1 }));
  });

  it('write shared objects once and keep the sharing', () => {
    const shared = Object.freeze({ text: 'x'.repeat(1000) });
    const w = new ByteSink();
    valueCodec.encode([shared, shared, { shared }], w);
    expect(w.length).toBeLessThan(1200);
    const back = valueCodec.decode(new ByteSource(w.finish())) as [object, object, { shared: object }];
    expect(back[1]).toBe(back[0]);
    expect(back[2].shared).toBe(back[0]);
    expect(Object.isFrozen(back[0])).toBe(true);
  });

  it('refuse what is not a value', () => {
    for (const v of [() => 1, Symbol('x'), 1n, new Map(), new (class Odd {})()]) {
      expect(() => hashValue(v)).toThrow('is not a value');
      expect(() => roundTrip(v)).toThrow('is not a value');
    }
  });

  it('freeze to the bottom', () => {
    const v = freezeValue({ a: [{ b: 1 }] });
    expect(() => {
      (v.a[0] as { b: number }).b = 2;
    }).toThrow(TypeError);
  });

  it('fail clearly on short data', () => {
    const w = new ByteSink();
    valueCodec.encode({ a: 'hello' }, w);
    const bytes = w.finish();
    for (let n = 0; n < bytes.length; n++) {
      expect(() => valueCodec.decode(new ByteSource(bytes.slice(0, n)))).toThrow(RangeError);
    }
  });
});
