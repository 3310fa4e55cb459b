import * as Comlink from 'comlink';
import type { EngineApi } from '../model/protocol.ts';

let engine: Comlink.Remote<EngineApi> | undefined;

/** The engine in its worker; started at the first use. */
export function engineOf(): Comlink.Remote<EngineApi> {
  engine ??= Comlink.wrap<EngineApi>(new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module' }));
  return engine;
}
