import type { Cell, Containers, EtcdAnswer, EtcdOpResult } from '../../contracts/index.ts';
import { checkPair, checkRevisionStep } from '../../etcd/invariants.ts';
import type { AppliedEntry } from '../../etcd/observer.ts';
import type { Checker, Scene } from '../checker.ts';

function modifies(results: readonly EtcdOpResult[]): boolean {
  return results.some((r) => {
    if (r.op === 'put') return true;
    if (r.op === 'delete') return r.deleted > 0;
    return r.op === 'txn' && modifies(r.result.results);
  });
}

/** Undefined for commands whose answer does not say (a revoked lease takes its keys along). */
function didModify(answer: EtcdAnswer | undefined): boolean | undefined {
  return answer !== undefined && 'results' in answer && answer.results.length > 0
    ? modifies(answer.results)
    : undefined;
}

/** E1: the revision grows by one with each transaction that changes something, else not; never falls. */
export function revisionsByOne(): Checker {
  let last!: Cell<number>;
  return {
    id: 'E1',
    name: 'revision-grows-by-one',
    init(c: Containers) {
      last = c.cell('E1/revision', 0);
    },
    applied(scene: Scene, { index, before, after, answer }: AppliedEntry) {
      const known = didModify(answer);
      const wrong =
        known === undefined
          ? after < before || after > before + 1
            ? `E1: revision went from ${before} to ${after}`
            : undefined
          : checkRevisionStep(before, after, known);
      if (wrong !== undefined) scene.report('etcd', `entry ${index}: ${wrong}`);
      if (after < last.get()) scene.report('etcd', `revision fell from ${last.get()} to ${after}`);
      last.set(after);
    },
  };
}

/** E5: mod revision, create revision and version of a pair follow from the pair before. */
export function pairsFollow(): Checker {
  return {
    id: 'E5',
    name: 'key-versions-follow',
    applied(scene: Scene, { before, after }: AppliedEntry) {
      if (after === before || scene.etcd === undefined) return;
      for (const { type, kv, prev } of scene.etcd.store.changes(after)) {
        if (kv.modRevision !== after) scene.report(kv.key, `written at ${after}, says ${kv.modRevision}`);
        const wrong = type === 'PUT' ? checkPair(kv, prev) : undefined;
        if (wrong !== undefined) scene.report(kv.key, wrong);
      }
    },
  };
}
