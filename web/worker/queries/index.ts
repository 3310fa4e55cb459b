import { compareQueries } from './compare.ts';
import { etcdQueries } from './etcd.ts';
import { eventQueries } from './events.ts';
import { flowQueries } from './flow.ts';
import { mapQueries } from './map.ts';
import { metricsQueries } from './metrics.ts';
import { objectQueries } from './object.ts';
import { reportQueries } from './report.ts';
import { schedulingQueries } from './scheduling.ts';
import { shellQueries } from './shell.ts';
import { timeQueries } from './time.ts';
import { timelineQueries } from './timeline.ts';

/** What the page can ask, by name; one module a view. Each function gets the task and one argument that can be cloned. */
export const QUERIES = {
  compare: compareQueries,
  etcd: etcdQueries,
  events: eventQueries,
  flow: flowQueries,
  map: mapQueries,
  metrics: metricsQueries,
  object: objectQueries,
  report: reportQueries,
  scheduling: schedulingQueries,
  shell: shellQueries,
  time: timeQueries,
  timeline: timelineQueries,
} as const;

export type Queries = typeof QUERIES;
