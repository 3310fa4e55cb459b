import type { ReplicaSet } from '../../api/types/apps.ts';
import { changed } from '../support/objects.ts';
import { updateRequest } from '../support/requests.ts';
import { DEPLOYMENTS } from '../support/resources.ts';
import type { Conversation } from '../support/script.ts';
import { copiedAnnotations, keptAnnotations, lastRevision, REVISION, ROLLBACK_TO } from './annotations.ts';
import type { DeploymentSync } from './sync.ts';
import { templateOfSet, templatesEqual } from './templates.ts';

/** Rollback by the annotation of extensions/v1beta1 (pkg/controller/deployment/rollback.go). `kubectl rollout undo` patches
 * the template itself and does not come here. */
export function* rollBack(sync: DeploymentSync): Conversation<undefined> {
  yield* sync.updateSets(true);
  const sets = sync.allSets.filter((rs): rs is ReplicaSet => rs !== undefined);
  let revision = Number(sync.deployment.metadata.annotations?.[ROLLBACK_TO]);
  if (revision === 0) {
    revision = lastRevision(sets);
    if (revision === 0) {
      sync.event('Warning', 'DeploymentRollbackRevisionNotFound', 'Unable to find last revision.');
      return yield* clear(sync);
    }
  }
  const target = sets.find((rs) => Number(rs.metadata.annotations?.[REVISION]) === revision);
  if (!target) {
    sync.event('Warning', 'DeploymentRollbackRevisionNotFound', 'Unable to find the revision to rollback to.');
    return yield* clear(sync);
  }
  const name = sync.deployment.metadata.name;
  if (templatesEqual(sync.deployment.spec.template, target.spec.template)) {
    const message = `The rollback revision contains the same template as current deployment "${name}"`;
    sync.event('Warning', 'DeploymentRollbackTemplateUnchanged', message);
    return yield* clear(sync);
  }
  const annotations = {
    ...keptAnnotations(sync.deployment.metadata.annotations),
    ...copiedAnnotations(target.metadata.annotations),
  };
  const spec = { ...sync.deployment.spec, template: templateOfSet(target) ?? sync.deployment.spec.template };
  sync.deployment = changed(sync.deployment, { metadata: { annotations }, spec });
  yield* clear(sync);
  sync.event('Normal', 'DeploymentRollback', `Rolled back deployment "${name}" to revision ${revision}`);
  return undefined;
}

function* clear(sync: DeploymentSync): Conversation<undefined> {
  const { [ROLLBACK_TO]: _, ...annotations } = sync.deployment.metadata.annotations ?? {};
  sync.deployment = changed(sync.deployment, { metadata: { annotations } });
  yield* sync.must(updateRequest(DEPLOYMENTS, sync.deployment));
  return undefined;
}
