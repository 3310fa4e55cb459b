// Writes sim-core/api/types/*.ts: static types of the kinds that code touches, and of everything they reach.
import { model } from './sources.mjs';

const PREFIX = {
  core: 'io.k8s.api.core.v1',
  apps: 'io.k8s.api.apps.v1',
  batch: 'io.k8s.api.batch.v1',
  autoscaling: 'io.k8s.api.autoscaling.v2',
  policy: 'io.k8s.api.policy.v1',
  scheduling: 'io.k8s.api.scheduling.v1',
  coordination: 'io.k8s.api.coordination.v1',
  discovery: 'io.k8s.api.discovery.v1',
  events: 'io.k8s.api.events.v1',
  networking: 'io.k8s.api.networking.v1',
  storage: 'io.k8s.api.storage.v1',
  rbac: 'io.k8s.api.rbac.v1',
  node: 'io.k8s.api.node.v1',
  flowcontrol: 'io.k8s.api.flowcontrol.v1',
  meta: 'io.k8s.apimachinery.pkg.apis.meta.v1',
};

const KINDS = {
  core: [
    'Pod',
    'Node',
    'Namespace',
    'Service',
    'Endpoints',
    'Event',
    'ConfigMap',
    'Secret',
    'ServiceAccount',
    'PersistentVolume',
    'PersistentVolumeClaim',
    'LimitRange',
    'ResourceQuota',
    'ReplicationController',
    'PodTemplate',
    'Binding',
  ],
  apps: ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'ControllerRevision'],
  batch: ['Job', 'CronJob'],
  autoscaling: ['HorizontalPodAutoscaler'],
  policy: ['PodDisruptionBudget', 'Eviction'],
  scheduling: ['PriorityClass'],
  coordination: ['Lease'],
  discovery: ['EndpointSlice'],
  events: ['Event'],
  networking: ['Ingress', 'IngressClass', 'NetworkPolicy', 'IPAddress', 'ServiceCIDR'],
  storage: ['StorageClass', 'CSINode', 'CSIDriver', 'CSIStorageCapacity', 'VolumeAttachment'],
  rbac: ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'],
  node: ['RuntimeClass'],
  flowcontrol: ['FlowSchema', 'PriorityLevelConfiguration'],
  meta: ['LabelSelector', 'Condition', 'DeleteOptions'],
};

const CONTRACTS = {
  ObjectMeta: 'ObjectMeta',
  OwnerReference: 'OwnerReference',
  ManagedFieldsEntry: 'ManagedFieldsEntry',
};
const fileOf = new Map(Object.entries(PREFIX).map(([file, prefix]) => [prefix, file]));
const split = (name) => [name.slice(0, name.lastIndexOf('.')), name.slice(name.lastIndexOf('.') + 1)];

function tsType(type, property, use) {
  switch (type[0]) {
    case 's': {
      const values = property?.enum;
      return values ? values.map((value) => `'${value}'`).join(' | ') : 'string';
    }
    case 't':
    case 'm':
    case 'q':
    case 'y':
      return 'string';
    case 'b':
      return 'boolean';
    case 'i':
    case 'l':
    case 'f':
      return 'number';
    case 'x':
      return 'number | string';
    case '[': {
      const of = tsType(type.slice(1), property?.items, use);
      return `readonly ${of.includes('|') ? `(${of})` : of}[]`;
    }
    case '{':
      return `Readonly<Record<string, ${tsType(type.slice(1), property?.additionalProperties, use)}>>`;
    case '.':
      return use(type.slice(1));
    default:
      return use('Json');
  }
}

function reach(types, roots) {
  const seen = new Set();
  const visit = (name) => {
    if (seen.has(name) || !types.has(name) || CONTRACTS[split(name)[1]]) return;
    seen.add(name);
    for (const field of types.get(name).fields) {
      const at = field.type.indexOf('.');
      if (at >= 0) visit(field.type.slice(at + 1));
    }
  };
  roots.forEach(visit);
  return seen;
}

function interfaceText(type, isKind, use) {
  const [, local] = split(type.name);
  const fields = type.fields.filter(
    (field) => !isKind || (field.name !== 'apiVersion' && field.name !== 'kind' && field.name !== 'metadata'),
  );
  const lines = fields.map((field) => {
    const optional = isKind ? field.name !== 'spec' || field.pointer : field.omitempty && field.name !== 'spec';
    const enumerated = type.name.endsWith('.Event') ? { ...field.property, enum: undefined } : field.property;
    return `  readonly ${field.name}${optional ? '?' : ''}: ${tsType(field.type, enumerated, use)};`;
  });
  const head = isKind ? `export interface ${local} extends ${use('KubeObject')} {` : `export interface ${local} {`;
  return lines.length || isKind
    ? [head, ...lines, '}'].join('\n')
    : `export type ${local} = Readonly<Record<string, never>>;`;
}

/** The files to write: [[path, text]]. */
export function generateTypes() {
  const types = model();
  const kinds = new Set(
    Object.entries(KINDS).flatMap(([file, names]) => names.map((name) => `${PREFIX[file]}.${name}`)),
  );
  const all = [...reach(types, kinds)];
  const files = [];
  for (const [file, prefix] of Object.entries(PREFIX)) {
    const own = all.filter((name) => split(name)[0] === prefix).sort();
    if (!own.length) continue;
    const imports = new Map();
    const need = (from, name) => {
      if (!imports.has(from)) imports.set(from, new Set());
      imports.get(from).add(name);
      return name;
    };
    const use = (name) => {
      if (name === 'Json' || name === 'KubeObject') return need('../../contracts/objects.ts', name);
      const [home, local] = split(name);
      if (CONTRACTS[local]) return need('../../contracts/objects.ts', local);
      if (home === prefix) return local;
      return need(`./${fileOf.get(home)}.ts`, local);
    };
    const isKind = (name) =>
      types.get(name).schema['x-kubernetes-group-version-kind'] &&
      types.get(name).fields.some((f) => f.type === '.io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta') &&
      split(name)[1] !== 'DeleteOptions';
    const bodies = own.map((name) => interfaceText(types.get(name), isKind(name), use));
    const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
    const importText = [...imports]
      .sort((a, b) => order(a[0], b[0]))
      .map(([from, names]) => `import type { ${[...names].sort().join(', ')} } from '${from}';`);
    files.push([
      `sim-core/api/types/${file}.ts`,
      `// Generated by scripts/generate.mjs from the recorded OpenAPI documents and Go declarations; do not edit.\n${importText.join('\n')}\n\n${bodies.join('\n\n')}\n`,
    ]);
  }
  return files;
}
