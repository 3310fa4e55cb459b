import * as Comlink from 'comlink';
import { inlineEngineUrl } from '../inline.ts';
import type { EngineApi } from '../model/protocol.ts';
import type { Queries } from './queries/index.ts';
import type { Task } from './task.ts';

type Listener = (message: string) => void;

let onDeath: Listener = () => {};

/** Called when the worker cannot be started or dies: its calls are never answered then. */
export function onEngineDeath(listener: Listener): void {
  onDeath = listener;
}

const ASKED_MS = 30;

let engine: Comlink.Remote<EngineApi> | undefined;

/** The engine in its worker; started at the first use. */
export function engineOf(): Comlink.Remote<EngineApi> {
  if (engine === undefined) {
    const inline = inlineEngineUrl();
    const worker =
      inline === undefined
        ? new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module' })
        : new Worker(inline);
    worker.addEventListener('error', (e) => onDeath(e.message ?? ''));
    engine = Comlink.wrap<EngineApi>(worker);
  }
  return engine;
}

type Fn<Q extends keyof Queries, F extends keyof Queries[Q]> = Queries[Q][F] extends (
  task: Task,
  args: infer A,
) => infer R
  ? { readonly args: A; readonly result: Awaited<R> }
  : never;

export type QueryArgs<Q extends keyof Queries, F extends keyof Queries[Q]> = Fn<Q, F>['args'];
export type QueryResult<Q extends keyof Queries, F extends keyof Queries[Q]> = Fn<Q, F>['result'];

/**
 * Asks a query module of the worker (`worker/queries/<query>.ts`) about the open run. A newer question in the same lane cancels this
 * one: it gives undefined then, and so it does when no run is open.
 */
export async function ask<Q extends keyof Queries, F extends keyof Queries[Q] & string>(
  query: Q,
  name: F,
  args: QueryArgs<Q, F>,
  lane = `${query}.${name}`,
): Promise<QueryResult<Q, F> | undefined> {
  asking++;
  try {
    return (await engineOf().ask(query, name, args, lane)) as QueryResult<Q, F> | undefined;
  } finally {
    asking--;
  }
}

let asking = 0;

/** Resolves when the views have asked what they need for what they show now, and know it; after a while in any case. */
export async function answered(withinMs: number): Promise<void> {
  const until = performance.now() + withinMs;
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  // React renders, and its effects ask.
  await wait(ASKED_MS);
  while (asking > 0 && performance.now() < until) await wait(ASKED_MS);
}
