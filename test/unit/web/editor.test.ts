import { describe, expect, it } from 'vitest';
import { ENTRY_CHOICES, namesOf } from '../../../web/views/editor/entries.ts';
import { complete, hover } from '../../../web/worker/editor/assist.ts';
import { cursorAt } from '../../../web/worker/editor/cursor.ts';
import { addToList } from '../../../web/worker/editor/insert.ts';

/** `|` is the cursor. */
function split(marked: string): { source: string; offset: number } {
  const offset = marked.indexOf('|');
  return { source: marked.slice(0, offset) + marked.slice(offset + 1), offset };
}

function labels(marked: string): readonly string[] {
  const { source, offset } = split(marked);
  return complete(source, offset)?.options.map((o) => o.label) ?? [];
}

const HEAD = 'apiVersion: orrery.dev/v1alpha1\nkind: Scenario\n';

describe('the cursor in unfinished YAML', () => {
  it.each([
    [`${HEAD}spec:\n  nod|`, 'key', 'spec'],
    [`${HEAD}spec:\n  nodePools:\n    - name: a\n      |`, 'key', 'spec.nodePools.0'],
    [`${HEAD}spec:\n  nodePools:\n    - |`, 'key', 'spec.nodePools.0'],
    [`${HEAD}spec:\n  nodePools:\n    - name: a\n      machine: m5|`, 'value', 'spec.nodePools.0.machine'],
    [`${HEAD}spec:\n  timeline:\n    - {at: 5m, fault: {kind: Zo|}}`, 'value', 'spec.timeline.0.fault.kind'],
    [`${HEAD}spec:\n  timeline:\n    - {at: 5m, fa|}`, 'key', 'spec.timeline.0'],
    ['kind: A\n---\nkind: Pod\nspec:\n  |', 'key', 'spec'],
  ])('%j', (marked, at, path) => {
    const { source, offset } = split(marked);
    const cursor = cursorAt(source, offset);
    expect([cursor?.at, cursor?.path.join('.')]).toEqual([at, path]);
  });

  it('says nothing in a comment', () => {
    const { source, offset } = split(`${HEAD}# sp|`);
    expect(cursorAt(source, offset)).toBeUndefined();
  });
});

describe('completion', () => {
  it('knows the keys of a scenario and leaves out what is there', () => {
    const found = labels(`${HEAD}spec:\n  seed: "1"\n  |`);
    expect(found).toContain('nodePools');
    expect(found).toContain('timeline');
    expect(found).not.toContain('seed');
  });

  it('knows kinds of faults, machines and members', () => {
    expect(labels(`${HEAD}spec:\n  timeline:\n    - {at: 5m, fault: {kind: |}}`)).toContain('ZoneOutage');
    expect(labels(`${HEAD}spec:\n  nodePools:\n    - {name: a, count: 3, machine: |}`)).toContain('m5.large');
    expect(labels(`${HEAD}spec:\n  controlPlane:\n    etcd:\n      members: |`)).toEqual(['1', '3', '5']);
  });

  it("knows Kubernetes' own kinds", () => {
    expect(labels('apiVersion: v1\nkind: Po|')).toContain('Pod');
    const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      ';
    expect(labels(`${pod}|`)).toContain('readinessProbe');
    expect(labels(`${pod}imagePullPolicy: |`)).toEqual(['Always', 'IfNotPresent', 'Never']);
  });

  it('completes an object inside a scenario by its own kind', () => {
    const kubelet = 'apiVersion: v1\n        kind: Pod\n        spec:\n          |';
    expect(labels(`${HEAD}spec:\n  generate:\n    - template:\n        ${kubelet}`)).toContain('nodeSelector');
  });
});

describe('hover', () => {
  it('says what a key is, and how far it is simulated', () => {
    const scenario = split(`${HEAD}spec:\n  dura|tion: 5m\n`);
    expect(hover(scenario.source, scenario.offset)).toMatchObject({
      path: 'spec.duration',
      about: 'How long to run. Default: 10m.',
    });
    const pod = split('apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - ima|ge: a\n');
    expect(hover(pod.source, pod.offset)).toMatchObject({
      path: 'spec.containers[0].image',
      type: 'string',
      about: 'Simulated.',
    });
  });
});

describe('a new entry of the timeline', () => {
  const entry = 'at: 5m, fault: {kind: NodeCrash, node: a-0}';
  const added = (source: string) => {
    const change = addToList(source, 'timeline', `{${entry}}`);
    return change === undefined ? undefined : source.slice(0, change.from) + change.insert + source.slice(change.to);
  };

  it('goes to the end of the list and leaves comments alone', () => {
    const source = `${HEAD}spec:\n  timeline:\n    # first\n    - {at: 1m, note: a}\n\n  expect: []\n`;
    expect(added(source)).toBe(
      `${HEAD}spec:\n  timeline:\n    # first\n    - {at: 1m, note: a}\n    - {${entry}}\n\n  expect: []\n`,
    );
  });

  it('makes the list where there is none', () => {
    expect(added(`${HEAD}spec:\n  seed: "1"`)).toBe(`${HEAD}spec:\n  seed: "1"\n  timeline:\n    - {${entry}}\n`);
    expect(added(`${HEAD}spec:\n  timeline: [{at: 1m, note: a}]\n`)).toBe(
      `${HEAD}spec:\n  timeline: [{at: 1m, note: a}, {${entry}}]\n`,
    );
    expect(added(`${HEAD}spec:\n  timeline:\n  expect: []\n`)).toBe(
      `${HEAD}spec:\n  timeline:\n    - {${entry}}\n  expect: []\n`,
    );
  });

  it('is refused where the text is no scenario', () => {
    expect(added('a: 1\n')).toBeUndefined();
  });
});

describe('names for what is inserted', () => {
  it('are those of the first node pool, however it is written', () => {
    const flow =
      'spec:\n  nodePools:\n    - {name: web-pool, count: 12, zones: [north, south]}\n  manifests: [a.yaml]\n';
    expect(namesOf(flow)).toEqual({ pool: 'web-pool', count: 12, zone: 'north' });
    const block =
      'spec:\n  nodePools:\n    - name: "general"\n      count: 4\n      zones:\n        - b\n  timeline: []\n';
    expect(namesOf(block)).toEqual({ pool: 'general', count: 4, zone: 'b' });
    expect(namesOf('spec:\n  duration: 3m\n')).toEqual({ pool: 'default', count: 6, zone: 'a' });
  });

  it('scale the pool whose count is known, whatever node is selected', () => {
    const scale = ENTRY_CHOICES.find(({ id }) => id === 'scaleNodePool');
    const names = namesOf('spec:\n  nodePools:\n    - {name: a, count: 3}\n    - {name: b, count: 50}\n');
    expect(scale?.entry('nodes/b-01', names)).toBe('scale: {nodePool: a, count: 4}');
  });
});
