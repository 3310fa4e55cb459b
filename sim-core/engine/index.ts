export { ByteSink, ByteSource, utf8Decode, utf8Encode, utf8Length } from './bytes.ts';
export { ContainerSet } from './containers/registry.ts';
export { chance, checkDistribution, type Distribution, sampleUs, uniformInt } from './distributions.ts';
export { draw, NamedStream, type RootKey, rootKey, streamKey } from './draws.ts';
export type { PendingEvent } from './event_page.ts';
export { exactExp, exactLog, normalQuantile } from './exact.ts';
export { combine, combineNumber, finalise, hashString } from './mix.ts';
export { type Packed, packedBytes } from './packed/writer.ts';
export { EventQueue } from './queue.ts';
export {
  BLOCK_BYTES,
  type Block,
  type BlockDigest,
  DIGEST_START,
  type DigestState,
  digestEnd,
  digestStrings,
  digestText,
  digestWords,
  RECORD_BYTES,
  RECORDS_PER_BLOCK,
  type RecordBatch,
} from './records.ts';
export { hexOf, type NameTables } from './tables.ts';
export {
  compareStrings,
  decodeValue,
  encodeValue,
  freezeValue,
  hashValue,
  registerClass,
  sortedKeys,
  type ValueClass,
  valueCodec,
} from './values.ts';
export {
  createWorld,
  firstDifference,
  type Injection,
  type RunState,
  SimulationError,
  type Snapshot,
  type Stop,
  World,
  type WorldOptions,
} from './world.ts';
