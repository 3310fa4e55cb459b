import { timeUs } from '../../../../sim-core/api/machinery/time.ts';
import { readHttp } from '../../../../sim-core/apiserver/http.ts';
import type { Json, KubeObject } from '../../../../sim-core/contracts/index.ts';
import type { Stage } from '../../../../sim-core/kubelet/index.ts';
import type { CaseResult } from '../../harness.ts';
import { parseEnvironment, parseWhen } from './conditions.ts';
import type { ScriptStep, StoredObject, Transcript } from './recording.ts';
import { type Staged, stage } from './world.ts';

/** A recording of two controller managers of which the leading one is killed. */
export interface LeaderTranscript {
  readonly name: string;
  readonly settings: Transcript['settings'];
  readonly script: readonly ScriptStep[];
  readonly runs: readonly { readonly writes: readonly LeaderWrite[] }[];
}

interface LeaderWrite {
  readonly t: number;
  readonly actor: string;
  readonly verb: string;
  readonly resource: string;
  readonly name: string;
  readonly code: number;
  readonly lease?: { readonly leaseTransitions: number; readonly acquireTimeMs: number; readonly renewTimeMs: number };
}

const SECOND_US = 1_000_000;
/** Elected, synced, and the Deployment's pods ready. */
const PREPARED_US = 12 * SECOND_US;
const PLAYED_US = 27 * SECOND_US;
/** How far outside of the recorded runs a time may lie: the phase of the standby's retries (2 s) is not known. */
const SLACK_MS = 1000;

/** The cluster that the recordings began with: two nodes and a Deployment of two. */
function initialObjects(): readonly StoredObject[] {
  const meta = (name: string, more: object = {}) => ({ name, creationTimestamp: '<T-60>', ...more });
  const node = (name: string): StoredObject => ({
    resource: 'nodes',
    apiVersion: 'v1',
    kind: 'Node',
    metadata: meta(name, { uid: `<uid:nodes/${name}>`, labels: { 'kubernetes.io/hostname': name } }),
    spec: {},
    status: {
      capacity: { cpu: '4', memory: '16Gi', pods: '110' },
      allocatable: { cpu: '4', memory: '16Gi', pods: '110' },
    },
  });
  return [
    {
      resource: 'namespaces',
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: meta('demo', { uid: '<uid:namespaces/demo>', labels: { 'kubernetes.io/metadata.name': 'demo' } }),
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    },
    {
      resource: 'serviceaccounts',
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: meta('default', { namespace: 'demo', uid: '<uid:serviceaccounts/default>' }),
    },
    node('node-a'),
    node('node-b'),
  ];
}

const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        containers: [
          {
            name: 'c',
            image: 'registry.k8s.io/pause:3.10',
            resources: { requests: { cpu: '100m', memory: '64Mi' } },
          },
        ],
        terminationGracePeriodSeconds: 5,
      },
    },
  },
};

function send(staged: Staged, method: string, path: string, contentType: string | undefined, body: unknown): void {
  const headers = { 'content-type': contentType, 'user-agent': 'script' };
  const call = readHttp({ method, path, headers, body: body as Json, user: 'script', groups: ['system:masters'] });
  if (call.do !== 'request') throw new Error(`${method} ${path}`);
  const handler = staged.world.handlerId('outside', 'outside/send');
  if (handler !== undefined) staged.world.inject(handler, 0, 0, call.request);
}

/**
 * Plays a recording and compares what the election wrote, and when. Each check is a case. Times are compared with all
 * recordings of elections: SIGTERM does not give the lease back either, so a takeover is the same in all of them.
 */
export function playLeaders(
  transcript: LeaderTranscript,
  all: readonly LeaderTranscript[],
  stages: readonly Stage[],
): CaseResult[] {
  const { name, script } = transcript;
  const settings = { ...transcript.settings, kubeletLeaseDurationSeconds: 40, nodeGroups: [] };
  const staged = stage(
    { name, script, settings, namespaces: ['demo'], initialObjects: initialObjects(), writes: [] },
    stages,
  );
  const { world, seen, managers } = staged;
  world.runUntil({ timeUs: PREPARED_US / 2 });
  send(staged, 'POST', '/apis/apps/v1/namespaces/demo/deployments', 'application/json', DEPLOYMENT);
  world.runUntil({ timeUs: PREPARED_US });
  const before = seen.leases[seen.leases.length - 1]?.object;
  const startUs = world.nowUs;
  for (const step of transcript.script) {
    const condition = parseWhen(step.when);
    if (condition?.kind === 'after') world.runUntil({ timeUs: world.nowUs + condition.afterUs });
    if (step.environment !== undefined) {
      const action = parseEnvironment(step.environment);
      if (action?.do !== 'stopLeader') throw new Error(step.environment);
      const leader = managers.find((manager) => manager.isLeading);
      const id = leader && world.componentId(leader.name);
      if (id === undefined) throw new Error('nobody leads');
      world.crash(id);
    } else send(staged, step.verb ?? '', step.path ?? '', step.contentType, step.body);
  }
  world.runUntil({ timeUs: startUs + PLAYED_US });
  return checks(transcript, all, staged, startUs, before);
}

interface Takeover {
  /** From the failure to the new holder's first write. */
  readonly tookMs: number;
  readonly secondMs: number;
  /** From there to the first write of a controller. */
  readonly firstWriteMs: number;
  readonly renewalsMs: readonly number[];
}

