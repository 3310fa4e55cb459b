import type { ApiRequest, ApiResponse, Revision, TimeUs, WorldContext } from '../contracts/index.ts';
import type { StoreOp } from './model.ts';

/**
 * Told what requests do, for recordings and comparisons; it must not change anything. `token` is the same for all calls of one
 * request and free for the next one after `answered`.
 */
export interface RequestObserver {
  /** It may be told of a renewal that is computed in one step at its call and at its commit. Without it none is computed. */
  readonly seesComputed?: boolean;
  /** False = nobody listens now. */
  readonly isListening?: boolean;
  /** It arrived, after `workUs` of the server's own time on it (decoding, admission, encoding), which the way there includes. */
  received?(ctx: WorldContext, token: number, request: ApiRequest, workUs: TimeUs): void;
  /** The store took a change of the request: the key and the revision of the change. */
  stored?(ctx: WorldContext, token: number, request: ApiRequest, op: StoreOp, rv: Revision): void;
  answered?(ctx: WorldContext, token: number, request: ApiRequest, response: ApiResponse): void;
}
