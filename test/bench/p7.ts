import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { BenchResult } from './p1.ts';

interface PageResult {
  readonly map: { readonly p50: number; readonly p95: number };
  readonly worker: { readonly p50: number; readonly p95: number };
  readonly zoomAndPan: { readonly p50: number; readonly p95: number };
  /** CPU of the main thread for all scripts of the page: bars, panels and the map. */
  readonly scriptPerFrameMs: number;
  /** With what the browser does: style, layout, and painting without a GPU. */
  readonly pagePerFrameMs: number;
  readonly openedMs: number;
  readonly timeline: {
    readonly frames: { readonly p50: number; readonly p95: number };
    readonly scriptPerFrameMs: number;
    readonly pagePerFrameMs: number;
  };
  readonly heapMb: number;
  /** Page and worker. */
  readonly rssMb: number;
  readonly domNodes: number;
}

const round = (n: number) => Math.round(n * 100) / 100;

/** P7: what the map costs the main thread a frame while playing, at 150,000 pods of 5,000 nodes. Empty without the built page. */
export function p7(): Readonly<Record<string, BenchResult>> {
  const root = process.cwd();
  if (!existsSync(path.join(root, 'dist/web/index.html'))) {
    console.error('P7: the page is not built (npm run build)');
    return {};
  }
  const run = spawnSync(process.execPath, ['scripts/run-ts.mjs', 'test/bench/p7Page.ts'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (run.status !== 0) {
    console.error(`P7: ${run.stderr.trim().split('\n').slice(-3).join(' ')}`);
    return {};
  }
  const sizes = JSON.parse(run.stdout) as Readonly<Record<string, PageResult>>;
  const results: Record<string, BenchResult> = {};
  for (const [name, r] of Object.entries(sizes)) {
    const key = name === '150,000 pods' ? 'P7' : `map, ${name}`;
    const details = {
      p95: r.map.p95,
      'all scripts, CPU a frame': round(r.scriptPerFrameMs),
      'main thread, CPU a frame': round(r.pagePerFrameMs),
      'worker p50': r.worker.p50,
      'worker p95': r.worker.p95,
      'zoom and pan p50': r.zoomAndPan.p50,
      'zoom and pan p95': r.zoomAndPan.p95,
      'first picture ms': r.openedMs,
      'timeline, between frames p50': r.timeline.frames.p50,
      'timeline, between frames p95': r.timeline.frames.p95,
      'timeline, scripts, CPU a frame': round(r.timeline.scriptPerFrameMs),
      'timeline, main thread, CPU a frame': round(r.timeline.pagePerFrameMs),
      'heap MB': r.heapMb,
      'page and worker resident MB': r.rssMb,
      'DOM nodes': r.domNodes,
    };
    const value = r.map.p50;
    results[key] = { value, unit: 'ms a frame', must: 8, aim: 2, ratio: round(8 / Math.max(0.01, value)), ...details };
  }
  return results;
}
