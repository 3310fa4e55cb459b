import type { KubeObject } from '../../contracts/objects.ts';
import type { Question } from '../../scheduler/cycle/question.ts';
import { type NodeInfo, withNode } from '../../scheduler/framework/nodeInfo.ts';
import { podInfo } from '../../scheduler/framework/podInfo.ts';
import { Framework } from '../../scheduler/framework/runtime.ts';
import { createSnapshot, type Snapshot } from '../../scheduler/framework/snapshot.ts';
import type { FlipChange } from '../types.ts';

/** What is changed against a question. */
export interface Setting {
  readonly pod: KubeObject;
  /** Nodes that are changed, by name. */
  readonly nodes: ReadonlyMap<string, KubeObject>;
  /** Weights that are changed, by plugin. */
  readonly weights: ReadonlyMap<string, number>;
}

/** One change of one field, and what a decision has to do anew because of it. */
export interface Change extends FlipChange {
  /**
   * requests, node and weight leave the state of PreFilter as it is; other = everything is asked again. `node` changes one
   * node's allocatable, taints or cordon.
   */
  readonly scope: 'requests' | 'toleration' | 'node' | 'weight' | 'other';
  apply(setting: Setting): Setting;
}

export function settingOf(question: Question): Setting {
  return { pod: question.pod.pod, nodes: new Map(), weights: new Map() };
}

/** Later elements of lists are taken out before earlier ones, so that places stay what they are. */
export function applyAll(question: Question, changes: readonly Change[]): Setting {
  return [...changes]
    .sort((a, b) => (a.field < b.field ? 1 : a.field > b.field ? -1 : 0))
    .reduce((setting, change) => change.apply(setting), settingOf(question));
}

/** The question with the changes made. PostFilter is left out: a flip does not ask for victims. */
export function changedQuestion(question: Question, setting: Setting): Question {
  const { plugins } = question.framework;
  const score = plugins.score.map(({ plugin, weight }) => ({
    plugin,
    weight: setting.weights.get(plugin.name) ?? weight,
  }));
  return {
    ...question,
    options: { ...question.options, extenders: question.options.extenders?.again() },
    framework: new Framework({ ...plugins, score, postFilter: [] }, question.nominated),
    pod: setting.pod === question.pod.pod ? question.pod : podInfo(setting.pod),
    snapshot: changedSnapshot(question.snapshot, setting),
  };
}

function changedSnapshot(snapshot: Snapshot, { nodes }: Setting): Snapshot {
  if (nodes.size === 0) return snapshot;
  return createSnapshot(
    snapshot.nodes.map((info) => changedNode(info, nodes)),
    snapshot.listers,
  );
}

export function changedNode(info: NodeInfo, nodes: Setting['nodes']): NodeInfo {
  const node = nodes.get(info.name);
  return node === undefined ? info : withNode(info, node);
}

export type Path = readonly (string | number)[];

/** `spec.containers[0].resources.requests.cpu`; keys that are no plain words stand in brackets. */
export function pathText(path: Path): string {
  return path
    .map((part, i) => {
      if (typeof part === 'number' || !/^[A-Za-z][A-Za-z0-9]*$/.test(part)) return `[${part}]`;
      return i === 0 ? part : `.${part}`;
    })
    .join('');
}

export function getIn(value: unknown, path: Path): unknown {
  let at = value;
  for (const part of path) at = (at as Record<string | number, unknown> | undefined | null)?.[part];
  return at;
}

/** A copy with another value at the path; undefined removes the key, or the element of a list. */
export function setIn<T>(value: T, path: Path, to: unknown): T {
  const [part, ...rest] = path;
  if (part === undefined) return to as T;
  // Nothing to remove.
  if (to === undefined && (value === undefined || value === null)) return value;
  const inner =
    rest.length === 0 ? to : setIn((value as Record<string | number, unknown> | undefined)?.[part], rest, to);
  if (Array.isArray(value)) {
    const list = [...value];
    if (inner === undefined) list.splice(Number(part), 1);
    else list[Number(part)] = inner;
    return list as T;
  }
  const copy: Record<string | number, unknown> = { ...(value as object | undefined) };
  if (inner === undefined) delete copy[part];
  else copy[part] = inner;
  return copy as T;
}
