import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  buildReport,
  htmlReport,
  jsonReport,
  markdownReport,
  NO_FACTS,
  phaseCurve,
  type Report,
  type RunFacts,
} from '../../reports/index.ts';
import { junitReport } from '../../reports/junit.ts';
import type { Recording } from '../../sim-core/index.ts';
import { CommandError, ExitCode } from '../exitCodes.ts';
import { shellWord } from '../facts.ts';
import { count, print, say } from '../terminal.ts';
import { loadRecording } from './replay.ts';

export interface ReportFlags {
  readonly output?: string;
  readonly html?: string;
}

/** Facts that the command line put into the recording; what can be told without them where it was made elsewhere. */
function factsIn(recording: Recording, file: string): RunFacts {
  const stored = recording.options['facts'];
  if (stored !== undefined) return JSON.parse(stored) as RunFacts;
  return {
    ...NO_FACTS,
    name: path.basename(recording.entry).replace(/\.ya?ml$/, ''),
    cluster: 'recorded elsewhere',
    reproduce: `npx orrery replay ${shellWord(file)}`,
    expectations: recording.expectations.map((e) => ({
      name: e.name,
      mode: '',
      that: '',
      passed: e.passed,
      decided: true,
      atUs: e.atUs,
      detail: e.message,
      place: '',
    })),
  };
}

/** The report of a recorded run as one HTML file, with the page and the recording inside. */
export function htmlOf(report: Report, recording: Recording, bytes: Uint8Array): string {
  const root = path.join(import.meta.dirname, '../report');
  const file = path.join(root, 'page.html');
  if (!existsSync(file)) throw new CommandError(ExitCode.usage, 'the page is not built', 'npm run build');
  const page = readFileSync(file, 'utf8').replace('id="orrery-recording">', (found) => `${found}${base64(bytes)}`);
  return htmlReport(report, {
    tokens: readFileSync(path.join(root, 'tokens.css'), 'utf8'),
    curve: phaseCurve(recording),
    page: base64(gzipSync(page, { level: 9 })),
  });
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');

/** `orrery report REC` */
export function reportCommand(file: string, flags: ReportFlags): ExitCode {
  const recording = loadRecording(file);
  const report = buildReport(recording, factsIn(recording, file));
  if (flags.html !== undefined) {
    const html = htmlOf(report, recording, readFileSync(file));
    writeFileSync(flags.html, html);
    say(`wrote ${flags.html} (${count(html.length)} bytes): open it in any browser, it needs no network`);
  }
  if (flags.output === 'json') print(jsonReport([report]).trimEnd());
  else if (flags.output === 'junit') print(junitReport([report]).trimEnd());
  else if (flags.output === 'markdown' || flags.html === undefined) print(markdownReport(report).trimEnd());
  return ExitCode.ok;
}
