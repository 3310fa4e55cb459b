import { timeText } from '../../api/machinery/time.ts';
import type { KubeObject } from '../../contracts/index.ts';
import { buildCluster, type Cluster } from '../build.ts';
import { defaultScenario } from '../load.ts';
import type { LoadedObject, Scenario } from '../spec.ts';
import { named, nameOf, PERF_LIMIT, PerfDriver, perfNode, priorityClassOf, seededOps } from './driver.ts';
import type { CreateOp, PerfWorkload } from './workload.ts';

/** A workload that is not complete by then is stuck. */
const DEADLINE_US = 3_600_000_000;

export interface PerfCluster {
  readonly cluster: Cluster;
  readonly driver: PerfDriver;
}

/**
 * The world of a scheduler_perf workload: API server, etcd and scheduler, and of the controllers those that the benchmark
 * needs. Nodes are objects without kubelets. The scheduler's client is as fast as the benchmark's.
 */
export function buildPerfCluster(workload: PerfWorkload, seed: string): PerfCluster {
  const scenario = perfScenario(workload, seed);
  let driver: PerfDriver | undefined;
  const cluster = buildCluster(scenario, {
    keepRecords: false,
    extra: (parts) => {
      driver = new PerfDriver(workload, { ...parts, epochSeconds: scenario.spec.epochSeconds });
      return [driver];
    },
  });
  return { cluster, driver: driver as unknown as PerfDriver };
}

/** A class for each priority that pods of the workload have. */
function priorityClasses({ ops, at }: PerfWorkload): readonly LoadedObject[] {
  const objects = ops.flatMap((op) =>
    op.do === 'createPods' ? [op.object(0, 1)] : op.do === 'churn' ? op.objects.map((object) => object(0, 1)) : [],
  );
  const priorities = objects.map((o) => o.spec?.priority).filter((p): p is number => typeof p === 'number' && p !== 0);
  return [...new Set(priorities)].map((value) => ({
    object: {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: priorityClassOf(value) },
      value,
    },
    at,
  }));
}

function perfScenario(workload: PerfWorkload, seed: string): Scenario {
  const empty = defaultScenario({ entry: '', files: new Map() }, [], { seed, durationUs: DEADLINE_US })
    .scenario as Scenario;
  const { spec } = empty;
  const given: KubeObject = workload.configuration ?? {
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    metadata: {},
  };
  const configuration = { ...given, clientConnection: { ...given['clientConnection'], ...PERF_LIMIT } };
  return {
    ...empty,
    name: `${workload.test}/${workload.name}`,
    spec: {
      ...spec,
      nodePools: [],
      controlPlane: {
        ...spec.controlPlane,
        controllerManagerFlags: {
          controllers: 'serviceaccount-controller,persistentvolume-binder-controller,resourceclaim-controller',
        },
        disabledFeatures: workload.disabledFeatures,
        schedulers: [{ replicas: 1, configuration }],
      },
    },
    initialState: [
      ...priorityClasses(workload),
      ...workload.ops.slice(0, seededOps(workload)).flatMap((op) => {
        const { object, count, at } = op as CreateOp;
        const now = timeText(spec.epochSeconds, 0);
        return Array.from({ length: count }, (_, i) => {
          const made = object(i, count);
          return { object: perfNode(named(made, nameOf(made, op, i)), now), at };
        });
      }),
    ],
  };
}
