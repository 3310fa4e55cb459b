import * as Comlink from 'comlink';
import { inlineEngineUrl } from '../inline.ts';
import type { EngineApi } from '../model/protocol.ts';

type Listener = (message: string) => void;

let onDeath: Listener = () => {};

/** Called when the worker cannot be started or dies: its calls are never answered then. */
export function onEngineDeath(listener: Listener): void {
  onDeath = listener;
}

let engine: Comlink.Remote<EngineApi> | undefined;

/** The engine in its worker; started at the first use. */
export function engineOf(): Comlink.Remote<EngineApi> {
  if (engine === undefined) {
    const inline = inlineEngineUrl();
    const worker =
      inline === undefined
        ? new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module' })
        : new Worker(inline, { type: 'module' });
    worker.addEventListener('error', (e) => onDeath(e.message ?? ''));
    engine = Comlink.wrap<EngineApi>(worker);
  }
  return engine;
}
