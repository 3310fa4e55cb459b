import type { Catalogue } from '../types.ts';
import { editor } from './editor.ts';
import { map } from './map.ts';
import { object } from './object.ts';
import { shell } from './shell.ts';
import { timeline } from './timeline.ts';

export const zhCN: Catalogue = { ...editor, ...map, ...object, ...shell, ...timeline };
