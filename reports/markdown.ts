import type { Chain } from './chain.ts';
import type { Report } from './model.ts';
import { at, span } from './names.ts';

/** A table whose columns line up, so that it reads in a terminal as well as rendered. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const widths = head.map((h, i) => Math.max(h.length, ...rows.map((r) => r[i].length), 3));
  const cell = (text: string, i: number) => (right.includes(i) ? text.padStart(widths[i]) : text.padEnd(widths[i]));
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  const rule = `|${widths.map((w, i) => (right.includes(i) ? `${'-'.repeat(w + 1)}:` : '-'.repeat(w + 2))).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

const escaped = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The report of a run as Markdown. */
export function markdownReport(report: Report): string {
  const { facts } = report;
  const parts = [`# ${facts.name}`, ''];
  if (facts.description !== '') parts.push(facts.description, '');
  parts.push(`${facts.cluster}; seed ${report.seed}; ${at(report.endUs)} of virtual time.`, '');
  parts.push(
    ...expectations(report),
    ...notReady(report),
    ...happenings(report),
    ...phases(report),
    ...faults(report),
    ...notSimulated(report),
    ...figures(report),
  );
  return `${parts.join('\n').trimEnd()}\n`;
}

function expectations({ facts }: Report): string[] {
  if (facts.expectations.length === 0) return [];
  const rows = facts.expectations.map((e) => [
    e.passed ? 'passed' : e.decided ? 'FAILED' : 'open',
    escaped(e.name),
    e.mode,
    e.decided ? at(e.atUs) : '',
    escaped(e.detail),
  ]);
  const failed = facts.expectations.filter((e) => !e.passed && e.decided);
  const lines = ['## Expectations', '', table(['', 'expectation', 'kind', 'at', 'seen'], rows), ''];
  for (const e of failed) lines.push(`${e.place}: \`${e.that}\` failed at ${at(e.atUs)}: ${e.detail}`, '');
  if (failed.length > 0) lines.push(`Run it again: \`${facts.reproduce}\``, '');
  return lines;
}

/** Rows of the pods that are not Ready; a larger cluster has as many reasons as it has Deployments. */
const NOT_READY_MAX = 30;

function notReady({ facts: { notReady: groups = [] } }: Report): string[] {
  if (groups.length === 0) return [];
  const shown = groups.slice(0, NOT_READY_MAX);
  const rows = shown.map((g) => [String(g.pods), escaped(g.of), escaped(g.example), escaped(g.why)]);
  const lines = [
    '## Pods that are not Ready at the end',
    '',
    table(['pods', 'of', 'one of them', 'why'], rows, [0]),
    '',
  ];
  const rest = groups.slice(NOT_READY_MAX);
  const pods = rest.reduce((sum, g) => sum + g.pods, 0);
  if (rest.length > 0) lines.push(`And ${pods} more, for ${rest.length} other reasons.`, '');
  return lines;
}

function happenings(report: Report): string[] {
  const rows = report.timeline.map((r) => [at(r.timeUs), r.untilUs > r.timeUs ? at(r.untilUs) : '', escaped(r.text)]);
  return ['## What happened', '', table(['from', 'until', 'what'], rows, [0, 1]), ''];
}

function phases({ phases: p }: Report): string[] {
  if (p.columns.length === 0) return [];
  const rows = p.rows.map((r) => [at(r.timeUs), ...r.counts.map(String)]);
  return ['## Pods over time', '', table(['t', ...p.columns], rows, [0, ...p.columns.map((_, i) => i + 1)]), ''];
}

function faults(report: Report): string[] {
  const lines: string[] = [];
  for (const fault of report.faults) {
    lines.push(
      `## ${fault.kind} ${fault.description}, ${at(fault.fromUs)} to ${fault.untilUs < 0 ? 'the end' : at(fault.untilUs)}`,
      '',
    );
    if (fault.recoveries.length === 0) {
      lines.push('No Deployment lost a ready pod by it.', '');
      continue;
    }
    const rows = fault.recoveries.map((r) => [
      r.deployment,
      String(r.before),
      `${r.lowest} at ${at(r.lowestAtUs)}`,
      String(r.replaced),
      r.recoveredAtUs < 0 ? 'not in this run' : at(r.recoveredAtUs),
      r.recoveredAtUs < 0 ? '' : span(r.recoveredAtUs - fault.fromUs),
    ]);
    lines.push(
      table(
        ['deployment', 'ready before', 'lowest', 'new pods', 'whole again at', 'time to recover'],
        rows,
        [1, 3, 4, 5],
      ),
      '',
    );
    for (const r of fault.recoveries)
      if (r.chain !== undefined)
        lines.push(...chainLines(`${r.deployment}: the way of ${r.pod}, its last replacement`, r.chain));
  }
  return lines;
}

export function chainLines(title: string, chain: Chain): string[] {
  const rows = chain.steps.map((s) => [
    at(s.timeUs),
    s.delayUs === 0 ? '' : `+${span(s.delayUs)}`,
    escaped(s.what),
    s.parts.map((p) => `${p.parameter} ${span(p.delayUs)}`).join(', '),
  ]);
  return [
    `### ${title}`,
    '',
    table(['at', 'delay', 'what', 'set by'], rows, [0, 1]),
    '',
    `Total ${span(chain.totalUs)}.`,
    '',
  ];
}

function notSimulated({ facts }: Report): string[] {
  if (facts.notSimulated.length === 0) return [];
  const rows = facts.notSimulated.map((n) => [n.path, String(n.objects), n.support]);
  return ['## Fields of these objects that are not simulated', '', table(['field', 'objects', 'is'], rows, [1]), ''];
}

/** Only what waits: most runs end with empty queues. */
function pendingPods({ facts }: Report): string[] {
  const waiting = Object.entries(facts.pendingPods ?? {}).filter(([, n]) => n > 0);
  if (waiting.length === 0) return [];
  return [`scheduler_pending_pods at the end: ${waiting.map(([queue, n]) => `${queue} ${n}`).join(', ')}.`, ''];
}

function figures(report: Report): string[] {
  const seconds = report.facts.wallMs / 1000;
  return [
    '## Figures',
    '',
    `${report.facts.events} events in ${seconds.toFixed(2)} s of wall time (${Math.round(report.endUs / 1e6 / Math.max(seconds, 0.001))} times real time), ${report.records} records.`,
    '',
    ...pendingPods(report),
    `Digest ${report.digest}`,
    '',
  ];
}
