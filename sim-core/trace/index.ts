export { nodeEffect, nodeStateOf, podEffect, podStateOf } from './effects.ts';
export { FORMAT_VERSION, RecordingError, type RecordingFault, readRecording, writeRecording } from './format.ts';
export { type FieldMeaning, KINDS, type KindSpec } from './kinds.ts';
export { POD_LOOKS, type PodLook, podLook } from './podLooks.ts';
export {
  type Checkpoint,
  type Divergence,
  type ExpectationResult,
  type ExternalInput,
  firstDivergence,
  namesOf,
  namesOfTables,
  namesOfWorld,
  type Recording,
  type RecordingLevel,
  type RecordingMeta,
  recordingOf,
  recordsOf,
} from './recording.ts';
export { delaysByWhy, type Story, type StoryHop, story } from './story.ts';
export { fieldText, recordText, timeText, traceText } from './text.ts';
export {
  decodeRecord,
  firstAtOrAfter,
  indexByObject,
  type RecordSource,
  recordBytes,
  StoredRecords,
  type TraceNames,
  type TraceRecord,
} from './view.ts';
