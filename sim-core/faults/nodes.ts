import { SECOND_US } from '../contracts/index.ts';
import type { FaultKind } from './kind.ts';
import { FaultParamError, integer, quantities, type RawParams, requiredText, text, texts } from './params.ts';
import type { FaultHands, FaultTargets } from './targets.ts';

/** Which nodes: by name, all of a zone, or so many drawn by the seed. */
interface NodeParams {
  readonly node?: string;
  readonly nodes?: readonly string[];
  readonly zone?: string;
  readonly count?: number;
}

const NODE_PARAMS = {
  node: 'one node by name',
  nodes: 'several nodes by name',
  zone: 'all nodes of a zone; with count: drawn from it',
  count: 'so many nodes, drawn by the seed; without zone from all nodes',
} as const;

const PURPOSE_CHOICE = 1;

function parseNodes(params: RawParams): NodeParams {
  const parsed = {
    node: text(params, 'node'),
    nodes: texts(params, 'nodes'),
    zone: text(params, 'zone'),
    count: integer(params, 'count', 1),
  };
  if (parsed.node !== undefined && parsed.nodes !== undefined)
    throw new FaultParamError('give node or nodes, not both');
  return parsed;
}

function describeNodes({ node, nodes, zone, count }: NodeParams): string {
  if (node !== undefined) return `node ${node}`;
  if (nodes !== undefined) return `nodes ${nodes.join(', ')}`;
  const place = zone === undefined ? '' : ` of zone ${zone}`;
  return count === undefined ? `all nodes${place}` : `${count} ${count === 1 ? 'node' : 'nodes'}${place}`;
}

/** Drawn nodes are those with the lowest draws of their own, so that a node more or less changes at most one of them. */
function chooseNodes({ ctx, targets, id }: FaultHands, { node, nodes, zone, count }: NodeParams): readonly string[] {
  if (node !== undefined) return [node];
  if (nodes !== undefined) return nodes;
  const all = nodesOf(targets, zone);
  if (count === undefined) return all;
  return all
    .map((name) => ({ name, draw: ctx.draw(ctx.stream(`fault/${id}/${name}`), PURPOSE_CHOICE, 0) >>> 0 }))
    .sort((a, b) => a.draw - b.draw || (a.name < b.name ? -1 : 1))
    .slice(0, count)
    .map(({ name }) => name);
}

function nodesOf(targets: FaultTargets, zone: string | undefined): readonly string[] {
  return targets
    .nodes()
    .filter((target) => zone === undefined || target.zone === zone)
    .map(({ name }) => name);
}

function eachNode(
  targets: FaultTargets,
  params: NodeParams,
): readonly { readonly target: string; readonly params: NodeParams }[] {
  const names = params.node !== undefined ? [params.node] : (params.nodes ?? nodesOf(targets, params.zone));
  return names.map((node) => ({ target: node, params: { node } }));
}

export function powerOff({ ctx, targets, hold }: FaultHands, nodes: readonly string[]): void {
  for (const node of nodes) if (hold(`power/${node}`)) targets.nodePower(ctx, node, false);
}

export function powerOn({ ctx, targets, release }: FaultHands, nodes: readonly string[]): void {
  for (const node of nodes) if (release(`power/${node}`)) targets.nodePower(ctx, node, true);
}

const power = {
  params: NODE_PARAMS,
  targetParams: ['node', 'nodes', 'zone', 'count'],
  parse: parseNodes,
  describe: describeNodes,
  begin(hands: FaultHands, params: NodeParams): readonly string[] {
    const nodes = chooseNodes(hands, params);
    powerOff(hands, nodes);
    return nodes;
  },
  end(hands: FaultHands, _params: NodeParams, nodes: readonly string[]): void {
    powerOn(hands, nodes);
  },
  each: eachNode,
  node: ({ node }: NodeParams) => node,
};

export const nodeCrash: FaultKind<NodeParams, readonly string[]> = {
  kind: 'NodeCrash',
  summary: 'Machines lose power: kubelet and containers are gone at once. At the end they boot again.',
  ...power,
};

export const nodeReboot: FaultKind<NodeParams, readonly string[]> = {
  kind: 'NodeReboot',
  summary: 'Machines restart without a shutdown; down for a minute unless `for` says otherwise.',
  /** Firmware, kernel and system services of a server: 30 s to a few minutes. */
  defaultForUs: 60 * SECOND_US,
  ...power,
};

