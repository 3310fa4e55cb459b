/** Texts of the charts. */
export const metrics = {
  'metrics.search': 'Filter metrics',
  'metrics.hint': 'Drag in a chart to choose the time that all views show; click for the moment.',
  'metrics.charts': 'Values over time',
  'metrics.perSecond': '{n}/s',
  'metrics.chart.cpu': 'cpu: requests, used, allocatable',
  'metrics.chart.memory': 'memory: requests, used, allocatable',
  'metrics.chart.evictions': 'Pods taken from their nodes',
  'metrics.requests': 'API requests by verb and resource',
  'metrics.requestsHint': 'A click shows one kind in the charts.',
  'metrics.allRequests': 'All requests',
  'metrics.request': 'request',
  'metrics.column.count': 'count',
  'metrics.column.errors': 'errors',
  'metrics.column.p50': 'p50',
  'metrics.column.p99': 'p99',
  'metrics.column.max': 'longest',
  'metrics.column.name': 'metric',
  'metrics.column.now': 'now',
  'metrics.column.least': 'least',
  'metrics.column.most': 'most',
  'metrics.missing':
    'The recording holds what happened, not the objects: what pods request and use, and requests with their latency, are missing here. Writes are counted instead.',
  'metrics.missingForGood':
    'The recording holds neither objects nor its scenario: what pods request and use, what nodes can give, and requests with their latency, are missing here.',
} as const;
