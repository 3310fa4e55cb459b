import { create } from 'zustand';
import { setCursor } from '../../state/actions.ts';
import { useApp } from '../../state/store.ts';
import { pause } from '../../state/time.ts';
import type { Ladder } from '../../worker/queries/flow.ts';

/** Each message takes the same time on the wall, whatever it took in the cluster, so that all of a life fits into this. */
const WALK_MS = 40_000;
const MESSAGE_MIN_MS = 150;
const MESSAGE_MAX_MS = 650;
/** With reduced motion nothing moves: the moment goes from message to message. */
const isReduced = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

export const useWalk = create<{ readonly isWalking: boolean }>(() => ({ isWalking: false }));

let timer = 0;

/** Goes from message to message, each at the same pace, from the first one after the moment on show, or from the start. */
export function walk(ladder: Ladder): void {
  stopWalk();
  pause();
  const { messages } = ladder;
  const { cursorUs } = useApp.getState();
  const next = messages.findIndex((m) => m.arrivedUs > cursorUs);
  let place = next < 0 || cursorUs < ladder.fromUs ? 0 : next;
  const eachMs = Math.min(MESSAGE_MAX_MS, Math.max(MESSAGE_MIN_MS, WALK_MS / Math.max(1, messages.length)));
  let beganMs = performance.now();
  useWalk.setState({ isWalking: true });
  const frame = (nowMs: number) => {
    const m = messages[place];
    // Somebody plays, or the view is another one.
    if (m === undefined || useApp.getState().playing || useApp.getState().tab !== 'flow') return stopWalk();
    const share = Math.min(1, (nowMs - beganMs) / eachMs);
    // Messages overlap: time does not go back for one that was sent before the last one arrived.
    const fromUs = Math.max(m.sentUs, place === 0 ? ladder.fromUs : messages[place - 1].arrivedUs);
    const us = isReduced() || share === 1 ? m.arrivedUs : fromUs + (m.arrivedUs - fromUs) * share;
    if (us !== useApp.getState().cursorUs) setCursor(us);
    if (share === 1) {
      place++;
      beganMs = nowMs;
    }
    timer = requestAnimationFrame(frame);
  };
  timer = requestAnimationFrame(frame);
}

export function stopWalk(): void {
  cancelAnimationFrame(timer);
  if (useWalk.getState().isWalking) useWalk.setState({ isWalking: false });
}
