export { type FieldSupport, fieldSupport, supportOf } from './support.ts';
export * from './table.ts';
export type * from './types.ts';
