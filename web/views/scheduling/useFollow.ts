import { useEffect } from 'react';
import { useApp } from '../../state/store.ts';
import { useSlow } from '../../state/useQuery.ts';
import { explainAt, showPod } from './state.ts';

const SLOW_MS = 400;

/** Keeps the pod and the attempt with the page's selection and moment. */
export function useFollow(): void {
  const selection = useApp((s) => s.selection);
  const hasObjects = useApp((s) => s.facts?.hasObjects === true);
  const version = useSlow(
    useApp((s) => s.version),
    SLOW_MS,
  );
  const cursorUs = useSlow(
    useApp((s) => s.cursorUs),
    SLOW_MS,
  );
  useEffect(() => {
    if (selection.startsWith('pods/')) showPod(selection.slice('pods/'.length), version);
  }, [selection, version]);
  useEffect(() => explainAt(cursorUs, hasObjects), [cursorUs, hasObjects]);
}
