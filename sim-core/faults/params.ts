import { parseDurationUs } from '../api/machinery/duration.ts';
import { milliValue } from '../api/machinery/quantity.ts';
import type { TimeUs } from '../contracts/index.ts';

/** Parameters of a fault as a scenario file writes them; durations are text (`5m`) or whole µs. */
export type RawParams = Readonly<Record<string, unknown>>;

/** A parameter that cannot be used; the message says which and why, for the author of the scenario. */
export class FaultParamError extends Error {}

export function text(params: RawParams, name: string): string | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '') throw new FaultParamError(`${name} must be a text`);
  return value;
}

export function requiredText(params: RawParams, name: string, kind: string): string {
  const value = text(params, name);
  if (value === undefined) throw new FaultParamError(`${kind} needs ${name}`);
  return value;
}

export function texts(params: RawParams, name: string): readonly string[] | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw new FaultParamError(`${name} must be a list of texts`);
  }
  return value;
}

/** Amounts by resource. */
export function quantities(params: RawParams, name: string, kind: string): Readonly<Record<string, string>> {
  const value = params[name];
  if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length === 0)
    throw new FaultParamError(`${kind} needs ${name}: resources and their amounts`);
  return Object.fromEntries(
    Object.entries(value).map(([resource, amount]) => {
      if (typeof amount !== 'string' && typeof amount !== 'number')
        throw new FaultParamError(`${name}.${resource} must be a quantity such as 500m or 16Gi`);
      try {
        const text = String(amount);
        if (milliValue(text) < 0) throw new RangeError('it is negative');
        return [resource, text];
      } catch {
        throw new FaultParamError(`${name}.${resource} must be a quantity such as 500m or 16Gi`);
      }
    }),
  );
}

export function integer(params: RawParams, name: string, min: number): number | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min) {
    throw new FaultParamError(`${name} must be a whole number of at least ${min}`);
  }
  return value;
}

export function flag(params: RawParams, name: string): boolean {
  const value = params[name];
  if (value !== undefined && typeof value !== 'boolean') throw new FaultParamError(`${name} must be true or false`);
  return value ?? false;
}

/** A probability as parts per million. */
export function partsPerMillion(params: RawParams, name: string, kind: string): number {
  const value = params[name];
  if (typeof value !== 'number' || !(value >= 0 && value <= 1))
    throw new FaultParamError(`${kind} needs ${name} from 0 to 1`);
  return Math.round(value * 1_000_000);
}

/** A constant duration, or `{p50, p99}`. */
export function quantiles(
  params: RawParams,
  name: string,
): { readonly p50Us: TimeUs; readonly p99Us: TimeUs } | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const { p50, p99 } = value as { readonly p50?: unknown; readonly p99?: unknown };
    const p50Us = durationUs(p50, `${name}.p50`);
    const p99Us = p99 === undefined ? p50Us : durationUs(p99, `${name}.p99`);
    if (p99Us < p50Us) throw new FaultParamError(`${name}.p99 must not be below ${name}.p50`);
    return { p50Us, p99Us };
  }
  const us = durationUs(value, name);
  return { p50Us: us, p99Us: us };
}

export function durationUs(value: unknown, name: string): TimeUs {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  if (typeof value === 'string') {
    try {
      const us = parseDurationUs(value);
      if (us >= 0) return us;
    } catch (error) {
      throw new FaultParamError(`${name}: ${(error as Error).message}`);
    }
  }
  throw new FaultParamError(`${name} must be a duration such as 250ms or 5m`);
}

/** Two groups of names. */
export function groups(params: RawParams, name: string): readonly [readonly string[], readonly string[]] | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  const isGroup = (item: unknown) =>
    Array.isArray(item) && item.length > 0 && item.every((member) => typeof member === 'string');
  if (!Array.isArray(value) || value.length !== 2 || !value.every(isGroup)) {
    throw new FaultParamError(`${name} must be two lists of names`);
  }
  return value as unknown as readonly [readonly string[], readonly string[]];
}
