import type { Report } from './model.ts';

/**
 * The report as JSON, or a list of them for more than one run; the shape is pinned by `schemaVersion`. Times are integer µs
 * of virtual time.
 */
export function jsonReport(reports: readonly Report[]): string {
  const pinned = reports.map((report) => ({ schemaVersion: 1, ...report }));
  return `${JSON.stringify(pinned.length === 1 ? pinned[0] : pinned, null, 2)}\n`;
}
