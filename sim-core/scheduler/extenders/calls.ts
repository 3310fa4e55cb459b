import { parseDurationUs } from '../../api/machinery/duration.ts';
import type { KubeObject, TimeUs } from '../../contracts/index.ts';
import { SECOND_US } from '../../contracts/index.ts';
import { sampleUs } from '../../engine/index.ts';
import { type CycleExtenders, EXTENDER_NAME, type ExtenderFilterOutcome } from '../cycle/extenders.ts';
import type { NodeInfo } from '../framework/nodeInfo.ts';
import type { ProposedVictims } from '../framework/plugin.ts';
import type { PodInfo } from '../framework/podInfo.ts';
import { type Status, unresolvable, unschedulable } from '../framework/status.ts';
import {
  type Extender,
  type ExtenderArgs,
  type ExtenderConfiguration,
  type ExtenderFilterResult,
  type ExtenderVerb,
  isInterested,
} from './extender.ts';

const DEFAULT_TIMEOUT_US = 5 * SECOND_US;
/** extenderv1.MaxExtenderPriority; node scores go to 100. */
const MAX_EXTENDER_SCORE = 10;
const NODE_SCORE_FACTOR = 100 / MAX_EXTENDER_SCORE;

/** An extender of the configuration with who answers for it. */
export interface BoundExtender {
  readonly configuration: ExtenderConfiguration;
  readonly answers: Extender;
}

type Answer<T> = { readonly value: T } | { readonly error: string };

/** The extenders of a configuration in the order of their calls: ignorable ones last. Source: scheduler.go buildExtenders. */
export function bindExtenders(
  configurations: readonly ExtenderConfiguration[],
  answering: readonly Extender[],
): readonly BoundExtender[] {
  const bound = configurations.flatMap((configuration) => {
    const answers = answering.find((a) => a.urlPrefix === configuration.urlPrefix);
    return answers === undefined ? [] : [{ configuration, answers }];
  });
  return [
    ...bound.filter((b) => b.configuration.ignorable !== true),
    ...bound.filter((b) => b.configuration.ignorable === true),
  ];
}

/**
 * The calls of one scheduling cycle. They follow one another, so their times add up to what the cycle takes longer.
 * Source: pkg/scheduler/extender.go, schedule_one.go findNodesThatPassExtenders and prioritizeNodes.
 */
export class ExtenderCalls implements CycleExtenders {
  private readonly extenders: readonly BoundExtender[];
  private readonly nowUs: TimeUs;
  /** u32 for the n-th call. */
  private readonly draw: (n: number) => number;
  private calls = 0;
  private usedUs = 0;

  constructor(extenders: readonly BoundExtender[], nowUs: TimeUs, draw: (n: number) => number) {
    this.extenders = extenders;
    this.nowUs = nowUs;
    this.draw = draw;
  }

  again(): ExtenderCalls {
    return new ExtenderCalls(this.extenders, this.nowUs, this.draw);
  }

  /** How much virtual time the calls have taken so far. */
  elapsedUs(): TimeUs {
    return this.usedUs;
  }

  filter(pod: PodInfo, nodes: readonly NodeInfo[]): ExtenderFilterOutcome {
    const failed = new Map<string, Status>();
    let left = nodes;
    for (const extender of this.extenders) {
      if (left.length === 0) break;
      const { configuration, answers } = extender;
      if ((configuration.filterVerb ?? '') === '' || !isInterested(configuration, pod.pod)) continue;
      const answer = this.call<ExtenderFilterResult>(extender, 'filter', () => {
        const result = answers.filter?.(this.args(configuration, pod, left)) ?? { nodeNames: left.map((n) => n.name) };
        if (result.error !== undefined && result.error !== '') return { error: result.error };
        const unknown = result.nodeNames.find((name) => !left.some((n) => n.name === name));
        if (unknown === undefined) return { value: result };
        const url = configuration.urlPrefix;
        return {
          error: `extender "${url}" claims a filtered node "${unknown}" which is not found in the input node list`,
        };
      });
      if ('error' in answer) {
        if (configuration.ignorable === true) continue;
        return { nodes: [], failed, error: answer.error };
      }
      const { failedNodes = {}, failedAndUnresolvableNodes: never = {}, nodeNames } = answer.value;
      for (const [name, reason] of Object.entries(never))
        failed.set(name, { ...unresolvable(reason), plugin: EXTENDER_NAME });
      for (const [name, reason] of Object.entries(failedNodes))
        if (!Object.hasOwn(never, name)) failed.set(name, { ...unschedulable(reason), plugin: EXTENDER_NAME });
      const kept = new Set(nodeNames);
      left = left.filter((n) => kept.has(n.name));
    }
    return { nodes: left, failed };
  }

