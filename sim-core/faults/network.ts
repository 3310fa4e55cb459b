import { MS_US } from '../contracts/index.ts';
import type { FaultKind } from './kind.ts';
import { FaultParamError, flag, groups, partsPerMillion, quantiles, type RawParams, text, texts } from './params.ts';
import type { FaultTargets } from './targets.ts';

/** Two groups of endpoints; the second may be everybody else. */
interface Sides {
  readonly a: readonly string[];
  readonly b?: readonly string[];
}

const SIDE_PARAMS = {
  between: 'two groups of components, nodes or zone/<name>',
  node: 'one node against everybody else',
  nodes: 'several nodes against everybody else',
  zone: 'a zone against everybody else',
  component: 'one component against everybody else',
} as const;

function parseSides(params: RawParams, kind: string): Sides {
  const between = groups(params, 'between');
  if (between) return { a: between[0], b: between[1] };
  const [node, nodes, zone, component] = [
    text(params, 'node'),
    texts(params, 'nodes'),
    text(params, 'zone'),
    text(params, 'component'),
  ];
  const given = [node && [node], nodes, zone && [`zone/${zone}`], component && [component]].filter(
    (group) => group !== undefined,
  );
  if (given.length !== 1) throw new FaultParamError(`${kind} needs between, or one of node, nodes, zone and component`);
  return { a: given[0] as readonly string[] };
}

function describeSides({ a, b }: Sides): string {
  return b ? `${a.join(', ')} and ${b.join(', ')}` : `${a.join(', ')} and the rest`;
}

/** Names of endpoints: `zone/<name>` stands for all nodes and components in it. */
function expand(targets: FaultTargets, group: readonly string[]): readonly string[] {
  return group.flatMap((name) => {
    if (!name.startsWith('zone/')) return [name];
    const zone = name.slice('zone/'.length);
    return [...targets.components(), ...targets.nodes()]
      .filter((target) => target.zone === zone)
      .map((target) => target.name);
  });
}

function expandSides(targets: FaultTargets, { a, b }: Sides): Sides {
  return { a: expand(targets, a), b: b && expand(targets, b) };
}

export const partition: FaultKind<Sides & { readonly oneWay: boolean }, string> = {
  kind: 'Partition',
  summary: 'No message passes between two groups; with oneWay only those from the first to the second are lost.',
  params: { ...SIDE_PARAMS, oneWay: 'cut only from the first group to the second' },
  parse: (params) => ({ ...parseSides(params, 'Partition'), oneWay: flag(params, 'oneWay') }),
  describe: (params) => `${params.oneWay ? 'one way, ' : ''}${describeSides(params)}`,
  begin({ ctx, targets, id }, params) {
    targets.beginPartition(ctx, {
      name: id,
      ...expandSides(targets, params),
      direction: params.oneWay ? 'aToB' : 'both',
    });
    return id;
  },
  end({ ctx, targets }, _params, name) {
    targets.endPartition(ctx, name);
  },
};

export const networkLatency: FaultKind<Sides & { readonly p50Us: number; readonly p99Us: number }, string> = {
  kind: 'NetworkLatency',
  summary: 'Messages between two groups take longer, in both directions.',
  params: { ...SIDE_PARAMS, latency: 'extra one-way latency: a duration, or {p50, p99}' },
  parse(params) {
    const latency = quantiles(params, 'latency');
    if (!latency) throw new FaultParamError('NetworkLatency needs latency');
    return { ...parseSides(params, 'NetworkLatency'), ...latency };
  },
  describe: (params) => `${describeSides(params)}, +${params.p50Us / MS_US} ms`,
  begin({ ctx, targets, id }, params) {
    // Links know an extra latency and a uniform jitter: the median is the middle of the jitter, p99 its end.
    const jitterUs = 2 * (params.p99Us - params.p50Us);
    const extraLatencyUs = Math.max(0, params.p50Us - Math.floor(jitterUs / 2));
    targets.beginDegradation(ctx, { name: id, ...expandSides(targets, params), extraLatencyUs, jitterUs });
    return id;
  },
  end({ ctx, targets }, _params, name) {
    targets.endDegradation(ctx, name);
  },
};

export const networkLoss: FaultKind<Sides & { readonly lossPpm: number }, string> = {
  kind: 'NetworkLoss',
  summary: 'A share of the packets between two groups is lost; connections retransmit.',
  params: { ...SIDE_PARAMS, loss: 'share of packets lost, 0 to 1' },
  parse: (params) => ({
    ...parseSides(params, 'NetworkLoss'),
    lossPpm: partsPerMillion(params, 'loss', 'NetworkLoss'),
  }),
  describe: (params) => `${describeSides(params)}, ${params.lossPpm / 10_000} %`,
  begin({ ctx, targets, id }, params) {
    targets.beginDegradation(ctx, { name: id, ...expandSides(targets, params), lossPpm: params.lossPpm });
    return id;
  },
  end({ ctx, targets }, _params, name) {
    targets.endDegradation(ctx, name);
  },
};
