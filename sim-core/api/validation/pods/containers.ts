import {
  isConfigMapKey,
  isHTTPHeaderName,
  isQualifiedName,
  isRelaxedEnvVarName,
  isValidPortName,
  nameIsDNSSubdomain,
} from '../../machinery/names.ts';
import {
  dnsLabel,
  duplicate,
  eachOf,
  type FieldError,
  forbidden,
  hasBacksteps,
  invalid,
  invalidEach,
  localDescendingPath,
  need,
  nonNegative,
  notFound,
  notSupported,
  oneOf,
  type Piece,
  portNumber,
  portNumberOrName,
  required,
  tooLong,
} from '../common.ts';
import { validateRequirements } from '../resources.ts';
import { validateContainerSecurity } from './security.ts';

/** Containers of a pod (Kubernetes pkg/apis/core/validation/validation.go). */

export interface PodScope {
  /** Sources of the volumes that passed their own checks, by name. */
  readonly volumes: ReadonlyMap<string, Piece>;
  readonly claimNames: readonly string[];
  readonly gracePeriodSeconds: number;
  readonly restartPolicy: string;
  /** spec.hostUsers, true when unset. */
  readonly hostUsers: boolean;
}

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
const FIELD_LABELS = new Set([
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.serviceAccountName',
  'spec.schedulerName',
  'status.phase',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
  'spec.host',
]);
const RESOURCE_FIELDS = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];

function validatePorts(ports: readonly Piece[] | undefined, path: string): FieldError[] {
  const names = new Set<string>();
  return eachOf(ports, path, (port, at) => {
    const errors: FieldError[] = [];
    if (port.name) {
      const wrong = isValidPortName(port.name);
      errors.push(...invalidEach(`${at}.name`, port.name, wrong));
      if (!wrong.length) {
        if (names.has(port.name)) errors.push(duplicate(`${at}.name`, port.name));
        names.add(port.name);
      }
    }
    if (!port.containerPort) errors.push(required(`${at}.containerPort`, ''));
    else errors.push(...portNumber(port.containerPort, `${at}.containerPort`));
    if (port.hostPort) errors.push(...portNumber(port.hostPort, `${at}.hostPort`));
    errors.push(...oneOf(port.protocol, `${at}.protocol`, PROTOCOLS));
    return errors;
  });
}

/** Two containers that ask for the same port of the node. */
export function hostPortConflicts(containers: readonly Piece[], path: (i: number) => string): FieldError[] {
  const seen = new Set<string>();
  return containers.flatMap((container, i) =>
    eachOf(container.ports, `${path(i)}.ports`, (port, at) => {
      if (!port.hostPort) return [];
      const key = `${port.protocol}/${port.hostIP ?? ''}/${port.hostPort}`;
      if (seen.has(key)) return [duplicate(`${at}.hostPort`, key)];
      seen.add(key);
      return [];
    }),
  );
}

/** validateObjectFieldSelector; `allowed` is sorted. */
export function validateFieldRef(ref: Piece, path: string, allowed: readonly string[]): FieldError[] {
  if (!ref.apiVersion) return [required(`${path}.apiVersion`, '')];
  if (!ref.fieldPath) return [required(`${path}.fieldPath`, '')];
  const fieldPath: string = ref.fieldPath;
  const subscript = /^(.*)\['([^']*)'\]$/.exec(fieldPath);
  const base = subscript ? subscript[1] : fieldPath;
  if (ref.apiVersion !== 'v1')
    return [
      invalid(`${path}.fieldPath`, fieldPath, `error converting fieldPath: unsupported pod version: ${ref.apiVersion}`),
    ];
  const known = subscript ? base === 'metadata.annotations' || base === 'metadata.labels' : FIELD_LABELS.has(base);
  if (!known)
    return [
      invalid(
        `${path}.fieldPath`,
        fieldPath,
        `error converting fieldPath: field label ${subscript ? 'does not support subscript' : 'not supported'}: ${fieldPath}`,
      ),
    ];
  if (subscript) {
    const key = base === 'metadata.annotations' ? subscript[2].toLowerCase() : subscript[2];
    return invalidEach(path, key, isQualifiedName(key));
  }
  const internal = base === 'spec.host' ? 'spec.nodeName' : base;
  return allowed.includes(internal) ? [] : [notSupported(`${path}.fieldPath`, internal, allowed)];
}

