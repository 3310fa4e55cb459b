export {
  BehaviourError,
  type BehaviourSpec,
  type ProbeKind,
  parseBehaviour,
  type UnhealthyWindow,
} from './behaviourSpec.ts';
export { behaviourOfCommand } from './command.ts';
export * from './defaults.ts';
export { canonicalReference, hex64, imageBytes, type Pull, pullImage } from './images.ts';
export * from './process.ts';
export { behaviourOf, parseRules, type WorkloadRule } from './rules.ts';
export {
  type ConnectRequest,
  type PodRef,
  type RunningContainer,
  ScenarioBehaviour,
  type ScenarioBehaviourOptions,
} from './scenarioBehaviour.ts';
