import {
  isDNS1035Label,
  isDNS1123Label,
  isDNS1123Subdomain,
  isPathSegmentName,
  nameIsDNSSubdomain,
} from '../machinery/names.ts';
import {
  duplicate,
  eachOf,
  type FieldError,
  forbidden,
  immutable,
  invalid,
  invalidEach,
  need,
  notSupported,
  oneOf,
  type Piece,
  required,
  same,
  tooLong,
} from './common.ts';
import { validateCrdVersions } from './crdSchema.ts';
import { internalJson } from './internal.ts';
import { validateNodeSelector } from './pods/scheduling.ts';
import { validateCsiDriverName } from './pods/volumes.ts';

/** CustomResourceDefinitions, APIServices, flow control, certificates, dynamic resources. */

const CRD = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.';

export function validateApiService(object: Piece): FieldError[] {
  const spec = object.spec ?? {};
  const { group = '', version = '' } = spec;
  const errors: FieldError[] = [];
  if (!group) {
    if (version !== 'v1')
      errors.push(required('spec.group', 'only v1 may have an empty group and it better be legacy kube'));
  } else errors.push(...invalidEach('spec.group', group, isDNS1123Subdomain(group)));
  errors.push(...invalidEach('spec.version', version, isDNS1035Label(version)));
  const low = (value: number, max: number, path: string): void => {
    if (value <= 0 || value > max) errors.push(invalid(path, value, `must be positive and less than ${max}`));
  };
  low(spec.groupPriorityMinimum ?? 0, 20000, 'spec.groupPriorityMinimum');
  low(spec.versionPriority ?? 0, 1000, 'spec.versionPriority');
  if (!spec.service) {
    if (spec.caBundle)
      errors.push(
        invalid('spec.caBundle', `${spec.caBundle.length} bytes`, 'local APIServices may not have a caBundle'),
      );
    if (spec.insecureSkipTLSVerify)
      errors.push(invalid('spec.insecureSkipTLSVerify', true, 'local APIServices may not have insecureSkipTLSVerify'));
    return errors;
  }
  errors.push(
    ...need(spec.service.namespace, 'spec.service.namespace'),
    ...need(spec.service.name, 'spec.service.name'),
  );
  if (spec.insecureSkipTLSVerify && spec.caBundle)
    errors.push(invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present'));
  return errors;
}

export const apiServiceName = (name: string, object: Piece): readonly string[] => {
  const wrong = isPathSegmentName(name);
  if (wrong.length) return wrong;
  const required_ = `${object.spec?.version ?? ''}.${object.spec?.group ?? ''}`;
  return name === required_ ? [] : [`must be \`spec.version+"."+spec.group\`: ${JSON.stringify(required_)}`];
};

export const crdName = (name: string, object: Piece): readonly string[] => {
  const wrong = isDNS1123Subdomain(name).length ? nameIsDNSSubdomain(name, false) : [];
  const required_ = `${object.spec?.names?.plural ?? ''}.${object.spec?.group ?? ''}`;
  return name === required_ ? wrong : [...wrong, 'must be spec.names.plural+"."+spec.group'];
};

function validateNames(names: Piece, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const label = (field: string, shown: string): void => {
    const value: string = names[field] ?? '';
    errors.push(
      ...invalidEach(`${path}.${field}`, value, isDNS1035Label(shown === 'lower' ? value.toLowerCase() : value)),
    );
  };
  if (names.plural) label('plural', '');
  if (names.singular) label('singular', '');
  if (names.kind) label('kind', 'lower');
  if (names.listKind) label('listKind', 'lower');
  for (const field of ['shortNames', 'categories']) {
    errors.push(
      ...eachOf(names[field], `${path}.${field}`, (value, at) => invalidEach(at, value, isDNS1035Label(value))),
    );
  }
  if (names.kind && names.kind === names.listKind)
    errors.push(invalid(`${path}.listKind`, names.listKind, 'kind and listKind may not be the same'));
  return errors;
}

function validateVersion(version: Piece, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!version.schema?.openAPIV3Schema) errors.push(required(`${path}.schema.openAPIV3Schema`, ''));
  return errors;
}