export function validateResourceFieldRef(ref: Piece, path: string, volume: boolean): FieldError[] {
  const resource: string = ref.resource ?? '';
  const isKnown = HUGE_PAGES_FIELD.test(resource) || RESOURCE_FIELDS.includes(resource);
  const divisor = isKnown ? validateDivisor(ref, path) : [];
  if (volume && !ref.containerName) return [required(`${path}.containerName`, ''), ...divisor];
  if (!resource) return [required(`${path}.resource`, '')];
  return isKnown ? divisor : [notSupported(`${path}.resource`, resource, RESOURCE_FIELDS)];
}

const HUGE_PAGES_FIELD = /^(limits|requests)\.hugepages-/;

const CPU_DIVISORS = ['1m', '1'];
const MEMORY_DIVISORS = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

function validateDivisor(ref: Piece, path: string): FieldError[] {
  const divisor = ref.divisor ?? '0';
  if (divisor === '0') return [];
  const cpu = ref.resource.endsWith('.cpu');
  if ((cpu ? CPU_DIVISORS : MEMORY_DIVISORS).includes(divisor)) return [];
  const what = ref.resource.endsWith('.memory')
    ? 'memory'
    : HUGE_PAGES_FIELD.test(ref.resource)
      ? 'hugepages'
      : 'local ephemeral storage';
  const why = cpu
    ? "only divisor's values 1m and 1 are supported with the cpu resource"
    : `only divisor's values ${MEMORY_DIVISORS.join(', ')} are supported with the ${what} resource`;
  return [invalid(`${path}.divisor`, ref.resource, why)];
}

function validateKeyRef(ref: Piece, path: string): FieldError[] {
  const errors = invalidEach(`${path}.name`, ref.name ?? '', nameIsDNSSubdomain(ref.name ?? '', false));
  if (!ref.key) return [...errors, required(`${path}.key`, '')];
  return [...errors, ...invalidEach(`${path}.key`, ref.key, isConfigMapKey(ref.key))];
}

function validateFileKeyRef(ref: Piece, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!ref.key) errors.push(required(`${path}.key`, ''));
  else errors.push(...invalidEach(`${path}.key`, ref.key, isRelaxedEnvVarName(ref.key)));
  if (!ref.volumeName) errors.push(required(`${path}.volumeName`, ''));
  if (!ref.path) errors.push(required(`${path}.path`, ''));
  else errors.push(...localDescendingPath(ref.path, `${path}.path`));
  return errors;
}

function validateValueFrom(env: Piece, path: string): FieldError[] {
  const from = env.valueFrom;
  if (!from) return [];
  const errors: FieldError[] = [];
  let sources = 0;
  const source = (field: string, check: (piece: Piece, at: string) => FieldError[]): void => {
    if (!from[field]) return;
    sources += 1;
    errors.push(...check(from[field], `${path}.${field}`));
  };
  source('fieldRef', (ref, at) => validateFieldRef(ref, at, ENV_FIELDS));
  source('resourceFieldRef', (ref, at) => validateResourceFieldRef(ref, at, false));
  source('configMapKeyRef', validateKeyRef);
  source('secretKeyRef', validateKeyRef);
  source('fileKeyRef', validateFileKeyRef);
  if (sources === 0) {
    errors.push(
      invalid(
        path,
        '',
        'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
      ),
    );
  }
  if (env.value) {
    if (sources !== 0) errors.push(invalid(path, '', 'may not be specified when `value` is not empty'));
  } else if (sources > 1) errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  return errors;
}

