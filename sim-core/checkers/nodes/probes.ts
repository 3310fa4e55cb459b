import type { Containers, Dict } from '../../contracts/index.ts';
import { type Checker, label, type Probed, type Scene } from '../checker.ts';

/** N11: a probe's verdict turns to failure only after failureThreshold failures in a row. */
export function probesHaveThresholds(): Checker {
  let failures!: Dict<number>;
  return {
    id: 'N11',
    name: 'probe-failure-threshold',
    init(c: Containers) {
      failures = c.dict('N11/failures');
    },
    probed(scene: Scene, p: Probed) {
      const key = `${p.containerID}/${p.type}`;
      if (p.result === 'success') {
        failures.delete(key);
        return;
      }
      const count = (failures.get(key) ?? 0) + 1;
      failures.set(key, count);
      if (p.verdict !== 'failure' || p.verdictBefore === 'failure') return;
      if (p.type !== 'readiness') failures.delete(key);
      if (count < p.failureThreshold)
        scene.report(
          label('pods', p.pod),
          `${p.type} probe of ${p.container} failed after ${count} of ${p.failureThreshold} failures`,
        );
    },
  };
}
