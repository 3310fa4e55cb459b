import type { Report } from './model.ts';

/** The report as JSON; the shape is pinned by `schemaVersion`. Times are integer µs of virtual time. */
export function jsonReport(report: Report): string {
  return `${JSON.stringify({ schemaVersion: 1, ...report }, null, 2)}\n`;
}
