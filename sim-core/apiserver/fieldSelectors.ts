import { type FieldSelector, parseFieldSelector } from '../api/machinery/fieldSelectors.ts';
import { SelectorError } from '../api/machinery/selectors.ts';
import { apiVersionOf, qualifiedName, type ResourceInfo } from '../api/schema/index.ts';
import type { ApiResponse } from '../contracts/index.ts';
import { badRequest } from './status.ts';

/**
 * Which fields a resource can be selected by, and what the server says about others (vectors/api/fieldselectors.json).
 * Resources that are not named here know metadata.name and metadata.namespace.
 */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'metadata.name',
    'metadata.namespace',
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.podIPs',
    'status.nominatedNodeName',
  ],
  namespaces: ['metadata.name', 'status.phase'],
  nodes: ['metadata.name', 'spec.unschedulable'],
  replicationcontrollers: ['metadata.name', 'metadata.namespace', 'status.replicas'],
  secrets: ['metadata.name', 'metadata.namespace', 'type'],
  services: ['metadata.name', 'metadata.namespace', 'spec.clusterIP', 'spec.type'],
  events: [
    'metadata.name',
    'metadata.namespace',
    'type',
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
  ],
  'events.events.k8s.io': [
    'metadata.name',
    'metadata.namespace',
    'type',
    'reason',
    'reportingController',
    'regarding.name',
    'regarding.kind',
  ],
  'jobs.batch': ['metadata.name', 'metadata.namespace', 'status.successful'],
  'certificatesigningrequests.certificates.k8s.io': ['metadata.name', 'spec.signerName'],
  'resourceslices.resource.k8s.io': ['metadata.name', 'spec.nodeName', 'spec.driver'],
};

const EVENT_FIELDS: Readonly<Record<string, string>> = {
  'regarding.name': 'involvedObject.name',
  'regarding.kind': 'involvedObject.kind',
  reportingController: 'reportingComponent',
};

function unsupportedText(info: ResourceInfo, field: string): string {
  const resource = qualifiedName(info);
  if (resource === 'jobs.batch') return `field label "${field}" not supported for Job`;
  if (resource === 'resourceslices.resource.k8s.io') {
    return `field label not supported for ${apiVersionOf(info)}, Kind=ResourceSlice: ${field}`;
  }
  if (FIELDS[resource] || isCustom(info)) return `field label not supported: ${field}`;
  return `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

function isCustom(info: ResourceInfo): boolean {
  return info.group.includes('.') && !info.group.endsWith('.k8s.io');
}

/** Terms of a field selector for a resource, or the 400 that the server answers. */
export function fieldTermsFor(info: ResourceInfo, text: string): FieldSelector | ApiResponse {
  let parsed: FieldSelector;
  try {
    parsed = parseFieldSelector(text);
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    return badRequest(error.message);
  }
  const known = FIELDS[qualifiedName(info)] ?? METADATA;
  const custom = info.selectableFields ?? [];
  for (const { field } of parsed) {
    if (!known.includes(field) && !custom.includes(field)) {
      return badRequest(unsupportedText(info, field));
    }
  }
  if (qualifiedName(info) !== 'events.events.k8s.io') return parsed;
  return parsed.map((term) => ({ ...term, field: EVENT_FIELDS[term.field] ?? term.field }));
}

const METADATA: readonly string[] = ['metadata.name', 'metadata.namespace'];
