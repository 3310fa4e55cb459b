/** The stretch of virtual time that is shown, µs. */
export interface Viewport {
  readonly fromUs: number;
  readonly toUs: number;
}

/** Closer than this one instant is as wide as the screen. */
export const SPAN_MIN_US = 1_000;

/** Keeps a view inside [0, limitUs], not narrower than SPAN_MIN_US. */
export function clampView(view: Viewport, limitUs: number): Viewport {
  const limit = Math.max(limitUs, SPAN_MIN_US);
  const span = Math.min(Math.max(view.toUs - view.fromUs, SPAN_MIN_US), limit);
  const fromUs = Math.min(Math.max(view.fromUs, 0), limit - span);
  return { fromUs, toUs: fromUs + span };
}

/** A factor below 1 zooms in; the instant `atUs` stays where it is on the screen. */
export function zoomView(view: Viewport, factor: number, atUs: number, limitUs: number): Viewport {
  const span = view.toUs - view.fromUs;
  const wanted = Math.min(Math.max(span * factor, SPAN_MIN_US), Math.max(limitUs, SPAN_MIN_US));
  const share = (atUs - view.fromUs) / span;
  const fromUs = atUs - share * wanted;
  return clampView({ fromUs, toUs: fromUs + wanted }, limitUs);
}

export function panView(view: Viewport, byUs: number, limitUs: number): Viewport {
  return clampView({ fromUs: view.fromUs + byUs, toUs: view.toUs + byUs }, limitUs);
}

const STEPS_US: readonly number[] = (() => {
  const steps: number[] = [];
  for (let unit = 1; unit < 1_000_000; unit *= 10) steps.push(unit, 2 * unit, 5 * unit);
  for (const seconds of [1, 2, 5, 10, 15, 30]) steps.push(seconds * 1e6);
  for (const minutes of [1, 2, 5, 10, 15, 30]) steps.push(minutes * 60e6);
  for (const hours of [1, 2, 3, 6, 12, 24, 48, 168]) steps.push(hours * 3600e6);
  return steps;
})();

export interface Ticks {
  readonly stepUs: number;
  readonly times: readonly number[];
}

/** Round instants inside a view, at least `gapPx` apart. */
export function ticksOf(view: Viewport, widthPx: number, gapPx: number): Ticks {
  const span = view.toUs - view.fromUs;
  const wanted = (span / Math.max(widthPx, 1)) * gapPx;
  const stepUs = STEPS_US.find((step) => step >= wanted) ?? STEPS_US[STEPS_US.length - 1];
  const times: number[] = [];
  for (let t = Math.ceil(view.fromUs / stepUs) * stepUs; t <= view.toUs && times.length < 1000; t += stepUs)
    times.push(t);
  return { stepUs, times };
}

const two = (n: number) => String(n).padStart(2, '0');

/** `05:50`, `1:02:03`, with as many decimals as the step needs. */
export function tickText(us: number, stepUs: number): string {
  const decimals = stepUs >= 1e6 ? 0 : stepUs >= 1e5 ? 1 : stepUs >= 1e4 ? 2 : stepUs >= 1e3 ? 3 : 6;
  return timeText(us, decimals);
}

export function timeText(us: number, decimals = 3): string {
  const unit = 10 ** (6 - decimals);
  const whole = Math.round(us / unit) * unit;
  const seconds = Math.floor(whole / 1e6);
  const fraction =
    decimals === 0
      ? ''
      : `.${String(Math.round(whole - seconds * 1e6))
          .padStart(6, '0')
          .slice(0, decimals)}`;
  const hours = Math.floor(seconds / 3600);
  const head = hours > 0 ? `${hours}:${two(Math.floor(seconds / 60) % 60)}` : two(Math.floor(seconds / 60));
  return `${head}:${two(seconds % 60)}${fraction}`;
}

/** The clock: always hours, minutes, seconds, and µs apart. */
export function clockText(us: number): readonly [string, string] {
  const seconds = Math.floor(us / 1e6);
  const micros = String(Math.floor(us - seconds * 1e6)).padStart(6, '0');
  return [`${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`, micros];
}

/** A delay for people: `350 ms`, `50.0 s`, `7m 33.9s`. */
export function delayText(us: number): string {
  if (us < 1_000) return `${us} µs`;
  if (us < 999_500) return `${Math.round(us / 1_000)} ms`;
  const tenths = Math.round(us / 100_000);
  if (tenths < 1_000) return `${(tenths / 10).toFixed(1)} s`;
  const minutes = Math.floor(tenths / 600);
  return tenths % 600 === 0 ? `${minutes}m` : `${minutes}m ${((tenths % 600) / 10).toFixed(1)}s`;
}