/** Structural rules of CRDs; schemas themselves are not checked beyond their root type. */
export function validateCustomResourceDefinition(object: Piece): FieldError[] {
  const spec = object.spec ?? {};
  const versions: readonly Piece[] = spec.versions ?? [];
  const errors: FieldError[] = [];
  errors.push(...eachOf(versions, 'spec.versions', validateVersion));
  if (!spec.group) errors.push(required('spec.group', ''));
  else {
    const wrong = isDNS1123Subdomain(spec.group);
    if (wrong.length) errors.push(invalid('spec.group', spec.group, wrong.join(',')));
    else if (!spec.group.includes('.'))
      errors.push(invalid('spec.group', spec.group, 'should be a domain with at least one dot'));
  }
  errors.push(...oneOf(spec.scope, 'spec.scope', ['Cluster', 'Namespaced']));
  const shown = spec.versions ? versions.map((version) => shownVersion(version, versions)) : null;
  const names = new Set<string>();
  let unique = true;
  eachOf(versions, 'spec.versions', (version, at) => {
    if (names.has(version.name)) unique = false;
    names.add(version.name);
    errors.push(...invalidEach(`${at}.name`, version.name ?? '', isDNS1035Label(version.name ?? '')));
    return [];
  });
  if (!unique) errors.push(invalid('spec.versions', shown, 'must contain unique version names'));
  const stored = versions.filter((version) => version.storage).map((version) => version.name);
  if (stored.length !== 1)
    errors.push(invalid('spec.versions', shown, 'must have exactly one version marked as storage version'));
  if (versions[0]?.name)
    errors.push(...invalidEach('spec.version', versions[0].name, isDNS1035Label(versions[0].name)));
  for (const field of ['plural', 'singular', 'kind', 'listKind'])
    errors.push(...need(spec.names?.[field], `spec.names.${field}`));
  errors.push(...validateNames(spec.names ?? {}, 'spec.names'));
  if (
    /(^|\.)(k8s|kubernetes)\.io$/.test(spec.group ?? '') &&
    !object.metadata?.annotations?.['api-approved.kubernetes.io']
  ) {
    errors.push(
      required(
        'metadata.annotations[api-approved.kubernetes.io]',
        'protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111',
      ),
    );
  }
  if (spec.preserveUnknownFields) {
    errors.push(
      invalid(
        'spec.preserveUnknownFields',
        true,
        'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
      ),
    );
  }
  return [...errors, ...validateCrdVersions(spec, versions), ...validateStoredVersions(versions)];
}

/** Parts that are equal in all versions stand at the top of the internal type and are null in each version. */
function shownVersion(version: Piece, versions: readonly Piece[]): Piece {
  const shown = internalJson(version, `${CRD}CustomResourceDefinitionVersion`) as Record<string, Piece>;
  for (const field of ['schema', 'subresources', 'additionalPrinterColumns', 'selectableFields']) {
    if (versions.every((other) => same(other[field], version[field])))
      shown[field[0].toUpperCase() + field.slice(1)] = null;
  }
  return shown;
}

/** The strategy stores the first version marked for storage. */
function validateStoredVersions(versions: readonly Piece[]): FieldError[] {
  const first = versions.find((version) => version.storage)?.name;
  const path = 'status.storedVersions';
  if (first === undefined) return [invalid(path, null, 'must have at least one stored version')];
  const left = new Set([first]);
  return versions.flatMap((version) => {
    const missing = version.storage && !left.has(version.name);
    left.delete(version.name);
    return missing ? [invalid(path, [first], `must have the storage version ${version.name}`)] : [];
  });
}

export function validateFlowSchema(object: Piece): FieldError[] {
  const spec = object.spec ?? {};
  const errors: FieldError[] = [];
  if (spec.matchingPrecedence <= 0)
    errors.push(invalid('spec.matchingPrecedence', spec.matchingPrecedence, 'must be a positive value'));
  if (spec.matchingPrecedence > 10000)
    errors.push(invalid('spec.matchingPrecedence', spec.matchingPrecedence, 'must not be greater than 10000'));
  const distinguisher = spec.distinguisherMethod?.type;
  if (spec.distinguisherMethod)
    errors.push(...oneOf(distinguisher ?? '', 'spec.distinguisherMethod', ['ByNamespace', 'ByUser'], false));
  const level: string = spec.priorityLevelConfiguration?.name ?? '';
  const path = 'spec.priorityLevelConfiguration.name';
  if (!level) errors.push(required(path, 'must reference a priority level'));
  else errors.push(...invalidEach(path, level, nameIsDNSSubdomain(level, false)));
  return errors;
}

