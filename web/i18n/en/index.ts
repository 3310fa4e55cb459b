import { editor } from './editor.ts';
import { map } from './map.ts';
import { object } from './object.ts';
import { shell } from './shell.ts';
import { timeline } from './timeline.ts';

/** Every text of the page in English; one file a view. Words of Kubernetes stay as they are in every language. */
export const en = { ...editor, ...map, ...object, ...shell, ...timeline } as const;
