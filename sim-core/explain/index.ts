export { attemptsOf, knownPods } from './attempts.ts';
export { type Catalogue, EN as explainEnglish, type MessageId } from './catalogue.ts';
export type { ExplainOptions } from './explain.ts';
export { amountText, paramText, renderMessage } from './render.ts';
export { type Explainable, ExplainError, explainAttempt, explainNow, Rewinder, type TimeTraveller } from './session.ts';
export type * from './types.ts';