export function validatePriorityLevel(object: Piece): FieldError[] {
  const spec = object.spec ?? {};
  const name: string = object.metadata?.name ?? '';
  const errors: FieldError[] = [];
  if (spec.type === 'Exempt') {
    if (name !== 'exempt')
      errors.push(invalid('spec.type', spec.type, 'type must be \'Limited\' if and only if name is not "exempt"'));
    if (spec.limited) errors.push(forbidden('spec.limited', 'must be nil if the type is Exempt'));
    return errors;
  }
  if (spec.type !== 'Limited') return [notSupported('spec.type', spec.type ?? '', ['Exempt', 'Limited'])];
  if (!spec.limited) return [required('spec.limited', 'must not be empty when type is Limited')];
  const { limited } = spec;
  const at = 'spec.limited';
  if (limited.nominalConcurrencyShares < 0)
    errors.push(
      invalid(`${at}.nominalConcurrencyShares`, limited.nominalConcurrencyShares, 'must be a non-negative integer'),
    );
  const response = limited.limitResponse ?? {};
  const where = `${at}.limitResponse`;
  if (response.type === 'Reject') {
    if (response.queuing)
      errors.push(forbidden(`${where}.queuing`, 'must be nil if limited.limitResponse.type is not Limited'));
  } else if (response.type === 'Queue') {
    if (!response.queuing)
      errors.push(required(`${where}.queuing`, 'must not be empty if limited.limitResponse.type is Limited'));
    else errors.push(...validateQueuing(response.queuing, `${where}.queuing`));
  } else errors.push(notSupported(`${where}.type`, response.type ?? '', ['Queue', 'Reject']));
  const percent = limited.lendablePercent;
  if (percent !== undefined && (percent < 0 || percent > 100))
    errors.push(invalid(`${at}.lendablePercent`, percent, 'must be between 0 and 100, inclusive'));
  const borrow = limited.borrowingLimitPercent;
  if (borrow !== undefined && borrow < 0)
    errors.push(invalid(`${at}.borrowingLimitPercent`, borrow, 'if specified, must be a non-negative integer'));
  return errors;
}

function validateQueuing(queuing: Piece, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { queues, queueLengthLimit, handSize } = queuing;
  if (queueLengthLimit <= 0) errors.push(invalid(`${path}.queueLengthLimit`, queueLengthLimit, 'must be positive'));
  if (queues <= 0) errors.push(invalid(`${path}.queues`, queues, 'must be positive'));
  else if (queues > 10000000) errors.push(invalid(`${path}.queues`, queues, 'must not be greater than 10000000'));
  if (handSize <= 0) errors.push(invalid(`${path}.handSize`, handSize, 'must be positive'));
  else if (queues > 0 && handSize > queues)
    errors.push(invalid(`${path}.handSize`, handSize, `should not be greater than queues (${queues})`));
  return errors;
}

function validateDeviceRequests(devices: Piece, path: string): FieldError[] {
  const names = new Set<string>();
  return eachOf(devices?.requests, `${path}.devices.requests`, (request, at) => {
    const errors: FieldError[] = [];
    errors.push(...invalidEach(`${at}.name`, request.name ?? '', isDNS1123Label(request.name ?? '')));
    const count = (request.exactly ? 1 : 0) + (request.firstAvailable?.length ? 1 : 0);
    if (count === 0) errors.push(required(at, 'exactly one of `exactly` or `firstAvailable` is required'));
    if (count > 1)
      errors.push(
        invalid(at, null, 'exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set'),
      );
    if (request.exactly) {
      const where = `${at}.exactly.deviceClassName`;
      const name: string = request.exactly.deviceClassName ?? '';
      errors.push(...(name ? invalidEach(where, name, isDNS1123Subdomain(name)) : [required(where, '')]));
    }
    if (names.has(request.name)) errors.push(duplicate(at, request.name));
    names.add(request.name);
    return errors;
  });
}

