import type { KubeObject } from '../../contracts/index.ts';
import { hashValue } from '../../engine/index.ts';
import { type Checker, type Commit, label, type Scene } from '../checker.ts';

/** Kinds whose strategy counts changes of the spec (pkg/registry/*\/strategy.go PrepareForUpdate). */
const COUNTED: readonly string[] = [
  'deployments.apps',
  'replicasets.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'jobs.batch',
  'poddisruptionbudgets.policy',
  'horizontalpodautoscalers.autoscaling',
];

function same(a: unknown, b: unknown): boolean {
  return a === b || hashValue(a ?? null) === hashValue(b ?? null);
}

/** A3: the generation grows by one when the spec changed (or the object begins to be deleted), else it stays. */
export function generationCountsSpecs(): Checker {
  return {
    id: 'A3',
    name: 'generation-counts-specs',
    resources: COUNTED,
    commit(scene: Scene, { resource, now, before, deleted }: Commit) {
      if (before === undefined || deleted) return;
      const [old, is] = [before.object, now.object];
      const step = (is.metadata.generation ?? 0) - (old.metadata.generation ?? 0);
      if (step !== 0 && step !== 1)
        scene.report(
          label(resource, is),
          `generation went from ${old.metadata.generation} to ${is.metadata.generation}`,
        );
      const changed = !same(old.spec, is.spec);
      if (changed && step === 0) scene.report(label(resource, is), 'the spec changed, the generation did not');
      if (!changed && step === 1 && !mayCount(resource, old, is))
        scene.report(label(resource, is), `generation ${is.metadata.generation} without a change of the spec`);
    },
  };
}

/** A deletion that begins counts; so do a Deployment's annotations (apps/deployment strategy). */
function mayCount(resource: string, old: KubeObject, is: KubeObject): boolean {
  if (old.metadata.deletionTimestamp !== is.metadata.deletionTimestamp) return true;
  return resource === 'deployments.apps' && !same(old.metadata.annotations, is.metadata.annotations);
}

const OBSERVED: readonly string[] = [...COUNTED, 'replicationcontrollers'];

/** A4: a controller has never seen more than there was, forgets nothing, and in the end has seen everything. */
export function observedGenerationFollows(): Checker {
  return {
    id: 'A4',
    name: 'observed-generation-follows',
    resources: OBSERVED,
    commit(scene: Scene, { resource, now, before, deleted }: Commit) {
      const observed: number | undefined = now.object.status?.observedGeneration;
      if (observed === undefined || deleted) return;
      const generation = now.object.metadata.generation ?? 0;
      if (observed > generation) scene.report(label(resource, now.object), `observed ${observed} of ${generation}`);
      const earlier: number | undefined = before?.object.status?.observedGeneration;
      if (earlier !== undefined && observed < earlier)
        scene.report(label(resource, now.object), `observedGeneration fell from ${earlier} to ${observed}`);
    },
    quiet(scene: Scene) {
      for (const resource of OBSERVED) {
        for (const { object } of scene.list(resource)) {
          const observed: number | undefined = object.status?.observedGeneration;
          if (observed === undefined || observed === object.metadata.generation) continue;
          scene.report(label(resource, object), `observed ${observed}, generation ${object.metadata.generation}`);
        }
      }
    },
  };
}
