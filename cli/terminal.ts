import pc from 'picocolors';

/**
 * Colours are for terminals: NO_COLOR and TERM=dumb take them away, FORCE_COLOR asks for them. A build server that only
 * sets CI gets plain text, since it keeps and searches what is printed.
 */
function wantsColour(): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if ((NO_COLOR !== undefined && NO_COLOR !== '') || TERM === 'dumb') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0') return true;
  return process.stderr.isTTY === true;
}

export const colour = pc.createColors(wantsColour());

/** Data goes to stdout ... */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** ... everything else to stderr. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** 754000000 -> `12m34s`; under a second `734ms`. */
export function clock(us: number): string {
  if (us < 1_000_000) return `${Math.round(us / 1000)}ms`;
  const seconds = Math.floor(us / 1_000_000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (h > 0) return `${h}h${String(m).padStart(2, '0')}m${String(s).padStart(2, '0')}s`;
  return m > 0 ? `${m}m${String(s).padStart(2, '0')}s` : `${s}s`;
}

export function count(n: number): string {
  if (n < 10_000) return String(n);
  if (n < 1_000_000) return `${(n / 1000).toFixed(1)}k`;
  return `${(n / 1_000_000).toFixed(2)}M`;
}
