import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { type ExplainFlags, explainCommand } from '../../../cli/commands/explain.ts';
import { CommandError, ExitCode } from '../../../cli/exitCodes.ts';
import { recordingBytes } from '../../../cli/record.ts';
import { loadJobs, runJob } from '../../../cli/run.ts';

const dir = mkdtempSync(path.join(os.tmpdir(), 'orrery-explain-'));
afterAll(() => rmSync(dir, { recursive: true }));

const SCENARIO = `apiVersion: orrery.dev/v1alpha1
kind: Scenario
metadata: {name: asked}
spec:
  duration: 15s
  nodePools: [{name: small, count: 2, machine: m5.large}]
  manifests: [pods.yaml]
`;
const pod = (name: string, cpu: string, more = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec:\n  containers: [{name: c, image: c, resources: {requests: {cpu: ${cpu}}}}]\n${more}---\n`;
writeFileSync(
  path.join(dir, 'pods.yaml'),
  pod('web-one', '100m') +
    pod('web-two', '3') +
    pod('gated', '1', '  schedulingGates: [{name: example.com/wait}]\n') +
    pod('foreign', '1', '  schedulerName: other\n') +
    pod('placed', '100m', '  nodeName: small-0\n'),
);
const file = path.join(dir, 'scenario.yaml');
writeFileSync(file, SCENARIO);

function recordingOf(level: 'digest' | 'story' | 'full'): string {
  const recording = path.join(dir, `${level}.orrery`);
  const [job] = loadJobs([file], {}, undefined);
  writeFileSync(recording, recordingBytes(runJob(job, { quiet: true }), level));
  return recording;
}
const story = recordingOf('story');

let printed = '';
beforeEach(() => {
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

function told(name: string, flags: ExplainFlags = {}, of = story): string {
  expect(explainCommand(of, name, { quiet: true, ...flags })).toBe(ExitCode.ok);
  return printed;
}

function refused(name: string, flags: ExplainFlags = {}): string {
  try {
    explainCommand(story, name, { quiet: true, ...flags });
  } catch (error) {
    if (error instanceof CommandError) return `${error.code} ${error.message}; ${error.hint ?? ''}`;
    throw error;
  }
  return '';
}

describe('orrery explain', () => {
  test('text: attempts, and the decision', () => {
    const text = told('pod/default/web-two', { flip: true });
    expect(text).toMatch(/^ATTEMPTS \(1\)\n/);
    expect(text).toContain('pod default/web-two, attempt 1 by kube-scheduler-0');
    expect(text).toContain('small-0  asks for 3 cpu, the node has 2 in all: 1 short');
    expect(text).toContain('SMALLEST CHANGE\n  request 2 cpu instead of 3 (c)\n');
  });

  test('json and yaml are the same data', () => {
    const json = JSON.parse(told('web-one', { output: 'json' }));
    printed = '';
    expect(parse(told('default/web-one', { output: 'yaml' }))).toEqual(json);
    expect(json.attempts).toHaveLength(1);
    expect(json.explanation).toMatchObject({ result: 'scheduled', verified: true });
  });

  test('the pod in the words of kube-scheduler-simulator', () => {
    const object = parse(told('pod/web-one', { output: 'annotations' }));
    const node = JSON.parse(object.metadata.annotations['scheduler-simulator/score-result']);
    expect(Object.keys(node)).toEqual(['small-0', 'small-1']);
    printed = '';
    const later = parse(told('web-one', { annotations: 'kube-scheduler-simulator.sigs.k8s.io' }));
    expect(later.metadata.annotations['kube-scheduler-simulator.sigs.k8s.io/selected-node']).toMatch(/^small-/);
  });

  test('a scenario and recordings of all levels tell the same', () => {
    const flags = { node: 'small-1', whatIf: 'add=small-0:2' };
    const text = told('web-two', flags);
    for (const other of [file, recordingOf('digest'), recordingOf('full')]) {
      printed = '';
      expect(told('web-two', flags, other)).toBe(text);
    }
  });

  test('a pod that was never tried', () => {
    expect(told('gated')).toContain('it has scheduling gates: example.com/wait');
    expect(refused('placed')).toContain('no scheduler ever tried default/placed: it had its node small-0');
    expect(refused('foreign')).toContain('it asks for other, and there is only default-scheduler');
  });

  test.each<[string, string, ExplainFlags, RegExp]>([
    [
      'a pod that is not there',
      'web-tow',
      {},
      /^2 there is no pod default\/web-tow in this run; did you mean default\/web-t/,
    ],
    ['a part of a name', 'web', {}, /did you mean default\/web-one, default\/web-two\?$/],
    ['an attempt that is not there', 'web-one', { attempt: 3 }, /has no attempt 3: there are 1/],
    ['attempt 0', 'web-one', { attempt: 0 }, /has no attempt 0/],
    ['a node that is not there', 'web-one', { node: 'smal-1' }, /no node smal-1 then; did you mean small-1\?/],
    ['a node to add that is not there', 'web-one', { whatIf: 'add=x' }, /no node x then; there are 2 nodes/],
    ['a wrong --what-if', 'web-one', { whatIf: 'remove=small-0' }, /write add=NODE or add=NODE:COUNT/],
    ['a wrong --flip', 'web-one', { flip: 'world' }, /one of pod, node, profile/],
    ['a wrong prefix', 'web-one', { annotations: 'x' }, /one of scheduler-simulator/],
    ['a wrong name', 'a/b/c/d', {}, /write pod\/NAMESPACE\/NAME/],
  ])('2: %s', (_, name, flags, text) => {
    expect(refused(name, flags)).toMatch(text);
  });
});