function recordedTakeover(writes: readonly LeaderWrite[]): Takeover {
  const leases = writes.filter(({ resource }) => resource === 'leases').map(({ t }) => t);
  const first = writes.find(({ actor, resource }) => /\/[a-z-]+-controller$/.test(actor) && resource !== 'events');
  return takeover(leases, first?.t ?? Number.NaN);
}

function takeover(leasesMs: readonly number[], firstWriteMs: number): Takeover {
  const [first, second, ...rest] = leasesMs;
  return {
    tookMs: first,
    secondMs: second - first,
    firstWriteMs: firstWriteMs - first,
    renewalsMs: rest.slice(1).map((t, i) => t - rest[i]),
  };
}

function checks(
  transcript: LeaderTranscript,
  all: readonly LeaderTranscript[],
  { seen }: Staged,
  startUs: number,
  before: KubeObject | undefined,
): CaseResult[] {
  const recorded = all.flatMap(({ runs }) => runs.map(({ writes }) => recordedTakeover(writes)));
  const since = <T extends { readonly atUs: number }>(list: readonly T[]) => list.filter(({ atUs }) => atUs > startUs);
  const ms = (atUs: number) => (atUs - startUs) / 1000;
  const leases = since(seen.leases);
  const writes = since(seen.writes).filter(({ actor }) => actor !== 'script');
  const first = writes.find(({ actor }) => /\/[a-z-]+-controller$/.test(actor));
  const played = takeover(
    leases.map(({ atUs }) => ms(atUs)),
    ms(first?.atUs ?? Number.NaN),
  );
  const within = (name: string, value: number, values: readonly number[], slackMs: number): CaseResult => {
    const [low, high] = [Math.min(...values) - slackMs, Math.max(...values) + slackMs];
    const equal = value >= low && value <= high;
    return {
      name: `${transcript.name}: ${name}`,
      equal,
      cause: name,
      expected: `${low} to ${high} ms`,
      actual: `${value} ms`,
    };
  };
  const holds = (name: string, equal: boolean, actual: unknown): CaseResult => ({
    name: `${transcript.name}: ${name}`,
    equal,
    cause: name,
    actual: JSON.stringify(actual),
  });
  const [one, two] = leases.map(({ object }) => object.spec);
  const elected = since(seen.events).filter(({ object }) => object.reason === 'LeaderElection');
  return [
    within(
      'takeover',
      played.tookMs,
      recorded.map(({ tookMs }) => tookMs),
      SLACK_MS,
    ),
    within(
      'second write of the Lease',
      played.secondMs,
      recorded.map(({ secondMs }) => secondMs),
      SLACK_MS / 10,
    ),
    within(
      'first write of a controller',
      played.firstWriteMs,
      recorded.map(({ firstWriteMs }) => firstWriteMs),
      SLACK_MS / 2,
    ),
    ...played.renewalsMs.slice(0, 2).map((t) =>
      within(
        'renewal',
        t,
        recorded.flatMap(({ renewalsMs }) => renewalsMs),
        SLACK_MS / 10,
      ),
    ),
    holds('one transition', one?.leaseTransitions === (before?.spec?.leaseTransitions ?? 0) + 1, one),
    holds('another holder', one?.holderIdentity !== before?.spec?.holderIdentity, one?.holderIdentity),
    holds('acquired once', one?.acquireTime === two?.acquireTime && atUs(one?.renewTime) <= atUs(two?.renewTime), two),
    holds(
      'event',
      elected.length === 1 && /^\S+ became leader$/.test(elected[0].object.message),
      elected.map(({ object }) => object.message),
    ),
    ...aftermath(transcript, writes),
  ];
}

const atUs = (time: string | undefined): number => (time ? timeUs(0, time) : Number.NaN);

/** What is written after the takeover: as often as in one of the recorded runs. */
function aftermath(
  transcript: LeaderTranscript,
  writes: readonly { actor: string; verb: string; resource: string; subresource?: string; code: number }[],
): CaseResult[] {
  const keyOf = ({ actor, verb, resource, code }: { actor: string; verb: string; resource: string; code: number }) =>
    `${actor} ${verb} ${resource} ${code}`;
  const count = (keys: readonly string[]) => {
    const counts = new Map<string, number>();
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
    return counts;
  };
  const runs = transcript.runs.map((run) =>
    count(
      run.writes
        .filter(
          ({ resource, actor, code }) =>
            resource !== 'leases' && resource !== 'events' && actor !== 'script' && code < 300,
        )
        .map(keyOf),
    ),
  );
  const played = count(
    writes
      .filter(({ code }) => code < 300)
      .map((write) =>
        keyOf({ ...write, resource: write.subresource ? `${write.resource}/${write.subresource}` : write.resource }),
      ),
  );
  const keys = [...new Set([...runs.flatMap((run) => [...run.keys()]), ...played.keys()])].sort();
  return keys.map((key) => {
    const counts = runs.map((run) => run.get(key) ?? 0);
    const n = played.get(key) ?? 0;
    const equal = n >= Math.min(...counts) && n <= Math.max(...counts);
    return {
      name: `${transcript.name}: ${key}`,
      equal,
      cause: 'count',
      expected: counts.join(' or '),
      actual: String(n),
    };
  });
}