function validateEnv(env: readonly Piece[] | undefined, path: string): FieldError[] {
  return eachOf(env, path, (item, at) => [
    ...(item.name
      ? invalidEach(`${at}.name`, item.name, isRelaxedEnvVarName(item.name))
      : [required(`${at}.name`, '')]),
    ...validateValueFrom(item, `${at}.valueFrom`),
  ]);
}

function validateEnvFrom(envFrom: readonly Piece[] | undefined, path: string): FieldError[] {
  return eachOf(envFrom, path, (item, at) => {
    const errors: FieldError[] = [];
    if (item.prefix) errors.push(...invalidEach(`${at}.prefix`, item.prefix, isRelaxedEnvVarName(item.prefix)));
    let sources = 0;
    for (const field of ['configMapRef', 'secretRef']) {
      const ref = item[field];
      if (!ref) continue;
      sources += 1;
      if (!ref.name) errors.push(required(`${at}.${field}.name`, ''));
      else errors.push(...invalidEach(`${at}.${field}.name`, ref.name, nameIsDNSSubdomain(ref.name, true)));
    }
    if (sources === 0) errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    else if (sources > 1) errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
    return errors;
  });
}

function validateMountOptions(mount: Piece, container: Piece, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const propagation = mount.mountPropagation;
  if (propagation !== undefined) {
    errors.push(...oneOf(propagation, `${path}.mountPropagation`, ['Bidirectional', 'HostToContainer', 'None'], false));
    if (propagation === 'Bidirectional' && !container.securityContext?.privileged) {
      errors.push(
        forbidden(
          `${path}.mountPropagation`,
          'Bidirectional mount propagation is available only to privileged containers',
        ),
      );
    }
  }
  const recursive = mount.recursiveReadOnly;
  if (recursive === undefined) return errors;
  const at = `${path}.recursiveReadOnly`;
  errors.push(...oneOf(recursive, at, ['Disabled', 'Enabled', 'IfPossible'], false));
  if (recursive === 'Enabled' || recursive === 'IfPossible') {
    if (!mount.readOnly) errors.push(forbidden(at, 'may only be specified when readOnly is true'));
    if (propagation !== undefined && propagation !== 'None') {
      errors.push(forbidden(at, 'may only be specified when mountPropagation is None or not specified'));
    }
  }
  return errors;
}

