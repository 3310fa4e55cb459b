import { describe, expect, it } from 'vitest';
import { instantText } from '../../../cli/instant.ts';
import { parseBreakpoint, TravelSession } from '../../../sim-core/index.ts';
import { bundleOf, loaded } from '../support/scenarios.ts';

describe('breakpoints as text', () => {
  it('are read by their first word, and as CEL else', () => {
    expect(parseBreakpoint('failed-scheduling')).toEqual({ on: 'failedScheduling', reason: undefined });
    expect(parseBreakpoint(' failed-scheduling: Insufficient cpu ')).toEqual({
      on: 'failedScheduling',
      reason: 'Insufficient cpu',
    });
    expect(parseBreakpoint('violation:N2')).toEqual({ on: 'violation', checker: 'N2' });
    expect(parseBreakpoint('leader-change:kube-scheduler')).toEqual({ on: 'leaderChange', election: 'kube-scheduler' });
    expect(parseBreakpoint('crash:zone b')).toEqual({ on: 'crash', target: 'zone b' });
    expect(parseBreakpoint("object:pods/default/web-1 object.status.phase == 'Failed'")).toEqual({
      on: 'object',
      resource: 'pods',
      namespace: 'default',
      name: 'web-1',
      when: "object.status.phase == 'Failed'",
    });
    expect(parseBreakpoint('object:nodes')).toEqual({ on: 'object', resource: 'nodes' });
    expect(parseBreakpoint("pods('app=web').ready < 3")).toEqual({
      on: 'condition',
      expression: "pods('app=web').ready < 3",
    });
  });
});

describe('an instant as text', () => {
  it('tells why the run stopped and where the next event comes from', () => {
    const text = `
apiVersion: orrery.dev/v1alpha1
kind: Scenario
metadata: {name: tight}
spec:
  seed: "3"
  duration: 60s
  nodePools: [{name: small, count: 2}]
  manifests: [pod.yaml]
`;
    const pod = `
apiVersion: v1
kind: Pod
metadata: {name: big}
spec: {containers: [{name: c, image: "big:1", resources: {requests: {cpu: "900"}}}]}
`;
    const session = TravelSession.create(loaded(bundleOf(text, { 'pod.yaml': pod })));
    session.breakpoints.add(parseBreakpoint('failed-scheduling:Insufficient cpu'));
    const { hit } = session.advance();
    const told = instantText(session.cluster, hit);
    expect(told).toMatch(/^stopped before event \d+ at 10\.\d{6}: kube-scheduler-0\/scheduler\//m);
    expect(told).toContain('2 Insufficient cpu');
    expect(told).toMatch(/external {2}- {2}verb="apply"/);
    expect(told).toMatch(/^nodes {6}2 total, 2 ready$/m);
    expect(told).toMatch(/^pods {7}1 total, 1 pending$/m);
  });
});
