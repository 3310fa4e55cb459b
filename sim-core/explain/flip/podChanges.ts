import type { KubeObject } from '../../contracts/objects.ts';
import type { NodeInfo } from '../../scheduler/framework/nodeInfo.ts';
import type { PodInfo } from '../../scheduler/framework/podInfo.ts';
import { amountOf } from '../../scheduler/framework/resources.ts';
import { expressionText, taintText } from '../obstacles.ts';
import type { Message } from '../types.ts';
import { amountIn, quantityOf, roundDown, roundUp } from './amounts.ts';
import { type Change, getIn, type Path, pathText, type Setting, setIn } from './setting.ts';

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** A change of the pod that puts `to` at a path. */
function podChange(
  path: Path,
  to: unknown,
  message: Message,
  more: {
    readonly relative?: number;
    readonly scope?: Change['scope'];
    readonly from?: string;
    readonly to?: string;
  } = {},
): Change {
  return {
    target: 'pod',
    name: '',
    field: pathText(path),
    from: more.from ?? '',
    to: more.to ?? '',
    relative: more.relative ?? 1,
    message,
    scope: more.scope ?? 'other',
    apply: (setting: Setting) => ({ ...setting, pod: setIn(setting.pod, path, to) }),
  };
}

/** One request that the pod states. */
export interface RequestField {
  readonly path: Path;
  readonly container: string;
  readonly resource: string;
  readonly amount: number;
  /** The limit, which a request may not exceed; Infinity = none. */
  readonly limit: number;
}

export function requestFields(pod: KubeObject): readonly RequestField[] {
  const fields: RequestField[] = [];
  const collect = (base: Path, container: string) => {
    const resources = getIn(pod, base) as
      | { requests?: Record<string, string>; limits?: Record<string, string> }
      | undefined;
    for (const resource of Object.keys(resources?.requests ?? {}).sort()) {
      const amount = amountIn(resource, resources?.requests?.[resource] ?? 0);
      const limit = resources?.limits?.[resource];
      if (amount > 0)
        fields.push({
          path: [...base, 'requests', resource],
          container,
          resource,
          amount,
          limit: limit === undefined ? Number.POSITIVE_INFINITY : amountIn(resource, limit),
        });
    }
  };
  collect(['spec', 'resources'], '');
  for (const list of ['containers', 'initContainers'])
    (pod.spec?.[list] ?? []).forEach((c: { name?: string }, i: number) => {
      collect(['spec', list, i, 'resources'], c.name ?? '');
    });
  return fields;
}

/** The request with another amount; undefined when the amount is no change or not allowed. */
export function requestChange(field: RequestField, to: number): Change | undefined {
  const { resource, amount, limit, container, path } = field;
  if (to === amount || to < 0 || to > limit) return undefined;
  return podChange(
    path,
    quantityOf(resource, to),
    { id: 'sched.flip.request', params: { container, resource, from: amount, to } },
    {
      relative: Math.abs(to - amount) / amount,
      scope: 'requests',
      from: quantityOf(resource, amount),
      to: quantityOf(resource, to),
    },
  );
}

/** The largest request with which the pod fits on the node as far as this resource goes. */
export function fittingRequest(pod: PodInfo, field: RequestField, node: NodeInfo): Change | undefined {
  const { resource, amount } = field;
  const free = amountOf(node.allocatable, resource) - amountOf(node.requested, resource);
  const short = amountOf(pod.requests, resource) - free;
  // A pod that asks for nothing fits on a node that is full beyond its limit.
  return short <= 0 ? undefined : requestChange(field, Math.max(0, roundDown(resource, amount - short)));
}

/** The smallest request with which the pod does not fit on the node any more. */
export function unfittingRequest(pod: PodInfo, field: RequestField, node: NodeInfo): Change | undefined {
  const { resource, amount } = field;
  const free = amountOf(node.allocatable, resource) - amountOf(node.requested, resource);
  const spare = free - amountOf(pod.requests, resource);
  return spare < 0 ? undefined : requestChange(field, roundUp(resource, amount + spare + 1));
}

/** Steps of a part of the amount, down to nothing and up to twice as much. */
export function requestLadder(field: RequestField, percents: readonly number[]): readonly Change[] {
  const { resource, amount } = field;
  return percents.flatMap((percent) => {
    const part = (amount * percent) / 100;
    return [
      requestChange(field, roundDown(resource, amount - part)),
      requestChange(field, roundUp(resource, amount + part)),
    ].filter((c) => c !== undefined);
  });
}

export function tolerationChange(pod: KubeObject, taint: Taint): Change {
  const { key, value = '', effect } = taint;
  const toleration = value === '' ? { key, operator: 'Exists', effect } : { key, operator: 'Equal', value, effect };
  const text = taintText(taint);
  return {
    ...podChange(['spec', 'tolerations'], [], { id: 'sched.flip.toleration', params: { taint: text } }, { to: text }),
    scope: pod.spec?.topologySpreadConstraints === undefined ? 'toleration' : 'other',
    // Added to what other changes have put there.
    apply: (setting) => ({
      ...setting,
      pod: setIn(setting.pod, ['spec', 'tolerations'], [...(setting.pod.spec?.tolerations ?? []), toleration]),
    }),
  };
}

