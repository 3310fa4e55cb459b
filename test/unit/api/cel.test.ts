import { describe, expect, test } from 'vitest';
import { CelError, compile, compileSelector, fromJson, selectsDevice } from '../../../sim-core/api/cel/index.ts';

const device = {
  attributes: {
    model: { string: 'a100' },
    index: { int: 3 },
    healthy: { bool: true },
    driverVersion: { version: '1.10.0' },
    'other.example.com/model': { string: 'x' },
  },
  capacity: { memory: { value: '40Gi' } },
};
const selects = (expression: string) => selectsDevice(compileSelector(expression), 'gpu.example.com', device);

describe('device selectors', () => {
  test.each([
    ['device.driver == "gpu.example.com"', true],
    ['device.attributes["gpu.example.com"].model == "a100"', true],
    ['device.attributes["other.example.com"].model == "x"', true],
    ['device.attributes["gpu.example.com"].index in [1, 3]', true],
    ['device.attributes["gpu.example.com"].healthy', true],
    ['device.attributes["gpu.example.com"].driverVersion.isGreaterThan(semver("1.9.0"))', true],
    ['device.capacity["gpu.example.com"].memory.compareTo(quantity("80Gi")) >= 0', false],
    ['device.capacity["gpu.example.com"].memory == quantity("40960Mi")', true],
    // An unknown domain is an empty map, so that `in` and `has` can ask.
    ['"model" in device.attributes["nobody.example.com"]', false],
    ['has(device.attributes["gpu.example.com"].nope) && device.attributes["gpu.example.com"].nope', false],
  ])('%s', (expression, expected) => {
    expect(selects(expression)).toBe(expected);
  });

  test('a missing attribute is an error', () => {
    expect(() => selects('device.attributes["gpu.example.com"].nope == 1')).toThrow('no such key: nope');
  });
});

describe('the language', () => {
  const value = (expression: string) =>
    compile(expression).evaluate((n) => (n === 'm' ? fromJson({ a: [1, 2] }) : undefined));

  test('either side of && and || may decide over an error of the other', () => {
    expect(value('1/0 == 1 || true')).toBe(true);
    expect(value('1/0 == 1 && false')).toBe(false);
    expect(() => value('1/0 == 1 || false')).toThrow('division by zero');
  });

  test('integers are exact and overflow is an error', () => {
    expect(value('9223372036854775807 - 1')).toBe(9223372036854775806n);
    expect(value('-9223372036854775808')).toBe(-(2n ** 63n));
    expect(() => value('9223372036854775807 + 1')).toThrow('integer overflow');
  });

  test('comprehensions', () => {
    expect(value('m.a.map(x, x * 2).exists(y, y == 4)')).toBe(true);
    expect(value('m.all(k, v, k == "a" && v.size() == 2)')).toBe(true);
  });

  test('what does not parse', () => {
    for (const text of ['', '1 +', '(1', '"open', 'a ? b', '[1,', '#']) expect(() => compile(text)).toThrow(CelError);
  });
});
