import { type Catalogue, EN } from './catalogue.ts';
import { renderMessage, secondsText } from './render.ts';
import type { Attempt, Explanation, Flip, Matrix, Message, NearMiss, Preemption, WhyNot } from './types.ts';

type Render = (message: Message) => string;

/** All attempts as a table: when, what came of it, what changed since the one before, and why the scheduler tried. */
export function attemptsText(attempts: readonly Attempt[], catalogue: Catalogue = EN): string {
  const lines = [`ATTEMPTS (${attempts.length})`];
  const width = Math.max(...attempts.map((a) => secondsText(a.timeUs).length));
  for (const a of attempts) {
    const outcome = a.result === 'scheduled' ? `scheduled to ${a.node}` : reasonsText(a);
    const woken = renderMessage(a.wokenBy, catalogue);
    lines.push(`  ${String(a.number).padStart(2)}  ${secondsText(a.timeUs).padStart(width)}  ${outcome}`);
    lines.push(`      ${' '.repeat(width)}tried because ${woken}${lagText(a)}`);
    for (const change of a.changes)
      lines.push(`      ${' '.repeat(width)}${change.reason}: ${change.before} -> ${change.now} nodes`);
  }
  return lines.join('\n');
}

function lagText(a: Attempt): string {
  return a.wokenAtUs < 0 ? '' : ` (${secondsText(a.timeUs - a.wokenAtUs)} before)`;
}

function reasonsText(a: Attempt): string {
  if (a.result === 'error' || a.reasons.length === 0) return `${a.result}: ${a.message}`;
  return `unschedulable: ${a.reasons.map((r) => `${r.nodes} ${r.reason}`).join(', ')}`;
}

/** One explanation as text for a terminal, without colours. */
export function explanationText(e: Explanation, catalogue: Catalogue = EN): string {
  const render: Render = (message) => renderMessage(message, catalogue);
  const sections = [
    headText(e, render),
    listText('FUNNEL', funnelLines(e, render)),
    listText('WHY HERE', e.choice?.messages.map(render) ?? []),
    listText('WHY PENDING', groupLines(e)),
    listText('NEAREST', nearestLines(e.nearest, render)),
    matrixText(e.matrix),
    preemptionText(e.preemption, render),
    listText('WAITS FOR', e.waiting?.messages.map(render) ?? []),
    whyNotText(e.whyNot, render),
    flipText(e.flip, render),
    listText('WHAT IF', e.whatIf?.messages.map(render) ?? []),
  ];
  return sections.filter((s) => s !== '').join('\n\n');
}

function headText(e: Explanation, render: Render): string {
  const attempt = e.attempt === undefined ? 'as of now' : `attempt ${e.attempt.number}`;
  const result = e.result === 'scheduled' ? `scheduled to ${e.node}` : e.result;
  const lines = [
    `pod ${e.pod.namespace}/${e.pod.name}, ${attempt} by ${e.scheduler} at ${secondsText(e.timeUs)}: ${result}`,
  ];
  if (e.wokenFor.length > 0 && e.attempt !== undefined) {
    const woken = render(e.attempt.wokenBy);
    lines.push(`  tried because ${woken}, which ${e.wokenFor.join(' and ')} waited for`);
  }
  if (e.message !== '') lines.push(`  ${e.message}`);
  if (e.verified === false) lines.push('  WARNING: the decision that was made again is not the recorded one');
  return lines.join('\n');
}

function listText(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [title, ...lines.map((line) => `  ${line}`)].join('\n');
}

function funnelLines(e: Explanation, render: Render): readonly string[] {
  const width = String(e.nodes.total).length;
  return e.funnel
    .filter((step) => step.removed > 0 || step.point === 'nodes' || step.point === 'feasible')
    .map((step) => {
      const reasons = step.reasons.map((r) => `${r.nodes} ${r.reason}`).join(', ');
      const detail = step.point === 'filter' ? `: ${reasons}` : '';
      return `${String(step.left).padStart(width)}  ${render(step.message)}${detail}`;
    });
}

function groupLines(e: Explanation): readonly string[] {
  if (e.node !== '') return [];
  return e.groups.map(({ count, plugin, reasons, nodes }) => {
    const some = nodes.slice(0, 3).join(', ');
    const more = count > 3 ? `, and ${count - 3} more` : '';
    return `${count}  ${plugin}: ${reasons.join(', ')}  (${some}${more})`;
  });
}

function nearestLines(nearest: readonly NearMiss[], render: Render): readonly string[] {
  return nearest.flatMap(({ node, obstacles }) =>
    obstacles.map((o, i) => `${i === 0 ? node : ' '.repeat(node.length)}  ${render(o.message)}`),
  );
}

function matrixText(matrix: Matrix): string {
  const { columns, rows } = matrix;
  const scored = rows.filter((row) => row.normalized.length > 0);
  if (columns.length === 0 || scored.length === 0) return '';
  const table = [
    ['node', ...columns.map((c) => `${c.plugin} x${c.weight}`), 'total'],
    ...scored.map((row) => [
      row.node,
      ...row.normalized.map((n, i) => `${row.raw[i] === n ? '' : `${row.raw[i]} -> `}${n}`),
      String(row.total),
    ]),
  ];
  const feasible = rows.length < matrix.rowsTotal ? `, ${scored.length} rows` : '';
  return listText(`SCORES (raw -> normalised${feasible})`, aligned(table));
}

/** Columns as wide as their widest cell; the first to the left, numbers to the right. */
function aligned(table: readonly (readonly string[])[]): readonly string[] {
  const widths = table[0].map((_, i) => Math.max(...table.map((row) => row[i].length)));
  return table.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd(),
  );
}

function preemptionText(preemption: Preemption | undefined, render: Render): string {
  if (preemption === undefined) return '';
  const lines = preemption.messages.map(render);
  for (const { node, victims, chosen, lostBy } of preemption.candidates.slice(0, 10)) {
    const names = victims.map((v) => `${v.namespace}/${v.name} (priority ${v.priority})`).join(', ');
    const fate = chosen ? 'chosen' : lostBy === undefined ? '' : render(lostBy);
    lines.push(`${node}: ${names}: ${fate}`);
  }
  for (const { reason, nodes } of preemption.failed) lines.push(`${nodes}  ${reason}`);
  return listText('PREEMPTION', lines);
}

function whyNotText(view: WhyNot | undefined, render: Render): string {
  if (view === undefined) return '';
  const lines = view.messages.map(render);
  for (const o of view.obstacles) lines.push(`  ${o.plugin}: ${render(o.message)}`);
  const differing = view.scores.filter((s) => s.points !== s.chosenPoints);
  for (const s of differing) lines.push(`  ${s.plugin}: ${s.points} points against ${s.chosenPoints}`);
  return listText(`WHY NOT ${view.node}`, lines);
}

function flipText(flip: Flip | undefined, render: Render): string {
  if (flip === undefined) return '';
  const lines = [...flip.changes.map((c) => render(c.message)), ...flip.messages.map(render)];
  for (const { target, name, patch } of flip.patches)
    lines.push(`patch of ${target === 'node' ? `node ${name}` : `the ${target}`}: ${patch}`);
  return listText(flip.wanted === '' ? 'SMALLEST CHANGE' : `SMALLEST CHANGE FOR ${flip.wanted}`, lines);
}
