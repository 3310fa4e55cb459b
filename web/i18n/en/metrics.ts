/** Texts of the charts. */
export const metrics = {
  'metrics.search': 'Filter metrics',
  'metrics.hint': 'Drag in a chart to choose the time that all views show; click for the moment.',
  'metrics.charts': 'Values over time',
  'metrics.perSecond': '{n}/s',
  'metrics.column.name': 'metric',
  'metrics.column.now': 'now',
  'metrics.column.least': 'least',
  'metrics.column.most': 'most',
} as const;
