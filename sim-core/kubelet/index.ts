export type { Behaviour } from './behaviour.ts';
export type { NodeStats } from './eviction.ts';
export { Kubelets, type KubeletsOptions } from './kubelets.ts';
export { Kwok, type KwokOptions } from './kwok/component.ts';
export { parseStages, type Stage, type StageFile, type StageProblem } from './kwok/stage.ts';
export { machineAddress } from './nodeAgent.ts';
export type { KubeletConfiguration, NodeSpec } from './rows.ts';
export type { ContainerRuntime, RuntimeCall, RuntimePod } from './runtime.ts';
export { SimRuntime } from './simRuntime.ts';
