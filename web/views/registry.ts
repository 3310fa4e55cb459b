import type { ViewSpec } from './types.ts';

/** The views in the order of their tabs. To add one, see web/README.md. */
export const VIEWS: readonly ViewSpec[] = [
  {
    id: 'map',
    key: '1',
    label: 'views.map',
    load: () => import('./map/MapView.tsx'),
    queries: ['map'],
    canvas: true,
  },
  {
    id: 'timeline',
    key: '2',
    label: 'views.timeline',
    load: () => import('./timeline/TimelineView.tsx'),
    queries: ['timeline'],
    canvas: true,
  },
  {
    id: 'scheduling',
    key: '3',
    label: 'views.scheduling',
    load: () => import('./scheduling/SchedulingView.tsx'),
    queries: ['scheduling'],
  },
  {
    id: 'object',
    key: '6',
    label: 'views.object',
    load: () => import('./object/ObjectView.tsx'),
    queries: ['object'],
    objects: true,
    wide: true,
  },
  {
    id: 'events',
    key: '7',
    label: 'views.events',
    load: () => import('./events/EventsView.tsx'),
    queries: ['events'],
    drawer: true,
  },
  {
    id: 'metrics',
    key: '8',
    label: 'views.metrics',
    load: () => import('./metrics/MetricsView.tsx'),
    queries: ['metrics'],
    drawer: true,
  },
  {
    id: 'editor',
    key: '9',
    label: 'views.editor',
    load: () => import('./editor/EditorView.tsx'),
    queries: [],
    alone: true,
    wide: true,
  },
];
