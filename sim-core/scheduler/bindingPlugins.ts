import type { CycleState } from './framework/plugin.ts';
import type { PodInfo } from './framework/podInfo.ts';
import type { Framework } from './framework/runtime.ts';
import type { Snapshot } from './framework/snapshot.ts';
import { isRejected, type Status } from './framework/status.ts';

/** What a plugin is given in a binding cycle. */
export interface PluginCall {
  readonly state: CycleState;
  readonly info: PodInfo;
  readonly node: string;
  readonly snapshot: Snapshot;
}

/**
 * The PreBind plugins of users that have something to do for a pod, in the order of the profile; '' stands for the plugins
 * that reserved, which follow one another. Source: framework.go RunPreBindPreFlights.
 */
export function planPreBind(
  { plugins }: Framework,
  { state, info, node, snapshot }: PluginCall,
): { readonly steps: readonly string[] } | { readonly error: string } {
  const steps: string[] = [];
  let isAnyReady = false;
  for (const plugin of plugins.preBind) {
    if (plugin.preBind === undefined) {
      if (!steps.includes('')) steps.push('');
      continue;
    }
    const status = plugin.preBindPreFlight?.(state, info, node, snapshot);
    const code = status?.code ?? 'Success';
    if (code === 'Error') return { error: `running PreBindPreFlight "${plugin.name}": ${status?.reasons.join(', ')}` };
    if (code === 'Skip') continue;
    if (code !== 'Success')
      return {
        error: `PreBindPreFlight ${plugin.name} returned "${code}", which is unsupported. It is supposed to return Success, Skip, or Error status`,
      };
    steps.push(plugin.name);
    isAnyReady = true;
  }
  return { steps: isAnyReady ? steps : [] };
}

/** What a pod is told whose PreBind or Bind failed. A rejection is the plugin's own text, and an error to the queue. */
export function failureOf(
  point: string,
  plugin: string,
  status: Status,
): { readonly message: string; readonly isRejection: boolean } {
  const text = status.reasons.join(', ');
  if (isRejected(status)) return { message: text, isRejection: true };
  return { message: `running ${point} plugin "${plugin}": ${text}`, isRejection: false };
}
