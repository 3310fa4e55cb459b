import { goQuote } from '../../api/machinery/gotext.ts';

/** Checks of the Pod Security Standards, in the order of their evaluation (pod-security-admission policy/check_*.go). */

export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

// biome-ignore lint/suspicious/noExplicitAny: pieces of a pod spec
type Piece = any;

type Check = (spec: Piece) => Violation | undefined;

function containersOf(spec: Piece): readonly Piece[] {
  return [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])];
}

function quoted(names: readonly string[]): string {
  return names.map(goQuote).join(', ');
}

/** `container "a"`, `containers "a", "b"`. */
function named(word: string, names: readonly string[]): string {
  return `${word}${names.length === 1 ? '' : 's'} ${quoted(names)}`;
}

function sortedSet(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}

function namesWhere(spec: Piece, wrong: (container: Piece) => boolean): readonly string[] {
  return containersOf(spec)
    .filter(wrong)
    .map(({ name }) => name);
}

function violation(reason: string, details: readonly string[]): Violation | undefined {
  return details.length === 0 ? undefined : { reason, detail: details.join('; ') };
}

/** `pod and container "c"`, of those that set something wrong. */
function setters(pod: boolean, names: readonly string[]): string {
  return [...(pod ? ['pod'] : []), ...(names.length > 0 ? [named('container', names)] : [])].join(' and ');
}

const allowPrivilegeEscalation: Check = (spec) => {
  const names = namesWhere(spec, (c) => c.securityContext?.allowPrivilegeEscalation !== false);
  const text = 'must set securityContext.allowPrivilegeEscalation=false';
  return violation('allowPrivilegeEscalation != false', names.length ? [`${named('container', names)} ${text}`] : []);
};

const appArmorProfile: Check = (spec) => {
  const wrong = (context: Piece) => context?.appArmorProfile?.type === 'Unconfined';
  const who = setters(
    wrong(spec.securityContext),
    namesWhere(spec, (c) => wrong(c.securityContext)),
  );
  return violation(
    'forbidden AppArmor profile',
    who ? [`${who} must not set AppArmor profile type to "Unconfined"`] : [],
  );
};

const DEFAULT_CAPABILITIES: ReadonlySet<string> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

function addedOutside(spec: Piece, allowed: ReadonlySet<string>): readonly string[] {
  const added = (c: Piece): readonly string[] =>
    (c.securityContext?.capabilities?.add ?? []).filter((name: string) => !allowed.has(name));
  const names = namesWhere(spec, (c) => added(c).length > 0);
  if (names.length === 0) return [];
  const all = quoted(sortedSet(containersOf(spec).flatMap(added)));
  return [`${named('container', names)} must not include ${all} in securityContext.capabilities.add`];
}

const capabilitiesBaseline: Check = (spec) =>
  violation('non-default capabilities', addedOutside(spec, DEFAULT_CAPABILITIES));

const RESTRICTED_ADD: ReadonlySet<string> = new Set(['NET_BIND_SERVICE']);

const capabilitiesRestricted: Check = (spec) => {
  const names = namesWhere(spec, (c) => !c.securityContext?.capabilities?.drop?.includes('ALL'));
  const drop = names.length ? [`${named('container', names)} must set securityContext.capabilities.drop=["ALL"]`] : [];
  return violation('unrestricted capabilities', [...drop, ...addedOutside(spec, RESTRICTED_ADD)]);
};

const hostNamespaces: Check = (spec) => {
  const set = ['hostNetwork', 'hostPID', 'hostIPC'].filter((key) => spec[key] === true);
  return violation('host namespaces', set.length ? [set.map((key) => `${key}=true`).join(', ')] : []);
};

const hostPathVolumes: Check = (spec) => {
  const names = (spec.volumes ?? []).filter((v: Piece) => v.hostPath).map((v: Piece) => v.name);
  return violation('hostPath volumes', names.length ? [named('volume', names)] : []);
};

