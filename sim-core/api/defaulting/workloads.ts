import { at, each, fill, type Piece, pipe, put } from './draft.ts';
import { defaultClaimSpec, defaultTemplate } from './pods.ts';

/** Defaults of the workload kinds (Kubernetes pkg/apis/{apps,batch,core,autoscaling}/v1/defaults.go). */

const onSpec =
  (edit: (spec: Piece) => Piece) =>
  (object: Piece): Piece =>
    at(object, 'spec', edit);

export const defaultDeployment = onSpec((spec) =>
  pipe(
    fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 }),
    (s) =>
      put(
        s,
        'strategy',
        pipe(fill(s.strategy ?? {}, { type: 'RollingUpdate' }), (strategy) =>
          strategy.type === 'RollingUpdate'
            ? put(
                strategy,
                'rollingUpdate',
                fill(strategy.rollingUpdate ?? {}, { maxUnavailable: '25%', maxSurge: '25%' }),
              )
            : strategy,
        ),
      ),
    defaultTemplate,
  ),
);

export const defaultReplicaSet = onSpec((spec) => defaultTemplate(fill(spec, { replicas: 1 })));

const defaultDaemonSetSpec = onSpec((spec) =>
  pipe(
    fill(spec, { revisionHistoryLimit: 10 }),
    (s) =>
      put(
        s,
        'updateStrategy',
        pipe(fill(s.updateStrategy ?? {}, { type: 'RollingUpdate' }), (strategy) =>
          strategy.type === 'RollingUpdate'
            ? put(strategy, 'rollingUpdate', fill(strategy.rollingUpdate ?? {}, { maxUnavailable: 1, maxSurge: 0 }))
            : strategy,
        ),
      ),
    defaultTemplate,
  ),
);

/** apps/v1 shows the old field templateGeneration as an annotation, 0 before the first create (pkg/apis/apps/v1/conversion.go). */
export function defaultDaemonSet(object: Piece): Piece {
  const annotations = fill(object.metadata?.annotations ?? {}, { 'deprecated.daemonset.template.generation': '0' });
  return put(defaultDaemonSetSpec(object), 'metadata', put(object.metadata ?? {}, 'annotations', annotations));
}

function defaultClaim(claim: Piece): Piece {
  return pipe(
    claim,
    (c) => at(c, 'spec', defaultClaimSpec),
    (c) => put(c, 'status', fill(c.status ?? {}, { phase: 'Pending' })),
  );
}

export const defaultStatefulSet = onSpec((spec) =>
  pipe(
    fill(spec, { podManagementPolicy: 'OrderedReady', replicas: 1, revisionHistoryLimit: 10 }),
    (s) =>
      put(
        s,
        'updateStrategy',
        pipe(s.updateStrategy ?? {}, (given) => {
          const strategy = fill(given, { type: 'RollingUpdate' });
          if (strategy.type !== 'RollingUpdate') return strategy;
          return put(strategy, 'rollingUpdate', fill(strategy.rollingUpdate ?? {}, { partition: 0 }));
        }),
      ),
    (s) =>
      put(
        s,
        'persistentVolumeClaimRetentionPolicy',
        fill(s.persistentVolumeClaimRetentionPolicy ?? {}, { whenDeleted: 'Retain', whenScaled: 'Retain' }),
      ),
    defaultTemplate,
    (s) =>
      each(s, 'volumeClaimTemplates', (claim) =>
        fill(defaultClaim(claim), { apiVersion: 'v1', kind: 'PersistentVolumeClaim' }),
      ),
  ),
);

export function defaultPersistentVolumeClaim(claim: Piece): Piece {
  return defaultClaim(claim);
}

/** Labels and selector come from the template. */
export function defaultReplicationController(object: Piece): Piece {
  const labels = object.spec?.template?.metadata?.labels;
  const withLabels =
    labels && !object.metadata.labels ? put(object, 'metadata', { ...object.metadata, labels }) : object;
  return at(withLabels, 'spec', (spec) => defaultTemplate(fill(spec, { replicas: 1, selector: labels })));
}

export function defaultPodTemplate(object: Piece): Piece {
  return defaultTemplate(object);
}

function defaultJobSpec(spec: Piece): Piece {
  const single = spec.completions === undefined && spec.parallelism === undefined;
  return pipe(
    fill(spec, {
      ...(single && { completions: 1 }),
      parallelism: 1,
      backoffLimit: spec.backoffLimitPerIndex !== undefined ? 2147483647 : 6,
      completionMode: 'NonIndexed',
      suspend: false,
      podReplacementPolicy: spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed',
    }),
    (s) =>
      at(s, 'podFailurePolicy', (policy) =>
        each(policy, 'rules', (rule) =>
          each(rule, 'onPodConditions', (condition) =>
            condition.status ? condition : put(condition, 'status', 'True'),
          ),
        ),
      ),
    defaultTemplate,
  );
}

export function defaultJob(job: Piece): Piece {
  const labels = job.spec?.template?.metadata?.labels;
  const labelled = labels && !job.metadata.labels ? put(job, 'metadata', { ...job.metadata, labels }) : job;
  return at(labelled, 'spec', (spec) => defaultJobSpec(fill(spec, { manualSelector: false })));
}

export const defaultCronJob = onSpec((spec) =>
  pipe(
    fill(spec, {
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    }),
    (s) =>
      at(s, 'jobTemplate', (template) => at(template, 'spec', (job) => defaultTemplate(defaultFailurePolicy(job)))),
  ),
);

function defaultFailurePolicy(spec: Piece): Piece {
  return at(spec, 'podFailurePolicy', (policy) =>
    each(policy, 'rules', (rule) =>
      each(rule, 'onPodConditions', (condition) => (condition.status ? condition : put(condition, 'status', 'True'))),
    ),
  );
}

const SCALE_UP = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
const SCALE_DOWN = { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] };

/** HorizontalPodAutoscaler v2; behaviour is only filled in where some was given. */
export const defaultHpaV2 = onSpec((spec) =>
  pipe(
    fill(spec, {
      minReplicas: 1,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
      ],
    }),
    (s) =>
      at(s, 'behavior', (behavior) => ({
        ...behavior,
        scaleUp: fill(behavior.scaleUp ?? {}, SCALE_UP),
        scaleDown: fill(behavior.scaleDown ?? {}, SCALE_DOWN),
      })),
  ),
);

export const defaultHpaV1 = onSpec((spec) => fill(spec, { minReplicas: 1 }));
