import type { ResourceScorer } from '../../framework/decompose.ts';

export interface ShapePoint {
  readonly utilization: number;
  readonly score: number;
}

function weightedMean(
  requested: readonly number[],
  capacities: readonly number[],
  weights: readonly number[],
  score: (requested: number, capacity: number) => number,
): number {
  let sum = 0;
  let weightSum = 0;
  for (let i = 0; i < requested.length; i++) {
    sum += score(requested[i], capacities[i]) * weights[i];
    weightSum += weights[i];
  }
  return weightSum === 0 ? 0 : Math.trunc(sum / weightSum);
}

/** Source: plugins/noderesources/least_allocated.go. */
export const leastAllocated: ResourceScorer = (requested, capacities, weights) =>
  weightedMean(requested, capacities, weights, (r, c) => (r > c ? 0 : Math.trunc(((c - r) * 100) / c)));

/** Source: plugins/noderesources/most_allocated.go. */
export const mostAllocated: ResourceScorer = (requested, capacities, weights) =>
  weightedMean(requested, capacities, weights, (r, c) => Math.trunc((Math.min(r, c) * 100) / c));

/**
 * A piecewise linear function of the utilisation; resources that score 0 are left out of the mean, which is rounded.
 * Source: plugins/noderesources/requested_to_capacity_ratio.go.
 */
export function requestedToCapacityRatio(shape: readonly ShapePoint[]): ResourceScorer {
  const points = shape.map((p) => ({ x: p.utilization, y: p.score * 10 }));
  const at = (u: number): number => {
    for (let i = 0; i < points.length; i++) {
      if (u > points[i].x) continue;
      if (i === 0) return points[0].y;
      const a = points[i - 1];
      return a.y + Math.trunc(((points[i].y - a.y) * (u - a.x)) / (points[i].x - a.x));
    }
    return points[points.length - 1].y;
  };
  return (requested, capacities, weights) => {
    let sum = 0;
    let weightSum = 0;
    for (let i = 0; i < requested.length; i++) {
      const [r, c] = [requested[i], capacities[i]];
      const score = at(c === 0 || r > c ? 100 : Math.trunc((r * 100) / c));
      if (score > 0) {
        sum += score * weights[i];
        weightSum += weights[i];
      }
    }
    // Half away from zero, as Go's math.Round; all terms are positive.
    return weightSum === 0 ? 0 : Math.floor(sum / weightSum + 0.5);
  };
}
