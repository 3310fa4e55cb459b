import { qualifiedName, type ResourceInfo } from '../../api/schema/index.ts';
import type { Json, KubeObject } from '../../contracts/index.ts';
import { CLUSTER_PRINTERS } from './cluster.ts';
import { builtInColumns, type Column, NAME_COLUMN, SCALE_COLUMNS } from './columns.ts';
import { customCells, customColumns, type PrinterColumn } from './custom.ts';
import { age, type Cell, type Printer, type PrintTime } from './format.ts';
import { NETWORK_PRINTERS } from './network.ts';
import { podRowConditions } from './pods.ts';
import { classRowName, STORAGE_PRINTERS } from './storage.ts';
import { WORKLOAD_PRINTERS } from './workloads.ts';

export type { PrinterColumn } from './custom.ts';
export type { PrintTime } from './format.ts';

/** What a row carries besides its cells. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** How a client wants a Table. */
export interface TableOptions {
  readonly time: PrintTime;
  readonly includeObject?: IncludeObject;
  /** `v1` or `v1beta1` of meta.k8s.io. */
  readonly version?: string;
  /** Columns that the definition of a custom resource names; undefined for built-in kinds. */
  readonly columns?: readonly PrinterColumn[];
  readonly isCustom?: boolean;
}

const PRINTERS: Readonly<Record<string, Printer>> = {
  ...WORKLOAD_PRINTERS,
  ...NETWORK_PRINTERS,
  ...STORAGE_PRINTERS,
  ...CLUSTER_PRINTERS,
};

const EVENTS: ReadonlySet<string> = new Set(['events', 'events.events.k8s.io']);

/** The columns of a resource's Table. */
export function tableColumns(info: ResourceInfo, options: TableOptions): readonly Column[] {
  return options.isCustom ? [NAME_COLUMN, ...customColumns(options.columns)] : builtInColumns(info);
}

/** The cells of an object, as the server prints them, wide columns included. */
export function tableCells(info: ResourceInfo, object: KubeObject, options: TableOptions): readonly Cell[] {
  const { time } = options;
  const name = object.metadata.name ?? '';
  if (object.kind === 'Scale')
    return [name, object.spec?.replicas ?? 0, object.status?.replicas ?? 0, age(object, time)];
  if (options.isCustom) return [name, ...customCells(options.columns, object, time)];
  const resource = qualifiedName(info);
  const printer = PRINTERS[resource];
  if (!printer) return [name, object.metadata.creationTimestamp ?? null];
  const cells = printer(object, time);
  return EVENTS.has(resource) ? cells : [classRowName(resource, object), ...cells];
}

function rowOf(info: ResourceInfo, object: KubeObject, options: TableOptions): Json {
  const conditions = info.plural === 'pods' && info.group === '' ? podRowConditions(object) : undefined;
  const { includeObject = 'Metadata', version = 'v1' } = options;
  const meta = { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: object.metadata };
  const kept = includeObject === 'None' ? null : includeObject === 'Object' ? object : meta;
  return {
    cells: tableCells(info, object, options),
    ...(conditions && { conditions }),
    object: kept,
  } as unknown as Json;
}

interface ListMeta {
  readonly resourceVersion?: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** A Table of objects (apiserver endpoints/handlers/response.go); frames of a watch after the first leave the columns out. */
export function tableOf(
  info: ResourceInfo,
  objects: readonly KubeObject[],
  metadata: ListMeta,
  options: TableOptions,
  withColumns = true,
): Json {
  const columns = objects[0]?.kind === 'Scale' ? SCALE_COLUMNS : tableColumns(info, options);
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${options.version ?? 'v1'}`,
    metadata,
    columnDefinitions: withColumns ? columns : null,
    rows: objects.map((object) => rowOf(info, object, options)),
  } as unknown as Json;
}
