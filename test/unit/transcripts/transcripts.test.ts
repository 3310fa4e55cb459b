import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseStages } from '../../../sim-core/kubelet/index.ts';
import { parseEnvironment, parseWhen } from '../../conformance/suites/transcripts/conditions.ts';
import { diffOf } from '../../conformance/suites/transcripts/diff.ts';
import { matchNames } from '../../conformance/suites/transcripts/names.ts';
import { playTranscript } from '../../conformance/suites/transcripts/play.ts';
import type { Transcript } from '../../conformance/suites/transcripts/recording.ts';
import { type Item, scoreItems } from '../../conformance/suites/transcripts/score.ts';

const vectors = path.join(import.meta.dirname, '../../conformance/vectors/transcripts');
const text = (file: string) => gunzipSync(readFileSync(path.join(vectors, `${file}.gz`))).toString('utf8');
const transcript = (name: string) => JSON.parse(text(`${name}.json`)) as Transcript;

function sources(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(dir, entry.name);
    return entry.isDirectory() ? sources(full) : full.endsWith('.ts') ? [full] : [];
  });
}

describe('the simulator knows no recording', () => {
  it('names no scenario, pod, node or stage of one', () => {
    const stages = [...text('kwok-stages.yaml').matchAll(/^metadata: \{name: (\S+)\}/gm)].map((m) => m[1]);
    const names = new Set(stages);
    const files = readdirSync(vectors).filter((file) => file.endsWith('.json.gz') && !file.startsWith('speed'));
    for (const file of files) {
      const name = file.slice(0, -'.json.gz'.length);
      names.add(name);
      const { initialObjects = [], writes = [] } = transcript(name) as Partial<Transcript>;
      for (const { kind, metadata } of initialObjects)
        if (kind === 'Node' || kind === 'Pod') names.add(metadata.name ?? '');
      for (const write of writes) if (write.resource === 'nodes' || write.resource === 'pods') names.add(write.name);
    }
    const wanted = [...names].filter((name) => name.includes('-') && !name.includes('<'));
    const found: string[] = [];
    for (const file of sources(path.join(import.meta.dirname, '../../../sim-core'))) {
      // A comment does nothing.
      const source = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
      for (const name of wanted) {
        if (source.includes(name) && new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(source))
          found.push(`${name} in ${file}`);
      }
    }
    expect(found).toEqual([]);
  });
});

describe('a stage that is changed', () => {
  const play = (change: (source: string) => string) => {
    const { stages } = parseStages('stages', change(text('kwok-stages.yaml')));
    const { writes, startUs } = playTranscript(transcript('pod-bare'), stages);
    const patches = writes.filter(({ actor, subresource }) => actor === 'kubelet(kwok)' && subresource === 'status');
    return patches.map(({ atUs, body }) => ({ ms: (atUs - startUs) / 1000, body: JSON.stringify(body) }));
  };
  const plain = play((source) => source);

  it('is seen: name', () => {
    expect(play((source) => source.replaceAll('pod-ready', 'pod-up')).map(({ body }) => body)).toEqual(
      plain.map(({ body }) => body),
    );
  });

  it('is seen: message', () => {
    const changed = play((source) => source.replaceAll('containers with unready status', 'not yet'));
    expect(changed[0].body).toContain('not yet');
    expect(plain[0].body).not.toContain('not yet');
  });

  it('is seen: delay', () => {
    const later = play((source) => source.replaceAll('durationMilliseconds: 200', 'durationMilliseconds: 700'));
    expect(later[0].ms - plain[0].ms).toBeGreaterThan(400);
  });

  it('is seen: condition', () => {
    const never = play((source) => {
      const at = source.indexOf('name: pod-create}');
      return source.slice(0, at) + source.slice(at).replace("values: ['Pending']", "values: ['Elsewhere']");
    });
    expect(never.length).toBeLessThan(plain.length);
  });
});

describe('sentences', () => {
  it('are understood', () => {
    expect(parseWhen('when nothing has been written for 2.5s')).toEqual({ kind: 'quiet', forUs: 2_500_000 });
    expect(parseWhen('after 0.05s')).toEqual({ kind: 'after', afterUs: 50_000 });
    expect(parseWhen('when deployment/a has spec.replicas 4')).toMatchObject({
      resource: 'deployments.apps',
      count: 1,
    });
    expect(parseWhen("when 3 pods match {'app': 'b'}")).toMatchObject({ resource: 'pods', count: 3 });
    expect(parseWhen('when the moon is full')).toBeUndefined();
    expect(parseEnvironment('the kubelets of the nodes labelled a/b=c run again')).toEqual({
      do: 'startKubelets',
      group: 'c',
    });
    expect(parseEnvironment('it rains')).toBeUndefined();
  });
});

describe('differences of objects', () => {
  it('show lists of conditions by type and whole values where one side has none', () => {
    const before = {
      metadata: { name: 'a', resourceVersion: '1' },
      status: { conditions: [{ type: 'R', status: 'False' }] },
    };
    const after = {
      metadata: { name: 'a', resourceVersion: '2', annotations: { 'a/b': 'c' } },
      status: { conditions: [{ type: 'S' }, { type: 'R', status: 'True' }], phase: 'x' },
    };
    expect(diffOf(before, after)).toEqual({
      'metadata.annotations': [null, { 'a/b': 'c' }],
      'status.conditions[R].status': ['False', 'True'],
      'status.conditions[S]': [null, { type: 'S' }],
      'status.phase': [null, 'x'],
    });
  });
});

describe('matching and scoring', () => {
  const named = (name: string, ...traits: string[]) => ({ name, kind: 'pods', traits, mentions: [] });

  it('matches names so that few differences remain', () => {
    const matched = matchNames([named('p', 'a', 'b'), named('q', 'a', 'c')], [named('1', 'c', 'a'), named('2', 'a')]);
    expect([...matched].sort()).toEqual([
      ['p', '2'],
      ['q', '1'],
    ]);
  });

  const item = (key: string, content: string, stable?: Item['stable']): Item => ({
    key,
    anonymousKey: key,
    content,
    nodeless: content.replace(/node-\w/, '<node>'),
    nodelessKey: key,
    stable,
    what: key,
  });

  it('counts what is missing and what is extra', () => {
    const recorded = [
      item('a', '1', 'exact'),
      item('a', 'node-x', 'modulo-node'),
      item('b', '1', 'shape'),
      item('c', '', 'varies'),
    ];
    const played = [item('a', 'node-y'), item('b', '2'), item('d', '')];
    const { matched, total, differences } = scoreItems(recorded, played, new Map([['c', { min: 0, max: 1 }]]));
    expect([matched, total]).toEqual([2, 4]);
    expect(differences.map(({ side, item: { key } }) => `${side} ${key}`)).toEqual(['missing a', 'extra d']);
  });

  it('lets a varying key appear as often as in one of the runs', () => {
    const ranges = new Map([['c', { min: 1, max: 2 }]]);
    const recorded = [item('c', '', 'varies')];
    const score = (n: number) => {
      const { matched, total } = scoreItems(
        recorded,
        Array.from({ length: n }, () => item('c', 'x')),
        ranges,
      );
      return `${matched}/${total}`;
    };
    expect([0, 1, 2, 3].map(score)).toEqual(['0/1', '0/0', '0/0', '0/1']);
  });
});