const hostPorts: Check = (spec) => {
  const ports = (c: Piece): readonly string[] =>
    (c.ports ?? []).filter((port: Piece) => port.hostPort).map((port: Piece) => String(port.hostPort));
  const names = namesWhere(spec, (c) => ports(c).length > 0);
  const all = sortedSet(containersOf(spec).flatMap(ports));
  const uses = names.length === 1 ? 'uses' : 'use';
  const word = all.length === 1 ? 'hostPort' : 'hostPorts';
  return violation('hostPort', names.length ? [`${named('container', names)} ${uses} ${word} ${all.join(', ')}`] : []);
};

function hostsOf(container: Piece): readonly string[] {
  const { lifecycle = {} } = container;
  const handlers = [
    container.livenessProbe,
    container.readinessProbe,
    container.startupProbe,
    lifecycle.postStart,
    lifecycle.preStop,
  ];
  return handlers.flatMap((handler) => [handler?.httpGet?.host, handler?.tcpSocket?.host].filter(Boolean));
}

const probeHosts: Check = (spec) => {
  const names = namesWhere(spec, (c) => hostsOf(c).length > 0);
  const all = sortedSet(containersOf(spec).flatMap(hostsOf));
  const uses = names.length === 1 ? 'uses' : 'use';
  const text = `${named('container', names)} ${uses} probe or lifecycle host${all.length === 1 ? '' : 's'} ${quoted(all)}`;
  return violation('probe or lifecycle host', names.length ? [text] : []);
};

const privileged: Check = (spec) => {
  const names = namesWhere(spec, (c) => c.securityContext?.privileged === true);
  const text = 'must not set securityContext.privileged=true';
  return violation('privileged', names.length ? [`${named('container', names)} ${text}`] : []);
};

const procMount: Check = (spec) => {
  const mount = (c: Piece): string => c.securityContext?.procMount ?? 'Default';
  const names = namesWhere(spec, (c) => mount(c) !== 'Default');
  const all = quoted(sortedSet(containersOf(spec).map(mount)).filter((value) => value !== 'Default'));
  const text = `must not set securityContext.procMount to ${all}`;
  return violation('procMount', names.length ? [`${named('container', names)} ${text}`] : []);
};

const RESTRICTED_VOLUMES: ReadonlySet<string> = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
  'image',
]);

const restrictedVolumes: Check = (spec) => {
  const typeOf = (v: Piece): string | undefined => Object.keys(v).find((key) => key !== 'name' && v[key] !== undefined);
  const bad = (spec.volumes ?? []).filter((v: Piece) => !RESTRICTED_VOLUMES.has(typeOf(v) ?? 'emptyDir'));
  if (bad.length === 0) return undefined;
  const names = bad.map((v: Piece) => v.name);
  const types = sortedSet(bad.map((v: Piece) => typeOf(v) ?? 'unknown'));
  const uses = names.length === 1 ? 'uses' : 'use';
  const word = `restricted volume type${types.length === 1 ? '' : 's'}`;
  return violation('restricted volume types', [`${named('volume', names)} ${uses} ${word} ${quoted(types)}`]);
};

const runAsNonRoot: Check = (spec) => {
  const pod = spec.securityContext?.runAsNonRoot;
  const own = (c: Piece) => c.securityContext?.runAsNonRoot;
  const wrong = namesWhere(spec, (c) => own(c) === false);
  const missing = namesWhere(spec, (c) => own(c) === undefined);
  const who = setters(pod === false && missing.length > 0, wrong);
  const reason = 'runAsNonRoot != true';
  if (who) return violation(reason, [`${who} must not set securityContext.runAsNonRoot=false`]);
  const text = `pod or ${named('container', missing)} must set securityContext.runAsNonRoot=true`;
  return violation(reason, pod !== true && missing.length > 0 ? [text] : []);
};

const runAsUser: Check = (spec) => {
  const who = setters(
    spec.securityContext?.runAsUser === 0,
    namesWhere(spec, (c) => c.securityContext?.runAsUser === 0),
  );
  return violation('runAsUser=0', who ? [`${who} must not set runAsUser=0`] : []);
};

const SELINUX_TYPES: ReadonlySet<string> = new Set([
  '',
  'container_t',
  'container_init_t',
  'container_kvm_t',
  'container_engine_t',
]);

