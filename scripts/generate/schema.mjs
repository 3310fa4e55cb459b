// Writes sim-core/api/schema/data.json: the fields of every built-in type and the table of resources, as compact lines.
// The reader, and the meaning of every column, is sim-core/api/schema/table.ts.
import { model, readVector } from './sources.mjs';

const WIRE = {
  s: 'string',
  t: 'apimachinery.pkg.apis.meta.v1.Time',
  b: 'bool',
  i: 'int32',
  l: 'int64',
  f: 'double',
  y: 'bytes',
};

function extras(field) {
  const p = field.property;
  const all = {
    em: field.embedded || undefined,
    d: p.default,
    e: p.enum,
    ie: p.items?.enum,
    ps: p['x-kubernetes-patch-strategy'],
    mk: p['x-kubernetes-patch-merge-key'],
    lt: p['x-kubernetes-list-type'],
    lk: p['x-kubernetes-list-map-keys'],
    mt: p['x-kubernetes-map-type'],
    pt: field.protobuf && field.protobuf.type !== WIRE[field.type] ? field.protobuf.type : undefined,
  };
  const text = JSON.stringify(all);
  return text === '{}' ? '' : text;
}

function typeLine(type, index) {
  const head = [
    type.name,
    type.schema['x-kubernetes-map-type'] ?? '',
    type.schema['x-kubernetes-unions'] ? JSON.stringify(type.schema['x-kubernetes-unions']) : '',
  ];
  const rows = type.fields.map((field) => {
    const at = field.type.indexOf('.');
    const shape = at < 0 ? field.type : `${field.type.slice(0, at)}.${index.get(field.type.slice(at + 1))}`;
    const flags = `${field.required ? 'r' : ''}${field.omitempty ? 'o' : ''}${field.pointer ? 'p' : ''}${field.declared ? '' : 'u'}`;
    return [field.name, shape, field.go, flags, field.protobuf?.number ?? '', extras(field)]
      .join('\t')
      .replace(/\t+$/, '');
  });
  return [head.join('\t').replace(/\t+$/, ''), ...rows].join('\n');
}

/** Every group and version in the server's order of preference, then its resources as the server lists them. */
function resources() {
  const answers = readVector('api/discovery.jsonl')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const lists = answers.filter((answer) => answer.body?.kind === 'APIResourceList').map((answer) => answer.body);
  const groups = answers.find((answer) => answer.name === 'apis-legacy').body.groups;
  const order = [
    ['', 'v1'],
    ...groups.flatMap((group) => group.versions.map((version) => [group.name, version.version])),
  ];
  const preferred = new Map([['', 'v1'], ...groups.map((group) => [group.name, group.preferredVersion.version])]);
  return order.flatMap(([group, version]) => {
    const list = lists.find((candidate) => candidate.groupVersion === (group ? `${group}/${version}` : version));
    return list.resources
      .filter((resource) => !resource.name.includes('/'))
      .map((resource) => ({
        group,
        version,
        kind: resource.kind,
        plural: resource.name,
        singular: resource.singularName,
        namespaced: resource.namespaced,
        preferred: preferred.get(group) === version,
        verbs: resource.verbs,
        shortNames: resource.shortNames,
        categories: resource.categories,
        storageVersionHash: resource.storageVersionHash,
        subresources: list.resources
          .filter((candidate) => candidate.name.startsWith(`${resource.name}/`))
          .map((candidate) => ({
            name: candidate.name.slice(resource.name.length + 1),
            kind: candidate.kind,
            verbs: candidate.verbs,
            group: candidate.group,
            version: candidate.version,
          })),
      }));
  });
}

/** The files to write: [[path, text]]. */
export function generateSchema() {
  const types = [...model().values()];
  const index = new Map(types.map((type, i) => [type.name, i]));
  const kinds = types.flatMap((type) =>
    (type.schema['x-kubernetes-group-version-kind'] ?? []).map(
      (gvk) => `${gvk.group}\t${gvk.version}\t${gvk.kind}\t${index.get(type.name)}`,
    ),
  );
  const data = {
    types: types.map((type) => typeLine(type, index)),
    kinds,
    resources: resources().map((resource) => JSON.stringify(resource)),
  };
  const text = `{\n${Object.entries(data)
    .map(([key, lines]) => `"${key}": [\n${lines.map((line) => JSON.stringify(line)).join(',\n')}\n]`)
    .join(',\n')}\n}\n`;
  return [['sim-core/api/schema/data.json', text]];
}
