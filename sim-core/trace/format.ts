import type { Why } from '../contracts/engine.ts';
import {
  type BlockDigest,
  ByteSink,
  ByteSource,
  combine,
  DIGEST_START,
  type DigestState,
  decodeValue,
  digestEnd,
  digestStrings,
  digestWords,
  encodeValue,
  finalise,
  RECORD_BYTES,
  RECORDS_PER_BLOCK,
  sortedKeys,
} from '../engine/index.ts';
import type { Checkpoint, ExpectationResult, ExternalInput, Recording, RecordingLevel } from './recording.ts';

/**
 * The bytes of a recording (`.orrery`), little-endian: magic (8 bytes), format version u32, then sections, each
 * tag (4 ASCII bytes) · length f64 · payload · checksum of the payload u32, in the order of `SECTIONS`, then `END `.
 * Strings are a u32 length and UTF-8. A change of any layout raises FORMAT_VERSION.
 */
const MAGIC = Uint8Array.from([0x89, 0x4f, 0x52, 0x52, 0x59, 0x0d, 0x0a, 0x1a]); // \x89 O R R Y CR LF SUB
export const FORMAT_VERSION = 1;
const LEVELS: readonly RecordingLevel[] = ['digest', 'story', 'full'];
const SECTIONS = [
  'HEAD',
  'FILE',
  'INPT',
  'STRS',
  'OBJS',
  'COMP',
  'WHYS',
  'BLKS',
  'JOIN',
  'RECS',
  'CHKP',
  'EXPT',
] as const;
type Section = (typeof SECTIONS)[number];

export type RecordingFault = 'notARecording' | 'wrongVersion' | 'truncated' | 'damaged' | 'wrongDigest';

/** Why bytes are not a good recording. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
  readonly fault: RecordingFault;

  constructor(fault: RecordingFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

export function writeRecording(recording: Recording): Uint8Array {
  const out = new ByteSink();
  out.bytes(MAGIC);
  out.u32(FORMAT_VERSION);
  for (const tag of SECTIONS) {
    const section = new ByteSink();
    writers[tag](recording, section);
    const payload = section.finish();
    writeTag(out, tag);
    out.f64(payload.length);
    out.bytes(payload);
    out.u32(checksum(payload));
  }
  writeTag(out, 'END ');
  return out.finish();
}

/**
 * Reads and checks a recording: every section's checksum and, where the records are all there, the digest of every block
 * and of the whole. Throws RecordingError. Large parts of the result are views of `bytes`; lengths are checked against
 * what is left before anything is allocated.
 */
export function readRecording(given: Uint8Array): Recording {
  // Node's Buffer shares memory where Uint8Array copies, and so loses the alignment that word views need.
  const plain = Object.getPrototypeOf(given) === Uint8Array.prototype;
  const bytes = plain ? given : new Uint8Array(given.buffer, given.byteOffset, given.length);
  const source = new ByteSource(bytes);
  if (bytes.length < MAGIC.length || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new RecordingError('notARecording', 'not an Orrery recording: the first 8 bytes are different');
  }
  try {
    source.bytes(MAGIC.length);
    const version = source.u32();
    if (version !== FORMAT_VERSION) {
      throw new RecordingError(
        'wrongVersion',
        `the recording has format ${version}, this build reads ${FORMAT_VERSION}`,
      );
    }
    const recording = readSections(source);
    if (source.remaining > 0) throw new RecordingError('damaged', `${source.remaining} bytes after the end`);
    checkDigests(recording);
    return recording;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RecordingError(
      'truncated',
      `the recording ends or breaks off at byte ${source.position} of ${bytes.length}`,
    );
  }
}

