import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadPlugins } from '../../../cli/plugins.ts';
import { loadJobs, runJob } from '../../../cli/run.ts';
import { ROOT } from '../support/scenarios.ts';

const dir = mkdtempSync(path.join(os.tmpdir(), 'orrery-plugins-'));
afterAll(() => rmSync(dir, { recursive: true }));

function file(name: string, text: string): string {
  writeFileSync(path.join(dir, name), text);
  return path.join(dir, name);
}

const CONFIG = `apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
profiles:
  - plugins: {multiPoint: {enabled: [{name: Mine, weight: 3}]}}
`;
const SCENARIO = `apiVersion: orrery.dev/v1alpha1
kind: Scenario
metadata: {name: mine}
spec:
  duration: 20s
  controlPlane: {schedulers: [{config: config.yaml}]}
  nodePools: [{name: pool, count: 2, machine: m5.large}]
  manifests: [pod.yaml]
`;
const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: "web:1"}]}\n';
file('config.yaml', CONFIG);
file('pod.yaml', POD);
const scenario = file('scenario.yaml', SCENARIO);

const plugin = (body: string) => `
  import { type PluginDefinition, unschedulable } from 'orrery/plugin';
  const plugin: PluginDefinition = {
    name: 'Mine',
    create: () => ({ name: 'Mine', score(_state, _pod, node) { ${body} } }),
  };
  export default plugin;
  export { unschedulable };`;

async function run(body: string) {
  const modules = await loadPlugins([file('mine.ts', plugin(body))]);
  const [job] = loadJobs([scenario], { modules, quiet: true }, undefined);
  expect(job.problems).toEqual([]);
  return runJob(job, { modules, quiet: true });
}

describe('--plugin', () => {
  test('the worked example', async () => {
    const modules = await loadPlugins([path.join(ROOT, 'examples/plugins/node-cost.ts')]);
    const [job] = loadJobs([path.join(ROOT, 'examples/plugins/cheap-nodes.yaml')], { modules }, undefined);
    const { cluster } = runJob(job, { modules, quiet: true });
    expect(cluster.expectations.results().map((r) => r.verdict)).toEqual(['passed', 'passed', 'passed']);
  });

  test('decides where the pod goes', async () => {
    const { cluster } = await run("return node.name === 'pool-1' ? 100 : 0;");
    expect(cluster.truth.find(cluster.world, 'pods', 'default', 'web')?.object.spec?.nodeName).toBe('pool-1');
  });

  test.each([
    ['Date.now() % 100', 'reads the clock (Date.now)'],
    ['new Date().getTime() % 100', 'reads the clock (Date)'],
    ['new Date(0).getHours()', 'reads the time zone of the machine (Date.getHours)'],
    [
      "Date.parse('2026-01-01T00:00:00') % 7",
      'reads the time zone of the machine (a time without zone: 2026-01-01T00:00:00)',
    ],
    ['Math.floor(Math.random() * 100)', 'draws a random number (Math.random)'],
    ['Math.floor(performance.now()) % 100', 'reads a clock (performance)'],
    ['process.pid % 100', 'reads the process that runs it (process)'],
    ["node.name.localeCompare('a')", 'reads the language of the machine (localeCompare)'],
    // Whoever catches what it is told has read the clock all the same.
    ['(() => { try { return Date.now(); } catch { return 5; } })()', 'reads the clock (Date.now)'],
  ])('%s is named', async (expression, what) => {
    const mine = path.join(dir, 'mine.ts');
    const message = `plugin Mine (${mine}), score of pod default/web on node pool-0: ${what}`;
    await expect(run(`return ${expression};`)).rejects.toThrow(message);
  });

  test('times of objects may be read', async () => {
    const { cluster } = await run(
      "return new Date(node.node.metadata.creationTimestamp).getUTCFullYear() === 2026 && Date.parse('2026-01-01T00:00:00Z') > 0 ? 7 : 0;",
    );
    expect(cluster.truth.find(cluster.world, 'pods', 'default', 'web')?.object.spec?.nodeName).toBeDefined();
  });

  test.each([
    ['export const x = 1;', 'there is no plugin in it'],
    ['export default { name: "NodeName", create() { return {}; } };', 'NodeName is the name of another plugin'],
    ['const t = Date.now(); export default { name: "Mine", create: () => t };', 'reads the clock (Date.now)'],
    ['export default {', 'cannot be bundled'],
    ['import x from "./nowhere.ts"; export default x;', 'cannot be bundled'],
    ['throw new Error("no good"); export default {};', 'no good'],
  ])('%s is refused', async (text, message) => {
    await expect(loadPlugins([file('bad.ts', text)])).rejects.toThrow(message);
  });

  test('a module may answer an extender', async () => {
    const url = 'http://mine/scheduler';
    file('extended.yaml', `${SCENARIO.replace('config.yaml', 'extended-config.yaml')}`);
    file(
      'extended-config.yaml',
      `apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nextenders: [{urlPrefix: "${url}", filterVerb: filter}]\n`,
    );
    const extender = (body: string) =>
      loadPlugins([
        file(
          'extender.ts',
          `import type { ExtenderDefinition } from 'orrery/plugin';
          const extender: ExtenderDefinition = { urlPrefix: '${url}', latency: '3ms', filter({ nodeNames }) { ${body} } };
          export default extender;`,
        ),
      ]);
    const runs = (modules: Awaited<ReturnType<typeof loadPlugins>>) => {
      const [job] = loadJobs([path.join(dir, 'extended.yaml')], { modules }, undefined);
      expect(job.problems).toEqual([]);
      const { cluster } = runJob(job, { modules, quiet: true });
      return cluster.truth.find(cluster.world, 'pods', 'default', 'web')?.object.spec?.nodeName;
    };
    expect(runs(await extender('return { nodeNames: nodeNames.filter((n) => n.endsWith("-1")) };'))).toBe('pool-1');
    const broken = await extender('return { nodeNames: Date.now() > 0 ? nodeNames : [] };');
    expect(() => runs(broken)).toThrow(
      /plugin http:\/\/mine\/scheduler \(.*extender\.ts\), filter of pod default\/web: reads the clock/,
    );
    const [job] = loadJobs([path.join(dir, 'extended.yaml')], {}, undefined);
    expect(job.problems.map((p) => `${p.at.line}:${p.at.col} ${p.message}`)).toEqual([
      `3:14 nobody answers the extender ${url}`,
    ]);
  });

  test('a plugin that nobody gives is told with its place', () => {
    const [job] = loadJobs([scenario], {}, undefined);
    expect(
      job.problems.map((p) => `${path.basename(p.at.file)}:${p.at.line}:${p.at.col} ${p.message} (${p.hint})`),
    ).toEqual([
      'config.yaml:4:39 profiles[0].plugins.multiPoint.enabled[0].name: Not found: "Mine" (a plugin that is not in kube-scheduler comes from a module: orrery run --plugin FILE; the page runs only plugins that were in its build)',
    ]);
  });
});
