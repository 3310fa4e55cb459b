import type { Containers, IntMap } from '../../contracts/index.ts';
import { checkHashes } from '../../etcd/invariants.ts';
import type { Checker, Scene } from '../checker.ts';

/** R1: at most one leader a term, and a new leader has everything that was committed. */
export function oneLeaderATerm(): Checker {
  let leaders!: IntMap;
  return {
    id: 'R1',
    name: 'one-leader-a-term',
    init(c: Containers) {
      leaders = c.intMap('R1/leaders');
    },
    elected(scene: Scene, member: number, term: number, complete: boolean) {
      const known = leaders.get(term);
      if (known !== undefined && known !== member)
        scene.report('etcd', `etcd-${known} and etcd-${member} both lead in term ${term}`);
      if (!complete) scene.report(`etcd-${member}`, `leads in term ${term} without all committed entries`);
      leaders.set(term, member);
    },
  };
}

/** R3: members that have applied the same entries hash equally. Looked at when the run is quiet. */
export function membersAgree(): Checker {
  return {
    id: 'R3',
    name: 'members-agree',
    quiet(scene: Scene) {
      const { etcd, ctx } = scene;
      if (etcd === undefined) return;
      const up = Array.from({ length: etcd.members }, (_, m) => m).filter((m) => etcd.role(m) !== 'down');
      const revision = Math.min(...up.map((m) => etcd.revision(ctx, m)));
      const wrong = checkHashes(
        revision,
        up.map((m) => etcd.hashKv(ctx, m, revision)),
      );
      if (wrong !== undefined) scene.report('etcd', wrong);
    },
  };
}
