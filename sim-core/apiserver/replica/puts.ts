import type { ApiRequest, EtcdCluster, ObjectTable, PutIf } from '../../contracts/index.ts';
import { keyOf, storageResource } from '../keys.ts';
import type { StorePut } from '../model.ts';
import type { DirectWrite } from '../verbs/direct.ts';

/** The put of a write without frames. The key of an object that is known is the store's own text. */
export function directPut(etcd: EtcdCluster, request: ApiRequest, { object, current }: DirectWrite): PutIf {
  const expect = current === undefined ? 0 : current.rv;
  const obj = current === undefined ? 0 : current.obj;
  const known = obj === 0 ? undefined : etcd.keyOf?.(obj);
  const key = known ?? keyOf(request.resource, request.namespace, object.metadata.name as string);
  return { kind: 'put', key, value: object, expect, lease: 0, obj, together: true };
}

/** A write as a put. The key of an object that is known is the store's own text. */
export function putOf(etcd: EtcdCluster, objects: ObjectTable, { target, object, expect }: StorePut, lease = 0): PutIf {
  const { resource, namespace, name } = target;
  // As in a direct put: which of the two ways is taken depends on what this process has seen, the put must not.
  const obj = expect === 0 ? 0 : (objects.find(storageResource(resource), namespace, name) ?? 0);
  const known = obj === 0 ? undefined : etcd.keyOf?.(obj);
  const key = known ?? keyOf(resource, namespace, name);
  return { kind: 'put', key, value: object, expect, lease, obj, together: true };
}
