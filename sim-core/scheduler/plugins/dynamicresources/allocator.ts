import { CelError, compileSelector, type Program, selectsDevice } from '../../../api/cel/index.ts';
import type { KubeObject } from '../../../contracts/index.ts';
import type { NodeInfo } from '../../framework/nodeInfo.ts';
import type { Listers } from '../../framework/snapshot.ts';
import {
  type AllocatedDevice,
  type CelSelector,
  CLASSES,
  constraintsOf,
  type DeviceConstraint,
  type DeviceRequest,
  keyOf,
  requestsOf,
} from './claims.ts';
import { devicesInUse, newestSlices, type Pool, type PoolDevice, poolsOf, type SlicesByPool } from './pools.ts';

/** What was found for one claim on one node. */
export interface ClaimAllocation {
  readonly results: readonly AllocatedDevice[];
  /** The devices, aligned with the results. */
  readonly devices: readonly PoolDevice[];
}

/** An error of the claims themselves, not of the node: it ends the cycle. */
export class AllocationError extends Error {}

/** One way to satisfy one request. */
interface Alternative {
  /** `request`, or `request/subrequest`. */
  readonly name: string;
  readonly request: DeviceRequest;
  readonly deviceClass: KubeObject | undefined;
}

interface Constraint {
  readonly spec: DeviceConstraint;
  /** Values of the attribute on the devices taken so far, all equal. */
  readonly values: string[];
}

interface ClaimWork {
  readonly claim: KubeObject;
  readonly requests: readonly (readonly Alternative[])[];
  readonly constraints: readonly Constraint[];
}

/**
 * Finds devices for claims, node by node: depth first over claims, requests, alternatives and devices, so the first
 * solution in that order is the one taken. Source: dynamic-resource-allocation/structured.
 */
export class Allocator {
  private readonly claims: readonly KubeObject[];
  private readonly listers: Listers;
  private readonly slices: SlicesByPool;
  private readonly used: ReadonlySet<string>;
  private readonly programs = new Map<string, Program>();

  constructor(claims: readonly KubeObject[], listers: Listers) {
    this.claims = claims;
    this.listers = listers;
    this.slices = newestSlices(listers);
    this.used = devicesInUse(listers);
  }

  /** One allocation a claim, or undefined when the node has not got the devices. Throws AllocationError. */
  allocate(node: NodeInfo): readonly ClaimAllocation[] | undefined {
    const pools = poolsOf(this.slices, node);
    return new Search(
      this,
      pools,
      this.used,
      this.claims.map((claim) => this.workOf(claim)),
    ).run();
  }

  /** Do the selectors of the class and of the request take the device? */
  selects(work: ClaimWork, alternative: Alternative, device: PoolDevice): boolean {
    const ofClass: readonly CelSelector[] = alternative.deviceClass?.spec?.selectors ?? [];
    const className = alternative.deviceClass?.metadata.name;
    return (
      this.all(ofClass, device, `class ${className}`) &&
      this.all(alternative.request.selectors ?? [], device, `claim ${keyOf(work.claim)}`)
    );
  }

  private all(selectors: readonly CelSelector[], device: PoolDevice, where: string): boolean {
    return selectors.every(({ cel }, i) => {
      if (cel === undefined) throw new AllocationError(`${where}: CEL expression empty (unsupported selector type?)`);
      let stage = 'compile';
      try {
        const program = this.program(cel.expression);
        stage = 'runtime';
        return selectsDevice(program, device.driver, device.device);
      } catch (error) {
        if (!(error instanceof CelError)) throw error;
        throw new AllocationError(`${where}: selector #${i}: CEL ${stage} error: ${error.message}`);
      }
    });
  }

  private program(expression: string): Program {
    let program = this.programs.get(expression);
    if (program === undefined) this.programs.set(expression, (program = compileSelector(expression)));
    return program;
  }

  private workOf(claim: KubeObject): ClaimWork {
    const classOf = (r: DeviceRequest) => this.listers.get(CLASSES, '', r.deviceClassName ?? '');
    const requests = requestsOf(claim).map(({ name, exactly, firstAvailable }) =>
      exactly !== undefined
        ? [{ name, request: exactly, deviceClass: classOf(exactly) }]
        : (firstAvailable ?? []).map((sub) => ({
            name: `${name}/${sub.name}`,
            request: sub,
            deviceClass: classOf(sub),
          })),
    );
    const constraints = constraintsOf(claim).map((spec) => {
      if (spec.matchAttribute === undefined)
        throw new AllocationError(`claim ${keyOf(claim)}, constraint: empty constraint (unsupported constraint type?)`);
      return { spec, values: [] };
    });
    return { claim, requests, constraints };
  }
}

class Search {
  private readonly allocator: Allocator;
  private readonly pools: readonly Pool[];
  private readonly used: ReadonlySet<string>;
  private readonly work: readonly ClaimWork[];
  private readonly taken = new Set<string>();
  private readonly found: { result: AllocatedDevice; device: PoolDevice }[][];