const seLinuxOptions: Check = (spec) => {
  const all: readonly Piece[] = [spec, ...containersOf(spec)].map(
    (holder) => holder.securityContext?.seLinuxOptions ?? {},
  );
  const bad = (o: Piece) => !SELINUX_TYPES.has(o.type ?? '') || Boolean(o.user) || Boolean(o.role);
  const names = containersOf(spec)
    .filter((_, i) => bad(all[i + 1]))
    .map(({ name }) => name);
  const who = setters(bad(all[0]), names);
  if (!who) return undefined;
  const types = sortedSet(all.map(({ type = '' }) => type).filter((type) => !SELINUX_TYPES.has(type)));
  const parts = [
    ...(types.length > 0 ? [`type${types.length === 1 ? '' : 's'} ${quoted(types)}`] : []),
    ...(all.some(({ user }) => user) ? ['user may not be set'] : []),
    ...(all.some(({ role }) => role) ? ['role may not be set'] : []),
  ];
  return violation('seLinuxOptions', [`${who} set forbidden securityContext.seLinuxOptions: ${parts.join('; ')}`]);
};

function explicitSeccomp(spec: Piece): readonly string[] {
  const type = (holder: Piece): string | undefined => holder.securityContext?.seccompProfile?.type;
  const bad = (value: string | undefined) => value !== undefined && value !== 'RuntimeDefault' && value !== 'Localhost';
  const who = setters(
    bad(type(spec)),
    namesWhere(spec, (c) => bad(type(c))),
  );
  const all = sortedSet([spec, ...containersOf(spec)].map(type).filter(bad) as string[]);
  return who ? [`${who} must not set securityContext.seccompProfile.type to ${quoted(all)}`] : [];
}

const seccompBaseline: Check = (spec) => violation('seccompProfile', explicitSeccomp(spec));

const seccompRestricted: Check = (spec) => {
  const explicit = explicitSeccomp(spec);
  if (explicit.length > 0) return violation('seccompProfile', explicit);
  if (spec.securityContext?.seccompProfile?.type) return undefined;
  const missing = namesWhere(spec, (c) => !c.securityContext?.seccompProfile?.type);
  const text = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"';
  return violation('seccompProfile', missing.length > 0 ? [`pod or ${named('container', missing)} ${text}`] : []);
};

const SAFE_SYSCTLS: ReadonlySet<string> = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
]);

const sysctls: Check = (spec) => {
  const set: readonly Piece[] = spec.securityContext?.sysctls ?? [];
  const bad = set.map(({ name }) => name).filter((name) => !SAFE_SYSCTLS.has(name));
  return violation('forbidden sysctls', bad.length > 0 ? [bad.join(', ')] : []);
};

const windowsHostProcess: Check = (spec) => {
  const wrong = (holder: Piece) => holder.securityContext?.windowsOptions?.hostProcess === true;
  const who = setters(wrong(spec), namesWhere(spec, wrong));
  return violation('hostProcess', who ? [`${who} must not set securityContext.windowsOptions.hostProcess=true`] : []);
};

/** Checks of both levels that `restricted` does not replace by stricter ones. */
const COMMON_BEFORE: readonly Check[] = [hostNamespaces];
const COMMON: readonly Check[] = [hostPorts, probeHosts, privileged, procMount, seLinuxOptions];
const COMMON_AFTER: readonly Check[] = [sysctls, windowsHostProcess];

export const BASELINE: readonly Check[] = [
  appArmorProfile,
  capabilitiesBaseline,
  ...COMMON_BEFORE,
  hostPathVolumes,
  ...COMMON,
  seccompBaseline,
  ...COMMON_AFTER,
];

export const RESTRICTED: readonly Check[] = [
  appArmorProfile,
  ...COMMON_BEFORE,
  ...COMMON,
  ...COMMON_AFTER,
  allowPrivilegeEscalation,
  capabilitiesRestricted,
  restrictedVolumes,
  runAsNonRoot,
  runAsUser,
  seccompRestricted,
];
