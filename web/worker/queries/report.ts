import { buildReport, NO_FACTS } from '../../../reports/index.ts';
import type { Task } from '../task.ts';

export interface ReportExpectation {
  readonly name: string;
  /** eventually, always, never, at; '' = not known. */
  readonly mode: string;
  readonly that: string;
  readonly place: string;
  readonly verdict: 'passed' | 'failed' | 'waiting';
  /** When the verdict fell: for a failed one its first failing moment. */
  readonly atUs: number;
  readonly detail: string;
}

export interface ReportFinding {
  readonly checker: string;
  readonly message: string;
  readonly object: string;
  readonly timeUs: number;
}

export interface ReportRecovery {
  readonly namespace: string;
  readonly deployment: string;
  readonly before: number;
  readonly lowest: number;
  readonly lowestAtUs: number;
  /** -1 = not within the run. */
  readonly recoveredAtUs: number;
  /** The replacement that was Ready last before the recovery: `pods/shop/web-1`; '' = none. */
  readonly pod: string;
}

export interface ReportFault {
  readonly text: string;
  readonly fromUs: number;
  readonly untilUs: number;
  readonly recoveries: readonly ReportRecovery[];
}

export interface Verdicts {
  readonly expectations: readonly ReportExpectation[];
  readonly findings: readonly ReportFinding[];
  /** undefined = nobody judged the invariants in this run. */
  readonly invariants: number | undefined;
}

const FINDINGS_MAX = 500;

export const reportQueries = {
  async verdicts(task: Task): Promise<Verdicts> {
    const { run } = task;
    const specs = run.scenario?.spec.expect ?? [];
    const known = new Map(run.end?.expectations.map((e) => [e.name, e]));
    const names = specs.length > 0 ? specs.map((s) => s.name) : [...known.keys()];
    const expectations = names.map((name): ReportExpectation => {
      const spec = specs.find((s) => s.name === name);
      const result = known.get(name);
      return {
        name,
        mode: spec?.mode ?? '',
        that: spec?.that ?? '',
        place: spec === undefined ? '' : `${spec.at.file}:${spec.at.line}`,
        verdict: result === undefined || result.isOpen === true ? 'waiting' : result.passed ? 'passed' : 'failed',
        atUs: result?.atUs ?? 0,
        detail: result?.detail ?? '',
      };
    });
    const checkers = run.traveller?.session.cluster.checkers;
    const findings = (checkers?.results().findings ?? []).slice(0, FINDINGS_MAX).map((f) => ({
      checker: `${f.checker} ${f.name}`,
      message: f.message,
      object: f.object,
      timeUs: f.timeUs,
    }));
    return { expectations, findings, invariants: checkers === undefined ? undefined : findings.length };
  },

  /** What each fault did to the workloads, and when they were back. Walks over the whole run. */
  async faults(task: Task): Promise<readonly ReportFault[]> {
    const recording = await task.run.recording();
    if (recording === undefined) return [];
    return buildReport(recording, NO_FACTS).faults.map((f) => ({
      text: `${f.kind} ${f.description}`.trim(),
      fromUs: f.fromUs,
      untilUs: f.untilUs < 0 ? Number.POSITIVE_INFINITY : f.untilUs,
      recoveries: f.recoveries.map(({ chain: _, replaced: __, ...recovery }) => recovery),
    }));
  },
};