  constructor(allocator: Allocator, pools: readonly Pool[], used: ReadonlySet<string>, work: readonly ClaimWork[]) {
    this.allocator = allocator;
    this.pools = pools;
    this.used = used;
    this.work = work;
    this.found = work.map(() => []);
  }

  run(): readonly ClaimAllocation[] | undefined {
    if (!this.request(0, 0)) return undefined;
    return this.found.map((list) => ({ results: list.map((f) => f.result), devices: list.map((f) => f.device) }));
  }

  private request(claimAt: number, requestAt: number): boolean {
    const work = this.work[claimAt];
    if (work === undefined) return true;
    const alternatives = work.requests[requestAt];
    if (alternatives === undefined) return this.request(claimAt + 1, 0);
    const next = () => this.request(claimAt, requestAt + 1);
    return alternatives.some((alternative) =>
      alternative.request.allocationMode === 'All'
        ? this.every(claimAt, alternative, next)
        : this.some(claimAt, alternative, alternative.request.count ?? 1, next),
    );
  }

  /** `count` devices, the first that go together with everything that comes after. */
  private some(claimAt: number, alternative: Alternative, count: number, next: () => boolean): boolean {
    if (count === 0) return next();
    for (const pool of this.pools) {
      for (const device of pool.devices) {
        if (!this.isFree(alternative, device) || !this.allocator.selects(this.work[claimAt], alternative, device))
          continue;
        if (!this.take(claimAt, alternative, device)) continue;
        if (this.some(claimAt, alternative, count - 1, next)) return true;
        this.giveBack(claimAt, alternative, device);
      }
    }
    return false;
  }

  /** All devices that match: there is one way only, so a failure is final. */
  private every(claimAt: number, alternative: Alternative, next: () => boolean): boolean {
    const work = this.work[claimAt];
    const where = `claim ${keyOf(work.claim)}, request ${alternative.name}`;
    const wanted: PoolDevice[] = [];
    for (const pool of this.pools) {
      if (pool.incomplete)
        throw new AllocationError(
          `${where}: asks for all devices, but resource pool ${pool.devices[0]?.driver ?? ''}/${pool.name} is currently being updated`,
        );
      for (const device of pool.devices) if (this.allocator.selects(work, alternative, device)) wanted.push(device);
    }
    if (wanted.length === 0 || !wanted.every((device) => this.isFree(alternative, device))) return false;
    for (const device of wanted) {
      if (!this.take(claimAt, alternative, device))
        throw new AllocationError(
          `${where}: cannot add device ${device.id} because a claim constraint would not be satisfied`,
        );
    }
    if (next()) return true;
    for (const device of [...wanted].reverse()) this.giveBack(claimAt, alternative, device);
    return false;
  }

  private isFree(alternative: Alternative, device: PoolDevice): boolean {
    return alternative.request.adminAccess === true || !(this.used.has(device.id) || this.taken.has(device.id));
  }

  private take(claimAt: number, alternative: Alternative, device: PoolDevice): boolean {
    const { constraints } = this.work[claimAt];
    for (let i = 0; i < constraints.length; i++) {
      if (add(constraints[i], alternative.name, device)) continue;
      for (let k = 0; k < i; k++) remove(constraints[k], alternative.name);
      return false;
    }
    const adminAccess = alternative.request.adminAccess;
    if (adminAccess !== true) this.taken.add(device.id);
    const { driver, pool } = device;
    const result = { request: alternative.name, driver, pool, device: device.device.name };
    this.found[claimAt].push({ result: adminAccess === undefined ? result : { ...result, adminAccess }, device });
    return true;
  }

  private giveBack(claimAt: number, alternative: Alternative, device: PoolDevice): void {
    for (const constraint of this.work[claimAt].constraints) remove(constraint, alternative.name);
    if (alternative.request.adminAccess !== true) this.taken.delete(device.id);
    this.found[claimAt].pop();
  }
}

/** A constraint may name requests or subrequests; without names it holds for all. */
function concerns(constraint: Constraint, request: string): boolean {
  const names = constraint.spec.requests ?? [];
  const slash = request.indexOf('/');
  return names.length === 0 || names.includes(request) || (slash > 0 && names.includes(request.slice(0, slash)));
}

/** The attribute by its full name, or without the domain where that is the driver's. */
function attributeText(name: string, { driver, device }: PoolDevice): string | undefined {
  let value = device.attributes?.[name];
  const slash = name.indexOf('/');
  if (value === undefined && slash > 0 && name.slice(0, slash) === driver)
    value = device.attributes?.[name.slice(slash + 1)];
  return value === undefined ? undefined : JSON.stringify([value.int, value.bool, value.string, value.version]);
}

function add(constraint: Constraint, request: string, device: PoolDevice): boolean {
  if (!concerns(constraint, request)) return true;
  const value = attributeText(constraint.spec.matchAttribute as string, device);
  if (value === undefined || (constraint.values.length > 0 && constraint.values[0] !== value)) return false;
  constraint.values.push(value);
  return true;
}

function remove(constraint: Constraint, request: string): void {
  if (concerns(constraint, request)) constraint.values.pop();
}
