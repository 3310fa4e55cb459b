export { type Chain, type ChainStep, chainTo, LATENCY } from './chain.ts';
export { jsonReport } from './json.ts';
export { junitReport } from './junit.ts';
export { chainLines, markdownReport, table } from './markdown.ts';
export { buildReport, type Report, type RunFacts } from './model.ts';
export { at, objectName, POD_STATE_NAMES, span } from './names.ts';
