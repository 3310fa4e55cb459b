// What each handler of a run costs, and how often it runs for one pod: where to look before anything is made faster.
//   node --max-semi-space-size=64 scripts/run-ts.mjs test/bench/handlers.ts p4 NODES PODS
//   node --max-semi-space-size=64 scripts/run-ts.mjs test/bench/handlers.ts p5 NODES PODS SECONDS
//   node --max-semi-space-size=64 scripts/run-ts.mjs test/bench/handlers.ts SCENARIO.yaml PODS SECONDS
// The clock around a handler costs 0.1 µs a run; children of a handler are the events that it schedules, counted apart.

import { scenarioBundle } from '../../cli/bundle.ts';
import { type Cluster, loadScenario } from '../../sim-core/index.ts';
import { build, readyPods, round, runTo } from './measure.ts';
import { p4Scenario } from './p4.ts';
import { p5Scenario } from './p5.ts';

interface HandlerCost {
  readonly name: string;
  runs: number;
  ns: number;
}

interface Timed {
  readonly spec: { readonly name: string; run(ctx: unknown, a: number, b: number, payload: unknown): void };
  readonly component: number;
}

/** Puts a clock around every handler of the cluster. */
function timed(cluster: Cluster): HandlerCost[] {
  const { handlers } = cluster.world as unknown as { handlers: (({ spec: Timed['spec'] } & Timed) | undefined)[] };
  return handlers.flatMap((handler) => {
    if (handler === undefined) return [];
    const { spec } = handler;
    const cost: HandlerCost = {
      name: `${cluster.world.components[handler.component - 1].name}/${spec.name}`,
      runs: 0,
      ns: 0,
    };
    handler.spec = {
      ...spec,
      run(ctx, a, b, payload) {
        const began = process.hrtime.bigint();
        spec.run(ctx, a, b, payload);
        cost.ns += Number(process.hrtime.bigint() - began);
        cost.runs++;
      },
    };
    return [cost];
  });
}

function print(costs: readonly HandlerCost[], pods: number): void {
  const ran = costs.filter((cost) => cost.runs > 0).sort((a, b) => b.ns - a.ns);
  console.log('     ms      runs   a pod  µs a run  handler');
  for (const { name, runs, ns } of ran) {
    const cells = [(ns / 1e6).toFixed(0).padStart(7), String(runs).padStart(9), (runs / pods).toFixed(2).padStart(7)];
    console.log([...cells, (ns / runs / 1e3).toFixed(1).padStart(9), ` ${name}`].join(' '));
  }
  const total = ran.reduce((sum, { ns }) => sum + ns, 0) / 1e6;
  console.log(`${total.toFixed(0)} ms in handlers, ${round(total / pods)} ms a pod`);
}

/** From the start of a scenario, so that what its nodes cost counts too; costs are divided by `pods`. */
function scenarioFile(file: string, pods: number, untilS: number): void {
  const { scenario, problems } = loadScenario(scenarioBundle(file));
  if (scenario === undefined) throw new Error(problems.map((problem) => problem.message).join('; '));
  const { cluster } = build(scenario);
  const costs = timed(cluster);
  const { cpuSeconds, events } = runTo(cluster, untilS);
  console.log(`${round(cpuSeconds)} s of CPU for ${untilS} virtual seconds, ${events} events`);
  print(costs, pods);
}

const [mode = 'p4', nodes = '1000', pods = '3000', seconds = '65'] = process.argv.slice(2);
if (mode.endsWith('.yaml')) scenarioFile(mode, Number(nodes), Number(pods));
else if (mode === 'p5') {
  const [startedS, warmS] = [25, 10];
  const { cluster } = build(p5Scenario(Number(nodes), Number(pods), Number(seconds)));
  runTo(cluster, startedS + warmS);
  const costs = timed(cluster);
  const { cpuSeconds, events } = runTo(cluster, Number(seconds));
  const virtualS = Number(seconds) - startedS - warmS;
  console.log(`${round(cpuSeconds)} s of CPU for ${virtualS} virtual seconds, ${events} events`);
  print(costs, virtualS * 20);
} else {
  const { cluster } = build(p4Scenario(Number(nodes), Number(pods)));
  let atS = 9;
  runTo(cluster, atS);
  const costs = timed(cluster);
  let cpuSeconds = 0;
  while (atS < 300 && readyPods(cluster) < Number(pods)) cpuSeconds += runTo(cluster, ++atS).cpuSeconds;
  console.log(`${round(Number(pods) / cpuSeconds, 0)} pods/s of CPU`);
  print(costs, Number(pods));
}
