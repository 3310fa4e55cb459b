import { binding } from './binding.ts';
import { finalize } from './namespaces.ts';
import type { Transform } from './outcome.ts';
import { scale } from './scale.ts';

/** Subresources whose writes change the object in their own way. */
export const SUBRESOURCES: Readonly<Record<string, Transform>> = { binding, finalize, scale };
