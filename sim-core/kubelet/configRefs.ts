/** ConfigMaps and Secrets that the environment of a container refers to. Pure functions. */
import type { ContainerSpec } from './spec.ts';
import type { LookUp } from './volumes.ts';

/** ConfigMaps and Secrets that a container's environment needs: the first error's text, or ''. */
export function missingConfig(lookUp: LookUp | undefined, ns: string, spec: ContainerSpec): string {
  if (!lookUp) return '';
  for (const from of spec.envFrom ?? []) {
    const text = missing(lookUp, ns, from.configMapRef, from.secretRef, undefined);
    if (text !== '') return text;
  }
  for (const env of spec.env ?? []) {
    const { configMapKeyRef, secretKeyRef } = env.valueFrom ?? {};
    const text = missing(lookUp, ns, configMapKeyRef, secretKeyRef, (configMapKeyRef ?? secretKeyRef)?.key);
    if (text !== '') return text;
  }
  return '';
}

interface Ref {
  readonly name: string;
  readonly optional?: boolean;
}

function missing(
  lookUp: LookUp,
  ns: string,
  configMap: Ref | undefined,
  secret: Ref | undefined,
  key: string | undefined,
): string {
  const ref = configMap ?? secret;
  if (ref === undefined || ref.optional === true) return '';
  const object = lookUp(configMap ? 'configmaps' : 'secrets', ns, ref.name);
  if (object === undefined) return `${configMap ? 'configmap' : 'secret'} ${JSON.stringify(ref.name)} not found`;
  if (key === undefined) return '';
  const has = Object.hasOwn(object['data'] ?? {}, key) || Object.hasOwn(object['binaryData'] ?? {}, key);
  return has ? '' : `couldn't find key ${key} in ${configMap ? 'ConfigMap' : 'Secret'} ${ns}/${ref.name}`;
}
