/** Questions about a pod's spec that several parts of the kubelet ask. Pure functions. */
import type { KubeObject } from '../contracts/index.ts';

// biome-ignore lint/suspicious/noExplicitAny: a container of a PodSpec in its JSON shape
export type ContainerSpec = any;

export const containersOf = (pod: KubeObject): readonly ContainerSpec[] => pod.spec?.containers ?? [];
export const initContainersOf = (pod: KubeObject): readonly ContainerSpec[] => pod.spec?.initContainers ?? [];

export interface NamedContainer {
  readonly spec: ContainerSpec;
  readonly init: boolean;
  readonly index: number;
}

function indexOf(containers: readonly ContainerSpec[], name: string): number {
  for (let i = 0; i < containers.length; i++) if (containers[i].name === name) return i;
  return -1;
}

export function findContainer(pod: KubeObject, name: string): NamedContainer | undefined {
  const regular = containersOf(pod);
  const index = indexOf(regular, name);
  if (index >= 0) return { spec: regular[index], init: false, index };
  const init = initContainersOf(pod);
  const initIndex = indexOf(init, name);
  return initIndex < 0 ? undefined : { spec: init[initIndex], init: true, index: initIndex };
}

/** A container as records number it: its place in its list, init containers from 128 on; 255 = an ephemeral one. */
function containerNumber(pod: KubeObject, name: string): number {
  const index = indexOf(containersOf(pod), name);
  if (index >= 0) return index;
  const initIndex = indexOf(initContainersOf(pod), name);
  return initIndex < 0 ? 255 : 128 + initIndex;
}

/** A sidecar: an init container that is restarted for ever. */
export const isRestartableInit = (container: ContainerSpec): boolean => container.restartPolicy === 'Always';

export const restartPolicyOf = (pod: KubeObject): string => pod.spec?.restartPolicy ?? 'Always';

/** JSONPath of a container in events: `spec.containers{app}`. */
function fieldPathOf(pod: KubeObject, name: string): string {
  const ephemeral = pod.spec?.ephemeralContainers as readonly { name: string }[] | undefined;
  if (ephemeral?.some((c) => c.name === name)) return `spec.ephemeralContainers{${name}}`;
  const isInit = indexOf(containersOf(pod), name) < 0 && indexOf(initContainersOf(pod), name) >= 0;
  return isInit ? `spec.initContainers{${name}}` : `spec.containers{${name}}`;
}

/** What Events and records say of a container. */
interface ContainerPlace {
  readonly name: string;
  readonly number: number;
  readonly fieldPath: string;
}

/** By the list of regular containers, which pods of a template share. A memo. */
const places = new WeakMap<object, readonly ContainerPlace[]>();

/** The container's number and its JSONPath. */
export function placeOf(pod: KubeObject, name: string): ContainerPlace {
  const containers = containersOf(pod);
  let known = places.get(containers);
  if (known === undefined) {
    known = containers.map((c, number) => ({ name: c.name, number, fieldPath: `spec.containers{${c.name}}` }));
    places.set(containers, known);
  }
  for (const place of known) if (place.name === name) return place;
  return { name, number: containerNumber(pod, name), fieldPath: fieldPathOf(pod, name) };
}

/** `name_namespace(uid)` (pkg/kubelet/util/format Pod). */
export const podText = (pod: KubeObject): string =>
  `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;

export const isStatic = (pod: KubeObject): boolean => {
  const source = pod.metadata.annotations?.['kubernetes.io/config.source'];
  return source !== undefined && source !== 'api';
};

export const isMirror = (pod: KubeObject): boolean =>
  pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;

/** Static, mirror, or with the priority of the system (pkg/kubelet/types IsCriticalPod). */
export const isCritical = (pod: KubeObject): boolean =>
  isStatic(pod) || isMirror(pod) || (pod.spec?.priority ?? 0) >= 2_000_000_000;

export const isTerminalPhase = (phase: unknown): boolean => phase === 'Succeeded' || phase === 'Failed';

/** Does the pod wait for volumes (projected tokens included)? */
export const hasVolumes = (pod: KubeObject): boolean => (pod.spec?.volumes ?? []).length > 0;

/** Adds `latest` where neither tag nor digest is named (pkg/util/parsers). */
export function hasTag(image: string): boolean {
  return image.includes('@') || image.lastIndexOf(':') > image.lastIndexOf('/');
}

export function withTag(image: string): string {
  let tagged = tags.get(image);
  if (tagged === undefined) {
    tagged = hasTag(image) ? image : `${image}:latest`;
    if (tags.size >= TAGS_MAX) tags.clear();
    tags.set(image, tagged);
  }
  return tagged;
}

/** A memo, bounded. */
const tags = new Map<string, string>();
const TAGS_MAX = 4096;

export function pullPolicyOf(container: ContainerSpec): string {
  if (container.imagePullPolicy) return container.imagePullPolicy;
  return !hasTag(container.image) || String(container.image).endsWith(':latest') ? 'Always' : 'IfNotPresent';
}