export function validateResourceClaim(object: Piece): FieldError[] {
  return validateDeviceRequests(object.spec?.devices, 'spec');
}

export function validateResourceClaimUpdate(now: Piece, before: Piece): FieldError[] {
  return same(now.spec, before.spec)
    ? []
    : immutable(
        now.spec,
        before.spec,
        'spec',
        internalJson(now.spec ?? {}, 'io.k8s.api.resource.v1.ResourceClaimSpec') as Piece,
      );
}

export function validateResourceClaimTemplate(object: Piece): FieldError[] {
  return validateDeviceRequests(object.spec?.spec?.devices, 'spec.spec');
}

/** A template stays as it was made. */
export function validateResourceClaimTemplateUpdate(now: Piece, before: Piece): FieldError[] {
  const shown = internalJson(now.spec ?? {}, 'io.k8s.api.resource.v1.ResourceClaimTemplateSpec') as Piece;
  return immutable(now.spec, before.spec, 'spec', shown);
}

/** Whose devices a slice tells of stays. */
export function validateResourceSliceUpdate(now: Piece, before: Piece): FieldError[] {
  const spec = now.spec ?? {};
  const old = before.spec ?? {};
  return [
    ...validateResourceSlice(now),
    ...immutable(spec.pool?.name, old.pool?.name, 'spec.pool.name'),
    ...['driver', 'nodeName', 'nodeSelector', 'allNodes'].flatMap((field) =>
      immutable(spec[field], old[field], `spec.${field}`),
    ),
  ];
}

/** resource/v1 PoolNameMaxLength and DeviceAttributeMaxValueLength. */
const POOL_NAME_MAX = 253;
const ATTRIBUTE_MAX = 64;

export function validateResourceSlice(object: Piece): FieldError[] {
  const spec = object.spec ?? {};
  const errors: FieldError[] = [];
  const choices = ['nodeName', 'nodeSelector', 'allNodes', 'perDeviceNodeSelection'].filter((field) => spec[field]);
  if (spec.nodeName)
    errors.push(...invalidEach('spec.nodeName', spec.nodeName, nameIsDNSSubdomain(spec.nodeName, false)));
  if (spec.nodeSelector) errors.push(...validateNodeSelector(spec.nodeSelector, 'spec.nodeSelector'));
  if (!choices.length)
    errors.push(
      required('spec', 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required'),
    );
  errors.push(...validateCsiDriverName(spec.driver, 'spec.driver'));
  const pool = spec.pool ?? {};
  if (!pool.name) errors.push(required('spec.pool.name', ''));
  else {
    if (pool.name.length > POOL_NAME_MAX) errors.push(tooLong('spec.pool.name', POOL_NAME_MAX));
    for (const part of pool.name.split('/'))
      errors.push(...invalidEach('spec.pool.name', part, isDNS1123Subdomain(part)));
  }
  if ((pool.resourceSliceCount ?? 0) <= 0)
    errors.push(invalid('spec.pool.resourceSliceCount', pool.resourceSliceCount ?? 0, 'must be greater than zero'));
  if (pool.generation < 0)
    errors.push(invalid('spec.pool.generation', pool.generation, 'must be greater than or equal to zero'));
  const names = new Set<string>();
  return [
    ...errors,
    ...eachOf(spec.devices, 'spec.devices', (device, at) => {
      const found = device.name
        ? invalidEach(`${at}.name`, device.name, isDNS1123Label(device.name))
        : [required(`${at}.name`, '')];
      for (const key of Object.keys(device.attributes ?? {}).sort()) {
        const values = Object.keys(device.attributes[key] ?? {}).length;
        if (values !== 1) found.push(invalid(`${at}.attributes[${key}]`, '', 'exactly one value must be specified'));
        for (const field of ['string', 'version']) {
          if ((device.attributes[key]?.[field]?.length ?? 0) > ATTRIBUTE_MAX)
            found.push(tooLong(`${at}.attributes[${key}].${field}`, ATTRIBUTE_MAX));
        }
      }
      if (names.has(device.name)) found.push(duplicate(at, device.name));
      names.add(device.name);
      return found;
    }),
  ];
}
