import { t } from '../i18n/index.ts';
import type { StoryPart } from '../model/story.ts';
import { selectPath } from './actions.ts';
import { useApp } from './store.ts';
import { reach } from './time.ts';

/** The chain that is walked along, as long as the moment on show is that of the step that was reached. */
export function trailNow(): { readonly part: StoryPart; readonly at: number } | undefined {
  const { trail, cursorUs } = useApp.getState();
  return trail !== undefined && trail.part.steps[trail.at]?.timeUs === cursorUs ? trail : undefined;
}

/** Goes one step along a chain: back (-1) to the cause, or on (1) to the effect. The object of the step is selected. */
export function followCause(part: StoryPart | undefined, direction: 1 | -1): void {
  const trail = trailNow();
  const chain = trail?.part ?? part;
  if (chain === undefined || chain.steps.length === 0) {
    useApp.setState({ said: t('trail.none') });
    return;
  }
  const { cursorUs } = useApp.getState();
  // Off the trail: from the last step up to the moment.
  const from = trail?.at ?? chain.steps.findLastIndex((step) => step.timeUs <= cursorUs) + (direction < 0 ? 1 : 0);
  const at = from + direction;
  const step = chain.steps[at];
  if (step === undefined) {
    useApp.setState({ said: t(direction < 0 ? 'trail.root' : 'trail.end') });
    return;
  }
  if (/^(pods|nodes)\//.test(step.object)) selectPath(step.object);
  reach(step.timeUs);
  useApp.setState({ trail: { part: chain, at }, said: step.what });
}
