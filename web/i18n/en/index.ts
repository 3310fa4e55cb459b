import { compare } from './compare.ts';
import { editor } from './editor.ts';
import { etcd } from './etcd.ts';
import { events } from './events.ts';
import { flow } from './flow.ts';
import { map } from './map.ts';
import { metrics } from './metrics.ts';
import { object } from './object.ts';
import { report } from './report.ts';
import { scheduling } from './scheduling.ts';
import { shell } from './shell.ts';
import { timeline } from './timeline.ts';

/** Every text of the page in English; one file a view. Words of Kubernetes stay as they are in every language. */
export const en = {
  ...compare,
  ...editor,
  ...etcd,
  ...events,
  ...flow,
  ...map,
  ...metrics,
  ...object,
  ...scheduling,
  ...report,
  ...shell,
  ...timeline,
} as const;
