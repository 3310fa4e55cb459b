import type { TimeUs } from '../contracts/ids.ts';
import type { ByteReader, ByteWriter } from '../contracts/state.ts';
import type { ByteSource } from './bytes.ts';
import { combine, finalise } from './mix.ts';
import type { PackReader } from './packed/reader.ts';
import { mergeNumbers } from './packed/sections.ts';
import type { PackWriter } from './packed/writer.ts';

/**
 * A record is 32 bytes, little-endian: 0 timeUs f64 · 8 kind u16 · 10 actor u16 · 12 object u32 · 16 cause u32 · 20 a u32 ·
 * 24 b u32 · 28 contentHash u32. Its id is its place in the trace.
 */
export const RECORD_BYTES = 32;
export const BLOCK_BYTES = 65536;
export const RECORDS_PER_BLOCK = BLOCK_BYTES / RECORD_BYTES;
const WORDS_PER_RECORD = RECORD_BYTES / 4;

/** Running digest: four lanes of u32, chained from block to block. */
export type DigestState = readonly [number, number, number, number];

export const DIGEST_START: DigestState = [0x6f727265, 0x72792074, 0x72616365, 0x20763120];

if (new Uint8Array(new Uint32Array([1]).buffer)[0] !== 1) throw new Error('a big-endian host is not supported');

/** Mixes words [0, count) into a digest; count is a multiple of 4. */
export function digestWords(state: DigestState, words: Uint32Array, count: number): DigestState {
  let [a, b, c, d] = state;
  for (let i = 0; i < count; i += 4) {
    a = Math.imul(a ^ words[i], 0x9e3779b1);
    b = Math.imul(b ^ words[i + 1], 0x85ebca6b);
    c = Math.imul(c ^ words[i + 2], 0xc2b2ae35);
    d = Math.imul(d ^ words[i + 3], 0x27d4eb2f);
    a ^= d >>> 15;
    b ^= a >>> 13;
    c ^= b >>> 16;
    d ^= c >>> 14;
  }
  return [a >>> 0, b >>> 0, c >>> 0, d >>> 0];
}

