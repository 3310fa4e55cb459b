import { humanDuration } from '../../api/machinery/duration.ts';
import { canonicalQuantity } from '../../api/machinery/quantity.ts';
import { timeUs } from '../../api/machinery/time.ts';
import type { Json, KubeObject } from '../../contracts/index.ts';

/** A cell of a Table. */
export type Cell = Json;

/** When a Table is printed: `nowUs` counts from `epochSeconds`. */
export interface PrintTime {
  readonly nowUs: number;
  readonly epochSeconds: number;
}

/** The cells of one object after its name. */
export type Printer = (object: KubeObject, time: PrintTime) => readonly Cell[];

/** How long ago a time was: `5m30s`; `<unknown>` where it is not set. */
export function since(time: PrintTime, text: string | null | undefined): string {
  if (!text) return '<unknown>';
  return humanDuration(time.nowUs - timeUs(time.epochSeconds, text));
}

export function age(object: KubeObject, time: PrintTime): string {
  return since(time, object.metadata.creationTimestamp);
}

/** `a,b,c + 2 more...` */
export function firstThree(items: readonly string[], empty: string): string {
  if (items.length === 0) return empty;
  const more = items.length > 3 ? ` + ${items.length - 3} more...` : '';
  return `${items.slice(0, 3).join(',')}${more}`;
}

interface NamedContainer {
  readonly name: string;
  readonly image?: string;
}

/** Names and images of a pod template's containers. */
export function containerCells(spec: { readonly containers?: readonly NamedContainer[] } | undefined): Cell[] {
  const containers = spec?.containers ?? [];
  return [containers.map(({ name }) => name).join(','), containers.map(({ image = '' }) => image).join(',')];
}

/** labels.FormatLabels: `a=b,c=d`, sorted. */
export function labelsText(labels: Readonly<Record<string, string>> | null | undefined): string {
  const keys = Object.keys(labels ?? {}).sort();
  return keys.length === 0 ? '<none>' : keys.map((key) => `${key}=${labels?.[key]}`).join(',');
}

/** A quantity as Go prints it; one that is not set is `0`. */
export function quantity(text: string | number | null | undefined): string {
  return text === undefined || text === null ? '0' : canonicalQuantity(String(text));
}

/** A pointer to a bool. */
export function boolText(value: boolean | null | undefined): string {
  return value === undefined || value === null ? '<unset>' : value ? 'True' : 'False';
}
