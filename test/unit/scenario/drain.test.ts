import { describe, expect, it } from 'vitest';
import type { ApiResponse, KubeObject, Plan, RequestStep } from '../../../sim-core/contracts/index.ts';
import { parseKubectl } from '../../../sim-core/scenario/kubectl/command.ts';
import type { KubectlPlan, KubectlState } from '../../../sim-core/scenario/kubectl/parts.ts';
import { continueKubectl, resumeKubectl, startKubectl } from '../../../sim-core/scenario/kubectl/plans.ts';

type Request = RequestStep['request'];
type Server = (request: Request, nowUs: number) => { code: number; object?: KubeObject; message?: string };

const node = (unschedulable: boolean): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node-a' },
  spec: unschedulable ? { unschedulable } : {},
});

const pod = (name: string, more: object = {}, spec: object = {}): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'demo', uid: `uid-${name}`, ...more },
    spec,
    status: { phase: 'Running' },
  }) as KubeObject;

const ownedBy = (kind: string) => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind, name: 'o', uid: 'u', controller: true }],
});

/** Runs a command against a server that answers at once; each wait moves the clock. */
function play(text: string, pods: readonly KubeObject[], server: Server): string[] {
  const run = { command: parseKubectl(text), objects: [], epochSeconds: 0, namespace: 'default' };
  const lines: string[] = [];
  let nowUs = 0;
  const print = (plan: KubectlPlan) => {
    const at = `${nowUs / 1e6} s`;
    lines.push(
      ...(plan.stdout ?? []).map((l) => `${at} out ${l}`),
      ...(plan.stderr ?? []).map((l) => `${at} err ${l}`),
    );
  };
  const requests = (plan: Plan): readonly Request[] =>
    plan.steps
      .flatMap((s) => (s.do === 'group' ? s.steps.map((member) => member.request) : []))
      .concat(plan.steps.flatMap((s) => (s.do === 'request' ? [s.request] : [])));
  let plan = startKubectl(run, nowUs);
  for (let turn = 0; turn < 200; turn++) {
    print(plan);
    if (plan.resume !== undefined) {
      const answers = requests(plan).map((request): ApiResponse => {
        if (request.verb === 'list')
          return { code: 200, list: { versions: pods.map((object) => ({ object })) } } as unknown as ApiResponse;
        const { code, object, message } = server(request, nowUs);
        return { code, object, status: message === undefined ? undefined : { message } } as unknown as ApiResponse;
      });
      plan = resumeKubectl(run, plan.resume.point, plan.resume.data as KubectlState, answers, nowUs);
    } else if (plan.requeue !== undefined && 'afterUs' in plan.requeue) {
      nowUs += plan.requeue.afterUs;
      plan = continueKubectl(run, plan.memory as KubectlState, nowUs);
    } else return lines;
  }
  throw new Error('the command does not end');
}

describe('kubectl drain', () => {
  it('refuses bare pods with the recorded lines', () => {
    const server: Server = () => ({ code: 200, object: node(false) });
    expect(play('drain node-a', [pod('solo')], server)).toEqual([
      '0 s out node/node-a cordoned',
      '0 s err error: unable to drain node "node-a" due to error: cannot delete cannot delete Pods that declare no controller (use --force to override): demo/solo, continuing command...',
      '0 s err There are pending nodes to be drained:',
      '0 s err  node-a',
      '0 s err cannot delete cannot delete Pods that declare no controller (use --force to override): demo/solo',
    ]);
  });

  it('prints with --force what was recorded', () => {
    const server: Server = (request) => {
      if (request.resource === 'nodes') return { code: 200, object: node(true) };
      return request.verb === 'create' ? { code: 201 } : { code: 404 };
    };
    expect(play('drain node-a --force --timeout=30s', [pod('solo')], server)).toEqual([
      '0 s out node/node-a already cordoned',
      '0 s out evicting pod demo/solo',
      '0 s err Warning: deleting Pods that declare no controller: demo/solo',
      '0 s out pod/solo evicted',
      '0 s out node/node-a drained',
    ]);
  });

  it('asks again 5 s after a 429, looks each second, and leaves a pod of the same name alone', () => {
    let refusals = 1;
    const server: Server = (request, nowUs) => {
      if (request.resource === 'nodes') return { code: 200, object: node(true) };
      if (request.verb === 'create' && request.name === 'a' && refusals-- > 0)
        return { code: 429, message: "Cannot evict pod as it would violate the pod's disruption budget." };
      if (request.verb === 'create') return { code: 201 };
      if (request.name === 'b') return { code: 200, object: pod('b', nowUs < 2e6 ? {} : { uid: 'another' }) };
      return nowUs < 7e6 ? { code: 200, object: pod('a') } : { code: 404 };
    };
    const pods = [
      pod('a', ownedBy('ReplicaSet')),
      pod('b', ownedBy('StatefulSet')),
      pod('agent', ownedBy('DaemonSet')),
      pod('static', { annotations: { 'kubernetes.io/config.mirror': 'x' } }),
    ];
    expect(play('drain node-a --ignore-daemonsets', pods, server)).toEqual([
      '0 s out node/node-a already cordoned',
      '0 s out evicting pod demo/a',
      '0 s out evicting pod demo/b',
      '0 s err Warning: ignoring DaemonSet-managed Pods: demo/agent',
      `0 s err error when evicting pods/"a" -n "demo" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.`,
      '2 s out pod/b evicted',
      '5 s out evicting pod demo/a',
      '7 s out pod/a evicted',
      '7 s out node/node-a drained',
    ]);
  });

  it('gives up at --timeout', () => {
    const server: Server = (request) => {
      if (request.resource === 'nodes') return { code: 200, object: node(true) };
      return request.verb === 'create' ? { code: 201 } : { code: 200, object: pod('a') };
    };
    const lines = play('drain node-a --timeout=2s', [pod('a', ownedBy('ReplicaSet'))], server);
    expect(lines.slice(-4)).toEqual([
      '2 s err error: unable to drain node "node-a" due to error: error when waiting for pod "a" in namespace "demo" to terminate: global timeout reached: 2s, continuing command...',
      '2 s err There are pending nodes to be drained:',
      '2 s err  node-a',
      '2 s err error when waiting for pod "a" in namespace "demo" to terminate: global timeout reached: 2s',
    ]);
  });
});
