import { deepEqual } from '../../api/machinery/update.ts';
import { jsonOf } from './jsonOf.ts';
import type { NodeInfo } from './nodeInfo.ts';
import type { PodInfo } from './podInfo.ts';
import type { Status } from './status.ts';
import { PluginError, type UserPlugin } from './userPlugins.ts';

const CODES: readonly string[] = [
  'Success',
  'Error',
  'Unschedulable',
  'UnschedulableAndUnresolvable',
  'Wait',
  'Skip',
  'Pending',
];

/** Whose code runs, for the guard's messages. */
type Guarded = Pick<UserPlugin, 'file' | 'takeViolation'> & { readonly definition: { readonly name: string } };

/** Runs a user's code and turns whatever it does wrong into a PluginError. */
export class Guard {
  readonly name: string;
  private readonly user: Guarded;

  constructor(user: Guarded) {
    this.user = user;
    this.name = user.definition.name;
  }

  error(point: string, about: string, detail: string): PluginError {
    return new PluginError({ name: this.name, file: this.user.file }, point, about, detail);
  }

  /** Runs the user's code. A violation counts even where the code caught what it was told. */
  call<T>(point: string, about: string, run: () => T): T {
    let result: T;
    try {
      result = run();
    } catch (thrown) {
      const violation = this.user.takeViolation?.();
      throw this.error(point, about, violation ?? `threw ${thrownText(thrown)}`);
    }
    const violation = this.user.takeViolation?.();
    if (violation !== undefined) throw this.error(point, about, violation);
    if (typeof (result as { then?: unknown } | undefined)?.then === 'function')
      throw this.error(point, about, 'returned a Promise: plugins are synchronous');
    return result;
  }

  /** A result that is data only, of this realm. */
  plain<T>(point: string, about: string, run: () => T): T {
    const result = this.call(point, about, run);
    if (result === undefined) return result;
    const text = jsonOf(result);
    if (text === undefined) throw this.error(point, about, `returned ${textOf(result)}, which is no plain data`);
    return JSON.parse(text) as T;
  }

  status(point: string, about: string, run: () => Status | undefined): Status | undefined {
    const status = this.call(point, about, run);
    const wrong = this.statusProblem(status);
    if (wrong !== undefined) throw this.error(point, about, wrong);
    return status === undefined || status === null ? undefined : plainStatus(status);
  }

  statusProblem(status: Status | undefined): string | undefined {
    if (status === undefined || status === null) return undefined;
    if (!CODES.includes(status.code))
      return `returned ${textOf(status)}: a status has a code, one of ${CODES.join(', ')}`;
    if (!Array.isArray(status.reasons) || !status.reasons.every((r) => typeof r === 'string'))
      return `returned ${textOf(status)}: a status has reasons, a list of texts`;
    return undefined;
  }

  wholeNumber(point: string, about: string, value: unknown): number {
    if (Number.isSafeInteger(value)) return value as number;
    throw this.error(point, about, `returned ${textOf(value)}: a score is a whole number`);
  }

  mustBeEqual(point: string, about: string, first: unknown, second: unknown): void {
    if (deepEqual(first, second)) return;
    const detail = `returned ${textOf(first)} and then ${textOf(second)} for the same input`;
    throw this.error(point, about, `${detail}: a plugin must not keep state between calls`);
  }
}

export const of = (pod: PodInfo) => `of pod ${pod.namespace}/${pod.name}`;
export const on = (pod: PodInfo, node: NodeInfo) => `of pod ${pod.namespace}/${pod.name} on node ${node.name}`;

/** Without what a plugin may have left in it, and of this realm: decisions outlive the call. */
export function plainStatus(status: Status | undefined): Status {
  return { code: status?.code ?? 'Success', reasons: [...(status?.reasons ?? [])] };
}

function thrownText(thrown: unknown): string {
  const { name, message } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as Partial<Error>;
  return typeof message === 'string' ? `${name ?? 'Error'}: ${message}` : textOf(thrown);
}

export function textOf(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number' || value === undefined) return String(value);
  const text = jsonOf(value) ?? 'an object';
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}