/** 32 hex digits. */
export function digestText(state: DigestState): string {
  let [a, b, c, d] = state;
  for (let round = 0; round < 2; round++) {
    a = finalise(a + d);
    b = finalise(b ^ a);
    c = finalise(c + b);
    d = finalise(d ^ c);
  }
  return [a, b, c, d].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** Folds the chain of strings into a digest: done at the end of each block and at the end of the run. */
export function digestStrings(state: DigestState, chain: readonly [number, number]): DigestState {
  return digestWords(state, new Uint32Array([chain[0], chain[1], chain[1], chain[0]]), 4);
}

/** Digest of a whole run: that of its full blocks, then the open block, the count of records and the strings. */
export function digestEnd(
  blocks: DigestState,
  openWords: Uint32Array,
  count: number,
  chain: readonly [number, number],
): string {
  const state = digestWords(blocks, openWords, openWords.length);
  return digestText(digestStrings(digestWords(state, new Uint32Array([count, 0, 0, 0]), 4), chain));
}

/** What is known of a full block even when its bytes are not kept. */
export interface BlockDigest {
  /** Running digest after this block. */
  readonly digest: DigestState;
  /** The chain of strings, objects and joins at its end, which the digest contains. */
  readonly chain: readonly [number, number];
}

/** A full block; never changed once it is made. */
export interface Block extends BlockDigest {
  readonly firstRecord: number;
  readonly bytes: Uint8Array;
}

/** The records appended since the last batch, for observers: a private copy. */
export interface RecordBatch {
  readonly firstRecord: number;
  readonly count: number;
  readonly bytes: Uint8Array;
}

/** Of a packed state: the count, the digest, the chain. */
const TRACE_NUMBERS = 7;
const EMPTY = new Uint8Array(0);

interface TraceState {
  readonly count: number;
  readonly digest: DigestState;
  readonly chain: readonly [number, number];
  /** These lists and the bytes of the open block may go on behind `count`. */
  readonly blocks: readonly Block[];
  readonly digests: readonly BlockDigest[];
  readonly tail: Uint8Array;
  readonly delivered: number;
}

/** The append-only trace with its running digest. `keep` says whether full blocks stay in memory. */
export class Trace {
  count = 0;
  /** Do full blocks stay in memory? */
  readonly keep: boolean;
  /** Views of the open block, whose beginning saved states and, in the end, the list of blocks share. */
  private times!: Float64Array;
  private halves!: Uint16Array;
  private words!: Uint32Array;
  private raw!: Uint8Array;
  private isShared = false;
  private digest: DigestState = DIGEST_START;
  private chainLo = 0x243f6a88;
  private chainHi = 0x85a308d3;
  private blockList: Block[] = [];
  private digestList: BlockDigest[] = [];
  private readonly listeners: ((batch: RecordBatch) => void)[] = [];
  private delivered = 0;

  constructor(keep: boolean) {
    this.keep = keep;
    this.openBlock();
  }

  private openBlock(): void {
    const buffer = new ArrayBuffer(BLOCK_BYTES);
    this.times = new Float64Array(buffer);
    this.halves = new Uint16Array(buffer);
    this.words = new Uint32Array(buffer);
    this.raw = new Uint8Array(buffer);
    this.isShared = false;
  }

  append(
    timeUs: TimeUs,
    kind: number,
    actor: number,
    obj: number,
    cause: number,
    a: number,
    b: number,
    hash: number,
  ): number {
    const id = this.count;
    const i = id % RECORDS_PER_BLOCK;
    this.times[i * 4] = timeUs;
    this.halves[i * 16 + 4] = kind;
    this.halves[i * 16 + 5] = actor;
    const words = this.words;
    const w = i * WORDS_PER_RECORD;
    words[w + 3] = obj;
    words[w + 4] = cause;
    words[w + 5] = a;
    words[w + 6] = b;
    words[w + 7] = hash;
    this.count = id + 1;
    if (i === RECORDS_PER_BLOCK - 1) this.closeBlock();
    return id;
  }

  /** Enters words that are not records (new strings, objects, joins) in the digest. */
  mixAside(word: number, word2: number): void {
    this.chainLo = combine(this.chainLo ^ this.count, word);
    this.chainHi = combine(this.chainHi + this.chainLo, word2);
  }

  /** The digest of everything so far. */
  digestNow(): string {
    const open = this.count % RECORDS_PER_BLOCK;
    return digestEnd(this.digest, this.words.subarray(0, open * WORDS_PER_RECORD), this.count, this.chain);
  }

  get chain(): readonly [number, number] {
    return [this.chainLo, this.chainHi];
  }

  /** Full blocks in order; empty when they are not kept. */
  get blocks(): readonly Block[] {
    return this.blockList;
  }

  /** Running digest after each full block. */
  get blockDigests(): readonly BlockDigest[] {
    return this.digestList;
  }

  /** The bytes of the records after the last full block. */
  tail(): Uint8Array {
    return this.raw.slice(0, (this.count % RECORDS_PER_BLOCK) * RECORD_BYTES);
  }

  /** Observers get copies, in order, at block ends and at `deliver`. */
  listen(listener: (batch: RecordBatch) => void): void {
    this.listeners.push(listener);
  }

  /** Hands to the observers what they have not seen of the open block. */
  deliver(): void {
    if (this.listeners.length === 0 || this.delivered >= this.count) return;
    const blockStart = this.count - (this.count % RECORDS_PER_BLOCK);
    const from = Math.max(this.delivered, blockStart);
    this.send(from, this.count, blockStart);
  }

  /** Record `id`, when it is in memory. */
  at(id: number): { bytes: Uint8Array; offset: number } | undefined {
    if (!(id >= 0 && id < this.count)) return undefined;
    const block = Math.floor(id / RECORDS_PER_BLOCK);
    const offset = (id % RECORDS_PER_BLOCK) * RECORD_BYTES;
    if (block === Math.floor(this.count / RECORDS_PER_BLOCK)) return { bytes: this.raw, offset };
    const bytes = this.blockList[block]?.bytes;
    return bytes === undefined ? undefined : { bytes, offset };
  }

  /** All that is kept: full blocks, and the bytes of the records after them (valid until the next record). */
  parts(): { readonly blocks: readonly Block[]; readonly tail: Uint8Array } {
    return { blocks: this.blockList, tail: this.raw };
  }

  /** Everything that is kept, piece by piece, in order. Valid until the next record. */
  *pieces(): Iterable<RecordBatch> {
    for (const { firstRecord, bytes } of this.blockList) yield { firstRecord, count: RECORDS_PER_BLOCK, bytes };
    const count = this.count % RECORDS_PER_BLOCK;
    yield { firstRecord: this.count - count, count, bytes: this.raw };
  }

  /** O(1): what follows is appended behind what the state looks at. */
  save(): TraceState {
    const { count, digest, chain, blockList: blocks, digestList: digests, raw: tail, delivered } = this;
    this.isShared = true;
    return { count, digest, chain, blocks, digests, tail, delivered };
  }

  load(state: TraceState): void {
    this.count = state.count;
    this.digest = state.digest;
    [this.chainLo, this.chainHi] = state.chain;
    const full = Math.floor(state.count / RECORDS_PER_BLOCK);
    this.blockList = state.blocks.slice(0, full);
    this.digestList = state.digests.slice(0, full);
    this.openBlock();
    this.raw.set(state.tail.subarray(0, (state.count % RECORDS_PER_BLOCK) * RECORD_BYTES));
    // Observers see again what happens again after a jump back, and nothing of what was skipped by a jump ahead.
    this.delivered = state.count;
  }

  /**
   * Writes what makes of a later state this one. Of the records themselves nothing, where the later one keeps them; else those of
   * the open block.
   */
  pack(state: TraceState, base: TraceState, w: PackWriter): void {
    const { count, digest, chain, tail } = state;
    for (const v of [count, ...digest, ...chain]) w.number(v);
    const open = count % RECORDS_PER_BLOCK;
    const [block, openBlock] = [count, base.count].map((n) => Math.floor(n / RECORDS_PER_BLOCK));
    const bytes = block === openBlock || this.keep ? 0 : open * RECORD_BYTES;
    w.number(bytes);
    if (bytes > 0) w.copyBytes(tail.subarray(0, bytes));
  }

  merge(a: PackReader | undefined, b: PackReader | undefined, w: PackWriter): void {
    const numbers = mergeNumbers(a, b, w, TRACE_NUMBERS);
    const [over, under] = [a?.takeBytes(a.number()), b?.takeBytes(b.number())];
    // What the state below keeps of its open block begins with this one's.
    const open = numbers[0] % RECORDS_PER_BLOCK;
    const bytes = over !== undefined && over.length > 0 ? over : (under ?? EMPTY);
    w.number(Math.min(bytes.length, open * RECORD_BYTES));
    w.copyBytes(bytes.subarray(0, open * RECORD_BYTES));
  }

  /**
   * Onto a later state that was loaded. Where full blocks are kept, of differences one over the other only the last needs to be
   * unpacked; else each: one may begin with the open block of the one below.
   */
  unpack(r: PackReader): void {
    const count = r.number();
    const digest: DigestState = [r.number(), r.number(), r.number(), r.number()];
    const chain = [r.number(), r.number()] as const;
    const bytes = r.takeBytes(r.number());
    const { blockList: blocks, digestList: digests, raw } = this;
    const tail = bytes.length > 0 ? bytes : (blocks[Math.floor(count / RECORDS_PER_BLOCK)]?.bytes ?? raw);
    this.load({ count, digest, chain, blocks, digests, tail, delivered: count });
  }

  /** Without the bytes of full blocks: a restored world goes on with the digest, not with the past. */
  write(w: ByteWriter): void {
    w.u32(this.count);
    for (const word of [...this.digest, this.chainLo, this.chainHi]) w.u32(word);
    w.u32(this.digestList.length);
    for (const { digest, chain } of this.digestList) for (const word of [...digest, ...chain]) w.u32(word);
    const tail = this.tail();
    for (let i = 0; i < tail.length; i++) w.u8(tail[i]);
  }

  read(r: ByteReader): void {
    this.count = r.u32();
    this.digest = readDigest(r);
    this.chainLo = r.u32();
    this.chainHi = r.u32();
    this.blockList = [];
    this.digestList = [];
    const blocks = r.u32();
    for (let i = 0; i < blocks; i++) this.digestList.push({ digest: readDigest(r), chain: [r.u32(), r.u32()] });
    const n = (this.count % RECORDS_PER_BLOCK) * RECORD_BYTES;
    for (let i = 0; i < n; i++) this.raw[i] = r.u8();
    this.delivered = this.count;
  }

  private closeBlock(): void {
    const chain = this.chain;
    const digest = digestStrings(digestWords(this.digest, this.words, this.words.length), chain);
    this.digest = digest;
    this.digestList.push({ digest, chain });
    const firstRecord = this.count - RECORDS_PER_BLOCK;
    if (this.keep) {
      const at = Math.floor(firstRecord / RECORDS_PER_BLOCK);
      this.blockList[at] = { firstRecord, bytes: this.raw, digest, chain };
    }
    if (this.listeners.length > 0 && this.delivered < this.count) {
      this.send(Math.max(this.delivered, firstRecord), this.count, firstRecord);
    }
    if (this.keep || this.isShared) this.openBlock();
  }

  private send(from: number, to: number, blockStart: number): void {
    this.delivered = to;
    for (const listener of this.listeners) {
      const bytes = this.raw.slice((from - blockStart) * RECORD_BYTES, (to - blockStart) * RECORD_BYTES);
      listener({ firstRecord: from, count: to - from, bytes });
    }
  }
}

function readDigest(r: ByteReader | ByteSource): DigestState {
  return [r.u32(), r.u32(), r.u32(), r.u32()];
}
