import { humanDuration } from '../../api/machinery/duration.ts';
import type { KubeObject } from '../../contracts/index.ts';
import { age, type Cell, type Printer, quantity, since } from './format.ts';

/** Rows of nodes, namespaces, events, rights and settings (printers/internalversion). */

const ROLE_PREFIX = 'node-role.kubernetes.io/';
const ROLE_LABEL = 'kubernetes.io/role';

function nodeRoles({ metadata }: KubeObject): string {
  const labels = metadata.labels ?? {};
  const roles = new Set<string>();
  for (const key of Object.keys(labels)) {
    const role = key.startsWith(ROLE_PREFIX) ? key.slice(ROLE_PREFIX.length) : key === ROLE_LABEL ? labels[key] : '';
    if (role !== '') roles.add(role);
  }
  return roles.size === 0 ? '<none>' : [...roles].sort().join(',');
}

const node: Printer = (object, time) => {
  const { spec, status } = object;
  const conditions = (status?.conditions ?? []) as readonly { readonly type: string; readonly status: string }[];
  const ready = conditions.findLast(({ type }) => type === 'Ready');
  const state = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  const addresses = (status?.addresses ?? []) as readonly { readonly type: string; readonly address: string }[];
  const address = (wanted: string) => addresses.find(({ type }) => type === wanted)?.address ?? '<none>';
  const info = status?.nodeInfo ?? {};
  return [
    spec?.unschedulable ? `${state},SchedulingDisabled` : state,
    nodeRoles(object),
    age(object, time),
    info.kubeletVersion ?? '',
    address('InternalIP'),
    address('ExternalIP'),
    info.osImage || '<unknown>',
    info.kernelVersion || '<unknown>',
    info.containerRuntimeVersion || '<unknown>',
  ];
};

const namespace: Printer = (object, time) => [object.status?.phase ?? '', age(object, time)];

const configMap: Printer = (object, time) => [
  Object.keys(object.data ?? {}).length + Object.keys(object.binaryData ?? {}).length,
  age(object, time),
];

const secret: Printer = (object, time) => [object.type ?? '', Object.keys(object.data ?? {}).length, age(object, time)];

/** An event of either group; its name comes last. */
const event: Printer = (object, time) => {
  const first = object.firstTimestamp ?? object.deprecatedFirstTimestamp;
  const last = object.lastTimestamp ?? object.deprecatedLastTimestamp;
  const firstSeen = since(time, first || object.eventTime);
  const { series } = object;
  const about = object.involvedObject ?? object.regarding ?? {};
  const source = object.source ?? object.deprecatedSource ?? {};
  const component = source.component || object.reportingComponent || object.reportingController || '';
  const host = source.host || object.reportingInstance || '';
  const kind = String(about.kind ?? '').toLowerCase();
  return [
    series ? since(time, series.lastObservedTime) : last ? since(time, last) : firstSeen,
    object.type ?? '',
    object.reason ?? '',
    about.name ? `${kind}/${about.name}` : kind,
    about.fieldPath ?? '',
    host ? `${component}, ${host}` : component,
    String(object.message ?? object.note ?? '').trim(),
    firstSeen,
    series?.count ?? ((object.count ?? object.deprecatedCount) || 1),
    object.metadata.name ?? '',
  ];
};

const quota: Printer = (object, time) => {
  const { hard = {}, used = {} } = object.status ?? {};
  const texts: [string[], string[]] = [[], []];
  for (const name of Object.keys(hard).sort()) {
    texts[name.startsWith('limits') ? 1 : 0].push(`${name}: ${quantity(used[name])}/${quantity(hard[name])}`);
  }
  return [texts[0].join(', '), texts[1].join(', '), age(object, time)];
};

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

const binding: Printer = (object, time) => {
  const subjects = (object.subjects ?? []) as readonly Subject[];
  const of = (kind: string) => subjects.filter((subject) => subject.kind === kind);
  const names = (kind: string) =>
    of(kind)
      .map(({ name }) => name)
      .join(', ');
  return [
    `${object.roleRef?.kind}/${object.roleRef?.name}`,
    age(object, time),
    names('User'),
    names('Group'),
    of('ServiceAccount')
      .map((subject) => `${subject.namespace ?? ''}/${subject.name}`)
      .join(', '),
  ];
};

const priorityClass: Printer = (object, time) => [
  object.value ?? 0,
  object.globalDefault ?? false,
  age(object, time),
  object.preemptionPolicy ?? '',
];

const runtimeClass: Printer = (object, time) => [object.handler ?? '', age(object, time)];
const lease: Printer = (object, time) => [object.spec?.holderIdentity ?? '', age(object, time)];
const ageOnly: Printer = (object, time) => [age(object, time)];

function requestState({ status }: KubeObject): string {
  const types = ((status?.conditions ?? []) as readonly { readonly type: string }[]).map(({ type }) => type);
  const decision = types.includes('Denied') ? 'Denied' : types.includes('Approved') ? 'Approved' : 'Pending';
  const failed = types.includes('Failed') ? ',Failed' : '';
  return `${decision}${failed}${status?.certificate ? ',Issued' : ''}`;
}

