import { useEffect, useRef, useState } from 'react';
import { ask, engineOf, type QueryArgs, type QueryResult } from '../worker/client.ts';
import type { Queries } from '../worker/queries/index.ts';
import { whileBusy } from './idle.ts';
import { type AppState, useApp } from './store.ts';

export interface Answer<R> {
  /** The last answer; stays while a newer one is on its way. */
  readonly data: R | undefined;
  readonly isLoading: boolean;
  readonly error: string;
}

const LIVE_MS = 400;
let lanes = 0;

/**
 * Keeps the answer of a query for the arguments on show; asked again when they change, and at most every 400 ms while the run grows.
 * `undefined` as arguments asks nothing.
 */
export function useQuery<Q extends keyof Queries, F extends keyof Queries[Q] & string>(
  query: Q,
  name: F,
  args: QueryArgs<Q, F> | undefined,
): Answer<QueryResult<Q, F>> {
  const [answer, setAnswer] = useState<Answer<QueryResult<Q, F>>>({ data: undefined, isLoading: false, error: '' });
  const version = useSlow(
    useApp((s) => s.version),
    LIVE_MS,
  );
  const lane = useRef('');
  if (lane.current === '') lane.current = `${query}.${name}#${++lanes}`;
  // What leaves the page does not wait for its answer.
  useEffect(
    () => () => {
      void engineOf().forget(lane.current);
    },
    [],
  );
  const key = args === undefined ? '' : JSON.stringify(args);
  // biome-ignore lint/correctness/useExhaustiveDependencies: key stands for the arguments, version for the run
  useEffect(() => {
    if (args === undefined) {
      setAnswer({ data: undefined, isLoading: false, error: '' });
      return;
    }
    let isOver = false;
    setAnswer((old) => (old.isLoading ? old : { ...old, isLoading: true }));
    void whileBusy(
      ask(query, name, args, lane.current).then(
        (data) => {
          if (!isOver && data !== undefined) setAnswer({ data, isLoading: false, error: '' });
        },
        (error: unknown) => {
          if (!isOver) setAnswer({ data: undefined, isLoading: false, error: String(error) });
        },
      ),
    );
    return () => {
      isOver = true;
    };
  }, [query, name, key, version]);
  return answer;
}

/** The value, changing at most once in so many ms; the last change always comes. */
export function useSlow<V>(value: V, ms: number): V {
  const [shown, setShown] = useState(value);
  const last = useRef(0);
  useEffect(() => {
    const wait = last.current + ms - performance.now();
    const take = () => {
      last.current = performance.now();
      setShown(value);
    };
    if (wait <= 0) {
      take();
      return;
    }
    const timer = setTimeout(take, wait);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return shown;
}

/** What a selector gives of the store, looked at no more often than once in so many ms: for what changes with every frame. */
export function useSlowApp<V>(select: (s: AppState) => V, ms: number): V {
  const [shown, setShown] = useState(() => select(useApp.getState()));
  const latest = useRef(select);
  latest.current = select;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let settle = () => {};
    let last = 0;
    let taken: V;
    const take = () => {
      timer = undefined;
      last = performance.now();
      taken = latest.current(useApp.getState());
      setShown(taken);
      settle();
    };
    take();
    const unsubscribe = useApp.subscribe((state) => {
      if (timer !== undefined || latest.current(state) === taken) return;
      timer = setTimeout(take, Math.max(0, last + ms - performance.now()));
      // While it plays there is always something to come.
      if (!state.playing) void whileBusy(new Promise<void>((resolve) => (settle = resolve)));
    });
    return () => {
      unsubscribe();
      clearTimeout(timer);
      settle();
    };
  }, [ms]);
  return shown;
}
