import { POD_LOOKS } from '../sim-core/index.ts';
import type { Chain } from './chain.ts';
import type { FaultReport, Phases, Report } from './model.ts';
import { at, span } from './names.ts';

/** What the page needs besides the report. All of it goes into the one file; nothing is fetched. */
export interface HtmlParts {
  /** CSS custom properties of the themes (`--bg-1`, `--st-ready`, ...). */
  readonly tokens: string;
  /** Pods by class over time, finer than in the tables. */
  readonly curve: Phases;
  /** The interactive page with the recording inside: HTML, gzip, base64. Without it the report has text and chart only. */
  readonly page?: string;
}

/** The report of a run as one HTML file without any network. The same report gives the same bytes. */
export function htmlReport(report: Report, parts: HtmlParts): string {
  const { facts } = report;
  const body = [
    `<h1>${text(facts.name)}</h1>`,
    facts.description === '' ? '' : `<p class="lead">${text(facts.description)}</p>`,
    `<p class="facts">${text(facts.cluster)}; seed <code>${text(report.seed)}</code>; ${at(report.endUs)} of virtual time.</p>`,
    verdict(report),
    section('Pods over time', chart(parts.curve, report)),
    parts.page === undefined
      ? ''
      : section(
          'Timeline',
          `<div id="page"></div><noscript>The timeline needs JavaScript; the rest of this report does not.</noscript>`,
        ),
    expectations(report),
    notReady(report),
    happenings(report),
    ...report.faults.map(fault),
    notSimulated(report),
    figures(report),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:; worker-src blob:; connect-src blob: data:; frame-src 'self' blob: data:">
<title>${text(facts.name)} · Orrery</title>
<style>${parts.tokens}
${STYLE}</style>
</head>
<body>
<main>
${body.filter((part) => part !== '').join('\n')}
</main>
${parts.page === undefined ? '' : `<script type="text/plain" id="packed">${parts.page}</script>\n<script>${UNPACK}</script>`}
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const text = (value: string) => value.replaceAll(/[&<>"]/g, (c) => ENTITIES[c]);

/** A time that brings the timeline of the page, where there is one, to it. */
const moment = (us: number) => `<button type="button" class="at" data-us="${us}">${at(us)}</button>`;

const section = (title: string, content: string) => `<section>\n<h2>${text(title)}</h2>\n${content}\n</section>`;

function table(
  label: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const cell = (tag: string) => (html: string, i: number) =>
    `<${tag}${right.includes(i) ? ' class="n"' : ''}>${html}</${tag}>`;
  const line = (tag: string, cells: readonly string[]) => `<tr>${cells.map(cell(tag)).join('')}</tr>`;
  return `<div class="wide" tabindex="0" role="region" aria-label="${text(label)}"><table><thead>${line('th', head.map(text))}</thead><tbody>\n${rows.map((r) => line('td', r)).join('\n')}\n</tbody></table></div>`;
}

function verdict({ facts }: Report): string {
  if (facts.expectations.length === 0) return '';
  const failed = facts.expectations.filter((e) => !e.passed && e.decided).length;
  const open = facts.expectations.filter((e) => !e.decided).length;
  const passed = facts.expectations.filter((e) => e.passed).length;
  const words = [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(open > 0 ? [`${open} open`] : []),
  ];
  return `<p class="verdict ${failed > 0 ? 'bad' : open > 0 ? 'open' : 'ok'}">Expectations: ${words.join(', ')}</p>`;
}

function expectations({ facts }: Report): string {
  if (facts.expectations.length === 0) return '';
  const rows = facts.expectations.map((e) => [
    `<span class="${e.passed ? 'ok' : e.decided ? 'bad' : 'open'}">${e.passed ? 'passed' : e.decided ? 'FAILED' : 'open'}</span>`,
    text(e.name),
    text(e.mode),
    e.decided ? moment(e.atUs) : '',
    `<code>${text(e.that)}</code>`,
    text(e.detail),
    `<code>${text(e.place)}</code>`,
  ]);
  const again = facts.expectations.some((e) => !e.passed && e.decided)
    ? `<p>Run it again: <code>${text(facts.reproduce)}</code></p>`
    : '';
  return section(
    'Expectations',
    table('Expectations', ['verdict', 'expectation', 'kind', 'at', 'that', 'seen', 'written in'], rows, [3]) + again,
  );
}

function notReady({ facts: { notReady: groups = [] } }: Report): string {
  if (groups.length === 0) return '';
  const title = 'Pods that are not Ready at the end';
  const rows = groups.map((g) => [String(g.pods), text(g.of), `<code>${text(g.example)}</code>`, text(g.why)]);
  return section(title, table(title, ['pods', 'of', 'one of them', 'why'], rows, [0]));
}

function happenings({ timeline }: Report): string {
  const rows = timeline.map((r) => [moment(r.timeUs), r.untilUs > r.timeUs ? moment(r.untilUs) : '', text(r.text)]);
  return section('What happened', table('What happened', ['from', 'until', 'what'], rows, [0, 1]));
}

function fault(f: FaultReport): string {
  const title = `${f.kind} ${f.description}, ${at(f.fromUs)} to ${f.untilUs < 0 ? 'the end' : at(f.untilUs)}`;
  if (f.recoveries.length === 0) return section(title, '<p>No Deployment lost a ready pod by it.</p>');
  const rows = f.recoveries.map((r) => [
    text(r.deployment),
    String(r.before),
    `${r.lowest} at ${at(r.lowestAtUs)}`,
    String(r.replaced),
    r.recoveredAtUs < 0 ? '<span class="bad">not in this run</span>' : at(r.recoveredAtUs),
    r.recoveredAtUs < 0 ? '' : span(r.recoveredAtUs - f.fromUs),
  ]);
  const head = ['deployment', 'ready before', 'lowest', 'new pods', 'whole again at', 'time to recover'];
  const chains = f.recoveries.flatMap((r) =>
    r.chain === undefined ? [] : [chainDetails(`${r.deployment}: the way of ${r.pod}, its last replacement`, r.chain)],
  );
  return section(title, table(title, head, rows, [1, 3, 4, 5]) + chains.join('\n'));
}

function chainDetails(title: string, chain: Chain): string {
  const rows = chain.steps.map((s) => [
    at(s.timeUs),
    s.delayUs === 0 ? '' : `+${span(s.delayUs)}`,
    text(s.what),
    text(s.parts.map((p) => `${p.parameter} ${span(p.delayUs)}`).join(', ')),
  ]);
  return `<details><summary>${text(title)} (${span(chain.totalUs)})</summary>${table(title, ['at', 'delay', 'what', 'set by'], rows, [0, 1])}</details>`;
}

function notSimulated({ facts }: Report): string {
  if (facts.notSimulated.length === 0) return '';
  const rows = facts.notSimulated.map((n) => [`<code>${text(n.path)}</code>`, String(n.objects), text(n.support)]);
  return section(
    'Fields of these objects that are not simulated',
    table('Fields not simulated', ['field', 'objects', 'is'], rows, [1]),
  );
}

function figures(report: Report): string {
  const { facts } = report;
  const rows = [
    ['events', String(facts.events)],
    ['records', String(report.records)],
    ['digest', `<code>${text(report.digest)}</code>`],
    ['engine', text(report.engineVersion)],
    ['run it again', `<code>${text(facts.reproduce)}</code>`],
  ];
  return section('Figures', table('Figures', ['figure', 'value'], rows));
}

/** Colour of a class of pods, as the page draws it. */
const colourOf = (column: string) => `var(--st-${POD_LOOKS[column as keyof typeof POD_LOOKS]})`;

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [960, 220, 52, 22];

/** Stacked areas; good news at the bottom. The tables hold the same in figures. */
function chart(curve: Phases, report: Report): string {
  const { columns, rows } = curve;
  if (columns.length === 0 || rows.length === 0) return '<p>No pods.</p>';
  const order = columns.map((_, i) => i).sort((a, b) => rank(columns[a]) - rank(columns[b]) || a - b);
  const peak = Math.max(1, ...rows.map((r) => r.counts.reduce((sum, n) => sum + n, 0)));
  const x = (us: number) => LEFT + ((WIDTH - LEFT - 28) * us) / Math.max(1, report.endUs);
  const y = (n: number) => 8 + (HEIGHT - 8 - BOTTOM) * (1 - n / peak);
  const point = (us: number, n: number) => `${x(us).toFixed(1)},${y(n).toFixed(1)}`;
  const below = rows.map(() => 0);
  const areas = order.map((column) => {
    const lower = rows.map((r, i) => point(r.timeUs, below[i]));
    rows.forEach((r, i) => {
      below[i] += r.counts[column];
    });
    const upper = rows.map((r, i) => point(r.timeUs, below[i]));
    return `<polygon points="${[...upper, ...lower.reverse()].join(' ')}" fill="${colourOf(columns[column])}"><title>${columns[column]}</title></polygon>`;
  });
  const faults = report.faults.map((f) => {
    const [from, until] = [x(f.fromUs), x(f.untilUs < 0 ? report.endUs : f.untilUs)];
    return `<rect x="${from.toFixed(1)}" y="2" width="${Math.max(2, until - from).toFixed(1)}" height="4" fill="var(--fault)"><title>${text(`${f.kind} ${f.description}`)}</title></rect>`;
  });
  const ticks = timeTicks(report.endUs).map(
    (us) => `<text x="${x(us).toFixed(1)}" y="${HEIGHT - 6}" text-anchor="middle">${at(us).replace('.0s', 's')}</text>`,
  );
  const levels = [0, peak].map(
    (n) => `<text x="${LEFT - 6}" y="${(y(n) + 4).toFixed(1)}" text-anchor="end">${n}</text>`,
  );
  const legend = order.map(
    (i) => `<li><span style="background:${colourOf(columns[i])}"></span>${text(columns[i])}</li>`,
  );
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Pods by class over virtual time">${areas.join('')}${faults.join('')}${ticks.join('')}${levels.join('')}</svg>
<ul class="legend">${legend.reverse().join('')}</ul>`;
}

const RANKS = ['ready', 'succeeded', 'running', 'starting', 'initializing', 'scheduled', 'pending', 'terminating'];

const rank = (column: string) => (RANKS.indexOf(column) + 99) % 99;

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400];

function timeTicks(endUs: number): readonly number[] {
  const step = (STEPS_S.find((s) => endUs / 1e6 / s <= 10) ?? 604_800) * 1e6;
  return Array.from({ length: Math.floor(endUs / step) + 1 }, (_, i) => i * step);
}

const STYLE = `
body { margin: 0; background: var(--bg-0); color: var(--text-1); font: 14px/1.5 var(--font-ui); }
main { max-width: 1200px; margin: 0 auto; padding: 24px; }
h1 { font-size: 24px; margin: 0 0 4px; }
h2 { font-size: 17px; margin: 28px 0 8px; }
.lead { margin: 0; }
.facts { color: var(--text-2); margin: 4px 0 12px; }
code { font-family: var(--font-mono); font-size: 12.5px; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; }
th { text-align: left; color: var(--text-2); font-weight: 500; }
th, td { padding: 3px 12px 3px 0; border-bottom: 1px solid var(--line-1); vertical-align: top; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.ok { color: var(--ok); } .bad { color: var(--bad); font-weight: 600; } .open { color: var(--warn); }
.verdict { font-size: 16px; font-weight: 600; }
svg { width: 100%; height: auto; background: var(--canvas); border: 1px solid var(--line-1); border-radius: 4px; }
svg text { fill: var(--text-2); font: 11px var(--font-ui); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 6px 0 0; padding: 0; font-size: 12px; }
.legend span { display: inline-block; width: 10px; height: 10px; margin-right: 6px; border-radius: 2px; }
.at { padding: 0; border: 0; background: none; color: inherit; font: inherit; }
.has-page .at { color: var(--link); text-decoration: underline; cursor: pointer; }
details { margin: 8px 0; } summary { cursor: pointer; }
iframe { width: 100%; height: min(80vh, 860px); border: 1px solid var(--line-2); border-radius: 4px; }
@media print { body { background: #fff; color: #000; } details > :not(summary) { display: block; } #page { display: none; } }
`;

/** Unpacks the interactive page into a frame of this document. */
const UNPACK = `
(async () => {
  const bytes = Uint8Array.from(atob(document.getElementById('packed').textContent), (c) => c.charCodeAt(0));
  const html = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
  const frame = document.createElement('iframe');
  frame.title = 'Timeline of the run';
  frame.srcdoc = html;
  document.getElementById('page').append(frame);
  document.body.classList.add('has-page');
  addEventListener('click', (e) => {
    const us = e.target.closest?.('.at')?.dataset.us;
    if (us === undefined) return;
    frame.contentWindow.postMessage({ orreryMoment: Number(us) }, '*');
    frame.scrollIntoView({ block: 'center' });
  });
})();
`;