const signingRequest: Printer = (object, time) => {
  const { signerName, username = '', expirationSeconds } = object.spec ?? {};
  const asked = typeof expirationSeconds === 'number' ? humanDuration(expirationSeconds * 1e6) : '<none>';
  return [age(object, time), signerName || '<none>', username, asked, requestState(object)];
};

const webhooks: Printer = (object, time) => [object.webhooks?.length ?? 0, age(object, time)];

const admissionPolicy: Printer = (object, time) => {
  const { validations = [], paramKind } = object.spec ?? {};
  return [validations.length, paramKind ? `${paramKind.apiVersion}/${paramKind.kind}` : '<unset>', age(object, time)];
};

interface SelectorFields {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** LabelSelector.String() of the generated protobuf code. */
function goSelectorText({ matchLabels = {}, matchExpressions = [] }: SelectorFields): string {
  const labels = Object.keys(matchLabels).sort();
  const terms = matchExpressions.map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  );
  const pairs = labels.map((key) => `${key}: ${matchLabels[key]},`).join('');
  const map = `map[string]string{${pairs}}`;
  return `&LabelSelector{MatchLabels:${map},MatchExpressions:[]LabelSelectorRequirement{${terms.join('')}},}`;
}

const policyBinding: Printer = (object, time) => {
  const { policyName = '', paramRef } = object.spec ?? {};
  let param = '<unset>';
  if (paramRef?.name) param = paramRef.namespace ? `${paramRef.namespace}/${paramRef.name}` : `*/${paramRef.name}`;
  else if (paramRef?.selector) param = goSelectorText(paramRef.selector);
  return [policyName, param, age(object, time)];
};

const flowSchema: Printer = (object, time) => {
  const { priorityLevelConfiguration, matchingPrecedence = 0, distinguisherMethod } = object.spec ?? {};
  const conditions = (object.status?.conditions ?? []) as readonly { readonly type: string; readonly status: string }[];
  return [
    priorityLevelConfiguration?.name ?? '',
    matchingPrecedence,
    distinguisherMethod?.type ?? '<none>',
    age(object, time),
    conditions.find(({ type }) => type === 'Dangling')?.status ?? '?',
  ];
};

const priorityLevel: Printer = (object, time) => {
  const { type = '', limited, exempt } = object.spec ?? {};
  const queuing = limited?.limitResponse?.queuing;
  return [
    type,
    limited?.nominalConcurrencyShares ?? exempt?.nominalConcurrencyShares ?? '<none>',
    queuing?.queues ?? '<none>',
    queuing?.handSize ?? '<none>',
    queuing?.queueLengthLimit ?? '<none>',
    age(object, time),
  ];
};

const resourceClaim: Printer = (object, time) => {
  const { metadata, status } = object;
  const states: string[] = metadata.deletionTimestamp ? ['deleted'] : [];
  if (status?.allocation) states.push('allocated', ...(status.reservedFor?.length > 0 ? ['reserved'] : []));
  else if (!metadata.deletionTimestamp) states.push('pending');
  return [states.join(','), age(object, time)];
};

const resourceSlice: Printer = (object, time) => {
  const { nodeName, driver = '', pool } = object.spec ?? {};
  return [nodeName ?? '<unset>', driver, pool?.name ?? '', age(object, time)];
};

const apiService: Printer = (object, time) => {
  const { service } = object.spec ?? {};
  const conditions = (object.status?.conditions ?? []) as readonly {
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
  }[];
  const available = conditions.find(({ type }) => type === 'Available');
  const state: Cell =
    available && available.status !== 'True' && available.reason
      ? `${available.status} (${available.reason})`
      : (available?.status ?? 'Unknown');
  return [service ? `${service.namespace}/${service.name}` : 'Local', state, age(object, time)];
};

const COMPONENTS: Readonly<Record<string, Printer>> = {
  nodes: node,
  namespaces: namespace,
  configmaps: configMap,
  secrets: secret,
  serviceaccounts: ageOnly,
  events: event,
  'events.events.k8s.io': event,
  resourcequotas: quota,
};

const SETTINGS: Readonly<Record<string, Printer>> = {
  'clusterrolebindings.rbac.authorization.k8s.io': binding,
  'rolebindings.rbac.authorization.k8s.io': binding,
  'priorityclasses.scheduling.k8s.io': priorityClass,
  'runtimeclasses.node.k8s.io': runtimeClass,
  'leases.coordination.k8s.io': lease,
  'certificatesigningrequests.certificates.k8s.io': signingRequest,
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': webhooks,
  'validatingwebhookconfigurations.admissionregistration.k8s.io': webhooks,
  'validatingadmissionpolicies.admissionregistration.k8s.io': admissionPolicy,
  'validatingadmissionpolicybindings.admissionregistration.k8s.io': policyBinding,
  'flowschemas.flowcontrol.apiserver.k8s.io': flowSchema,
  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io': priorityLevel,
  'resourceclaims.resource.k8s.io': resourceClaim,
  'resourceclaimtemplates.resource.k8s.io': ageOnly,
  'deviceclasses.resource.k8s.io': ageOnly,
  'resourceslices.resource.k8s.io': resourceSlice,
  'apiservices.apiregistration.k8s.io': apiService,
};

export const CLUSTER_PRINTERS: Readonly<Record<string, Printer>> = { ...COMPONENTS, ...SETTINGS };
