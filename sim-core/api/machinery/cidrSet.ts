import { type Cidr, cidrContains, formatCIDR, type IpBytes, networkOf, parseCIDR } from './ip.ts';

/** The allocator of pod CIDRs for nodes (pkg/controller/nodeipam/ipam/cidrset), as a value. */

export interface CidrSet {
  readonly cluster: Cidr;
  readonly nodeMaskSize: number;
  /** How many node CIDRs there are. */
  readonly count: number;
  readonly next: number;
  /** Indexes in use. */
  readonly used: ReadonlySet<number>;
}

export class CidrSetError extends Error {}

const IPV6_BITS_MAX = 16;

/** Throws CidrSetError. */
export function newCidrSet(clusterCIDR: string, nodeMaskSize: number): CidrSet {
  const parsed = parseCIDR(clusterCIDR);
  if (parsed === undefined) throw new CidrSetError(`invalid CIDR address: ${clusterCIDR}`);
  const bits = nodeMaskSize - parsed.prefixLength;
  if (parsed.address.length === 16 && bits > IPV6_BITS_MAX) {
    throw new CidrSetError('New CIDR set failed; the node CIDR size is too big');
  }
  const cluster = { address: networkOf(parsed), prefixLength: parsed.prefixLength };
  return { cluster, nodeMaskSize, count: bits < 0 ? 0 : 2 ** bits, next: 0, used: new Set() };
}

function toBigInt(ip: IpBytes): bigint {
  return ip.reduce((n, byte) => n * 256n + BigInt(byte), 0n);
}

function toBytes(n: bigint, length: number): number[] {
  const bytes = new Array<number>(length);
  for (let i = length - 1; i >= 0; i--) {
    bytes[i] = Number(n & 255n);
    n >>= 8n;
  }
  return bytes;
}

function shift(set: CidrSet): bigint {
  return BigInt(set.cluster.address.length * 8 - set.nodeMaskSize);
}

function cidrAt(set: CidrSet, index: number): string {
  const n = toBigInt(set.cluster.address) | (BigInt(index) << shift(set));
  return formatCIDR({ address: toBytes(n, set.cluster.address.length), prefixLength: set.nodeMaskSize });
}

/** AllocateNext: the first free one from where the last was. Throws CidrSetError. */
export function allocateNext(set: CidrSet): { set: CidrSet; cidr: string } {
  if (set.used.size >= set.count) {
    throw new CidrSetError(
      'CIDR allocation failed; there are no remaining CIDRs left to allocate in the accepted range',
    );
  }
  let index = set.next;
  while (set.used.has(index)) index = (index + 1) % set.count;
  const used = new Set(set.used).add(index);
  return { set: { ...set, used, next: (index + 1) % set.count }, cidr: cidrAt(set, index) };
}

function indexOf(set: CidrSet, ip: IpBytes): number {
  const index = Number((toBigInt(ip) ^ toBigInt(set.cluster.address)) >> shift(set));
  if (index >= set.count) {
    throw new CidrSetError(
      `CIDR: ${formatCIDR({ address: ip, prefixLength: set.nodeMaskSize })} is out of the range of CIDR allocator`,
    );
  }
  return index;
}

/** The indexes that a CIDR covers: it may be larger or smaller than a node's. */
function covered(set: CidrSet, text: string): { first: number; last: number } {
  const cidr = parseCIDR(text);
  if (cidr === undefined) throw new CidrSetError(`invalid CIDR address: ${text}`);
  const network = { address: networkOf(cidr), prefixLength: cidr.prefixLength };
  if (!cidrContains(set.cluster, network.address) && !cidrContains(network, set.cluster.address)) {
    throw new CidrSetError(`cidr ${formatCIDR(network)} is out the range of cluster cidr ${formatCIDR(set.cluster)}`);
  }
  if (set.cluster.prefixLength >= cidr.prefixLength) return { first: 0, last: set.count - 1 };
  const hostBits = BigInt(cidr.address.length * 8 - cidr.prefixLength);
  const end = toBytes(toBigInt(network.address) | ((1n << hostBits) - 1n), cidr.address.length);
  return { first: indexOf(set, network.address), last: indexOf(set, end) };
}

/** Release. Throws CidrSetError. */
export function releaseCidr(set: CidrSet, cidr: string): CidrSet {
  const { first, last } = covered(set, cidr);
  const used = new Set<number>();
  for (const index of set.used) if (index < first || index > last) used.add(index);
  return { ...set, used };
}

/** Occupy: marks what is in use already. Throws CidrSetError. */
export function occupyCidr(set: CidrSet, cidr: string): CidrSet {
  const { first, last } = covered(set, cidr);
  const used = new Set(set.used);
  for (let index = first; index <= last; index++) used.add(index);
  return { ...set, used };
}
