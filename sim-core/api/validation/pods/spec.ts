import { isValidIPForLegacyField } from '../../machinery/ip.ts';
import { isDNS1123Label, isDNS1123Subdomain, isInRange, nameIsDNSSubdomain } from '../../machinery/names.ts';
import { addQuantities, compareQuantities, formatQuantity, parseQuantity } from '../../machinery/quantity.ts';
import { validateLabels } from '../../machinery/selectors.ts';
import {
  dnsLabel,
  dnsSubdomain,
  eachOf,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  need,
  notSupported,
  oneOf,
  type Piece,
  qualifiedName,
  required,
  sortedKeys,
} from '../common.ts';
import { internalJson } from '../internal.ts';
import { validateAnnotations } from '../meta.ts';
import { isHugePages, validateRequirements } from '../resources.ts';
import { validatePodAnnotations, validateProfilesMatch } from './annotations.ts';
import {
  imageSpaces,
  type PodScope,
  validateContainers,
  validateEphemeralContainers,
  validateInitContainers,
} from './containers.ts';
import { validateAffinity, validateGates, validateSpread, validateTolerations } from './scheduling.ts';
import { validateHostPorts, validatePodSecurity } from './security.ts';
import { validateVolumes } from './volumes.ts';
import { validateForSystem, validateHostProcess, validateHostUsers } from './windows.ts';

/** ValidatePodSpec: pods and templates alike. */

const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];

/** With underscores, one of which may begin a label (IsDNS1123SubdomainWithUnderscore); the text does not tell of them. */
function isRelaxedSubdomain(name: string): readonly string[] {
  const plain = name.replace(/(^|\.)_(?=[a-z0-9])/g, '$1').replace(/_/g, '-');
  const wrong = isDNS1123Subdomain(plain);
  return wrong.length ? isDNS1123Subdomain(name.replace(/_/g, '!')) : [];
}

