import { qualifiedName, type ResourceInfo } from '../../api/schema/index.ts';
import type { KubeObject } from '../../contracts/index.ts';

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** The text of a selector, as labels.Selector.String() of apimachinery prints it. */
export function selectorText(resource: string, selector: unknown): string {
  if (selector === undefined || selector === null) return '';
  if (resource === 'replicationcontrollers') return labelText(selector as Record<string, string>);
  const { matchLabels = {}, matchExpressions = [] } = selector as Selector;
  const terms = Object.keys(matchLabels).map((key) => ({ key, text: `${key}=${matchLabels[key]}` }));
  for (const { key, operator, values = [] } of matchExpressions) {
    const list = [...values].sort().join(',');
    const texts: Record<string, string> = {
      In: `${key} in (${list})`,
      NotIn: `${key} notin (${list})`,
      Exists: key,
      DoesNotExist: `!${key}`,
    };
    terms.push({ key, text: texts[operator] ?? key });
  }
  terms.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  return terms.map(({ text }) => text).join(',');
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.keys(labels)
    .sort()
    .map((key) => `${key}=${labels[key]}`)
    .join(',');
}

/** autoscaling/v1 Scale of a workload. */
export function scaleOf(info: ResourceInfo, object: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas: number = object.spec?.replicas ?? 0;
  const selector = selectorText(qualifiedName(info), object.spec?.selector);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: object.status?.replicas ?? 0, ...(selector !== '' && { selector }) },
  };
}
