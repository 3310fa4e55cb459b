import type { ApiRequest, ApiResponse } from '../contracts/index.ts';
import { attributesOf, authorizeAttributes, isTrusted as isTrustedCaller, type RoleSource } from './authorization.ts';
import { unauthorized } from './status.ts';

/**
 * The stages that a request passes before the work on it: authentication, priority and fairness, authorization, in this
 * order (apiserver pkg/server/config.go, DefaultBuildHandlerChain). Each answers, or lets the request pass with undefined.
 */
export type StageCheck = (request: ApiRequest) => ApiResponse | undefined;

/** Every caller in the simulation is who it says; only a request without a user is refused. */
export const authenticate: StageCheck = ({ user }) => (user === '' ? unauthorized() : undefined);

/** Everybody is served at once: no priority level is limited. */
export const admitByFlowControl: StageCheck = () => undefined;

/** Does a request pass all of them, whatever it asks? */
export function isTrusted(request: ApiRequest): boolean {
  return request.user !== '' && isTrustedCaller(request);
}

/** RBAC. Components of the simulation are trusted and cost nothing here. */
export function authorize(request: ApiRequest, source: RoleSource): ApiResponse | undefined {
  if (isTrusted(request)) return undefined;
  return authorizeAttributes(request, attributesOf(request), source);
}