function validateMounts(container: Piece, scope: PodScope, path: string): FieldError[] {
  const seen = new Set<string>();
  const devices: readonly Piece[] = container.volumeDevices ?? [];
  return eachOf(container.volumeMounts, path, (mount, at) => {
    const errors = need(mount.name, `${at}.name`);
    if (!scope.volumes.has(mount.name)) errors.push(notFound(`${at}.name`, mount.name));
    errors.push(...need(mount.mountPath, `${at}.mountPath`));
    if (seen.has(mount.mountPath)) errors.push(invalid(`${at}.mountPath`, mount.mountPath, 'must be unique'));
    seen.add(mount.mountPath);
    if (devices.some((device) => device.name === mount.name))
      errors.push(invalid(`${at}.name`, mount.name, 'must not already exist in volumeDevices'));
    if (devices.some((device) => device.devicePath === mount.mountPath)) {
      errors.push(invalid(`${at}.mountPath`, mount.mountPath, 'must not already exist as a path in volumeDevices'));
    }
    if (mount.subPath) errors.push(...localDescendingPath(mount.subPath, `${path}.subPath`));
    if (mount.subPathExpr) {
      if (mount.subPath)
        errors.push(invalid(`${at}.subPathExpr`, mount.subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
      errors.push(...localDescendingPath(mount.subPathExpr, `${path}.subPathExpr`));
    }
    return [...errors, ...validateMountOptions(mount, container, path)];
  });
}

function validateDevices(container: Piece, scope: PodScope, path: string): FieldError[] {
  const names = new Set<string>();
  const paths = new Set<string>();
  const mounts: readonly Piece[] = container.volumeMounts ?? [];
  return eachOf(container.volumeDevices, path, (device, at) => {
    const { name, devicePath } = device;
    const errors = need(name, `${at}.name`);
    if (names.has(name)) errors.push(invalid(`${at}.name`, name, 'must be unique'));
    const source = scope.volumes.get(name);
    if (source && !source.persistentVolumeClaim && !source.ephemeral) {
      errors.push(
        invalid(
          `${at}.name`,
          name,
          'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
        ),
      );
    }
    if (!source) errors.push(notFound(`${at}.name`, name));
    errors.push(...need(devicePath, `${at}.devicePath`));
    if (paths.has(devicePath)) errors.push(invalid(`${at}.devicePath`, devicePath, 'must be unique'));
    if (devicePath && hasBacksteps(devicePath))
      errors.push(invalid(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')"));
    else paths.add(devicePath);
    if (mounts.some((mount) => mount.name === name))
      errors.push(invalid(`${at}.name`, name, 'must not already exist in volumeMounts'));
    if (mounts.some((mount) => mount.mountPath === devicePath)) {
      errors.push(invalid(`${at}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'));
    }
    if (name) names.add(name);
    return errors;
  });
}

function validateResizePolicy(
  policies: readonly Piece[] | undefined,
  path: string,
  restartPolicy: string,
): FieldError[] {
  const seen = new Set<string>();
  return eachOf(policies, path, (policy, at) => {
    const errors: FieldError[] = [];
    if (seen.has(policy.resourceName)) errors.push(duplicate(at, policy.resourceName));
    seen.add(policy.resourceName);
    errors.push(...oneOf(policy.resourceName, path, ['cpu', 'memory']));
    errors.push(...oneOf(policy.restartPolicy, path, ['NotRequired', 'RestartContainer']));
    if (restartPolicy === 'Never' && policy.restartPolicy !== 'NotRequired') {
      errors.push(invalid(path, policy.restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'"));
    }
    return errors;
  });
}

/** validateHandler: probes and lifecycle hooks. */
function validateHandler(handler: Piece, gracePeriodSeconds: number, path: string): FieldError[] {
  const errors: FieldError[] = [];
  let handlers = 0;
  const one = (field: string, check: (action: Piece, at: string) => FieldError[]): void => {
    if (!handler[field]) return;
    if (handlers > 0) errors.push(forbidden(`${path}.${field}`, 'may not specify more than 1 handler type'));
    else errors.push(...check(handler[field], `${path}.${field}`));
    handlers += 1;
  };
  one('exec', (action, at) => need(action.command, `${at}.command`));
  one('httpGet', (action, at) => [
    ...need(action.path, `${at}.path`),
    ...portNumberOrName(action.port, `${at}.port`),
    ...oneOf(action.scheme, `${at}.scheme`, ['HTTP', 'HTTPS'], false),
    ...(action.httpHeaders ?? []).flatMap((header: Piece) =>
      invalidEach(`${at}.httpHeaders`, header.name, isHTTPHeaderName(header.name)),
    ),
  ]);
  one('tcpSocket', (action, at) => portNumberOrName(action.port, `${at}.port`));
  one('grpc', (action, at) => portNumberOrName(action.port, `${at}.port`));
  one('sleep', (action, at) =>
    action.seconds < 0 || action.seconds > gracePeriodSeconds
      ? [
          invalid(
            at,
            action.seconds,
            `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriodSeconds})`,
          ),
        ]
      : [],
  );
  if (handlers === 0) errors.push(required(path, 'must specify a handler type'));
  return errors;
}

function validateProbe(probe: Piece, scope: PodScope, path: string): FieldError[] {
  if (!probe) return [];
  const errors = validateHandler(probe, scope.gracePeriodSeconds, path);
  for (const field of [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ]) {
    errors.push(...nonNegative(probe[field], `${path}.${field}`));
  }
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0)
    errors.push(invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than 0'));
  return errors;
}

function validateProbes(container: Piece, scope: PodScope, path: string): FieldError[] {
  const once = (probe: Piece, at: string): FieldError[] => [
    ...validateProbe(probe, scope, at),
    ...(probe && probe.successThreshold !== 1
      ? [invalid(`${at}.successThreshold`, probe.successThreshold, 'must be 1')]
      : []),
  ];
  const readiness = container.readinessProbe;
  return [
    ...once(container.livenessProbe, `${path}.livenessProbe`),
    ...validateProbe(readiness, scope, `${path}.readinessProbe`),
    ...(readiness?.terminationGracePeriodSeconds !== undefined
      ? [
          invalid(
            `${path}.readinessProbe.terminationGracePeriodSeconds`,
            readiness.terminationGracePeriodSeconds,
            'must not be set for readinessProbes',
          ),
        ]
      : []),
    ...once(container.startupProbe, `${path}.startupProbe`),
  ];
}

function validateLifecycle(lifecycle: Piece, scope: PodScope, path: string): FieldError[] {
  if (!lifecycle) return [];
  return [
    ...(lifecycle.postStart ? validateHandler(lifecycle.postStart, scope.gracePeriodSeconds, `${path}.postStart`) : []),
    ...(lifecycle.preStop ? validateHandler(lifecycle.preStop, scope.gracePeriodSeconds, `${path}.preStop`) : []),
  ];
}

function validateRestart(container: Piece, path: string): FieldError[] {
  const rules: readonly Piece[] = container.restartPolicyRules ?? [];
  const errors: FieldError[] = [];
  if (container.restartPolicy === undefined) {
    if (rules.length)
      errors.push(required(`${path}.restartPolicy`, 'must specify restartPolicy when restart rules are used'));
  } else
    errors.push(...oneOf(container.restartPolicy, `${path}.restartPolicy`, ['Always', 'Never', 'OnFailure'], false));
  if (rules.length > 20) errors.push(tooLong(`${path}.restartPolicyRules`, 20));
  return [
    ...errors,
    ...eachOf(rules, `${path}.restartPolicyRules`, (rule, at) => {
      const found = oneOf(rule.action, `${at}.action`, ['Restart'], false);
      if (!rule.exitCodes) return [...found, required(`${at}.exitCodes`, 'must be specified')];
      found.push(...oneOf(rule.exitCodes.operator, `${at}.exitCodes.operator`, ['In', 'NotIn'], false));
      if ((rule.exitCodes.values ?? []).length > 255) found.push(tooLong(`${at}.exitCodes.values`, 255));
      return found;
    }),
  ];
}

function validateCommon(container: Piece, scope: PodScope, path: string): FieldError[] {
  return [
    ...(container.name ? dnsLabel(container.name, `${path}.name`) : [required(`${path}.name`, '')]),
    ...need(container.image, `${path}.image`),
    ...oneOf(container.terminationMessagePolicy, `${path}.terminationMessagePolicy`, ['File', 'FallbackToLogsOnError']),
    ...validatePorts(container.ports, `${path}.ports`),
    ...validateEnv(container.env, `${path}.env`),
    ...validateEnvFrom(container.envFrom, `${path}.envFrom`),
    ...validateMounts(container, scope, `${path}.volumeMounts`),
    ...validateDevices(container, scope, `${path}.volumeDevices`),
    ...oneOf(container.imagePullPolicy, `${path}.imagePullPolicy`, ['Always', 'IfNotPresent', 'Never']),
    ...validateRequirements(container.resources, `${path}.resources`, scope.claimNames),
    ...validateResizePolicy(container.resizePolicy, `${path}.resizePolicy`, scope.restartPolicy),
    ...validateContainerSecurity(container.securityContext, `${path}.securityContext`, scope.hostUsers),
  ];
}

export function validateContainers(
  containers: readonly Piece[] | undefined,
  scope: PodScope,
  path: string,
): FieldError[] {
  if (!containers?.length) return [required(path, '')];
  const names = new Set<string>();
  const errors = eachOf(containers, path, (container, at) => {
    const found = validateCommon(container, scope, at);
    if (names.has(container.name)) found.push(duplicate(`${at}.name`, container.name));
    names.add(container.name);
    return [
      ...found,
      ...validateLifecycle(container.lifecycle, scope, `${at}.lifecycle`),
      ...validateProbes(container, scope, at),
      ...validateRestart(container, at),
    ];
  });
  return [...errors, ...hostPortConflicts(containers, (i) => `${path}[${i}]`)];
}

const ONLY_SIDECARS = 'may not be set for init containers without restartPolicy=Always';

export function validateInitContainers(
  init: readonly Piece[] | undefined,
  regular: readonly Piece[] | undefined,
  scope: PodScope,
  path: string,
): FieldError[] {
  const names = new Set<string>((regular ?? []).map((container) => container.name));
  return eachOf(init, path, (container, at) => {
    const errors = validateCommon(container, scope, at);
    const always = container.restartPolicy === 'Always';
    if (names.has(container.name)) errors.push(duplicate(`${at}.name`, container.name));
    else if (container.name) names.add(container.name);
    errors.push(...hostPortConflicts([container], () => `${path}[0]`));
    if (always) {
      errors.push(
        ...validateLifecycle(container.lifecycle, scope, `${at}.lifecycle`),
        ...validateProbes(container, scope, at),
      );
    } else {
      for (const field of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe']) {
        if (container[field]) errors.push(forbidden(`${at}.${field}`, ONLY_SIDECARS));
      }
    }
    return [...errors, ...validateRestart(container, at)];
  });
}

/** What is checked of the images of pods and not of templates (validateContainerOnlyForPod). */
export function imageSpaces({ image = '' }: Piece, path: string): FieldError[] {
  return image.trim() === image
    ? []
    : [invalid(`${path}.image`, image, 'must not have leading or trailing whitespace')];
}

/** In the order of Go's type. */
const FORBIDDEN_EPHEMERAL = [
  ...['ports', 'resources', 'resizePolicy', 'restartPolicy', 'restartPolicyRules'],
  ...['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'],
];

export function validateEphemeralContainers(
  list: readonly Piece[] | undefined,
  spec: Piece,
  scope: PodScope,
  path: string,
): FieldError[] {
  const others: string[] = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(
    (container: Piece) => container.name,
  );
  const names = new Set(others);
  return eachOf(list, path, (container, at) => {
    const errors = [...validateCommon(container, scope, at), ...imageSpaces(container, at)];
    const { name = '' } = container;
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
    if (container.targetContainerName && !others.includes(container.targetContainerName)) {
      errors.push(notFound(`${at}.targetContainerName`, container.targetContainerName));
    }
    for (const field of FORBIDDEN_EPHEMERAL) {
      const value = container[field];
      const set = field === 'resources' ? value && Object.keys(value).length > 0 : value !== undefined;
      if (set) errors.push(forbidden(`${at}.${field}`, 'cannot be set for an Ephemeral Container'));
    }
    (container.volumeMounts ?? []).forEach((mount: Piece, i: number) => {
      if (mount.subPath)
        errors.push(forbidden(`${at}.volumeMounts[${i}].subPath`, 'cannot be set for an Ephemeral Container'));
      if (mount.subPathExpr)
        errors.push(forbidden(`${at}.volumeMounts[${i}].subPathExpr`, 'cannot be set for an Ephemeral Container'));
    });
    return errors;
  });
}
