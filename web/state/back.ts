import type { StoryPart } from '../model/story.ts';
import { useApp } from './store.ts';
import { trailNow } from './trail.ts';
import { useQuery, useSlowApp } from './useQuery.ts';

const MOMENT_MS = 200;

/** Why the selected pod or node is as it is at the moment on show, back to the root cause; undefined = it has no story then. */
export function useBack(): StoryPart | undefined {
  const path = useApp((s) => s.selection);
  const lane = useApp((s) => s.selectedLane);
  const isRunning = useApp((s) => s.phase.name === 'running');
  const timeUs = useSlowApp((s) => s.cursorUs, MOMENT_MS);
  useApp((s) => s.trail);
  const hasStory = !isRunning && (lane >= 0 || path.startsWith('nodes/'));
  const { data } = useQuery('timeline', 'back', hasStory ? { path, lane, timeUs } : undefined);
  return trailNow()?.part ?? data ?? undefined;
}
