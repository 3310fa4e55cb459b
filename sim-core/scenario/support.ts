import type { KubeObject } from '../contracts/index.ts';

export interface FieldUse {
  readonly path: string;
  readonly support: string;
}

export function fieldSupport(_object: KubeObject): readonly FieldUse[] {
  return [];
}
