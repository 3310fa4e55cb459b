import { parseQuantity } from '../machinery/quantity.ts';
import { CelError } from './errors.ts';
import { compile, type Program } from './evaluate.ts';
import { parseSemver } from './semver.ts';
import { CelMap, type CelValue, Opaque } from './values.ts';

/** A device of a ResourceSlice, as CEL selectors see it. */
export interface DeviceShape {
  readonly attributes?: Readonly<Record<string, AttributeShape>>;
  readonly capacity?: Readonly<Record<string, { readonly value: string | number }>>;
}

export interface AttributeShape {
  readonly int?: number;
  readonly bool?: boolean;
  readonly string?: string;
  readonly version?: string;
}

const EMPTY = new CelMap([]);

/** Names by domain; a name without a domain belongs to the driver. An unknown domain is an empty map. */
function byDomain<T>(
  driver: string,
  named: Readonly<Record<string, T>> | undefined,
  value: (v: T) => CelValue,
): CelMap {
  const domains = new Map<string, [CelValue, CelValue][]>();
  for (const [name, v] of Object.entries(named ?? {})) {
    const slash = name.indexOf('/');
    const domain = slash < 0 ? driver : name.slice(0, slash);
    const entries = domains.get(domain) ?? [];
    entries.push([name.slice(slash + 1), value(v)]);
    domains.set(domain, entries);
  }
  return new CelMap(
    [...domains].map(([domain, entries]) => [domain, new CelMap(entries)] as const),
    EMPTY,
  );
}

function attribute(a: AttributeShape): CelValue {
  if (a.int !== undefined) return BigInt(a.int);
  if (a.bool !== undefined) return a.bool;
  if (a.string !== undefined) return a.string;
  if (a.version !== undefined) return new Opaque('kubernetes.Semver', parseSemver(a.version));
  throw new CelError('unsupported attribute value');
}

const variables = new WeakMap<DeviceShape, CelMap>();

/** The variable `device`: driver, attributes and capacity. Source: dynamic-resource-allocation/cel. */
export function deviceVariable(driver: string, device: DeviceShape): CelMap {
  let known = variables.get(device);
  if (known === undefined || known.get('driver') !== driver) {
    known = new CelMap([
      ['driver', driver],
      ['attributes', byDomain(driver, device.attributes, attribute)],
      [
        'capacity',
        byDomain(driver, device.capacity, (c) => new Opaque('kubernetes.Quantity', parseQuantity(String(c.value)))),
      ],
    ]);
    if (Object.isFrozen(device)) variables.set(device, known);
  }
  return known;
}

/** A device selector. Throws CelError when it does not parse. */
export function compileSelector(expression: string): Program {
  return compile(expression);
}

/** Throws CelError when evaluation fails. */
export function selectsDevice(selector: Program, driver: string, device: DeviceShape): boolean {
  const variable = deviceVariable(driver, device);
  const value = selector.evaluate((name) => (name === 'device' ? variable : undefined));
  if (typeof value !== 'boolean') throw new CelError(`CEL expression returned ${typeof value}, wanted bool`);
  return value;
}
