import type { BreakpointSpec } from './breakpoints.ts';

/**
 * A breakpoint as one types it:
 *
 * - `failed-scheduling` or `failed-scheduling:Insufficient cpu`
 * - `violation` or `violation:N2`
 * - `leader-change` or `leader-change:kube-scheduler`
 * - `crash` or `crash:zone b`
 * - `object:pods/default/web-1` or `object:pods/default object.status.phase == 'Failed'`
 * - any other text is a CEL expression over the cluster: `pods('app=web').ready < 3`
 */
export function parseBreakpoint(text: string): BreakpointSpec {
  const match = /^(failed-scheduling|violation|leader-change|crash|object)(?::(.*))?$/s.exec(text.trim());
  if (match === null) return { on: 'condition', expression: text };
  const [, on, rest] = match;
  const word = rest === undefined || rest.trim() === '' ? undefined : rest.trim();
  switch (on) {
    case 'failed-scheduling':
      return { on: 'failedScheduling', reason: word };
    case 'violation':
      return { on: 'violation', checker: word };
    case 'leader-change':
      return { on: 'leaderChange', election: word };
    case 'crash':
      return { on: 'crash', target: word };
    default:
      return objectSpec(word ?? '');
  }
}

function objectSpec(text: string): BreakpointSpec {
  const at = text.search(/\s/);
  const [resource, namespace, name] = (at < 0 ? text : text.slice(0, at)).split('/');
  return { on: 'object', resource, namespace, name, when: at < 0 ? undefined : text.slice(at + 1).trim() };
}
