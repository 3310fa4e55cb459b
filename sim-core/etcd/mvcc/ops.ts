import type { EtcdOp, KeyValue } from '../../contracts/index.ts';

export type RangeOp = EtcdOp & { readonly op: 'range' };

export interface RangeResult {
  readonly kvs: readonly KeyValue[];
  /** Pairs in the range, whatever the limit and the filters. */
  readonly count: number;
  readonly more: boolean;
}