/** What stops on machines that stay up: `stop` says so of a node, under a name by which overlapping faults are counted. */
function stopsOnNodes(
  held: string,
  stop: (hands: FaultHands, node: string, isStopped: boolean) => void,
): Omit<FaultKind<NodeParams, readonly string[]>, 'kind' | 'summary'> {
  return {
    params: NODE_PARAMS,
    targetParams: ['node', 'nodes', 'zone', 'count'],
    parse: parseNodes,
    describe: describeNodes,
    begin(hands, params) {
      const nodes = chooseNodes(hands, params);
      for (const node of nodes) if (hands.hold(`${held}/${node}`)) stop(hands, node, true);
      return nodes;
    },
    end(hands, _params, nodes) {
      for (const node of nodes) if (hands.release(`${held}/${node}`)) stop(hands, node, false);
    },
    each: eachNode,
    node: ({ node }) => node,
  };
}

export const kubeletStop: FaultKind<NodeParams, readonly string[]> = {
  kind: 'KubeletStop',
  summary: 'Only the kubelet stops: containers go on, but nobody reports or restarts them.',
  ...stopsOnNodes('kubelet', ({ targets, ctx }, node, isStopped) => targets.kubeletProcess(ctx, node, !isStopped)),
};

export const runtimeHang: FaultKind<NodeParams, readonly string[]> = {
  kind: 'RuntimeHang',
  summary:
    'The container runtime answers nobody who asks for its pods: containers go on, but kubelets see no change of them; after three minutes the nodes are NotReady.',
  ...stopsOnNodes('runtime', ({ targets, ctx }, node, isStopped) => targets.runtimeHang(ctx, node, isStopped)),
};

interface ResizeParams extends NodeParams {
  readonly allocatable: Readonly<Record<string, string>>;
}

export const nodeResize: FaultKind<ResizeParams, readonly string[]> = {
  kind: 'NodeResize',
  summary:
    'Machines have other amounts for pods, as after a change of their type; kubelets report it with their next status.',
  params: { ...NODE_PARAMS, allocatable: 'resource -> quantity; what is not named stays' },
  targetParams: ['node', 'nodes', 'zone', 'count'],
  parse: (params) => ({ ...parseNodes(params), allocatable: quantities(params, 'allocatable', 'NodeResize') }),
  describe: (params) =>
    `${describeNodes(params)}: ${Object.entries(params.allocatable)
      .map(([name, amount]) => `${name} ${amount}`)
      .join(', ')}`,
  begin(hands, params) {
    const nodes = chooseNodes(hands, params);
    for (const node of nodes) hands.targets.nodeResize(hands.ctx, node, params.allocatable);
    return nodes;
  },
  end(hands, _params, nodes) {
    for (const node of nodes) hands.targets.nodeResize(hands.ctx, node, undefined);
  },
  each: (targets, params) =>
    eachNode(targets, params).map(({ target, params: of }) => ({
      target,
      params: { ...of, allocatable: params.allocatable },
    })),
  node: ({ node }) => node,
};

interface ZoneState {
  readonly nodes: readonly string[];
  readonly components: readonly string[];
}

export const zoneOutage: FaultKind<{ readonly zone: string }, ZoneState> = {
  kind: 'ZoneOutage',
  summary: 'A zone loses power: its nodes and the control-plane replicas in it.',
  params: { zone: 'name of the zone' },
  parse: (params) => ({ zone: requiredText(params, 'zone', 'ZoneOutage') }),
  describe: ({ zone }) => `zone ${zone}`,
  begin(hands, { zone }) {
    const nodes = nodesOf(hands.targets, zone);
    const components = hands.targets
      .components()
      .filter((target) => target.zone === zone)
      .map(({ name }) => name);
    // Machines that are to come wait for the zone.
    hands.hold(`zone/${zone}`);
    powerOff(hands, nodes);
    for (const name of components) stopComponent(hands, name);
    return { nodes, components };
  },
  end(hands, { zone }, { nodes, components }) {
    hands.release(`zone/${zone}`);
    for (const name of components) startComponent(hands, name);
    powerOn(hands, nodes);
  },
};

/** Stops a component's process (its volatile state is lost). */
export function stopComponent({ ctx, hold }: FaultHands, name: string): void {
  const id = ctx.components.find(name);
  if (id === undefined) throw new FaultParamError(`there is no component ${name}`);
  if (hold(`component/${name}`)) ctx.components.crash(id);
}

export function startComponent({ ctx, release }: FaultHands, name: string): void {
  const id = ctx.components.find(name);
  if (id !== undefined && release(`component/${name}`)) ctx.components.start(id);
}
