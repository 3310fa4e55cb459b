export { allCheckers } from './all.ts';
export type { Checker, Commit, Finding, Scene } from './checker.ts';
export { Checkers, type CheckersOptions, type CheckResults } from './component.ts';
