export * from './apiserver.ts';
export * from './controllers.ts';
export * from './engine.ts';
export * from './etcd.ts';
export * from './ids.ts';
export * from './objects.ts';
export * from './state.ts';
export * from './whys.ts';
