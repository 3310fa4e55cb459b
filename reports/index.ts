export { type Chain, type ChainStep, chainTo, LATENCY } from './chain.ts';
export { htmlReport } from './html.ts';
export { jsonReport } from './json.ts';
export { chainLines, markdownReport, table } from './markdown.ts';
export { buildReport, NO_FACTS, phaseCurve, type Report, type RunFacts } from './model.ts';
export { at, counted, externalText, nodeStateText, objectName, POD_STATE_NAMES, span } from './names.ts';
