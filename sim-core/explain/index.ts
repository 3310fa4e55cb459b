export { ANNOTATION_PREFIXES } from './annotations.ts';
export { attemptsOf, knownPods, reasonsIn } from './attempts.ts';
export { type Catalogue, EN as explainEnglish, type MessageId } from './catalogue.ts';
export { ExplainError } from './errors.ts';
export type { ExplainOptions } from './explain.ts';
export { amountText, paramText, renderMessage } from './render.ts';
export {
  annotatedPod,
  type Explainable,
  explainAttempt,
  explainNow,
  Rewinder,
  recordsOfRun,
  type TimeTraveller,
} from './session.ts';
export { attemptsText, explanationText } from './text.ts';
export type * from './types.ts';
