import type { ApiRequest, ApiResponse } from '../contracts/index.ts';
import { failure } from './status.ts';

/**
 * The stages that a request passes before the work on it: authentication, priority and fairness, authorization, in this
 * order (apiserver pkg/server/config.go, DefaultBuildHandlerChain). Each answers, or lets the request pass with undefined.
 */
export type StageCheck = (request: ApiRequest) => ApiResponse | undefined;

/** Every caller in the simulation is who it says; only a request without a user is refused. */
export const authenticate: StageCheck = ({ user }) =>
  user === '' ? failure(401, 'Unauthorized', 'Unauthorized') : undefined;

/** Everybody is served at once: no priority level is limited. */
export const admitByFlowControl: StageCheck = () => undefined;

/** Everything is allowed (--authorization-mode=AlwaysAllow). */
export const authorize: StageCheck = () => undefined;
