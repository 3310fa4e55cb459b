/** The functions of KWOK's templates besides those of text/template (KWOK pkg/utils/gotpl, pkg/kwok/controllers). */
import type { TemplateFunctions } from './gotemplate.ts';

export const STAGE_FUNCTIONS: readonly string[] = [
  'Now',
  'Quote',
  'YAML',
  'Version',
  'NodeIP',
  'NodeName',
  'NodePort',
  'NodeConditions',
  'NodeIPWith',
  'NodeIPsWith',
  'PodIP',
  'PodIPWith',
  'PodIPs',
  'PodIPsWith',
];

/** What depends on the place where a stage is played. */
export interface StageEnvironment {
  /** RFC 3339, whole seconds. */
  now(): string;
  version: string;
  nodeIP: string;
  nodeName: string;
  nodePort: number;
  nodeIPWith(node: string): string;
  nodeIPsWith(node: string): readonly string[];
  podIPWith(node: string, hostNetwork: boolean, uid: string, name: string, namespace: string): string;
  podIPsWith(node: string, hostNetwork: boolean, uid: string, name: string, namespace: string): readonly string[];
}

/** Conditions of a node that is well (KWOK pkg/kwok/controllers/node_controller.go). */
export const NODE_CONDITIONS = [
  { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
  {
    type: 'MemoryPressure',
    status: 'False',
    reason: 'KubeletHasSufficientMemory',
    message: 'kubelet has sufficient memory available',
  },
  {
    type: 'DiskPressure',
    status: 'False',
    reason: 'KubeletHasNoDiskPressure',
    message: 'kubelet has no disk pressure',
  },
  {
    type: 'PIDPressure',
    status: 'False',
    reason: 'KubeletHasSufficientPID',
    message: 'kubelet has sufficient PID available',
  },
  { type: 'NetworkUnavailable', status: 'False', reason: 'RouteCreated', message: 'RouteController created a route' },
] as const;

/** YAML block style of a JSON value; strings are quoted as JSON, which YAML reads alike. */
function toYaml(v: unknown, pad: string): string {
  if (v === null || v === undefined) return 'null';
  if (Array.isArray(v)) {
    if (v.length === 0) return '[]';
    return v.map((x) => `- ${toYaml(x, `${pad}  `).trimStart()}`).join(`\n${pad}`);
  }
  if (typeof v === 'object') {
    const record = v as Record<string, unknown>;
    const keys = Object.keys(record).sort();
    if (keys.length === 0) return '{}';
    return keys
      .map((k) => {
        const x = record[k];
        const nested = x !== null && typeof x === 'object' && Object.keys(x).length > 0;
        return nested
          ? `${JSON.stringify(k)}:\n${pad}  ${toYaml(x, `${pad}  `)}`
          : `${JSON.stringify(k)}: ${toYaml(x, pad)}`;
      })
      .join(`\n${pad}`);
  }
  return typeof v === 'string' ? JSON.stringify(v) : String(v);
}

/** Nothing of it is written with an escape. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quote(v: unknown): string {
  if (v === undefined || v === null) return '"<no value>"';
  if (typeof v !== 'string') return JSON.stringify(JSON.stringify(v));
  return PLAIN.test(v) ? `"${v}"` : JSON.stringify(v);
}

function yaml(v: unknown, indent: unknown): string {
  const text = `${toYaml(v, '')}\n`;
  if (indent === undefined || Number(indent) === 0) return text;
  return `\n${text}`.replaceAll('\n', `\n${' '.repeat(2 * Number(indent))}`);
}

/** The functions bound to one place. */
export function stageFunctions(env: StageEnvironment): TemplateFunctions {
  type PodArgs = [string, boolean, string, string, string];
  const podArgs = ([node, hostNetwork, uid, name, namespace]: readonly unknown[]): PodArgs => {
    const text = (v: unknown) => String(v ?? '');
    return [text(node), hostNetwork === true, text(uid), text(name), text(namespace)];
  };
  // As entries: names with capitals are functions of Go templates here, not components of a page.
  const entries: [string, TemplateFunctions[string]][] = [
    ['Now', () => env.now()],
    ['Quote', quote],
    ['YAML', yaml],
    ['Version', () => env.version],
    ['NodeIP', () => env.nodeIP],
    ['NodeName', () => env.nodeName],
    ['NodePort', () => env.nodePort],
    ['NodeConditions', () => NODE_CONDITIONS],
    ['NodeIPWith', (node) => env.nodeIPWith(String(node ?? ''))],
    ['NodeIPsWith', (node) => env.nodeIPsWith(String(node ?? ''))],
    ['PodIPWith', (...args) => env.podIPWith(...podArgs(args))],
    ['PodIP', (...args) => env.podIPWith(...podArgs(args))],
    ['PodIPsWith', (...args) => env.podIPsWith(...podArgs(args))],
    ['PodIPs', (...args) => env.podIPsWith(...podArgs(args))],
  ];
  return Object.fromEntries(entries);
}
