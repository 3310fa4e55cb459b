import { type FieldError, invalid } from './fieldErrors.ts';
import { goQuote } from './gotext.ts';

/** IP addresses and CIDRs as Kubernetes reads and checks them (k8s.io/utils/net, apimachinery pkg/util/validation/ip.go). */

/** 4 or 16 bytes. */
export type IpBytes = readonly number[];

export interface Cidr {
  readonly address: IpBytes;
  readonly prefixLength: number;
}

function parseIPv4(text: string, strict: boolean): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const bytes: number[] = [];
  for (const part of parts) {
    if (!/^[0-9]+$/.test(part) || (strict && part.length > 1 && part.startsWith('0'))) return undefined;
    const digits = part.replace(/^0+(?=[0-9])/, '');
    const n = Number(digits);
    if (digits.length > 3 || n > 255) return undefined;
    bytes.push(n);
  }
  return bytes;
}

function parseGroups(text: string, strict: boolean): number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  const bytes: number[] = [];
  for (let i = 0; i < groups.length; i++) {
    const group = groups[i];
    if (i === groups.length - 1 && group.includes('.')) {
      const v4 = parseIPv4(group, strict);
      if (v4 === undefined) return undefined;
      bytes.push(...v4);
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
      const n = Number.parseInt(group, 16);
      bytes.push(n >> 8, n & 255);
    }
  }
  return bytes;
}

function parseIPv6(text: string, strict: boolean): number[] | undefined {
  const gap = text.indexOf('::');
  if (gap < 0) {
    const bytes = parseGroups(text, strict);
    return bytes?.length === 16 ? bytes : undefined;
  }
  const head = text.slice(0, gap);
  const tail = text.slice(gap + 2);
  if (tail.includes('::') || head.includes('.')) return undefined;
  const before = parseGroups(head, strict);
  const after = parseGroups(tail, strict);
  if (before === undefined || after === undefined || before.length + after.length > 14) return undefined;
  return [...before, ...new Array<number>(16 - before.length - after.length).fill(0), ...after];
}

/** Without `strict`, leading zeros in IPv4 numbers are allowed, as Kubernetes does for fields that ever allowed them. */
export function parseIP(text: string, strict = false): IpBytes | undefined {
  if (text.length > 64) return undefined;
  return text.includes(':') ? parseIPv6(text, strict) : parseIPv4(text, strict);
}

export function isIPv4Mapped(ip: IpBytes): boolean {
  return ip.length === 16 && ip.slice(0, 10).every((b) => b === 0) && ip[10] === 255 && ip[11] === 255;
}

/** The canonical text (RFC 5952). */
export function formatIP(ip: IpBytes): string {
  if (ip.length === 4) return ip.join('.');
  if (isIPv4Mapped(ip)) return `::ffff:${ip.slice(12).join('.')}`;
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(ip[i] * 256 + ip[i + 1]);
  let best = -1;
  let bestLength = 1;
  for (let i = 0; i < 8; i++) {
    let j = i;
    while (j < 8 && groups[j] === 0) j++;
    if (j - i > bestLength) {
      best = i;
      bestLength = j - i;
    }
  }
  const hex = groups.map((g) => g.toString(16));
  if (best < 0) return hex.join(':');
  return `${hex.slice(0, best).join(':')}::${hex.slice(best + bestLength).join(':')}`;
}

export function parseCIDR(text: string, strict = false): Cidr | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const address = parseIP(text.slice(0, slash), strict);
  const length = text.slice(slash + 1);
  if (address === undefined || !/^[0-9]{1,9}$/.test(length)) return undefined;
  if (strict && length.length > 1 && length.startsWith('0')) return undefined;
  const prefixLength = Number(length);
  return prefixLength > address.length * 8 ? undefined : { address, prefixLength };
}

/** The address with all bits after the prefix cleared. */
export function networkOf(cidr: Cidr): IpBytes {
  return cidr.address.map((byte, i) => {
    const bits = Math.min(8, Math.max(0, cidr.prefixLength - i * 8));
    return byte & ((0xff << (8 - bits)) & 0xff);
  });
}

export function formatCIDR(cidr: Cidr): string {
  return `${formatIP(cidr.address)}/${cidr.prefixLength}`;
}

export function cidrContains(cidr: Cidr, ip: IpBytes): boolean {
  if (ip.length !== cidr.address.length) return false;
  const network = networkOf(cidr);
  return networkOf({ address: ip, prefixLength: cidr.prefixLength }).every((byte, i) => byte === network[i]);
}

const BAD_IP = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const BAD_CIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
const BAD_INTERFACE = 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)';

/** validation.IsValidIP */
export function isValidIP(field: string, value: string): FieldError[] {
  const ip = parseIP(value);
  if (ip === undefined) return [invalid(field, value, BAD_IP)];
  if (parseIP(value, true) === undefined) return [invalid(field, value, 'must not have leading 0s')];
  if (isIPv4Mapped(ip)) return [invalid(field, value, 'must not be an IPv4-mapped IPv6 address')];
  const canonical = formatIP(ip);
  return value === canonical ? [] : [invalid(field, value, `must be in canonical form (${goQuote(canonical)})`)];
}

/** validation.IsValidIPForLegacyField (without strict validation) */
export function isValidIPForLegacyField(field: string, value: string): FieldError[] {
  return parseIP(value) === undefined ? [invalid(field, value, BAD_IP)] : [];
}

/** validation.IsValidCIDR */
export function isValidCIDR(field: string, value: string): FieldError[] {
  const cidr = parseCIDR(value);
  if (cidr === undefined) return [invalid(field, value, BAD_CIDR)];
  if (parseCIDR(value, true) === undefined) {
    return [invalid(field, value, 'must not have leading 0s in IP or prefix length')];
  }
  if (isIPv4Mapped(cidr.address)) return [invalid(field, value, 'must not have an IPv4-mapped IPv6 address')];
  const network = networkOf(cidr);
  if (network.some((byte, i) => byte !== cidr.address[i])) {
    return [invalid(field, value, 'must not have bits set beyond the prefix length')];
  }
  const canonical = formatCIDR(cidr);
  return value === canonical ? [] : [invalid(field, value, `must be in canonical form (${goQuote(canonical)})`)];
}

export function isValidCIDRForLegacyField(field: string, value: string): FieldError[] {
  return parseCIDR(value) === undefined ? [invalid(field, value, BAD_CIDR)] : [];
}

/** validation.IsValidInterfaceAddress: an address with its prefix length. */
export function isValidInterfaceAddress(field: string, value: string): FieldError[] {
  const cidr = parseCIDR(value);
  if (cidr === undefined) return [invalid(field, value, BAD_INTERFACE)];
  const canonical = formatCIDR(cidr);
  return value === canonical ? [] : [invalid(field, value, `must be in canonical form (${goQuote(canonical)})`)];
}
