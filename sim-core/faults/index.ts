export * from './faults.ts';
export * from './kind.ts';
export { FaultParamError, type RawParams } from './params.ts';
export * from './registry.ts';
export * from './targets.ts';
