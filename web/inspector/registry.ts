import type { ComponentType } from 'react';
import { Causes } from '../components/Causes.tsx';
import { lazyPart } from '../components/lazyPart.ts';
import type { PlainId } from '../i18n/types.ts';

export interface InspectorTab {
  readonly id: string;
  readonly label: PlainId;
  /** For which selections it is there; the argument is the resource, e.g. `pods`. */
  readonly for: (resource: string) => boolean;
  readonly component: ComponentType;
}

const isPod = (resource: string) => resource === 'pods';

/** Tabs of the inspector in their order. To add one, see web/README.md. */
export const INSPECTOR_TABS: readonly InspectorTab[] = [
  { id: 'summary', label: 'inspector.summary', for: () => true, component: lazyPart(() => import('./Summary.tsx')) },
  { id: 'why', label: 'sched.why', for: isPod, component: lazyPart(() => import('../views/scheduling/Why.tsx')) },
  { id: 'causes', label: 'inspector.causes', for: isPod, component: Causes },
  { id: 'events', label: 'inspector.events', for: () => true, component: lazyPart(() => import('./Events.tsx')) },
];
