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
export function containerNumber(pod: KubeObject, name: string): number {
  const index = indexOf(containersOf(pod), name);
  if (index >= 0) return index;
  const initIndex = indexOf(initContainersOf(pod), name);
  return initIndex < 0 ? 255 : 128 + initIndex;
}

/** A sidecar: an init container that is restarted for ever. */
export const isRestartableInit = (container: ContainerSpec): boolean => container.restartPolicy === 'Always';

export const restartPolicyOf = (pod: KubeObject): string => pod.spec?.restartPolicy ?? 'Always';

/** JSONPath of a container in events: `spec.containers{app}`. */
export function fieldPathOf(pod: KubeObject, name: string): string {
  if (indexOf(containersOf(pod), name) >= 0) return pathOf(name);
  const ephemeral = pod.spec?.ephemeralContainers as readonly { name: string }[] | undefined;
  if (ephemeral?.some((c) => c.name === name)) return `spec.ephemeralContainers{${name}}`;
  return indexOf(initContainersOf(pod), name) >= 0 ? `spec.initContainers{${name}}` : pathOf(name);
}

/** By name: equal texts are one text. A memo, bounded. */
const paths = new Map<string, string>();
const TEXTS_MAX = 4096;

function pathOf(name: string): string {
  let path = paths.get(name);
  if (path === undefined) {
    path = `spec.containers{${name}}`;
    if (paths.size >= TEXTS_MAX) paths.clear();
    paths.set(name, path);
  }
  return path;
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

/** The mirror says the manifest that the static pod comes from. */
export const isMirrorOf = (mirror: KubeObject, pod: KubeObject): boolean =>
  mirror.metadata.annotations?.['kubernetes.io/config.mirror'] ===
  pod.metadata.annotations?.['kubernetes.io/config.hash'];

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
    if (tags.size >= TEXTS_MAX) tags.clear();
    tags.set(image, tagged);
  }
  return tagged;
}

/** A memo, bounded. */
const tags = new Map<string, string>();

export function pullPolicyOf(container: ContainerSpec): string {
  if (container.imagePullPolicy) return container.imagePullPolicy;
  return !hasTag(container.image) || String(container.image).endsWith(':latest') ? 'Always' : 'IfNotPresent';
}
