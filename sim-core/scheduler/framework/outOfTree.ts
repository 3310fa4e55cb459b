import type { FieldError } from '../../api/machinery/fieldErrors.ts';
import { invalid } from '../../api/machinery/fieldErrors.ts';
import type { UserPlugin } from './userPlugins.ts';

/**
 * Plugins of kubernetes-sigs/scheduler-plugins and the sample of kube-scheduler-simulator: people's configurations enable
 * them, and kube-scheduler itself lacks them. Without a module of that name they are left out, which is told.
 */
export const OUT_OF_TREE: readonly string[] = [
  'CapacityScheduling',
  'Coscheduling',
  'CrossNodePreemption',
  'DiskIO',
  'LoadVariationRiskBalancing',
  'LowRiskOverCommitment',
  'NetworkOverhead',
  'NodeMetadata',
  'NodeNumber',
  'NodeResourceLimits',
  'NodeResourceTopologyMatch',
  'NodeResourcesAllocatable',
  'Peaks',
  'PodState',
  'PreemptionToleration',
  'QOSSort',
  'SySched',
  'TargetLoadPacking',
  'TopologicalSort',
];

/** Versions that 1.35 no longer knows and whose files differ from v1 in defaults only. */
export const OLD_VERSIONS: readonly string[] = ['v1beta1', 'v1beta2', 'v1beta3'].map(
  (version) => `kubescheduler.config.k8s.io/${version}`,
);

/** Plugins of a configuration that are left out: known by name, and given by nobody. */
export function isLeftOut(name: string, users: readonly UserPlugin[]): boolean {
  return OUT_OF_TREE.includes(name) && !users.some((u) => u.definition.name === name);
}

interface Sets {
  readonly profiles?: readonly {
    readonly plugins?: Readonly<
      Record<string, { readonly enabled?: readonly { readonly name?: string }[] } | undefined>
    >;
  }[];
}

/** What a configuration asks for and does not get, by field. */
export function leftOut(configuration: unknown, users: readonly UserPlugin[]): readonly FieldError[] {
  const { apiVersion, profiles = [] } = configuration as Sets & { readonly apiVersion?: string };
  const found: FieldError[] = [];
  if (apiVersion !== undefined && OLD_VERSIONS.includes(apiVersion))
    found.push(
      invalid('apiVersion', apiVersion, 'Kubernetes 1.35 knows kubescheduler.config.k8s.io/v1 only; read as v1'),
    );
  profiles.forEach(({ plugins = {} }, i) => {
    for (const [point, set] of Object.entries(plugins))
      (set?.enabled ?? []).forEach(({ name = '' }, k) => {
        if (isLeftOut(name, users))
          found.push(
            invalid(
              `profiles[${i}].plugins.${point}.enabled[${k}].name`,
              name,
              'kube-scheduler does not have this plugin; it is left out',
            ),
          );
      });
  });
  return found;
}
