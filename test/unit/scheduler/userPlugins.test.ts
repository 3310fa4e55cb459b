import { describe, expect, test } from 'vitest';
import { buildProfiles, type SchedulerConfiguration } from '../../../sim-core/scheduler/framework/config.ts';
import type { Plugin } from '../../../sim-core/scheduler/framework/plugin.ts';
import { unresolvable } from '../../../sim-core/scheduler/framework/status.ts';
import {
  definitionProblems,
  type PluginDefinition,
  type UserPlugin,
} from '../../../sim-core/scheduler/framework/userPlugins.ts';
import { decide, node, pod, snapshotOf } from './support.ts';

const user = (plugin: Omit<Plugin, 'name'>, more: Partial<PluginDefinition> = {}): UserPlugin => ({
  definition: { name: 'Mine', create: () => ({ name: 'Mine', ...plugin }), ...more },
  file: './mine.ts',
  hash: '0',
});
const enabled = (args?: object, weight?: number): SchedulerConfiguration => ({
  profiles: [
    {
      plugins: { multiPoint: { enabled: [{ name: 'Mine', weight }] } },
      pluginConfig: args === undefined ? [] : [{ name: 'Mine', args: args as Record<string, unknown> }],
    },
  ],
});
const nodes = [node('n1'), node('n2'), node('n3')];
const run = (plugin: Omit<Plugin, 'name'>) =>
  decide(snapshotOf(nodes, []), pod({ cpu: '1' }, { name: 'web' }), enabled(), 0, [user(plugin)]);

describe('a plugin of a user', () => {
  test('filters and scores as the others do', () => {
    const decision = decide(snapshotOf(nodes, []), pod({ cpu: '1' }), enabled({}, 50), 0, [
      user({
        filter: (_s, _p, n) => (n.name === 'n1' ? unresolvable('node(s) were called n1') : undefined),
        score: (_s, _p, n) => (n.name === 'n3' ? 100 : 0),
      }),
    ]);
    expect(decision.node).toBe('n3');
    expect(decision.failed.get('n1')).toEqual({
      code: 'UnschedulableAndUnresolvable',
      reasons: ['node(s) were called n1'],
      plugin: 'Mine',
    });
    expect(decision.scores.find((s) => s.plugin === 'Mine')).toMatchObject({ weight: 50, normalized: [0, 100] });
  });

  test('its reasons are in the message', () => {
    const decision = run({ filter: () => unresolvable('node(s) were not mine') });
    expect(decision.message).toMatch(/^0\/3 nodes are available: 3 node\(s\) were not mine\./);
    expect(decision.rejectedBy).toEqual(['Mine']);
  });

  const broken = (): never => {
    throw new TypeError('x is undefined');
  };
  let calls = 0;
  test.each<[string, Omit<Plugin, 'name'>, RegExp]>([
    [
      'throws in Filter',
      { filter: broken },
      /^plugin Mine \(\.\/mine\.ts\), filter of pod a\/web on node n1: threw TypeError: x is undefined$/,
    ],
    ['throws in PreFilter', { preFilter: broken }, /preFilter of pod a\/web: threw TypeError/],
    ['throws in Score', { score: broken }, /score of pod a\/web on node n1: threw TypeError/],
    [
      'scores NaN',
      { score: () => Number.NaN },
      /score of pod a\/web on node n1: returned NaN: a score is a whole number/,
    ],
    ['scores a fraction', { score: () => 0.5 }, /returned 0\.5: a score is a whole number/],
    ['scores nothing', { score: (() => undefined) as never }, /returned undefined: a score is a whole number/],
    [
      'scores out of range',
      { score: () => 101 },
      /score of pod a\/web on node n1: plugin "Mine" returns an invalid score 101, it should in the range of \[0, 100\] after normalizing/,
    ],
    [
      'normalises out of range',
      { score: () => 5, normalize: (_s, _p, scores) => void scores.fill(-1) },
      /normalize of pod a\/web on node n1: plugin "Mine" returns an invalid score -1/,
    ],
    [
      'loses a score',
      { score: () => 5, normalize: (_s, _p, scores) => void scores.pop() },
      /left 2 scores for 3 nodes/,
    ],
    ['returns no status', { filter: (() => 'no') as never }, /returned "no": a status has a code/],
    ['is asynchronous', { filter: (async () => undefined) as never }, /returned a Promise: plugins are synchronous/],
    [
      'counts its calls',
      { score: () => calls++ },
      /returned 0 and then 1 for the same input: a plugin must not keep state between calls/,
    ],
    [
      'changes a pod',
      {
        preFilter: (_s, p) => {
          (p.pod.metadata as { name?: string }).name = 'x';
          return {};
        },
      },
      /preFilter of pod a\/web: threw TypeError: Cannot assign to read only property 'name'/,
    ],
    [
      'has no such point',
      { fliter: () => undefined } as never,
      /create: fliter is no extension point: less, preEnqueue, preFilter, filter/,
    ],
  ])('that %s is named', (_what, plugin, message) => {
    calls = 0;
    expect(() => run(plugin)).toThrow(message);
  });

  test('says itself what is wrong with its arguments', () => {
    const strict = user({}, { validateArgs: () => [{ field: 'max', value: -1, detail: 'must be positive' }] });
    expect(() => buildProfiles(enabled({ max: -1 }), [strict])).toThrow(
      'profiles[0].pluginConfig[0].args.max: Invalid value: -1: must be positive',
    );
  });

  test('is unknown when nobody gives it', () => {
    expect(() => buildProfiles(enabled())).toThrow('profiles[0].plugins.multiPoint.enabled[0].name: Not found: "Mine"');
  });

  test.each<[unknown, string]>([
    [
      { name: 'NodeName', create: () => ({}) },
      'NodeName is the name of another plugin; a plugin needs a name of its own',
    ],
    [{ create: () => ({}) }, 'the default export must be { name, create(args) }, or a list of those'],
    [{ name: 'a b', create: () => ({}) }, '"a b" is no name for a plugin: letters, digits, . _ -'],
  ])('a module with %j is refused', (exported, problem) => {
    expect(definitionProblems([exported], new Set(['NodeName']))).toEqual([problem]);
  });
});
