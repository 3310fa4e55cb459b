import type { ResourceInfo } from '../../api/schema/index.ts';
import type { ApiRequest, ApiResponse, Status } from '../../contracts/index.ts';
import { scaleOf } from './scale.ts';

/** What a Binding is answered with. */
export const CREATED: Status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

/** The answer of a subresource, from that of the object behind it. */
export function shapeAnswer(request: ApiRequest, info: ResourceInfo, response: ApiResponse): ApiResponse {
  const { subresource } = request;
  if (subresource !== 'scale' && subresource !== 'binding') return response;
  const { version, object, ...rest } = response;
  const stored = version?.object ?? object;
  if (!stored) return response;
  return subresource === 'binding'
    ? { ...rest, code: 201, status: CREATED }
    : { ...rest, object: scaleOf(info, stored) };
}