export function labelChanges(pod: KubeObject): readonly Change[] {
  const labels = pod.metadata.labels ?? {};
  return Object.keys(labels)
    .sort()
    .map((key) =>
      podChange(
        ['metadata', 'labels', key],
        undefined,
        { id: 'sched.flip.removeLabel', params: { key, from: labels[key] } },
        { from: labels[key] },
      ),
    );
}

export function selectorRemovals(pod: KubeObject): readonly Change[] {
  const selector: Readonly<Record<string, string>> = pod.spec?.nodeSelector ?? {};
  return Object.keys(selector)
    .sort()
    .map((key) =>
      podChange(
        ['spec', 'nodeSelector', key],
        undefined,
        { id: 'sched.flip.removeNodeSelector', params: { key, from: selector[key] } },
        { from: selector[key] },
      ),
    );
}

/** Asking for one of the node's labels. */
export function selectorAdditions(pod: KubeObject, node: NodeInfo): readonly Change[] {
  return Object.keys(node.labels)
    .sort()
    .filter((key) => pod.spec?.nodeSelector?.[key] === undefined)
    .map((key) =>
      podChange(
        ['spec', 'nodeSelector', key],
        node.labels[key],
        { id: 'sched.flip.addNodeSelector', params: { key, to: node.labels[key] } },
        { to: node.labels[key] },
      ),
    );
}

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

interface Term {
  readonly matchExpressions?: readonly Requirement[];
  readonly matchFields?: readonly Requirement[];
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** Taking single requirements out of the required node affinity, or all of it. */
export function nodeAffinityChanges(pod: KubeObject): readonly Change[] {
  const base: Path = ['spec', 'affinity', 'nodeAffinity', REQUIRED];
  const terms = (getIn(pod, [...base, 'nodeSelectorTerms']) ?? []) as readonly Term[];
  const changes: Change[] = [];
  const count = terms.reduce((n, t) => n + (t.matchExpressions ?? []).length + (t.matchFields ?? []).length, 0);
  terms.forEach((term, i) => {
    for (const list of ['matchExpressions', 'matchFields'] as const) {
      (term[list] ?? []).forEach((r, j) => {
        // A term without requirements matches nothing, so taking out its last one would not loosen anything.
        if ((term.matchExpressions ?? []).length + (term.matchFields ?? []).length < 2) return;
        const what = expressionText(r);
        changes.push(
          podChange(
            [...base, 'nodeSelectorTerms', i, list, j],
            undefined,
            { id: 'sched.flip.nodeAffinity', params: { what } },
            { from: what, relative: 1 / count },
          ),
        );
      });
    }
  });
  if (terms.length > 0) {
    const what = terms
      .flatMap((t) => [...(t.matchExpressions ?? []), ...(t.matchFields ?? [])])
      .map(expressionText)
      .join(', ');
    changes.push(podChange(base, undefined, { id: 'sched.flip.nodeAffinity', params: { what } }, { from: what }));
  }
  return changes;
}

interface PodTerm {
  readonly topologyKey?: string;
  readonly labelSelector?: unknown;
  readonly podAffinityTerm?: PodTerm;
}

function podTermText(kind: string, term: PodTerm): string {
  const { topologyKey = '', labelSelector } = term.podAffinityTerm ?? term;
  return `${kind} over ${topologyKey} to ${JSON.stringify(labelSelector ?? null)}`;
}

/** Taking out one term of pod affinity or anti-affinity; preferred ones only matter for scores. */
export function podAffinityChanges(pod: KubeObject, withPreferred: boolean): readonly Change[] {
  const changes: Change[] = [];
  for (const kind of ['podAffinity', 'podAntiAffinity']) {
    for (const list of withPreferred ? [REQUIRED, PREFERRED] : [REQUIRED]) {
      const base: Path = ['spec', 'affinity', kind, list];
      const terms = (getIn(pod, base) ?? []) as readonly PodTerm[];
      terms.forEach((term, i) => {
        const what = podTermText(kind, term);
        changes.push(
          podChange(
            [...base, i],
            undefined,
            { id: 'sched.flip.podAffinity', params: { what } },
            { from: what, relative: 1 / terms.length },
          ),
        );
      });
    }
  }
  return changes;
}

/** Taking out one preferred term of node affinity. */
export function preferredNodeChanges(pod: KubeObject): readonly Change[] {
  const base: Path = ['spec', 'affinity', 'nodeAffinity', PREFERRED];
  const terms = (getIn(pod, base) ?? []) as readonly { readonly preference?: Term }[];
  return terms.map(({ preference = {} }, i) => {
    const what = [...(preference.matchExpressions ?? []), ...(preference.matchFields ?? [])]
      .map(expressionText)
      .join(', ');
    const message: Message = { id: 'sched.flip.nodeAffinity', params: { what } };
    return podChange([...base, i], undefined, message, { from: what, relative: 1 / terms.length });
  });
}

/** Allowing a larger skew. */
export function skewChange(index: number, topologyKey: string, from: number, to: number): Change {
  return podChange(
    ['spec', 'topologySpreadConstraints', index, 'maxSkew'],
    to,
    { id: 'sched.flip.spread', params: { topologyKey, from, to } },
    { relative: (to - from) / from, from: String(from), to: String(to) },
  );
}
