import { LOOK_NUMBER, LOOKS, WORST_FIRST } from '../../model/states.ts';
import type { ClusterMirror } from './mirror.ts';

export type ColourBy = 'phase' | 'namespace' | 'owner' | 'priority' | 'age' | 'requests' | 'attempts';

export const COLOUR_BY: readonly ColourBy[] = [
  'phase',
  'namespace',
  'owner',
  'priority',
  'age',
  'requests',
  'attempts',
];

/** Class of a pod that is not there. */
export const NO_CLASS = 255;
/** Classes of a scale, and the class of what is not known. */
export const STEPS = 7;
export const UNKNOWN_STEP = 7;
/** Groups with a colour of their own; the class after them holds all others. */
export const OWN_COLOURS = 8;

/** Sorts pods into at most 16 classes, each with a colour. */
export interface Colouring {
  readonly by: ColourBy;
  /** Colours: of states, of groups, or of a scale of amounts. */
  readonly kind: 'state' | 'group' | 'scale';
  /** Classes in the order of the picture: the first is on top and wins when there is room for one. */
  readonly order: readonly number[];
  /** Place of a class in `order`. */
  readonly rank: Uint8Array;
  classOf(mirror: ClusterMirror, pod: number): number;
  /** Looks at what is there before classes are asked for. */
  learn(mirror: ClusterMirror): void;
  /** Words of a class for the legend, where they are data. */
  label(cls: number): string;
}

const numbers = (n: number) => Array.from({ length: n }, (_, i) => i);

function rankOf(order: readonly number[]): Uint8Array {
  const rank = new Uint8Array(256).fill(255);
  order.forEach((cls, i) => {
    rank[cls] = i;
  });
  return rank;
}

function byPhase(): Colouring {
  return {
    by: 'phase',
    kind: 'state',
    order: WORST_FIRST,
    rank: rankOf(WORST_FIRST),
    classOf(mirror, pod) {
      const look = LOOK_NUMBER[mirror.state[pod]];
      return look < 0 ? NO_CLASS : look;
    },
    learn() {},
    label: (cls) => LOOKS[cls],
  };
}

/** The largest groups have colours of their own. */
function byGroup(by: 'namespace' | 'owner'): Colouring {
  const classes: number[] = [];
  let names: readonly string[] = [];
  const largest: number[] = [];
  const order = numbers(OWN_COLOURS + 1);
  let learnt = -1;
  return {
    by,
    kind: 'group',
    order,
    rank: rankOf(order),
    classOf(mirror, pod) {
      return classes[(by === 'namespace' ? mirror.namespaceOf : mirror.ownerOf)[pod]] ?? OWN_COLOURS;
    },
    learn(mirror) {
      // Groups keep their colours while a run goes on; only a new run, or the first look, deals them out.
      const of = by === 'namespace' ? mirror.namespaceOf : mirror.ownerOf;
      names = by === 'namespace' ? mirror.namespaces : mirror.owners;
      if (learnt >= 0 && mirror.podCount >= learnt && largest.length === OWN_COLOURS) return;
      learnt = mirror.podCount;
      const sizes = new Uint32Array(names.length);
      for (let pod = 0; pod < mirror.podCount; pod++) sizes[of[pod]]++;
      const sorted = numbers(names.length).sort((a, b) => sizes[b] - sizes[a] || a - b);
      classes.length = largest.length = 0;
      sorted.forEach((group, place) => {
        classes[group] = Math.min(place, OWN_COLOURS);
        if (place < OWN_COLOURS) largest.push(group);
      });
    },
    label: (cls) => (cls >= OWN_COLOURS ? '' : (names[largest[cls]] ?? '')),
  };
}

/** Upper ends of the steps of a scale but the last. */
export const SCALE_ENDS: Readonly<Record<'age' | 'requests' | 'attempts', readonly number[]>> = {
  age: [10e6, 60e6, 600e6, 3600e6, 6 * 3600e6, 24 * 3600e6],
  requests: [0, 100, 250, 500, 1000, 2000],
  attempts: [0, 1, 2, 4, 8, 16],
};

const SCALE_LABELS: Readonly<Record<'age' | 'requests' | 'attempts', readonly string[]>> = {
  age: ['< 10 s', '< 1 m', '< 10 m', '< 1 h', '< 6 h', '< 1 d', '≥ 1 d'],
  requests: ['0', '≤ 100m', '≤ 250m', '≤ 500m', '≤ 1', '≤ 2', '> 2'],
  attempts: ['0', '1', '2', '3–4', '5–8', '9–16', '> 16'],
};

const scaleOrder = [...numbers(STEPS).reverse(), UNKNOWN_STEP];
const scaleRank = rankOf(scaleOrder);

function stepOf(value: number, ends: readonly number[]): number {
  if (Number.isNaN(value)) return UNKNOWN_STEP;
  let step = 0;
  while (step < ends.length && value > ends[step]) step++;
  return step;
}

function byScale(by: 'age' | 'requests' | 'attempts'): Colouring {
  const ends = SCALE_ENDS[by];
  const value =
    by === 'age'
      ? (m: ClusterMirror, pod: number) => m.timeUs - m.bornUs[pod]
      : by === 'requests'
        ? (m: ClusterMirror, pod: number) => m.cpuMilli[pod]
        : (m: ClusterMirror, pod: number) => m.attempts[pod];
  return {
    by,
    kind: 'scale',
    order: scaleOrder,
    rank: scaleRank,
    classOf: (mirror, pod) => stepOf(value(mirror, pod), ends),
    learn() {},
    label: (cls) => SCALE_LABELS[by][cls] ?? '',
  };
}

/** Priorities that occur, spread over the scale. */
function byPriority(): Colouring {
  let values: readonly number[] = [];
  let steps = new Map<number, number>();
  return {
    by: 'priority',
    kind: 'scale',
    order: scaleOrder,
    rank: scaleRank,
    classOf: (mirror, pod) => steps.get(mirror.priority[pod]) ?? 0,
    learn(mirror) {
      const seen = new Set<number>();
      for (let pod = 0; pod < mirror.podCount; pod++) seen.add(mirror.priority[pod]);
      values = [...seen].sort((a, b) => a - b);
      const last = Math.max(1, values.length - 1);
      steps = new Map(values.map((v, i) => [v, Math.round((i * (STEPS - 1)) / last)]));
    },
    label(cls) {
      const of = values.filter((v) => steps.get(v) === cls);
      if (of.length === 0) return '';
      return of.length === 1 ? String(of[0]) : `${of[0]} – ${of[of.length - 1]}`;
    },
  };
}

export function colouringOf(by: ColourBy): Colouring {
  switch (by) {
    case 'phase':
      return byPhase();
    case 'namespace':
    case 'owner':
      return byGroup(by);
    case 'priority':
      return byPriority();
    default:
      return byScale(by);
  }
}
