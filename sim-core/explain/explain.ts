import type { ObjId, TimeUs } from '../contracts/ids.ts';
import type { World } from '../engine/index.ts';
import type { Question } from '../scheduler/cycle/question.ts';
import { ExplainError } from './errors.ts';
import { smallestFlip } from './flip/search.ts';
import type { SpaceOptions } from './flip/space.ts';
import { funnelOf, groupsOf } from './funnel.ts';
import { Inquiry } from './inquiry.ts';
import { choiceOf, matrixOf } from './matrix.ts';
import { nearestMisses } from './obstacles.ts';
import { preemptionOf } from './preemption.ts';
import type { Attempt, AttemptResult, Explanation, PodRef } from './types.ts';
import { type WhatIfOptions, whatIfMoreNodes } from './whatIf.ts';
import { whyNot } from './whyNot.ts';

export type { Explanation } from './types.ts';

export interface ExplainOptions {
  /** Also: why not this node? */
  readonly node?: string;
  /** Rows of the matrix; default 20. */
  readonly rows?: number;
  /** Names of nodes a group of reasons; default 20. */
  readonly nodesPerGroup?: number;
  /** Nodes that are nearest to taking the pod; default 3. */
  readonly nearest?: number;
  /** Look for the smallest change that gets the pod to `node`, or anywhere when there is none. */
  readonly flip?: boolean | SpaceOptions;
  readonly whatIf?: WhatIfOptions;
}

interface Context {
  readonly attempt?: Attempt;
  readonly timeUs?: TimeUs;
  readonly scheduler?: string;
}

const RESULTS: Readonly<Record<'Scheduled' | 'Unschedulable' | 'Error', AttemptResult>> = {
  Scheduled: 'scheduled',
  Unschedulable: 'unschedulable',
  Error: 'error',
};

/**
 * Answers one question of the scheduler again and says why the answer is what it is. `node` must be in the snapshot. What it
 * takes is one decision of the plain executor and one pass of the filters over the nodes that fail.
 */
export function explain(question: Question, options: ExplainOptions & Context = {}): Explanation {
  const inquiry = new Inquiry(question);
  const { decision } = inquiry;
  const { attempt, node } = options;
  const target = node === undefined ? undefined : question.snapshot.node(node);
  for (const name of [node, options.whatIf?.like])
    if (name !== undefined && question.snapshot.node(name) === undefined)
      throw new ExplainError('noSuchNode', { node: name, nodes: question.snapshot.nodes.map((n) => n.name).join(' ') });
  const { pod } = question;
  return {
    pod: { namespace: pod.namespace, name: pod.name, uid: pod.uid },
    scheduler: options.scheduler ?? '',
    attempt,
    wokenFor: [],
    timeUs: options.timeUs ?? -1,
    result: RESULTS[decision.result],
    node: decision.node ?? '',
    message: decision.message,
    verified:
      attempt === undefined
        ? undefined
        : attempt.node === (decision.node ?? '') && attempt.message === decision.message,
    nodes: {
      total: decision.nodesTotal,
      evaluated: decision.evaluated,
      feasible: decision.feasible.length,
      wanted: inquiry.wanted,
      startIndex: question.options.startIndex,
    },
    funnel: funnelOf(inquiry),
    groups: groupsOf(inquiry, options.nodesPerGroup ?? 20),
    matrix: matrixOf(inquiry, options.rows ?? 20, node === undefined ? [] : [node]),
    choice: choiceOf(inquiry),
    nearest: decision.node === undefined ? nearestMisses(inquiry, options.nearest ?? 3) : [],
    preemption: preemptionOf(inquiry),
    waiting: undefined,
    whyNot: target === undefined ? undefined : whyNot(inquiry, target),
    flip:
      options.flip === undefined || options.flip === false
        ? undefined
        : smallestFlip(question, { ...(options.flip === true ? {} : options.flip), node }),
    whatIf: options.whatIf === undefined ? undefined : whatIfMoreNodes(question, options.whatIf),
  };
}

export function questionIsFor(world: World, obj: ObjId, pod: PodRef): boolean {
  const { objects } = world;
  return objects.namespace(obj) === pod.namespace && objects.name(obj) === pod.name;
}
