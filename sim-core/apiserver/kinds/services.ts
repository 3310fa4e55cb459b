import { type FieldError, invalid } from '../../api/machinery/fieldErrors.ts';
import { goQuote } from '../../api/machinery/gotext.ts';
import { deepEqual } from '../../api/machinery/json.ts';
import { isPathSegmentName } from '../../api/machinery/names.ts';
import type { KubeObject } from '../../contracts/index.ts';
import type { PipelineEnv } from '../model.ts';
import { withFields } from '../strategies.ts';
import type { KindHooks } from './hooks.ts';

/** --service-cluster-ip-range=10.96.0.0/16: addresses are given from the upper band, away from the first 256 (KEP-3070). */
const NETWORK = [10, 96] as const;
const ADDRESS_FIRST = 257;
const ADDRESS_LAST = 65_534;
/** --service-node-port-range=30000-32767, its upper band. */
const NODE_PORT_FIRST = 30_086;
const NODE_PORT_LAST = 32_767;

interface Port {
  readonly nodePort?: number;
  readonly port: number;
  readonly protocol?: string;
}

function addressAt(offset: number): string {
  return `${NETWORK[0]}.${NETWORK[1]}.${Math.floor(offset / 256)}.${offset % 256}`;
}

/** What the Services of the cluster hold already. */
function taken(env: PipelineEnv): { readonly addresses: ReadonlySet<string>; readonly ports: ReadonlySet<number> } {
  const addresses = new Set<string>();
  const ports = new Set<number>();
  for (const { object } of env.list('services', '')) {
    for (const address of object.spec?.clusterIPs ?? []) addresses.add(address);
    for (const port of (object.spec?.ports ?? []) as readonly Port[]) if (port.nodePort) ports.add(port.nodePort);
    if (object.spec?.healthCheckNodePort) ports.add(object.spec.healthCheckNodePort);
  }
  return { addresses, ports };
}

/** A free number of a range, beginning at a draw that belongs to the Service's name. */
function pick(
  env: PipelineEnv,
  stream: string,
  n: number,
  first: number,
  last: number,
  isFree: (v: number) => boolean,
): number {
  const count = last - first + 1;
  const start = env.draw(stream, n) % count;
  for (let i = 0; i < count; i++) {
    const value = first + ((start + i) % count);
    if (isFree(value)) return value;
  }
  return 0;
}

/** Does this type have a cluster address, and ports on every node? */
function wants(spec: Readonly<Record<string, unknown>>): { readonly address: boolean; readonly nodePorts: boolean } {
  const type = spec.type ?? 'ClusterIP';
  const nodePorts =
    type === 'NodePort' || (type === 'LoadBalancer' && (spec.allocateLoadBalancerNodePorts ?? true) === true);
  return { address: type !== 'ExternalName', nodePorts };
}

/** Gives addresses and node ports (pkg/registry/core/service/storage/alloc.go). */
function allocate(object: KubeObject, env: PipelineEnv): KubeObject {
  const spec: Record<string, unknown> = { ...object.spec };
  const { address, nodePorts } = wants(spec);
  if (!address) return object;
  const { namespace = '', name = '' } = object.metadata;
  const stream = `service/${namespace}/${name}`;
  const given = spec.clusterIP as string | undefined;
  const missingPorts = nodePorts && ((spec.ports ?? []) as readonly Port[]).some(({ nodePort }) => !nodePort);
  const used = !given || missingPorts ? taken(env) : undefined;
  if (!given && used) {
    const isFree = (offset: number) => !used.addresses.has(addressAt(offset));
    spec.clusterIP = addressAt(pick(env, stream, 0, ADDRESS_FIRST, ADDRESS_LAST, isFree));
  }
  spec.clusterIPs ??= [spec.clusterIP];
  if (given === 'None' && !hasSelector(spec) && spec.ipFamilies === undefined) {
    spec.ipFamilies = ['IPv4', 'IPv6'];
    spec.ipFamilyPolicy ??= 'RequireDualStack';
  }
  spec.ipFamilies ??= [String(spec.clusterIP).includes(':') ? 'IPv6' : 'IPv4'];
  spec.ipFamilyPolicy ??= 'SingleStack';
  if (missingPorts && used) spec.ports = portsWith(env, stream, spec.ports as readonly Port[], used.ports);
  if (wantsHealthPort(spec) && !spec.healthCheckNodePort) {
    const ports = used?.ports ?? taken(env).ports;
    const own = new Set(((spec.ports ?? []) as readonly Port[]).map(({ nodePort }) => nodePort));
    const isFree = (port: number) => !ports.has(port) && !own.has(port);
    spec.healthCheckNodePort = pick(env, stream, HEALTH_DRAW, NODE_PORT_FIRST, NODE_PORT_LAST, isFree);
  }
  return withFields(object, { spec });
}

const HEALTH_DRAW = 1000;

function hasSelector(spec: Readonly<Record<string, unknown>>): boolean {
  return Object.keys((spec.selector as object | undefined) ?? {}).length > 0;
}

function wantsHealthPort(spec: Readonly<Record<string, unknown>>): boolean {
  return spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
}

