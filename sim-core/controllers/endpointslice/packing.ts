import type { Service } from '../../api/types/core.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from '../../api/types/discovery.ts';
import { changed, semanticallyEqual } from '../support/objects.ts';
import { type AddressType, endpointKey, newSlice, sliceLabels } from './slices.ts';

export interface SliceChanges {
  readonly creations: EndpointSlice[];
  readonly updates: EndpointSlice[];
  readonly deletions: EndpointSlice[];
}

interface Working {
  readonly slice: EndpointSlice;
  endpoints: Endpoint[];
}

function take(desired: Map<string, Endpoint>): Endpoint {
  const [key, endpoint] = desired.entries().next().value!;
  desired.delete(key);
  return endpoint;
}

/** The unchanged slice that has room for all the rest and is fullest afterwards. */
function sliceToFill(unchanged: readonly Working[], count: number, max: number): Working | undefined {
  let best: Working | undefined;
  let bestRoom = max;
  for (const candidate of unchanged) {
    const room = max - (count + candidate.endpoints.length);
    if (room >= 0 && room < bestRoom) {
      best = candidate;
      bestRoom = room;
    }
  }
  return best;
}

/**
 * Distributes the endpoints of one port list over slices with few writes (endpointslice reconciler, reconcileByPortMapping):
 * keep what is in place, fill slices that change anyway (fullest first), then one unchanged slice if the rest fits into it,
 * else new ones. Nothing is rebalanced.
 */
export function pack(
  service: Service,
  type: AddressType,
  ports: readonly EndpointPort[],
  existing: readonly EndpointSlice[],
  endpoints: readonly Endpoint[],
  max: number,
): SliceChanges {
  const desired = new Map(endpoints.map((endpoint) => [endpointKey(endpoint), endpoint]));
  const labels = sliceLabels(service);
  const unchanged: Working[] = [];
  const updating: Working[] = [];
  const changes: SliceChanges = { creations: [], updates: [], deletions: [] };
  for (const slice of existing) {
    const before = slice.endpoints ?? [];
    const kept: Endpoint[] = [];
    let differs = false;
    for (const endpoint of before) {
      const wanted = desired.get(endpointKey(endpoint));
      if (!wanted) continue;
      kept.push(wanted);
      if (!semanticallyEqual(wanted, endpoint)) differs = true;
      desired.delete(endpointKey(endpoint));
    }
    const relabelled = !semanticallyEqual(slice.metadata.labels, labels);
    if (kept.length === 0 && before.length > 0) changes.deletions.push(slice);
    else if (differs || kept.length !== before.length || relabelled) updating.push({ slice, endpoints: kept });
    else unchanged.push({ slice, endpoints: kept });
  }
  const fullestFirst = [...updating].sort((a, b) => b.endpoints.length - a.endpoints.length);
  for (const working of fullestFirst) {
    while (desired.size > 0 && working.endpoints.length < max) working.endpoints.push(take(desired));
  }
  while (desired.size > 0) {
    const found = desired.size < max ? sliceToFill(unchanged, desired.size, max) : undefined;
    const working = found ?? { slice: newSlice(service, type, ports), endpoints: [] };
    while (desired.size > 0 && working.endpoints.length < max) working.endpoints.push(take(desired));
    if (found) {
      unchanged.splice(unchanged.indexOf(found), 1);
      updating.push(found);
    } else changes.creations.push({ ...working.slice, endpoints: working.endpoints });
  }
  for (const { slice, endpoints: packed } of updating) {
    changes.updates.push({ ...changed(slice, { metadata: { labels } }), endpoints: packed });
  }
  return changes;
}
