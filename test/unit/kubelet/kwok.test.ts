import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { KubeObject } from '../../../sim-core/contracts/index.ts';
import type { StageEnvironment } from '../../../sim-core/kubelet/kwok/functions.ts';
import { compileJq } from '../../../sim-core/kubelet/kwok/jq.ts';
import { chooseStage, parseGoDuration, stageActions, stageDelayUs } from '../../../sim-core/kubelet/kwok/lifecycle.ts';
import { parseRendered } from '../../../sim-core/kubelet/kwok/renderedYaml.ts';
import { parseStages, type Stage } from '../../../sim-core/kubelet/kwok/stage.ts';

const env: StageEnvironment = {
  now: () => '<Now>',
  version: '<Version>',
  nodeIP: '<NodeIP>',
  nodeName: '<NodeName>',
  nodePort: '<NodePort>' as unknown as number,
  nodeIPWith: (node) => `<NodeIPWith("${node}")>`,
  nodeIPsWith: (node) => [0, 1].map((i) => `<${i} of NodeIPsWith("${node}")>`),
  podIPWith: (node, host, uid, name, ns) => `<PodIPWith("${node}", ${host}, "${uid}", "${name}", "${ns}")>`,
  podIPsWith: (node, host, uid, name, ns) =>
    [0, 1].map((i) => `<${i} of PodIPsWith("${node}", ${host}, "${uid}", "${name}", "${ns}")>`),
};

const stock = new URL('../../../../shared/data/config/kwok/kustomize/stage/', import.meta.url).pathname;
const folders = ['pod/general', 'pod/fast', 'node/fast', 'node/chaos'];

/** Plays every stage that matches, as the stock testdata shows them. */
function outcome(stages: readonly Stage[], object: KubeObject): unknown {
  const matching = stages.filter((s) => chooseStage([s], object, () => 0));
  return matching.map((s) => ({
    stage: s.name,
    next: stageActions(s, object, env, false).map((a) =>
      a.do === 'patch'
        ? {
            kind: 'patch',
            type: 'application/merge-patch+json',
            data: a.value,
            ...(a.subresource ? { subresource: a.subresource } : {}),
          }
        : a.do === 'event'
          ? { kind: 'event', type: a.type, reason: a.reason, message: a.message }
          : { kind: 'delete' },
    ),
  }));
}

describe.skipIf(!existsSync(stock))('stock stages against their testdata (skipped where shared data is absent)', () => {
  for (const folder of folders) {
    const dir = join(stock, folder);
    const files = existsSync(dir) ? readdirSync(dir).filter((f) => f.endsWith('.yaml')) : [];
    const tests = existsSync(join(dir, 'testdata'))
      ? readdirSync(join(dir, 'testdata')).filter((f) => f.endsWith('.input.yaml'))
      : [];
    for (const name of tests) {
      test(`${folder}/${name}`, () => {
        const parsed = files.map((f) => parseStages(f, readFileSync(join(dir, f), 'utf8')));
        expect(parsed.flatMap((p) => p.problems)).toEqual([]);
        const input = parse(readFileSync(join(dir, 'testdata', name), 'utf8')) as KubeObject;
        const output = parse(readFileSync(join(dir, 'testdata', name.replace('.input.', '.output.')), 'utf8')) as {
          stages: { stage: string; next: unknown }[];
        };
        const stages = parsed.flatMap((p) => p.stages).filter((s) => s.kind === input.kind);
        expect(outcome(stages, input)).toEqual(output.stages.map((s) => ({ stage: s.stage, next: s.next })));
      });
    }
  }
});

