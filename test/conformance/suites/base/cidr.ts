import * as c from '../../../../sim-core/api/machinery/cidrSet.ts';
import { errorOf, type Player } from './common.ts';

// biome-ignore lint/suspicious/noExplicitAny: as recorded
function nodeCidr(input: any, out: any) {
  const error = errorOf(() => c.newCidrSet(input.clusterCIDR, input.nodeMaskSize));
  if (error !== undefined) return { error };
  let set = c.newCidrSet(input.clusterCIDR, input.nodeMaskSize);
  const steps = (out.steps as { op: string; cidr?: string }[]).map(({ op, cidr }) => {
    let given = op === 'next' ? undefined : cidr;
    const error = errorOf(() => {
      if (op === 'next') {
        const allocated = c.allocateNext(set);
        set = allocated.set;
        given = allocated.cidr;
      } else {
        set = op === 'release' ? c.releaseCidr(set, cidr!) : c.occupyCidr(set, cidr!);
      }
    });
    return { cidr: given, error: error ?? null, op };
  });
  return { steps };
}

export const cidrPlayers: Readonly<Record<string, Player>> = { 'node-cidr': nodeCidr };
