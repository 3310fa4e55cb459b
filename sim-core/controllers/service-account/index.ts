import type { Controller } from '../../contracts/controllers.ts';
import { createRequest } from '../support/requests.ts';
import { emptyPlan, isAlreadyExists, isNamespaceTerminating, script, succeeded } from '../support/script.ts';

/** pkg/controller/serviceaccount: every active namespace has a ServiceAccount `default`. Keys are namespaces. */
export function serviceAccountController(): Controller {
  const sync = script<{ readonly namespace: string }>('sync', function* (run, { namespace }) {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } };
    const answer = yield* run.request(createRequest('serviceaccounts', namespace, account));
    const fine = succeeded(answer) || isAlreadyExists(answer) || isNamespaceTerminating(answer);
    return fine ? undefined : { failed: true };
  });
  return {
    name: 'service-account-controller',
    workers: 1,
    watches: [
      { resource: 'namespaces', keys: ({ type, now }) => (type === 'DELETED' ? [] : [now.metadata.name ?? '']) },
      {
        resource: 'serviceaccounts',
        keys: ({ type, now }) => (type === 'DELETED' ? [now.metadata.namespace ?? ''] : []),
      },
    ],
    reconcile(view, _memory, key, nowUs) {
      const namespace = view.get('namespaces', '', key)?.object;
      if (namespace?.status?.phase !== 'Active' || view.get('serviceaccounts', key, 'default')) return emptyPlan;
      return sync.start({ namespace: key }, nowUs);
    },
    resume: (_view, _memory, _key, nowUs, _point, data, answers) => sync.resume(nowUs, data, answers),
  };
}
