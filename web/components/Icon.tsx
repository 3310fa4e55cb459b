import { GLYPHS, type GlyphName } from '../draw/glyphs.ts';

/** A glyph in the colour of its meaning; its name stands beside it, so readers skip it. */
export function Glyph({ name, colour }: { readonly name: GlyphName; readonly colour: string }) {
  return (
    <svg className="glyph" viewBox="0 0 14 14" aria-hidden="true">
      {GLYPHS[name].map((part) => (
        <path
          key={part.path}
          d={part.path}
          fill={part.stroke === undefined ? colour : 'none'}
          stroke={part.stroke === undefined ? 'none' : colour}
          strokeWidth={part.stroke}
          strokeDasharray={part.dash?.join(' ')}
        />
      ))}
    </svg>
  );
}

const ICONS = {
  search:
    'M6 1a5 5 0 1 1-3.2 8.9A5 5 0 0 1 6 1zm0 1.6a3.4 3.4 0 1 0 0 6.8a3.4 3.4 0 0 0 0-6.8zM9.6 8.6l3.8 3.8-1 1-3.8-3.8z',
  play: 'M3.5 1.8v10.4L12 7z',
  stop: 'M3 3h8v8H3z',
  open: 'M1 3h4.5l1.4 1.6H13V12H1zM2.4 6v4.6h9.2V6z',
  save: 'M6.2 1h1.6v6l2-2 1.1 1.1L7 10.1 3.1 6.1 4.2 5l2 2zM2 11.400h10V13H2z',
  theme: 'M7 1a6 6 0 1 1 0 12a6 6 0 0 1 0-12zM7 2.500v9a4.5 4.5 0 0 0 0-9z',
  pause: 'M3.5 2h2.6v10H3.5zM7.9 2h2.6v10H7.9z',
  first: 'M2 2h2v10H2zM12.500 2v10L5 7z',
  last: 'M10 2h2v10h-2zM1.500 2v10L9 7z',
  back: 'M8.6 2v10L3.4 7zM10 2h1.6v10H10z',
  forward: 'M5.4 2v10l5.2-5zM2.4 2H4v10H2.4z',
  share: 'M8.500 1.500H13v4.500l-1.700-1.700L7 8.600 5.900 7.500l4.300-4.300zM2 4h4v1.400H3.400v6.200h6.200V9H11v4H2z',
  layout: 'M1 2h12v10H1zM2.400 3.400v7.200h2.400V3.400zM6.200 3.400v4h5.400v-4zM6.200 8.800v1.800h5.400V8.800z',
  table:
    'M1 2h12v10H1zM2.400 5.400v1.400h3.400V5.400zM7.200 5.400v1.400h4.400V5.400zM2.400 8.200v2.400h3.400V8.200zM7.200 8.200v2.400h4.400V8.200z',
  fork: 'M3 1h1.600v5.200l3.900-2.100V1H10v4L4.600 8v5H3z',
  stopAt: 'M7 1.500l5.500 5.500L7 12.500 1.500 7z',
  drawer: 'M1 2h12v10H1zM2.400 3.400v4h9.200v-4z',
  close: 'M3 2l4 4 4-4 1 1-4 4 4 4-1 1-4-4-4 4-1-1 4-4-4-4z',
  cross: 'M3 2l4 4 4-4 1 1-4 4 4 4-1 1-4-4-4 4-1-1 4-4-4-4z',
  check: 'M2 7.400l1.3-1.3 2.4 2.5 5.2-6L12.2 3.7 5.8 11.200z',
} as const;

export function Icon({ name }: { readonly name: keyof typeof ICONS }) {
  return (
    <svg className="icon" viewBox="0 0 14 14" aria-hidden="true">
      <path d={ICONS[name]} fill="currentColor" />
    </svg>
  );
}

/** The planet's angle is the share of the run that is done. */
export function Logo({ share, label }: { readonly share: number; readonly label: string }) {
  const angle = Math.min(share, 0.9999) * 2 * Math.PI - Math.PI / 2;
  const [x, y] = [11 + 9 * Math.cos(angle), 11 + 9 * Math.sin(angle)];
  return (
    <svg viewBox="0 0 22 22" role="img" aria-label={label}>
      <circle cx="11" cy="11" r="9" fill="none" stroke="var(--line-3)" strokeWidth="1.2" />
      <path d={`M11 2A9 9 0 ${share > 0.5 ? 1 : 0} 1 ${x} ${y}`} fill="none" stroke="var(--accent)" strokeWidth="2.2" />
      <circle cx="11" cy="11" r="2.6" fill="var(--text-1)" />
      <circle cx={x} cy={y} r="2.4" fill="var(--accent)" />
    </svg>
  );
}