function validateDnsConfig(spec: Piece, path: string): FieldError[] {
  const config = spec.dnsConfig;
  const errors: FieldError[] = [];
  if (spec.dnsPolicy === 'None') {
    if (!config) return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')];
    if (!config.nameservers?.length)
      return [required(`${path}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')];
  }
  if (!config) return errors;
  if ((config.nameservers ?? []).length > 3)
    errors.push(invalid(`${path}.nameservers`, config.nameservers, 'must not have more than 3 nameservers'));
  (config.nameservers ?? []).forEach((ip: string, i: number) => {
    errors.push(...isValidIPForLegacyField(`${path}.nameservers[${i}]`, ip));
  });
  const searches: readonly string[] = config.searches ?? [];
  if (searches.length > 32)
    errors.push(invalid(`${path}.searches`, searches, 'must not have more than 32 search paths'));
  if (searches.join(' ').length > 2048)
    errors.push(
      invalid(
        `${path}.searches`,
        searches,
        'must not have more than 2048 characters (including spaces) in the search list',
      ),
    );
  searches.forEach((given, i) => {
    if (given === '.') return;
    const search = given.replace(/\.$/, '');
    errors.push(...invalidEach(`${path}.searches[${i}]`, search, isRelaxedSubdomain(search)));
  });
  (config.options ?? []).forEach((option: Piece, i: number) => {
    errors.push(...need(option.name, `${path}.options[${i}]`, 'must not be empty'));
  });
  return errors;
}

function validateClaims(claims: readonly Piece[] | undefined, path: string): FieldError[] {
  const names = new Set<string>();
  return eachOf(claims, path, (claim, at) => {
    const errors: FieldError[] = [];
    if (!claim.name) errors.push(required(`${at}.name`, ''));
    else if (names.has(claim.name))
      errors.push({
        type: 'FieldValueDuplicate',
        field: `${at}.name`,
        body: `Duplicate value: ${JSON.stringify(claim.name)}`,
      });
    else errors.push(...invalidEach(`${at}.name`, claim.name, isDNS1123Label(claim.name)));
    names.add(claim.name);
    const { resourceClaimName: direct, resourceClaimTemplateName: template } = claim;
    const shown = internalJson(claim, 'io.k8s.api.core.v1.PodResourceClaim');
    if (direct !== undefined && template !== undefined) {
      errors.push(
        invalid(at, shown, 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified'),
      );
    }
    if (direct === undefined && template === undefined) {
      errors.push(invalid(at, shown, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'));
    }
    if (direct !== undefined)
      errors.push(...invalidEach(`${at}.resourceClaimName`, direct, isDNS1123Subdomain(direct)));
    if (template !== undefined)
      errors.push(...invalidEach(`${at}.resourceClaimTemplateName`, template, isDNS1123Subdomain(template)));
    return errors;
  });
}

function podLevelName(name: string, path: string): FieldError[] {
  return name === 'cpu' || name === 'memory' || isHugePages(name)
    ? []
    : [notSupported(path, name, ['cpu', 'hugepages-', 'memory'])];
}

/** Pod-level resources may not be below what the containers ask for together. */
function validatePodResources(spec: Piece, path: string, claimNames: readonly string[]): FieldError[] {
  if (!spec.resources) return [];
  const errors = validateRequirements(spec.resources, path, claimNames, podLevelName);
  if (spec.resources.claims !== undefined)
    errors.unshift(forbidden(`${path}.claims`, 'claims cannot be set for Resources at pod-level'));
  const requests: Record<string, string> = spec.resources.requests ?? {};
  for (const name of sortedKeys(requests)) {
    const texts: string[] = (spec.containers ?? [])
      .map((c: Piece) => c.resources?.requests?.[name])
      .filter((t: string | undefined) => t !== undefined);
    if (!texts.length) continue;
    const total = texts.map(parseQuantity).reduce(addQuantities);
    if (compareQuantities(total, parseQuantity(requests[name])) > 0) {
      errors.push(
        invalid(
          `${path}.requests[${name}]`,
          requests[name],
          `must be greater than or equal to aggregate container requests of ${formatQuantity(total)}`,
        ),
      );
    }
  }
  const limits: Record<string, string> = spec.resources.limits ?? {};
  eachOf(spec.containers, 'spec.containers', (container, at) => {
    for (const name of sortedKeys(container.resources?.limits)) {
      if (
        limits[name] !== undefined &&
        compareQuantities(parseQuantity(container.resources.limits[name]), parseQuantity(limits[name])) > 0
      ) {
        errors.push(
          invalid(
            `${path}.containers${at.slice(at.indexOf('['))}[${name}].limits`,
            container.resources.limits[name],
            `must be less than or equal to pod limits of ${limits[name]}`,
          ),
        );
      }
    }
    return [];
  });
  return errors;
}

function subdomainField(value: string | undefined, path: string): FieldError[] {
  return value ? invalidEach(path, value, nameIsDNSSubdomain(value, false)) : [];
}

function validateHostAliases(aliases: readonly Piece[] | undefined, path: string): FieldError[] {
  return eachOf(aliases, path, (alias, at) => [
    ...isValidIPForLegacyField(`${at}.ip`, alias.ip ?? ''),
    ...eachOf(alias.hostnames, `${at}.hostnames`, (name, where) => dnsSubdomain(name, where)),
  ]);
}

function validateOs(spec: Piece, path: string): FieldError[] {
  if (!spec.os) return [];
  const wrong = oneOf(spec.os.name, `${path}.os.name`, ['linux', 'windows']);
  return wrong.length ? wrong : validateForSystem(spec, path);
}

const validateOverhead = (overhead: Piece, path: string): FieldError[] =>
  overhead ? validateRequirements({ limits: overhead }, path, []) : [];

/** `podName` is that of a pod; templates have none. */
function validatePodSpec(spec: Piece, path: string, podName = ''): FieldError[] {
  const { errors, valid } = validateVolumes(spec.volumes, `${path}.volumes`, podName);
  const claimNames: string[] = (spec.resourceClaims ?? []).map((claim: Piece) => claim.name);
  const scope: PodScope = {
    volumes: valid,
    claimNames,
    gracePeriodSeconds: spec.terminationGracePeriodSeconds ?? 30,
    restartPolicy: spec.restartPolicy ?? '',
    hostUsers: spec.hostUsers ?? true,
  };
  const deadline = spec.activeDeadlineSeconds;
  return [
    ...errors,
    ...validateClaims(spec.resourceClaims, `${path}.resourceClaims`),
    ...validateContainers(spec.containers, scope, `${path}.containers`),
    ...validateInitContainers(spec.initContainers, spec.containers, scope, `${path}.initContainers`),
    ...validateEphemeralContainers(spec.ephemeralContainers, spec, scope, `${path}.ephemeralContainers`),
    ...validatePodResources(spec, `${path}.resources`, claimNames),
    ...validateHostPorts(spec, path),
    ...oneOf(spec.restartPolicy, `${path}.restartPolicy`, ['Always', 'OnFailure', 'Never']),
    ...oneOf(spec.dnsPolicy, `${path}.dnsPolicy`, DNS_POLICIES),
    ...validateLabels(spec.nodeSelector ?? null, `${path}.nodeSelector`),
    ...validatePodSecurity(spec, `${path}.securityContext`),
    ...validateAffinity(spec.affinity, `${path}.affinity`),
    ...validateDnsConfig(spec, `${path}.dnsConfig`),
    ...eachOf(spec.readinessGates, `${path}.readinessGates`, (gate, at) =>
      qualifiedName(gate.conditionType ?? '', `${at}.conditionType`),
    ),
    ...validateGates(spec.schedulingGates, `${path}.schedulingGates`),
    ...validateSpread(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`),
    ...validateHostProcess(spec, path),
    ...validateHostUsers(spec, path),
    ...subdomainField(spec.serviceAccountName, `${path}.serviceAccountName`),
    ...subdomainField(spec.nodeName, `${path}.nodeName`),
    ...(deadline !== undefined
      ? invalidEach(`${path}.activeDeadlineSeconds`, deadline, isInRange(deadline, 1, 2147483647))
      : []),
    ...(spec.hostname ? dnsLabel(spec.hostname, `${path}.hostname`) : []),
    ...(spec.subdomain ? dnsLabel(spec.subdomain, `${path}.subdomain`) : []),
    ...validateTolerations(spec.tolerations, `${path}.tolerations`),
    ...validateHostAliases(spec.hostAliases, `${path}.hostAliases`),
    ...subdomainField(spec.priorityClassName, `${path}.priorityClassName`),
    ...subdomainField(spec.runtimeClassName, `${path}.runtimeClassName`),
    ...(spec.preemptionPolicy !== undefined
      ? oneOf(spec.preemptionPolicy, `${path}.preemptionPolicy`, ['PreemptLowerPriority', 'Never'])
      : []),
    ...validateOverhead(spec.overhead, `${path}.overhead`),
    ...validateOs(spec, path),
  ];
}

/** ValidatePodTemplateSpec. */
export function validatePodTemplate(template: Piece, path: string): FieldError[] {
  const errors = [
    ...validateLabels(template.metadata?.labels ?? null, `${path}.labels`),
    ...validateAnnotations(template.metadata?.annotations, `${path}.annotations`),
    ...validatePodAnnotations(template, `${path}.annotations`),
    ...validatePodSpec(template.spec ?? {}, `${path}.spec`),
    ...validateProfilesMatch(template, `${path}.spec`),
  ];
  if (template.spec?.ephemeralContainers?.length)
    errors.push(forbidden(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'));
  return errors;
}

/** What is checked of pods and not of templates (validatePodMetadataAndSpec, after the metadata). */
export function validatePod(pod: Piece): FieldError[] {
  const spec = pod.spec ?? {};
  const errors = validatePodSpec(spec, 'spec', pod.metadata?.name);
  if (!spec.serviceAccountName) {
    (spec.volumes ?? []).forEach((volume: Piece, i: number) => {
      (volume.projected?.sources ?? []).forEach((source: Piece, j: number) => {
        if (source.serviceAccountToken) {
          errors.push(
            forbidden(
              `spec.volumes[${i}].projected.sources[${j}].serviceAccountToken`,
              'must not be specified when serviceAccountName is not set',
            ),
          );
        }
      });
    });
  }
  return [
    ...errors,
    ...eachOf(spec.containers, 'spec.containers', imageSpaces),
    ...eachOf(spec.initContainers, 'spec.initContainers', imageSpaces),
  ];
}

export function validatePodCreate(pod: Piece): FieldError[] {
  const errors = [...validatePodAnnotations(pod), ...validatePod(pod)];
  if (pod.spec?.ephemeralContainers?.length)
    errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'));
  if (pod.spec?.nodeName && pod.spec?.schedulingGates?.length) {
    errors.push(forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  }
  return [...errors, ...validateProfilesMatch(pod)];
}
