export * from './controller_host.ts';
export * from './controller_manager.ts';
export * from './expectations.ts';
export * from './latency.ts';
export * from './plan_executor.ts';
