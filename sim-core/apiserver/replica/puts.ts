import type {
  ApiRequest,
  EtcdCluster,
  KubeObject,
  ObjectTable,
  ObjId,
  PutIf,
  Revision,
} from '../../contracts/index.ts';
import { keyOf, storageResource } from '../keys.ts';
import type { StorePut, Target } from '../model.ts';
import type { DirectWrite } from '../verbs/direct.ts';

/** The put of a write without frames. */
export function directPut(etcd: EtcdCluster, request: ApiRequest, { object, current }: DirectWrite): PutIf {
  const { resource, namespace } = request;
  const target = { resource, namespace, name: object.metadata.name as string };
  return current === undefined
    ? putUnder(etcd, target, object, 0, 0, 0)
    : putUnder(etcd, target, object, current.rv, current.obj, 0);
}

/** A write as a put. */
export function putOf(etcd: EtcdCluster, objects: ObjectTable, { target, object, expect }: StorePut, lease = 0): PutIf {
  const { resource, namespace, name } = target;
  // As in a direct put: which of the two ways is taken depends on what this process has seen, the put must not.
  const obj = expect === 0 ? 0 : (objects.find(storageResource(resource), namespace, name) ?? 0);
  return putUnder(etcd, target, object, expect, obj, lease);
}

/** The key of an object that is known (`obj` above 0) is the store's own text. */
function putUnder(
  etcd: EtcdCluster,
  { resource, namespace, name }: Target,
  object: KubeObject,
  expect: Revision,
  obj: ObjId,
  lease: number,
): PutIf {
  const known = obj === 0 ? undefined : etcd.keyOf?.(obj);
  const key = known ?? keyOf(resource, namespace, name);
  return { kind: 'put', key, value: object, expect, lease, obj, together: true };
}