  /** What to add to the totals, aligned with `nodes`. A failing extender has no say. */
  prioritize(pod: PodInfo, nodes: readonly NodeInfo[]): readonly number[] {
    const scores = nodes.map(() => 0);
    let slowestUs = 0;
    for (const extender of this.extenders) {
      const { configuration, answers } = extender;
      if ((configuration.prioritizeVerb ?? '') === '' || !isInterested(configuration, pod.pod)) continue;
      const before = this.usedUs;
      const answer = this.call(extender, 'prioritize', () => ({
        value: answers.prioritize?.(this.args(configuration, pod, nodes)) ?? [],
      }));
      // These calls are made at the same time.
      slowestUs = Math.max(slowestUs, this.usedUs - before);
      this.usedUs = before;
      if ('error' in answer) continue;
      const byHost = new Map(answer.value.map((s) => [s.host, s.score]));
      nodes.forEach((node, i) => {
        scores[i] += (byHost.get(node.name) ?? 0) * (configuration.weight ?? 1) * NODE_SCORE_FACTOR;
      });
    }
    this.usedUs += slowestUs;
    return scores;
  }

  /** Victims as the extenders leave them. Source: framework/preemption callExtenders. */
  preempt(pod: PodInfo, victims: ProposedVictims): Answer<ProposedVictims> {
    let left = victims;
    for (const extender of this.extenders) {
      const { configuration, answers } = extender;
      if ((configuration.preemptVerb ?? '') === '' || !isInterested(configuration, pod.pod)) continue;
      const names = Object.keys(left);
      const answer = this.call(extender, 'preempt', () => {
        const args = { pod: pod.pod, nodeNames: names, nowUs: this.nowUs, victims: left };
        return { value: answers.preempt?.(args) ?? left };
      });
      if ('error' in answer) {
        if (configuration.ignorable === true) continue;
        return answer;
      }
      const kept: Record<string, ProposedVictims[string]> = {};
      for (const name of names) {
        const of = answer.value[name];
        if (of === undefined) continue;
        if (of.pods.length > 0) kept[name] = of;
        else if (configuration.ignorable !== true)
          return { error: `expected at least one victim pod on node "${name}"` };
      }
      left = kept;
      if (Object.keys(left).length === 0) break;
    }
    return { value: left };
  }

  /** The extender that binds this pod, if one does; undefined = the Bind plugins do. */
  bind(pod: KubeObject, node: string): { readonly error?: string } | undefined {
    for (const extender of this.extenders) {
      const { configuration, answers } = extender;
      if ((configuration.bindVerb ?? '') === '' || !isInterested(configuration, pod)) continue;
      const answer = this.call(extender, 'bind', () => {
        const { error = '' } = answers.bind?.({ pod, node, nowUs: this.nowUs }) ?? {};
        return error === '' ? { value: undefined } : { error };
      });
      if ('error' in answer && configuration.ignorable === true) continue;
      return 'error' in answer ? { error: answer.error } : {};
    }
    return undefined;
  }

  private args(configuration: ExtenderConfiguration, pod: PodInfo, nodes: readonly NodeInfo[]): ExtenderArgs {
    const nodeNames = nodes.map((n) => n.name);
    const args = { pod: pod.pod, nodeNames, nowUs: this.nowUs };
    return configuration.nodeCacheCapable === true ? args : { ...args, nodes: nodes.map((n) => n.node as KubeObject) };
  }

  /** One HTTP call: its time is drawn, its failures read as Go's client words them. */
  private call<T>({ configuration, answers }: BoundExtender, verb: ExtenderVerb, run: () => Answer<T>): Answer<T> {
    const action = configuration[`${verb}Verb`] as string;
    const url = `${configuration.urlPrefix.replace(/\/+$/, '')}/${action}`;
    const timeoutUs = timeoutOf(configuration);
    const takesUs = sampleUs(answers.latency, this.draw(this.calls++));
    const failure = answers.failure?.(verb, this.nowUs);
    if (failure?.kind === 'refused')
      return { error: `Post "${url}": dial tcp ${address(url)}: connect: connection refused` };
    if (failure?.kind === 'timeout' || takesUs >= timeoutUs) {
      this.usedUs += timeoutUs;
      return { error: `Post "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)` };
    }
    this.usedUs += takesUs;
    if (failure?.kind === 'status')
      return { error: `failed ${action} with extender at URL ${url}, code ${failure.code ?? 500}` };
    if (failure?.kind === 'error') return { error: failure.message ?? 'internal error' };
    return run();
  }
}

function timeoutOf({ httpTimeout }: ExtenderConfiguration): TimeUs {
  const us = httpTimeout === undefined ? 0 : parseDurationUs(httpTimeout);
  return us === 0 ? DEFAULT_TIMEOUT_US : us;
}

function address(url: string): string {
  const host = /^[a-z]+:\/\/([^/]*)/.exec(url)?.[1] ?? '';
  const named = host.replace(/^localhost(?=:|$)/, '127.0.0.1');
  return /:[0-9]+$/.test(named) ? named : `${named}:${url.startsWith('https:') ? 443 : 80}`;
}
