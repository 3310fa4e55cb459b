import { describe, expect, it } from 'vitest';
import { createWorld } from '../../../sim-core/engine/index.ts';
import {
  delaysByWhy,
  firstAtOrAfter,
  firstDivergence,
  indexByObject,
  namesOf,
  namesOfWorld,
  type RecordingError,
  type RecordingLevel,
  readRecording,
  recordingOf,
  recordsOf,
  recordText,
  story,
  traceText,
  writeRecording,
} from '../../../sim-core/trace/index.ts';
import { Heart } from '../engine/toys.ts';

function run(seed: string, untilUs = 20_000_000) {
  const world = createWorld({ seed, components: [new Heart('a', 10_000), new Heart('b', 7_000)] });
  world.runUntil({ timeUs: untilUs });
  return world;
}

function meta(level: RecordingLevel) {
  return {
    engineVersion: '0.1.0',
    sourceHash: 'abc',
    level,
    options: { nodes: '5', duration: '20s' },
    entry: 'a.yaml',
    files: new Map([
      ['a.yaml', Uint8Array.from([1, 2, 3])],
      ['sub/b.yaml', new Uint8Array(0)],
    ]),
    external: [{ timeUs: 17, value: { verb: 'create', n: [1, null, -2.5] } }],
    checkpoints: [],
    expectations: [{ name: 'beats', passed: true, atUs: 5, message: 'ü ok' }],
  };
}

function faultOf(bytes: Uint8Array): string {
  try {
    readRecording(bytes);
    return 'none';
  } catch (error) {
    expect((error as RecordingError).name).toBe('RecordingError');
    return (error as RecordingError).fault;
  }
}

describe('recording', () => {
  it.each(['digest', 'story', 'full'] as const)('level %s comes back as it was written', (level) => {
    const recording = recordingOf(run('1'), meta(level));
    const back = readRecording(writeRecording(recording));
    expect({ ...back, recordBytes: back.recordBytes.length }).toEqual({
      ...recording,
      recordBytes: recording.recordBytes.length,
    });
    expect(writeRecording(back)).toEqual(writeRecording(recording));
    expect(recording.blockDigests.length).toBeGreaterThan(3);
  });

  it('refuses truncated, foreign, newer and edited bytes', () => {
    const bytes = writeRecording(recordingOf(run('1', 1_000_000), meta('full')));
    expect(faultOf(bytes)).toBe('none');
    for (const length of [9, 13, 40, bytes.length >> 1, bytes.length - 1]) {
      expect(faultOf(bytes.slice(0, length))).toBe('truncated');
    }
    expect(faultOf(Uint8Array.from([1, 2, 3]))).toBe('notARecording');
    const newer = bytes.slice();
    newer[8] = 9;
    expect(faultOf(newer)).toBe('wrongVersion');
    const edited = bytes.slice();
    edited[bytes.length >> 1] ^= 1;
    expect(faultOf(edited)).toBe('damaged');
    const recording = recordingOf(run('1'), meta('full'));
    const otherEnd = { ...recording, endDigest: '0'.repeat(32) };
    expect(faultOf(writeRecording(otherEnd))).toBe('wrongDigest');
    const recordBytes = recording.recordBytes.slice();
    recordBytes[70_000] ^= 1;
    expect(() => readRecording(writeRecording({ ...recording, recordBytes }))).toThrow(
      'block 1 (records 2048 to 4095)',
    );
  });

  it('never reads a list longer than the bytes that are left', () => {
    const bytes = writeRecording(recordingOf(run('1', 10_000), meta('full')));
    for (let at = 12; at < bytes.length; at += 3) {
      const edited = bytes.slice();
      edited[at] = 0xff;
      expect(['none', 'damaged', 'truncated']).toContain(faultOf(edited));
    }
  });

  it('finds the first block and record in which two runs differ', () => {
    const [x, y] = ['1', '2'].map((seed) => recordingOf(run(seed), meta('full')));
    expect(firstDivergence(x, recordingOf(run('1'), meta('full')))).toBeUndefined();
    expect(firstDivergence(x, y)).toEqual({ block: 0, record: 0 });
    expect(firstDivergence(x, recordingOf(run('2'), meta('digest')))).toEqual({ block: 0 });
  });
});

describe('story', () => {
  it('walks back to the clock with delays that sum to the total', () => {
    const recording = recordingOf(run('1', 500_000), meta('full'));
    const source = recordsOf(recording);
    for (let i = source.size - 100; i < source.size; i++) {
      const told = story(source, i);
      expect(told.complete).toBe(true);
      expect(told.hops[0].record.cause).toBe(0);
      expect(told.hops.reduce((sum, hop) => sum + hop.delayUs, 0)).toBe(told.totalUs);
      expect(delaysByWhy(told).reduce((sum, part) => sum + part.totalUs, 0)).toBe(told.totalUs);
    }
  });

  it('is the same from a recording of level story', () => {
    const world = run('1', 500_000);
    const [full, short] = (['full', 'story'] as const).map((level) => recordsOf(recordingOf(world, meta(level))));
    expect(short.size).toBeGreaterThan(10);
    for (let i = 0; i < short.size; i++) expect(story(short, short.idAt(i))).toEqual(story(full, short.idAt(i)));
  });
});

describe('views', () => {
  it('index by object and by time', () => {
    const source = recordsOf(recordingOf(run('1', 500_000), meta('full')));
    for (const [obj, places] of indexByObject(source)) for (const i of places) expect(source.at(i).obj).toBe(obj);
    const at = firstAtOrAfter(source, 250_000);
    expect(source.at(at).timeUs).toBeGreaterThanOrEqual(250_000);
    expect(source.at(at - 1).timeUs).toBeLessThan(250_000);
  });

  it('print one line a record, alike from a world and from its recording', () => {
    const world = run('1', 30_000);
    const recording = recordingOf(world, meta('full'));
    const text = traceText(recordsOf(recording), namesOf(recording));
    expect(text).toBe(traceText(recordsOf(recording), namesOfWorld(world)));
    expect(recordText(recordsOf(recording).at(1), namesOf(recording))).toBe(
      '    0.007000  #1  <-#0  b  hop  -  why=PLEG relist (1 s)  delay=7ms',
    );
    expect(text.split('\n')[0]).toMatch(/^ {4}0\.000000 {2}#0 {2}<-#0 {2}- {2}clock {2}- {2}epoch=1767225600/);
    expect(text).toContain('kubeEvent  pods/default/a-1  reason="text 1"  message="beat 1"  type=Normal');
  });
});
