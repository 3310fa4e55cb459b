import { labelSelectorMatches } from '../../../../sim-core/api/machinery/selectors.ts';
import { qualifiedName } from '../../../../sim-core/api/schema/index.ts';
import type { KubeObject } from '../../../../sim-core/contracts/index.ts';
import { findResource } from '../../../../sim-core/scenario/kubectl/command.ts';

/** What a step of a script waits for. */
export type Condition =
  | { readonly kind: 'next' }
  | { readonly kind: 'quiet'; readonly forUs: number }
  | { readonly kind: 'after'; readonly afterUs: number }
  /** Objects of a resource ('' = of any) that hold for `test`, at least so many. */
  | { readonly kind: 'objects'; readonly resource: string; readonly count: number; test(object: KubeObject): boolean };

const SECOND_US = 1_000_000;

/** Understands the sentence of a `when`; undefined when it cannot. */
export function parseWhen(sentence: string | undefined): Condition | undefined {
  if (sentence === undefined) return { kind: 'next' };
  const text = sentence.replace(/^when /, '');
  const quiet = /^nothing has been written for ([0-9.]+)s$/.exec(text);
  if (quiet) return { kind: 'quiet', forUs: Number(quiet[1]) * SECOND_US };
  const after = /^after ([0-9.]+)s$/.exec(text);
  if (after) return { kind: 'after', afterUs: Number(after[1]) * SECOND_US };
  const field = /^([a-z]+)\/(\S+) has (\S+) (.+)$/.exec(text);
  if (field) {
    const [, type, name, path, value] = field;
    const test = (object: KubeObject) => object.metadata.name === name && String(at(object, path.split('.'))) === value;
    return { kind: 'objects', resource: resourceNamed(type), count: 1, test };
  }
  const pods = /^(\d+) pods match (\{.*\})$/.exec(text);
  if (pods) {
    const labels = JSON.parse(pods[2].replaceAll("'", '"')) as Record<string, string>;
    const test = (object: KubeObject) => labelSelectorMatches({ matchLabels: labels }, object.metadata.labels);
    return { kind: 'objects', resource: 'pods', count: Number(pods[1]), test };
  }
  const node = /^node (\S+) ([A-Za-z]+)=([A-Za-z]+)$/.exec(text);
  if (node) {
    const [, name, type, status] = node;
    const test = (object: KubeObject) => object.metadata.name === name && hasCondition(object, type, status);
    return { kind: 'objects', resource: 'nodes', count: 1, test };
  }
  if (/^[a-z0-9.-]+$/.test(text)) {
    return { kind: 'objects', resource: '', count: 1, test: (object) => object.metadata.name === text };
  }
  return undefined;
}

function hasCondition(object: KubeObject, type: string, status: string): boolean {
  const conditions: readonly { type: string; status: string }[] = object.status?.conditions ?? [];
  return conditions.some((c) => c.type === type && c.status === status);
}

function at(value: unknown, path: readonly string[]): unknown {
  let here = value;
  for (const key of path) here = (here as Record<string, unknown> | undefined)?.[key];
  return here;
}

function resourceNamed(word: string): string {
  const info = findResource(word);
  return info ? qualifiedName(info) : word;
}

export type EnvironmentAction =
  | { readonly do: 'stopKubelets'; readonly group: string }
  | { readonly do: 'startKubelets'; readonly group: string }
  /** What is measured changes: a scenario with a metrics API. */
  | { readonly do: 'metrics' }
  /** Both signals end the process at once: a controller manager does not give its lease back. */
  | { readonly do: 'stopLeader' };

/** Understands a sentence about the environment; undefined when it cannot. */
export function parseEnvironment(sentence: string): EnvironmentAction | undefined {
  const kubelets = /^the kubelets of the nodes labelled \S+=(\S+) (stop|run again)\b/.exec(sentence);
  if (kubelets) return { do: kubelets[2] === 'stop' ? 'stopKubelets' : 'startKubelets', group: kubelets[1] };
  if (/^the leading controller manager gets SIG(KILL|TERM)$/.test(sentence)) return { do: 'stopLeader' };
  if (/^from now on the metrics API reports /.test(sentence)) return { do: 'metrics' };
  return undefined;
}
