export * from './loader.ts';
