import type { Catalogue } from '../types.ts';
import { editor } from './editor.ts';
import { shell } from './shell.ts';
import { timeline } from './timeline.ts';

export const zhCN: Catalogue = { ...editor, ...shell, ...timeline };
