import type { Colouring } from './colouring.ts';
import { NodeMark } from './frames.ts';
import { CLASSES, type ClusterMirror, isNotReady } from './mirror.ts';

/** Numbers of the whole map. */
export interface MapTotals {
  /** Pods by class. */
  readonly classes: Uint32Array;
  readonly pods: number;
  readonly nodes: number;
  readonly notReady: number;
  readonly cordoned: number;
  readonly pressure: number;
  readonly booting: number;
  readonly partitioned: number;
}

export function totalsOf(mirror: ClusterMirror): MapTotals {
  const classes = Uint32Array.from(mirror.tray);
  let pods = mirror.trayCount;
  let nodes = 0;
  let notReady = 0;
  const marked = { cordoned: 0, pressure: 0, booting: 0, partitioned: 0 };
  for (let n = 0; n < mirror.nodeCount; n++) {
    const marks = mirror.marks[n];
    if ((marks & NodeMark.absent) !== 0) continue;
    nodes++;
    pods += mirror.podsOn[n];
    if (isNotReady(marks)) notReady++;
    if ((marks & NodeMark.cordoned) !== 0) marked.cordoned++;
    if ((marks & NodeMark.pressure) !== 0) marked.pressure++;
    if ((marks & NodeMark.booting) !== 0) marked.booting++;
    if ((marks & NodeMark.partitioned) !== 0) marked.partitioned++;
    const at = n * CLASSES;
    for (let cls = 0; cls < CLASSES; cls++) classes[cls] += mirror.counts[at + cls];
  }
  return { classes, pods, nodes, notReady, ...marked };
}

export interface ClassCount {
  readonly cls: number;
  readonly count: number;
}

/** Pods of a node by class, worst first. */
export function countsOn(mirror: ClusterMirror, colouring: Colouring, node: number): readonly ClassCount[] {
  return colouring.order
    .map((cls) => ({ cls, count: mirror.counts[node * CLASSES + cls] }))
    .filter(({ count }) => count > 0);
}

export type NodeWord = 'ready' | 'notReady' | 'booting' | 'gone' | 'draining' | 'cordoned' | 'pressure' | 'partitioned';

/** What is to be said of a node, the gravest first. */
export function nodeWords(mirror: ClusterMirror, node: number): readonly NodeWord[] {
  const marks = mirror.marks[node];
  const words: NodeWord[] = [];
  if ((marks & NodeMark.gone) !== 0) return ['gone'];
  if (isNotReady(marks)) words.push('notReady');
  else if ((marks & NodeMark.booting) !== 0) words.push('booting');
  else words.push('ready');
  if ((marks & NodeMark.partitioned) !== 0) words.push('partitioned');
  if (mirror.isDraining(node)) words.push('draining');
  else if ((marks & NodeMark.cordoned) !== 0) words.push('cordoned');
  if ((marks & NodeMark.pressure) !== 0) words.push('pressure');
  return words;
}