describe('stage files', () => {
  const source = [
    'apiVersion: kwok.x-k8s.io/v1alpha1',
    'kind: Stage',
    'metadata: {name: s}',
    'spec:',
    '  resourceRef: {apiGroup: v1, kind: Pod}',
    '  selector:',
    '    matchExpressions:',
    "    - {key: '.status.phase | frobnicate', operator: In, values: [Pending]}",
    "    - {key: '.a', operator: Is}",
    '  delay: {durationMilliseconds: soon}',
    '  nxt: {}',
    '  next:',
    '    statusTemplate: |',
    '      phase: {{ if .spec }}Running{{ end }}',
    '      x: {{ Frob . }}',
    '',
  ].join('\n');

  test('problems are named with their place', () => {
    const { stages, problems } = parseStages('s.yaml', source);
    expect(stages).toEqual([]);
    expect(problems.map((p) => `${p.file}:${p.line}:${p.column}: ${p.message}`)).toEqual([
      's.yaml:11:3: spec.nxt: not supported',
      's.yaml:8:30: spec.selector.matchExpressions[0].key: function not supported: frobnicate/0',
      's.yaml:9:29: spec.selector.matchExpressions[1].operator: Unsupported value: "Is"',
      's.yaml:15:13: spec.next.statusTemplate: function "Frob" not defined',
      's.yaml:10:33: spec.delay.durationMilliseconds: expected a number',
    ]);
  });

  test('changing name, message, delay and condition of a stage is seen', () => {
    const make = (delay: number, message: string, phase: string) =>
      parseStages(
        'x',
        `apiVersion: kwok.x-k8s.io/v1alpha1\nkind: Stage\nmetadata: {name: n}\nspec:\n  resourceRef: {kind: Pod}\n  selector:\n    matchExpressions:\n    - {key: .status.phase, operator: In, values: [${phase}]}\n  delay: {durationMilliseconds: ${delay}}\n  next:\n    statusTemplate: |\n      message: ${message}\n`,
      ).stages[0];
    const pod = { kind: 'Pod', metadata: { name: 'p' }, status: { phase: 'Pending' } };
    const a = make(100, 'one', 'Pending');
    expect(
      stageDelayUs(
        a,
        pod,
        0,
        () => undefined,
        () => 0,
      ),
    ).toBe(100_000);
    expect(stageActions(a, pod, env, true)).toEqual([
      { do: 'patch', subresource: 'status', type: 'strategic', value: { status: { message: 'one' } } },
    ]);
    expect(
      stageDelayUs(
        make(7, 'one', 'Pending'),
        pod,
        0,
        () => undefined,
        () => 0,
      ),
    ).toBe(7_000);
    expect(chooseStage([make(1, 'one', 'Running')], pod, () => 0)).toBeUndefined();
  });
});

describe('jq', () => {
  const object = {
    a: {
      b: [
        { k: 'x', v: 1 },
        { k: 'y', v: 2 },
      ],
    },
    n: null,
    s: 'text',
  };
  test.each([
    ['.a.b.[].k', ['x', 'y']],
    ['.a.b.[] | select( .k == "y" ) | .v', [2]],
    ['.n.[].k', []],
    ['.missing["a-b/c"]', []],
    ['(.a.b // []) | map(.k) | index("y")', [1]],
    ['. | select(.s != null and (.s == "text" or .s == "t")) | .a.b | length', [2]],
    ['.s.x', []],
  ])('%s', (query, expected) => {
    expect(compileJq(query).run(object)).toEqual(expected);
  });
});

test('rendered YAML', () => {
  const text =
    'a:\n- {x: "1", y: [a, 2, true]}\n- k: v\n  l: \'it\'\'s\'\n\nb: {state: {waiting: {reason: R}}}\nc:\n\n    d: 16Gi\n    e: null\n  \nf: ""\n';
  expect(parseRendered(text)).toEqual(parse(text));
  expect(parseRendered('a: |\n  x\n  y\n')).toEqual({ a: 'x\ny\n' });
});

test('Go durations', () => {
  expect(parseGoDuration('1m30.5s')).toBe(90_500_000);
  expect(parseGoDuration('5')).toBeUndefined();
});
