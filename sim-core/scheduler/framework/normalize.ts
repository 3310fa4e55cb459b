/** Scales to 0..100 by the maximum, optionally reversed. Source: plugins/helper DefaultNormalizeScore. */
export function defaultNormalize(scores: number[], reverse: boolean): void {
  let max = 0;
  for (const score of scores) if (score > max) max = score;
  if (max === 0) {
    if (reverse) scores.fill(100);
    return;
  }
  for (let i = 0; i < scores.length; i++) {
    const scaled = Math.trunc((100 * scores[i]) / max);
    scores[i] = reverse ? 100 - scaled : scaled;
  }
}
