import type { ComponentType } from 'react';
import type { PlainId } from '../i18n/types.ts';
import type { Queries } from '../worker/queries/index.ts';

export type ViewId =
  | 'map'
  | 'timeline'
  | 'scheduling'
  | 'flow'
  | 'etcd'
  | 'object'
  | 'events'
  | 'metrics'
  | 'compare'
  | 'editor'
  | 'report';

export interface ViewSpec {
  readonly id: ViewId;
  /** The key that opens it; '' = none. */
  readonly key: string;
  readonly label: PlainId;
  /** Its code, loaded when it is first opened. */
  readonly load: () => Promise<{ readonly default: ComponentType }>;
  /** Query modules of the worker that it asks. */
  readonly queries: readonly (keyof Queries)[];
  /** It can be shown without a run. */
  readonly alone?: boolean;
  /** It needs the objects themselves, which a recording does not hold: the frame offers to run the scenario again. */
  readonly objects?: boolean;
  /** Letters W A S D F . , belong to its canvas. */
  readonly canvas?: boolean;
  /** It uses the whole width: no inspector beside it. */
  readonly wide?: boolean;
  /** It can stand in the drawer below another view. */
  readonly drawer?: boolean;
}
