import type { ConfigMap } from '../../api/types/core.ts';
import type { Controller } from '../../contracts/controllers.ts';
import type { Version } from '../../contracts/objects.ts';
import type { ControllerManagerOptions } from '../options.ts';
import { changed, semanticallyEqual } from '../support/objects.ts';
import { createRequest, updateRequest } from '../support/requests.ts';
import {
  emptyPlan,
  isAlreadyExists,
  isNamespaceTerminating,
  isNotFound,
  script,
  succeeded,
} from '../support/script.ts';

const NAME = 'kube-root-ca.crt';
const DESCRIPTION = 'kubernetes.io/description';
const DESCRIPTION_TEXT =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal ' +
  'service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

interface Input {
  readonly namespace: string;
  readonly current: Version | undefined;
}

/** pkg/controller/certificates/rootcacertpublisher: the CA bundle in every namespace. Keys are namespaces. */
export function rootCAPublisher(options: ControllerManagerOptions): Controller {
  const data = { 'ca.crt': options.rootCA };
  const sync = script<Input>('sync', function* (run, { namespace, current }) {
    if (current) {
      const annotations = { ...current.object.metadata.annotations, [DESCRIPTION]: DESCRIPTION_TEXT };
      const wanted = { ...changed(current.object, { metadata: { annotations } }), data };
      const answer = yield* run.request(updateRequest('configmaps', wanted));
      return succeeded(answer) || isNotFound(answer) ? undefined : { failed: true };
    }
    const metadata = { name: NAME, annotations: { [DESCRIPTION]: DESCRIPTION_TEXT } };
    const answer = yield* run.request(
      createRequest('configmaps', namespace, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data }),
    );
    const fine = succeeded(answer) || isNotFound(answer) || isNamespaceTerminating(answer);
    return fine && !isAlreadyExists(answer) ? undefined : { failed: true };
  });
  return {
    name: 'root-ca-cert-publisher',
    workers: 1,
    watches: [
      {
        resource: 'namespaces',
        keys: ({ type, now }) =>
          type !== 'DELETED' && now.status?.phase === 'Active' ? [now.metadata.name ?? ''] : [],
      },
      {
        resource: 'configmaps',
        keys: ({ type, now }) => (type !== 'ADDED' && now.metadata.name === NAME ? [now.metadata.namespace ?? ''] : []),
      },
    ],
    reconcile(view, _memory, key, nowUs) {
      const current = view.get('configmaps', key, NAME);
      const object = current?.object as ConfigMap | undefined;
      const described = (object?.metadata.annotations?.[DESCRIPTION] ?? '') !== '';
      if (object && described && semanticallyEqual(object.data, data)) return emptyPlan;
      return sync.start({ namespace: key, current }, nowUs);
    },
    resume: (_view, _memory, _key, nowUs, _point, stored, answers) => sync.resume(nowUs, stored, answers),
  };
}