function readSections(source: ByteSource): Recording {
  const recording: Record<string, unknown> = {};
  for (const tag of SECTIONS) {
    const found = readTag(source);
    if (found !== tag) throw new RecordingError('damaged', `section '${found}' where '${tag}' should be`);
    const length = source.f64();
    if (!(length >= 0 && length + 4 <= source.remaining)) {
      throw new RecordingError('truncated', `section ${tag} needs ${length} bytes, ${source.remaining} are left`);
    }
    const payload = source.bytes(length);
    if (checksum(payload) !== source.u32())
      throw new RecordingError('damaged', `section ${tag} was changed: wrong checksum`);
    const section = new ByteSource(payload);
    try {
      Object.assign(recording, readers[tag](section));
    } catch (error) {
      if (error instanceof RecordingError) throw error;
      throw new RecordingError('damaged', `section ${tag}: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (section.remaining > 0)
      throw new RecordingError('damaged', `section ${tag} has ${section.remaining} bytes too many`);
  }
  if (readTag(source) !== 'END ') throw new RecordingError('damaged', 'no end mark after the last section');
  return recording as unknown as Recording;
}

/** Recomputes what can be: the chain of block digests and the end digest from the records of a full recording. */
function checkDigests(recording: Recording): void {
  const { level, recordCount, recordBytes, blockDigests, endChain, endDigest } = recording;
  if (blockDigests.length !== Math.floor(recordCount / RECORDS_PER_BLOCK)) {
    throw new RecordingError('damaged', `${blockDigests.length} block digests for ${recordCount} records`);
  }
  if (level !== 'full') return;
  if (recordBytes.length !== recordCount * RECORD_BYTES) {
    throw new RecordingError('damaged', `${recordBytes.length} bytes of records for ${recordCount} records`);
  }
  // A copy: the section may lie at any offset, words need a multiple of 4.
  const words = new Uint32Array(recordBytes.slice().buffer);
  const wordsPerBlock = (RECORDS_PER_BLOCK * RECORD_BYTES) / 4;
  let state: DigestState = DIGEST_START;
  blockDigests.forEach((stored, i) => {
    const block = words.subarray(i * wordsPerBlock, (i + 1) * wordsPerBlock);
    state = digestStrings(digestWords(state, block, block.length), stored.chain);
    if (state.some((word, k) => word !== stored.digest[k])) {
      const first = i * RECORDS_PER_BLOCK;
      const place = `block ${i} (records ${first} to ${first + RECORDS_PER_BLOCK - 1})`;
      throw new RecordingError('wrongDigest', `${place} does not have the digest that is written in the recording`);
    }
  });
  const computed = digestEnd(state, words.subarray(blockDigests.length * wordsPerBlock), recordCount, endChain);
  if (computed !== endDigest) {
    throw new RecordingError('wrongDigest', `the records give the digest ${computed}, the recording says ${endDigest}`);
  }
}

const writers: Record<Section, (r: Recording, w: ByteSink) => void> = {
  HEAD: (r, w) => {
    w.str(r.engineVersion);
    w.str(r.sourceHash);
    w.u8(LEVELS.indexOf(r.level));
    w.str(r.seed);
    const names = sortedKeys(r.options);
    w.u32(names.length);
    for (const name of names) {
      w.str(name);
      w.str(r.options[name]);
    }
    w.f64(r.endUs);
    w.u32(r.recordCount);
    w.str(r.endDigest);
    w.u32(r.endChain[0]);
    w.u32(r.endChain[1]);
  },
  FILE: (r, w) => {
    w.str(r.entry);
    w.u32(r.files.size);
    for (const [name, bytes] of r.files) {
      w.str(name);
      writeBytes(w, bytes);
    }
  },
  INPT: (r, w) => {
    w.u32(r.external.length);
    for (const { timeUs, value } of r.external) {
      w.f64(timeUs);
      encodeValue(value, w);
    }
  },
  STRS: (r, w) => {
    w.u32(r.strings.length);
    for (const s of r.strings) w.str(s);
  },
  OBJS: (r, w) => {
    w.u32(r.objects.length);
    for (const parts of r.objects) for (const id of parts) w.u32(id);
  },
  COMP: (r, w) => {
    w.u32(r.components.length);
    for (const name of r.components) w.str(name);
  },
  WHYS: (r, w) => {
    w.u32(r.whys.length);
    for (const why of r.whys) {
      w.str(why.parameter);
      w.str(why.component);
      w.u8(why.hop ? 1 : 0);
      w.str(why.source);
    }
  },
  BLKS: (r, w) => {
    w.u32(r.blockDigests.length);
    for (const { digest, chain } of r.blockDigests) for (const word of [...digest, ...chain]) w.u32(word);
  },
  JOIN: (r, w) => {
    w.u32(r.joins.length);
    for (const pair of r.joins) for (const id of pair) w.u32(id);
  },
  RECS: (r, w) => {
    w.u32(r.ids === undefined ? 0 : r.ids.length);
    if (r.ids !== undefined) for (const id of r.ids) w.u32(id);
    writeBytes(w, r.recordBytes);
  },
  CHKP: (r, w) => {
    w.u32(r.checkpoints.length);
    for (const checkpoint of r.checkpoints) {
      w.f64(checkpoint.timeUs);
      w.u32(checkpoint.records);
      writeBytes(w, checkpoint.state);
    }
  },
  EXPT: (r, w) => {
    w.u32(r.expectations.length);
    for (const expectation of r.expectations) {
      w.str(expectation.name);
      w.u8(expectation.passed ? 1 : 0);
      w.f64(expectation.atUs);
      w.str(expectation.message);
    }
  },
};

const readers: Record<Section, (r: ByteSource) => Partial<Recording>> = {
  HEAD: (r) => {
    const engineVersion = r.str();
    const sourceHash = r.str();
    const level = LEVELS[r.u8()];
    if (level === undefined) throw new RangeError('unknown level');
    const seed = r.str();
    const options: Record<string, string> = {};
    for (const [name, value] of list(r, 8, () => [r.str(), r.str()] as const)) options[name] = value;
    const rest = { endUs: r.f64(), recordCount: r.u32(), endDigest: r.str(), endChain: [r.u32(), r.u32()] as const };
    return { engineVersion, sourceHash, level, seed, options, ...rest };
  },
  FILE: (r) => {
    const entry = r.str();
    return { entry, files: new Map(list(r, 12, () => [r.str(), readBytes(r)] as const)) };
  },
  INPT: (r) => ({ external: list<ExternalInput>(r, 9, () => ({ timeUs: r.f64(), value: decodeValue(r) })) }),
  STRS: (r) => ({ strings: list(r, 4, () => r.str()) }),
  OBJS: (r) => ({ objects: list(r, 12, () => [r.u32(), r.u32(), r.u32()] as const) }),
  COMP: (r) => ({ components: list(r, 4, () => r.str()) }),
  WHYS: (r) => ({
    whys: list<Why>(r, 13, () => ({ parameter: r.str(), component: r.str(), hop: r.u8() === 1, source: r.str() })),
  }),
  BLKS: (r) => ({
    blockDigests: list<BlockDigest>(r, 24, () => ({
      digest: [r.u32(), r.u32(), r.u32(), r.u32()],
      chain: [r.u32(), r.u32()],
    })),
  }),
  JOIN: (r) => ({ joins: list(r, 8, () => [r.u32(), r.u32()] as const) }),
  RECS: (r) => {
    const ids = Uint32Array.from(list(r, 4, () => r.u32()));
    const recordBytes = readBytes(r);
    if (recordBytes.length % RECORD_BYTES !== 0) throw new RangeError('half a record');
    if (ids.length > 0 && ids.length * RECORD_BYTES !== recordBytes.length)
      throw new RangeError('ids do not fit records');
    return { ids: ids.length > 0 ? ids : undefined, recordBytes };
  },
  CHKP: (r) => ({
    checkpoints: list<Checkpoint>(r, 20, () => ({ timeUs: r.f64(), records: r.u32(), state: readBytes(r) })),
  }),
  EXPT: (r) => ({
    expectations: list<ExpectationResult>(r, 17, () => ({
      name: r.str(),
      passed: r.u8() === 1,
      atUs: r.f64(),
      message: r.str(),
    })),
  }),
};

/** A counted list; a count that cannot fit in what is left is refused before anything is made. */
function list<T>(r: ByteSource, leastBytes: number, item: () => T): T[] {
  const n = r.u32();
  if (n * leastBytes > r.remaining) throw new RangeError(`${n} entries do not fit in ${r.remaining} bytes`);
  const items: T[] = [];
  for (let i = 0; i < n; i++) items.push(item());
  return items;
}

function writeBytes(w: ByteSink, bytes: Uint8Array): void {
  w.f64(bytes.length);
  w.bytes(bytes);
}

function readBytes(r: ByteSource): Uint8Array {
  const n = r.f64();
  if (!(n >= 0 && n <= r.remaining)) throw new RangeError('unexpected end of data');
  return r.bytes(n);
}

function writeTag(w: ByteSink, tag: string): void {
  for (let i = 0; i < 4; i++) w.u8(tag.charCodeAt(i));
}

function readTag(r: ByteSource): string {
  return String.fromCharCode(r.u8(), r.u8(), r.u8(), r.u8());
}

function checksum(bytes: Uint8Array): number {
  let h = 0x811c9dc5;
  const words = bytes.length - (bytes.length % 4);
  for (let i = 0; i < words; i += 4) {
    h = combine(h, bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24));
  }
  for (let i = words; i < bytes.length; i++) h = combine(h, bytes[i]);
  return finalise(h ^ bytes.length);
}
