import type { Question } from '../../scheduler/cycle/question.ts';
import { schedulePod } from '../../scheduler/cycle/schedulePod.ts';
import type { NodeInfo } from '../../scheduler/framework/nodeInfo.ts';
import { Inquiry } from '../inquiry.ts';
import { obstaclesOf } from '../obstacles.ts';
import type { Flip, FlipChange, Message } from '../types.ts';
import { patchesOf, settingAfter } from './patches.ts';
import { applyAll, type Change, changedQuestion } from './setting.ts';
import { changesToward, compareText, fixesFor, keyOf, type SpaceOptions, unique } from './space.ts';
import { Trials } from './trial.ts';

/** More changes than this nobody calls small. */
const MAX_CHANGES = 4;
/** Nodes for which sets of more than one change are looked for. */
const MAX_NODES_OF_SETS = 400;

export interface FlipOptions extends SpaceOptions {
  /** The node that is wanted; undefined = any. */
  readonly node?: string;
}

/** Fewest changes first, then least relative change, then fields. */
export function compareSets(a: readonly Change[], b: readonly Change[]): number {
  return a.length - b.length || costOf(a) - costOf(b) || compareText(keyOfSet(a), keyOfSet(b));
}

/** Sum of the relative sizes, in an order that depends on nothing but the sizes. */
export function costOf(changes: readonly Change[]): number {
  return changes
    .map((c) => c.relative)
    .sort((a, b) => a - b)
    .reduce((sum, r) => sum + r, 0);
}

function keyOfSet(changes: readonly Change[]): string {
  return changes.map(keyOf).sort().join('\u0001');
}

/**
 * The smallest set of changes after which the same cycle puts the pod on the wanted node, or on any. What is found was made and
 * decided again by the plain executor.
 */
export function smallestFlip(question: Question, options: FlipOptions = {}): Flip {
  const wanted = options.node ?? '';
  const inquiry = new Inquiry(question);
  const { node } = inquiry.decision;
  if (node !== undefined && (wanted === '' || wanted === node))
    return flipOf(question, wanted, [], node, 0, true, [{ id: 'sched.flip.already', params: { node } }]);
  const trials = new Trials(inquiry);
  const search =
    wanted === '' ? anyNode(trials, options) : toNode(trials, question.snapshot.node(wanted) as NodeInfo, options);
  const tried = search.tried;
  if (search.best === undefined) {
    const messages: Message[] = [{ id: 'sched.flip.none', params: { tried } }];
    return flipOf(question, wanted, [], '', tried, search.complete, messages);
  }
  // The proof: the patches, applied as an API server does it, and the question asked once more.
  const proof = changedQuestion(question, settingAfter(question, patchesOf(question, search.best)));
  const then = schedulePod(proof.framework, proof.pod, proof.snapshot, proof.options).node;
  if (then === undefined || (wanted !== '' && then !== wanted)) throw new Error('a flip did not hold');
  const messages: Message[] = [{ id: 'sched.flip.found', params: { node: then } }];
  if (!search.complete) messages.push({ id: 'sched.flip.incomplete', params: { tried } });
  return flipOf(question, wanted, search.best, then, tried, search.complete, messages);
}

interface Search {
  readonly best: readonly Change[] | undefined;
  readonly tried: number;
  readonly complete: boolean;
}

function flipOf(
  question: Question,
  wanted: string,
  changes: readonly Change[],
  node: string,
  tried: number,
  complete: boolean,
  messages: readonly Message[],
): Flip {
  const views = changes.map(
    ({ target, name, field, from, to, relative, message }): FlipChange => ({
      target,
      name,
      field,
      from,
      to,
      relative,
      message,
    }),
  );
  return {
    wanted,
    found: node !== '',
    node,
    changes: views,
    patches: patchesOf(question, changes),
    tried,
    complete,
    messages,
  };
}

/** Sets of `size` changes of the list that touch each field of an object once. */
function* setsOf(changes: readonly Change[], size: number, from = 0): Generator<readonly Change[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let i = from; i < changes.length; i++) {
    const first = changes[i];
    for (const rest of setsOf(changes, size - 1, i + 1)) if (!rest.some((c) => clash(c, first))) yield [first, ...rest];
  }
}

/** Two values for one field; tolerations and taints are lists that take several. */
function clash(a: Change, b: Change): boolean {
  const isList = a.field === 'spec.tolerations' || a.field === 'spec.taints';
  return !isList && a.target === b.target && a.name === b.name && a.field === b.field;
}

/**
 * The pod fits nowhere: for each node the smallest set of fixes with which it takes the pod, and the smallest of these. A node
 * that takes the pod is found by the search, since no other one fits.
 */
