export { Kwok, type KwokOptions } from './kwok/component.ts';
export { parseStages, type Stage, type StageFile, type StageProblem } from './kwok/stage.ts';
