import * as Comlink from 'comlink';
import type { AreaSums, ComponentSums } from '../../model/area.ts';
import { type TextColumn, textAt } from '../../model/frame.ts';
import type { PodStory, StoryPart } from '../../model/story.ts';
import type { OpenRun } from '../openRun.ts';
import { podStory, STORY_INDEX, storyBack } from '../podStory.ts';
import type { Task } from '../task.ts';
import { type Activity, type ActivityArgs, activityOf } from './activity.ts';
import { type AreaArgs, areaSums } from './area.ts';
import { type ComponentAreaArgs, componentSums } from './componentArea.ts';

interface SearchTexts {
  readonly size: number;
  readonly lanes: readonly string[];
  readonly owners: readonly string[];
  readonly nodes: readonly string[];
  readonly ownerOf: Uint32Array;
  readonly nodeOf: Uint32Array;
}

const searches = new WeakMap<OpenRun, SearchTexts>();

function searchTexts(run: OpenRun): SearchTexts {
  const known = searches.get(run);
  if (known !== undefined && known.size === run.records.size) return known;
  const frame = run.scan.pack(run.names, run.nowUs, run.nowUs);
  const all = (column: TextColumn) => Array.from(column.ends, (_, i) => textAt(column, i).toLowerCase());
  const made = {
    size: run.records.size,
    lanes: all(frame.laneNames),
    owners: all(frame.owners),
    nodes: all(frame.nodes),
    ownerOf: frame.ownerOf,
    nodeOf: frame.nodeOf,
  };
  searches.set(run, made);
  return made;
}

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
    const { lanes, owners, nodes, ownerOf, nodeOf } = searchTexts(task.run);
    const match = new Uint8Array(lanes.length);
    for (let lane = 0; lane < lanes.length; lane++) {
      const owner = owners[ownerOf[lane]];
      const node = nodes[nodeOf[lane]];
      if (wanted.every((word) => lanes[lane].includes(word) || owner.includes(word) || node.includes(word)))
        match[lane] = 1;
      if (lane % 1000 === 0) await task.pause();
    }
    return Comlink.transfer(match, [match.buffer]);
  },
};
