import builder from 'junit-report-builder';
import type { Report } from './model.ts';

/** JUnit XML: a suite a scenario, a case an expectation; a run without expectations is one case. */
export function junitReport(reports: readonly Report[]): string {
  const xml = builder.newBuilder();
  for (const report of reports) {
    const { facts } = report;
    const suite = xml
      .testSuite()
      .name(facts.name)
      .time(facts.wallMs / 1000);
    suite
      .property('seed', report.seed)
      .property('digest', report.digest)
      .property('engineVersion', report.engineVersion);
    if (facts.expectations.length === 0)
      suite
        .testCase()
        .className(facts.name)
        .name('runs to the end')
        .time(facts.wallMs / 1000);
    for (const e of facts.expectations) {
      const test = suite.testCase().className(facts.name).name(e.name);
      if (!e.decided) test.skipped();
      else if (!e.passed)
        test
          .failure(`${e.that} failed at t=${(e.atUs / 1e6).toFixed(3)} s: ${e.detail}`, e.mode)
          .standardOutput(`Run it again: ${facts.reproduce}`);
    }
  }
  return xml.build();
}
