// The workloads of vectors/transcripts/speed.json: virtual time against the real control plane's, and how much faster it ran.
import path from 'node:path';
import { scenarioBundle } from '../../cli/bundle.ts';
import { loadScenario } from '../../sim-core/index.ts';
import { build, readyPods, round, runTo } from './measure.ts';
import type { BenchResult } from './p1.ts';

export interface SpeedResult extends BenchResult {
  readonly pods: number;
  /** From the creation of the Deployment until all its pods run. */
  readonly virtualSeconds: number;
  readonly realVirtualSeconds: number;
  /** What the ratio is made of: means something on a quiet machine only. */
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

/** The Deployment is created at 10 s. */
const APPLIED_S = 10;

function workload(file: string, pods: number, realSeconds: number, quietSeconds: number): SpeedResult {
  const { scenario, problems } = loadScenario(scenarioBundle(file));
  if (scenario === undefined) throw new Error(problems.map((problem) => problem.message).join('; '));
  const { cluster } = build(scenario);
  let at = APPLIED_S + Math.floor(realSeconds * 0.9);
  let { cpuSeconds, wallSeconds } = runTo(cluster, at);
  while (at < 2 * realSeconds && readyPods(cluster) < pods) {
    const cost = runTo(cluster, ++at);
    cpuSeconds += cost.cpuSeconds;
    wallSeconds += cost.wallSeconds;
  }
  const virtualSeconds = at - APPLIED_S;
  return {
    ratio: round(quietSeconds / wallSeconds, 1),
    value: round(virtualSeconds / realSeconds, 3),
    unit: 'of the real duration',
    must: 100,
    aim: 1000,
    pods: readyPods(cluster),
    virtualSeconds,
    realVirtualSeconds: realSeconds,
    wallSeconds: round(wallSeconds),
    cpuSeconds: round(cpuSeconds),
  };
}

/** `quietSeconds`: what the real control plane needs for it on a quiet machine with raised limits. */
export function speed(): { readonly a: SpeedResult; readonly b: SpeedResult } {
  return {
    a: workload('scenarios/capacity/kwok-1000-nodes.yaml', 5000, 250.45, 49),
    b: workload('scenarios/capacity/kwok-1200-nodes.yaml', 7064, 354.95, 76),
  };
}

if (path.basename(import.meta.dirname) === 'test-bench-speed-ts') console.log(JSON.stringify(speed()));
