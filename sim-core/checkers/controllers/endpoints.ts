import { isBeingDeleted, isPodReady, isPodTerminal } from '../../api/helpers/pods.ts';
import { setMatches } from '../../api/machinery/selectors.ts';
import type { KubeObject } from '../../contracts/index.ts';
import { type Checker, label, type Scene } from '../checker.ts';

interface Address {
  readonly targetRef?: { readonly kind?: string; readonly uid?: string; readonly name?: string };
  readonly conditions?: { readonly ready?: boolean };
}

/** C16: in the end the ready endpoints of a Service are its ready pods. */
export function endpointsAreReadyPods(): Checker {
  return {
    id: 'C16',
    name: 'endpoints-are-ready-pods',
    quiet(scene: Scene) {
      const pods = scene.list('pods').map((v) => v.object);
      const slices = scene.list('endpointslices.discovery.k8s.io').map((v) => v.object);
      for (const { object: service } of scene.list('services')) {
        const { selector, type } = service.spec ?? {};
        if (selector === undefined || type === 'ExternalName' || isBeingDeleted(service)) continue;
        if (service.spec?.publishNotReadyAddresses === true) continue;
        const wanted = pods.filter((pod) => isEndpoint(service, pod)).map((pod) => pod.metadata.name ?? '');
        compare(scene, service, wanted, readyTargets(service, slices));
      }
    },
  };
}

function isEndpoint(service: KubeObject, pod: KubeObject): boolean {
  if (pod.metadata.namespace !== service.metadata.namespace || !setMatches(service.spec?.selector, pod.metadata.labels))
    return false;
  return isPodReady(pod) && !isBeingDeleted(pod) && !isPodTerminal(pod) && (pod.status?.podIP ?? '') !== '';
}

function readyTargets(service: KubeObject, slices: readonly KubeObject[]): readonly string[] {
  const names = new Set<string>();
  for (const slice of slices) {
    if (slice.metadata.namespace !== service.metadata.namespace) continue;
    if (slice.metadata.labels?.['kubernetes.io/service-name'] !== service.metadata.name) continue;
    for (const address of (slice.endpoints ?? []) as readonly Address[])
      if (address.conditions?.ready !== false && address.targetRef?.kind === 'Pod')
        names.add(address.targetRef.name ?? '');
  }
  return [...names];
}

function compare(scene: Scene, service: KubeObject, wanted: readonly string[], have: readonly string[]): void {
  const missing = wanted.filter((name) => !have.includes(name)).sort();
  const extra = have.filter((name) => !wanted.includes(name)).sort();
  if (missing.length > 0)
    scene.report(label('services', service), `ready pods without an endpoint: ${missing.slice(0, 5).join(', ')}`);
  if (extra.length > 0)
    scene.report(label('services', service), `ready endpoints without a ready pod: ${extra.slice(0, 5).join(', ')}`);
}
