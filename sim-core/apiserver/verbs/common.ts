import type { ApiResponse } from '../../contracts/index.ts';
import type { StoreAnswer, Turn } from '../model.ts';
import { internalError, tooLargeResourceVersion } from '../status.ts';

export function isResponse(value: unknown): value is ApiResponse {
  return typeof value === 'object' && value !== null && 'code' in value && 'record' in value;
}

export function reply(response: ApiResponse, warnings?: readonly string[]): Turn {
  return { do: 'reply', response: warnings && warnings.length > 0 ? { ...response, warnings } : response };
}

/** The answer to a store that failed; undefined for a conflict, which the caller handles. */
export function storeFailure(answer: StoreAnswer): ApiResponse | undefined {
  if (answer.ok) return undefined;
  if ('error' in answer) return internalError(answer.error.error);
  if ('tooLarge' in answer) return tooLargeResourceVersion(answer.rv, answer.rv);
  return undefined;
}
