import { qualifiedName, type ResourceInfo, type ScalePaths } from '../api/schema/index.ts';
import type { KubeObject, Version } from '../contracts/index.ts';
import { definitionCondition, definitionHolds } from './definitionLifecycle.ts';
import type { PrinterColumn } from './tables/index.ts';

/** Custom resources, as the CustomResourceDefinitions in the store define them. */

export const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const PART_VERBS = ['get', 'patch', 'update'];

interface DefinedVersion {
  readonly name: string;
  readonly served?: boolean;
  readonly storage?: boolean;
  readonly selectableFields?: readonly { readonly jsonPath: string }[];
  readonly subresources?: { readonly status?: object; readonly scale?: ScalePaths };
  readonly schema?: { readonly openAPIV3Schema?: object };
  readonly additionalPrinterColumns?: readonly PrinterColumn[];
}

/**
 * Is what a definition defines served? Definitions that no controller has looked at yet are: a simulated cluster takes them
 * as they come.
 */
function isServed(definition: KubeObject): boolean {
  return definitionCondition(definition, 'Established') === undefined || definitionHolds(definition, 'Established');
}

/** Is the definition of a resource being deleted? */
export function isTerminating(get: Get, resource: string): boolean {
  const definition = get(DEFINITIONS, '', resource)?.object;
  return definition !== undefined && definitionHolds(definition, 'Terminating');
}

type Get = (resource: string, namespace: string, name: string) => Version | undefined;

const infos = new WeakMap<KubeObject, ResourceInfo | undefined>();

function infoOf(definition: KubeObject): ResourceInfo | undefined {
  const { spec } = definition;
  const served = ((spec?.versions ?? []) as readonly DefinedVersion[]).filter((version) => version.served !== false);
  const version = served.find(({ storage }) => storage) ?? served[0];
  if (!spec?.names || !version) return undefined;
  const subresources = [
    ...(version.subresources?.status ? [{ name: 'status', kind: spec.names.kind, verbs: PART_VERBS }] : []),
    ...(version.subresources?.scale
      ? [{ name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: PART_VERBS }]
      : []),
  ];
  return {
    group: spec.group,
    version: version.name,
    kind: spec.names.kind,
    plural: spec.names.plural,
    singular: spec.names.singular ?? spec.names.kind.toLowerCase(),
    namespaced: spec.scope !== 'Cluster',
    preferred: true,
    verbs: VERBS,
    ...(spec.names.shortNames && { shortNames: spec.names.shortNames }),
    ...(spec.names.categories && { categories: spec.names.categories }),
    subresources,
    ...(version.subresources?.scale && { scalePaths: version.subresources.scale }),
    ...(version.selectableFields && {
      selectableFields: version.selectableFields.map(({ jsonPath }) => jsonPath.slice(1)),
    }),
  };
}

/** The resource that a definition of this name serves: `widgets.ex.io`. */
export function customInfo(get: Get, resource: string): ResourceInfo | undefined {
  if (!resource.includes('.')) return undefined;
  const definition = get(DEFINITIONS, '', resource)?.object;
  if (!definition || !isServed(definition)) return undefined;
  if (!infos.has(definition)) infos.set(definition, infoOf(definition));
  return infos.get(definition);
}

/** The OpenAPI schema of a custom resource's version. */
export function customSchema(get: Get, resource: string, version: string): object | undefined {
  const definition = get(DEFINITIONS, '', resource)?.object;
  const versions = (definition?.spec?.versions ?? []) as readonly DefinedVersion[];
  return versions.find(({ name }) => name === version)?.schema?.openAPIV3Schema;
}

/** How a resource's Table is printed: whether it is a custom resource, and the columns that its definition names. */
export function customTable(
  get: Get,
  info: ResourceInfo,
): { readonly isCustom: boolean; readonly columns?: readonly PrinterColumn[] } {
  const definition = get(DEFINITIONS, '', qualifiedName(info))?.object;
  if (!definition) return { isCustom: false };
  const versions = (definition.spec?.versions ?? []) as readonly DefinedVersion[];
  return { isCustom: true, columns: versions.find(({ name }) => name === info.version)?.additionalPrinterColumns };
}

/** The OpenAPI schema of the kind of a request; undefined for built-in kinds. */
export function schemaOf(get: Get, info: ResourceInfo): object | undefined {
  if (!info.group.includes('.') || info.group.endsWith('.k8s.io')) return undefined;
  return customSchema(get, qualifiedName(info), info.version);
}
