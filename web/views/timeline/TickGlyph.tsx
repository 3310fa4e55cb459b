import { tickPath } from '../../draw/ticks.ts';
import type { TickName } from '../../model/ticks.ts';

/** The shape of a mark in a lane. */
export function TickGlyph({ name }: { readonly name: TickName }) {
  return (
    <svg className="glyph" viewBox="-5 -5 10 10" aria-hidden="true">
      <path d={tickPath(name)} fill="var(--ink)" />
    </svg>
  );
}
