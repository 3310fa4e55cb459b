import { timeText } from '../../api/machinery/time.ts';
import type { ApiRequest, KubeObject, Version } from '../../contracts/index.ts';
import { SECOND_US } from '../../contracts/index.ts';
import type { PipelineEnv } from '../model.ts';

/** The issuer's default and shortest life of a token (pkg/registry/core/serviceaccount/storage/token.go). */
const DEFAULT_SECONDS = 3600;

/**
 * POST serviceaccounts/token: an authentication.k8s.io/v1 TokenRequest with a token that is an opaque text, the same for the
 * same account and second. Nothing is stored.
 */
export function tokenOf(request: ApiRequest, account: Version, env: PipelineEnv): KubeObject {
  const spec = request.body?.spec ?? {};
  const seconds: number = spec.expirationSeconds ?? DEFAULT_SECONDS;
  const expiresUs = env.nowUs + seconds * SECOND_US;
  const { namespace = '', name = '', uid = '' } = account.object.metadata;
  const words = [0, 1, 2, 3].map((n) => env.draw(`token/${uid}/${Math.floor(env.nowUs / SECOND_US)}`, n).toString(36));
  return {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, creationTimestamp: timeText(env.epochSeconds, env.nowUs) },
    spec: { ...spec, expirationSeconds: seconds },
    status: { token: words.join('.'), expirationTimestamp: timeText(env.epochSeconds, expiresUs) },
  };
}