function portsWith(
  env: PipelineEnv,
  stream: string,
  ports: readonly Port[],
  used: ReadonlySet<number>,
): readonly Port[] {
  const own = new Set(used);
  for (const { nodePort } of ports) if (nodePort) own.add(nodePort);
  // TCP and UDP of one port number share one node port.
  const byPort = new Map<number, number>();
  return ports.map((port, i) => {
    if (port.nodePort) return port;
    const shared = byPort.get(port.port);
    if (shared !== undefined) return { ...port, nodePort: shared };
    const nodePort = pick(env, stream, 1 + i, NODE_PORT_FIRST, NODE_PORT_LAST, (value) => !own.has(value));
    own.add(nodePort);
    byPort.set(port.port, nodePort);
    return { ...port, nodePort };
  });
}

/** What a client leaves out of an update stays as it was allocated (patchAllocatedValues). */
function keepAllocated(object: KubeObject, before: KubeObject): KubeObject {
  const spec: Record<string, unknown> = { ...object.spec };
  const old = before.spec ?? {};
  const now = wants(spec);
  const was = wants(old);
  if (now.address && was.address) {
    spec.clusterIP = spec.clusterIP || old.clusterIP;
    if (spec.clusterIPs === undefined) spec.clusterIPs = spec.clusterIP === old.clusterIP ? old.clusterIPs : undefined;
    spec.ipFamilies ??= old.ipFamilies;
    spec.ipFamilyPolicy ??= old.ipFamilyPolicy;
  }
  if (now.nodePorts && was.nodePorts) spec.ports = keepPorts(spec.ports as readonly Port[] | undefined, old.ports);
  if (wantsHealthPort(spec) && wantsHealthPort(old)) spec.healthCheckNodePort ??= old.healthCheckNodePort;
  for (const key of Object.keys(spec)) if (spec[key] === undefined) delete spec[key];
  return withFields(object, { spec });
}

function keepPorts(ports: readonly Port[] | undefined, old: readonly Port[] | undefined): readonly Port[] | undefined {
  const used = new Set((ports ?? []).map(({ nodePort }) => nodePort));
  return ports?.map((port) => {
    if (port.nodePort) return port;
    const same = old?.find(
      (other) => other.port === port.port && (other.protocol ?? 'TCP') === (port.protocol ?? 'TCP'),
    );
    return same?.nodePort && !used.has(same.nodePort) ? { ...port, nodePort: same.nodePort } : port;
  });
}

/** An address that is taken, or a name that cannot stand in the IPAddress object behind one. */
function allocationProblems(object: KubeObject, env: PipelineEnv): readonly FieldError[] {
  const { spec = {} } = object;
  if (!wants(spec).address || spec.clusterIP === 'None') return [];
  if (!spec.clusterIP && spec.clusterIPs?.length) {
    return [invalid('spec.clusterIPs', spec.clusterIPs, 'must be empty when `clusterIP` is not specified')];
  }
  const refuse = (why: string) => [invalid('spec.clusterIPs', [spec.clusterIP ?? ''], `failed to allocate IP${why}`)];
  if (spec.clusterIP) {
    const used = env.list('services', '').some((other) => other.object.spec?.clusterIPs?.includes(spec.clusterIP));
    return used ? refuse(` ${spec.clusterIP}: provided IP is already allocated`) : [];
  }
  const { name = '' } = object.metadata;
  const [wrong] = name === '' ? [] : isPathSegmentName(name);
  if (wrong === undefined) return [];
  const address = (allocate(object, env).spec as { clusterIP: string }).clusterIP;
  const parent = `spec.parentRef.name: Invalid value: ${goQuote(name)}: ${wrong}`;
  return refuse(`: IPAddress.networking.k8s.io ${goQuote(address)} is invalid: ${parent}`);
}

/** What belongs to the old type goes with it, unless the client changed it (dropTypeDependentFields). */
function dropForType(object: KubeObject, before: KubeObject): KubeObject {
  const old = before.spec ?? {};
  const spec: Record<string, unknown> = { ...object.spec };
  const was = wants(old);
  const now = wants(spec);
  const dropSame = (key: string) => {
    if (spec[key] === undefined || deepEqual(spec[key], old[key])) delete spec[key];
  };
  if (was.address && !now.address) {
    if (!spec.clusterIP || spec.clusterIP === old.clusterIP) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    for (const key of ['ipFamilies', 'ipFamilyPolicy', 'internalTrafficPolicy']) dropSame(key);
  }
  if (was.nodePorts && !now.nodePorts) spec.ports = portsWithout((spec.ports ?? []) as readonly Port[], old.ports);
  if (wantsHealthPort(old) && !wantsHealthPort(spec)) dropSame('healthCheckNodePort');
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    for (const key of ['allocateLoadBalancerNodePorts', 'loadBalancerClass']) dropSame(key);
  }
  if (isExternal(old) && !isExternal(spec)) dropSame('externalTrafficPolicy');
  return withFields(object, { spec });
}

function isExternal({ type, externalIPs }: Readonly<Record<string, unknown>>): boolean {
  return (
    type === 'LoadBalancer' || type === 'NodePort' || ((externalIPs as readonly string[] | undefined) ?? []).length > 0
  );
}

/** Ports without their node ports, if these are the old ones. */
function portsWithout(ports: readonly Port[], old: readonly Port[] = []): readonly Port[] {
  const numbers = new Set(old.map(({ nodePort }) => nodePort));
  if (ports.some(({ nodePort }) => nodePort && !numbers.has(nodePort))) return ports;
  return ports.map(({ nodePort: _, ...port }) => port);
}

export const serviceHooks: KindHooks = {
  createProblems: allocationProblems,
  prepareCreate: allocate,
  prepareUpdate: (object, before, env) => allocate(dropForType(keepAllocated(object, before), before), env),
};
