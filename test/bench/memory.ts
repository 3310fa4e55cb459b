// What P5 keeps: live heap after a collection, at the start and every so many virtual seconds.
//   node --expose-gc --max-semi-space-size=64 scripts/run-ts.mjs test/bench/memory.ts NODES PODS SECONDS [EVERY] [SNAPSHOT_DIR]
// SNAPSHOT_DIR: also writes a heap snapshot at the start and at the end.
import { writeHeapSnapshot } from 'node:v8';
import { build, readyPods, round, runTo } from './measure.ts';
import { p5Scenario } from './p5.ts';

const STARTED_S = 30;
const [nodes = '1000', pods = '30000', seconds = '150', every = '60', folder] = process.argv.slice(2);

const live = (): string => {
  for (let i = 0; i < 3; i++) globalThis.gc?.();
  const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
  const mib = (bytes: number) => round(bytes / 1048576, 1);
  return `live ${mib(heapUsed + external)} MiB (heap ${mib(heapUsed)}, typed arrays ${mib(arrayBuffers)}), resident ${mib(rss)}`;
};

console.log(`program: ${live()}`);
const { cluster } = build(p5Scenario(Number(nodes), Number(pods), Number(seconds)));
console.log(`built: ${live()}`);
let cpu = 0;
for (let atS = STARTED_S; ; atS = Math.min(atS + Number(every), Number(seconds))) {
  cpu += runTo(cluster, atS).cpuSeconds;
  console.log(`${atS} s: ${live()}, ${round(cpu)} s of CPU, ${cluster.world.eventsRun} events`);
  if (folder !== undefined && ((atS - STARTED_S) % 600 === 0 || atS === Number(seconds))) {
    writeHeapSnapshot(`${folder}/${atS}.heapsnapshot`);
  }
  if (atS === Number(seconds)) break;
}
console.log(`${readyPods(cluster)} ready`);
