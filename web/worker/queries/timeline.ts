import * as Comlink from 'comlink';
import type { AreaSums, ComponentSums } from '../../model/area.ts';
import type { PodStory, StoryPart } from '../../model/story.ts';
import { podStory, STORY_INDEX, storyBack } from '../podStory.ts';
import type { Task } from '../task.ts';
import { type Activity, type ActivityArgs, activityOf } from './activity.ts';
import { type AreaArgs, areaSums } from './area.ts';
import { type ComponentAreaArgs, componentSums } from './componentArea.ts';

export interface BackArgs {
  /** `nodes/n-1`, or anything for a pod with a lane. */
  readonly path: string;
  readonly lane: number;
  readonly timeUs: number;
}

export const timelineQueries = {
  async story(task: Task, lane: number): Promise<PodStory> {
    return podStory(await task.run.track(task, STORY_INDEX), task.run.scan.podOf(lane));
  },

  /** From what an object is at a moment back to the root cause; null = nothing happened to it until then. */
  async back(task: Task, args: BackArgs): Promise<StoryPart | null> {
    const index = await task.run.track(task, STORY_INDEX);
    const { lane, path, timeUs } = args;
    const obj = lane >= 0 ? task.run.scan.podOf(lane) : index.nodeOf(path);
    return (obj === undefined ? undefined : storyBack(index, obj, timeUs)) ?? null;
  },

  /** Sums over some lanes in a stretch of time. */
  async area(task: Task, args: AreaArgs): Promise<AreaSums> {
    return areaSums(task, args);
  },

  /** Sums over some components in a stretch of time. */
  async componentArea(task: Task, args: ComponentAreaArgs): Promise<ComponentSums> {
    return componentSums(task, args);
  },

  /** What the components did in a stretch of time. */
  async activity(task: Task, args: ActivityArgs): Promise<Activity> {
    return activityOf(task, args);
  },

  /** One byte a lane: 1 = every word is in its name, its controller's or its node's. */
  async find(task: Task, text: string): Promise<Uint8Array> {
    const wanted = text
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    const { scan, names } = task.run;
    const match = new Uint8Array(scan.laneCount);
    for (let lane = 0; lane < match.length; lane++) {
      const path = names.object(scan.podOf(lane));
      const { owner, node } = scan.textsOf(lane);
      const texts = [path.slice(path.indexOf('/') + 1), owner, node].map((part) => part.toLowerCase());
      if (wanted.every((word) => texts.some((part) => part.includes(word)))) match[lane] = 1;
      if (lane % 500 === 0) await task.pause();
    }
    return Comlink.transfer(match, [match.buffer]);
  },
};
