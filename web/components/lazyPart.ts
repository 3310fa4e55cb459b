import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import { whileBusy } from '../state/idle.ts';

/** A component that is loaded when it is first shown; while it loads the page is not idle. */
export function lazyPart<P>(
  load: () => Promise<{ readonly default: ComponentType<P> }>,
): LazyExoticComponent<ComponentType<P>> {
  return lazy(() => whileBusy(load()));
}