function anyNode(trials: Trials, { targets }: FlipOptions): Search {
  const { inquiry } = trials;
  let checked = 0;
  let complete = true;
  const nodes = inquiry.question.snapshot.nodes.map((node) => ({
    node,
    failing: failingPlugins(inquiry, node),
    fixes: fixesFor(inquiry, node, targets),
  }));
  for (let size = 1; size <= MAX_CHANGES; size++) {
    // One change can be the answer to two plugins (a label of the pod), hardly to more.
    const likely = nodes.filter(({ failing }) => failing <= 2 * size).sort((a, b) => a.failing - b.failing);
    const looked = size === 1 ? likely : likely.slice(0, MAX_NODES_OF_SETS);
    if (looked.length < likely.length) complete = false;
    const sets = looked.flatMap(({ node, fixes }) => [...setsOf(fixes, size)].map((set) => ({ set, node })));
    for (const { set, node } of cheapestFirst(sets)) {
      if (trials.isExhausted) return { best: undefined, tried: checked + trials.tried, complete: false };
      checked++;
      if (trials.fits(set, node)) return { best: set, tried: checked + trials.tried, complete };
    }
  }
  return { best: undefined, tried: checked + trials.tried, complete };
}

/** How many filters fail on a node; 1 when PreFilter rejects the pod, since then nobody knows. */
function failingPlugins(inquiry: Inquiry, node: NodeInfo): number {
  if (inquiry.preFilter.status !== undefined) return 1;
  return Math.max(1, inquiry.verdicts(node).length);
}

/** The pod is to get one node: what makes it fit there, and then what makes it win. */
function toNode(trials: Trials, target: NodeInfo, options: FlipOptions): Search {
  const { inquiry } = trials;
  const single = bestSingle(trials, target, options, Number.POSITIVE_INFINITY);
  if (single.best !== undefined) return single;
  let { complete, tried } = single;
  let best: readonly Change[] | undefined;
  const exact = fixesFor(inquiry, target, options.targets);
  const short = missingResources(inquiry, target);
  const fixes = unique([
    ...exact,
    ...changesToward(inquiry, target, options).filter((c) => helpsShort(c, short, target)),
  ]);
  for (let size = 2; size <= MAX_CHANGES + 1 && best === undefined; size++) {
    // Beyond pairs only the values with which the pod just fits are tried.
    const parts = size === 2 ? fixes : exact;
    // Either all changes are fixes, ...
    for (const { set } of cheapestFirst([...setsOf(parts, size)].map((s) => ({ set: s })))) {
      if (best !== undefined) break;
      if (trials.isExhausted) {
        complete = false;
        break;
      }
      tried++;
      if (trials.fits(set, target) && trials.decide(set) === target.name) best = set;
    }
    // ... or all but one are, and the last makes the node win.
    for (const { set: base } of cheapestFirst([...setsOf(parts, size - 1)].map((s) => ({ set: s })))) {
      const left = best === undefined ? Number.POSITIVE_INFINITY : costOf(best) - costOf(base);
      if (left <= 0) break;
      if (trials.isExhausted) {
        complete = false;
        break;
      }
      tried++;
      if (!trials.fits(base, target)) continue;
      const asked = changedQuestion(inquiry.question, applyAll(inquiry.question, base));
      trials.budget.left -= inquiry.question.snapshot.nodes.length;
      const more = bestSingle(new Trials(new Inquiry(asked), trials.budget), target, options, left, base);
      tried += more.tried;
      complete &&= more.complete;
      if (more.best === undefined) continue;
      const set = [...base, ...more.best];
      if ((best === undefined || compareSets(set, best) < 0) && trials.decide(set) === target.name) best = set;
    }
  }
  return { best, tried, complete };
}

/** Resources of which the node has too little. */
function missingResources(inquiry: Inquiry, target: NodeInfo): readonly string[] {
  return obstaclesOf(inquiry, target).flatMap(({ message }) => {
    const { resource } = message.params;
    return typeof resource === 'string' ? [resource] : [];
  });
}

/** Does the change give the node more, or ask less, of something that it has too little of? */
function helpsShort(change: Change, short: readonly string[], target: NodeInfo): boolean {
  const { resource, from, to } = change.message.params;
  if (typeof resource !== 'string' || !short.includes(resource)) return false;
  if (change.scope === 'requests') return to < from;
  return change.name === target.name && to > from;
}

/** Cheapest set first. */
function cheapestFirst<T extends { readonly set: readonly Change[] }>(sets: readonly T[]): readonly T[] {
  return sets
    .map((item) => ({ item, cost: costOf(item.set) }))
    .sort((a, b) => a.item.set.length - b.item.set.length || a.cost - b.cost || compareSets(a.item.set, b.item.set))
    .map(({ item }) => item);
}

/** The cheapest single change, below a cost, that brings the pod to the target. */
function bestSingle(
  trials: Trials,
  target: NodeInfo,
  options: FlipOptions,
  below: number,
  made: readonly Change[] = [],
): Search {
  const node = trials.inquiry.question.snapshot.node(target.name) as NodeInfo;
  for (const change of changesToward(trials.inquiry, node, options)) {
    if (change.relative > below) break;
    if (made.some((c) => clash(c, change))) continue;
    if (!trials.mayWin(change, node)) continue;
    if (trials.isExhausted) return { best: undefined, tried: trials.tried, complete: false };
    if (trials.decide([change]) === target.name) return { best: [change], tried: trials.tried, complete: true };
  }
  return { best: undefined, tried: trials.tried, complete: true };
}
