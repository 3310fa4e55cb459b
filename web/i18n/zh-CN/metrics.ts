import type { metrics as en } from '../en/metrics.ts';
import type { Translated } from '../types.ts';

export const metrics: Translated<typeof en> = {
  'metrics.search': '筛选指标',
  'metrics.hint': '在图中拖动可选择所有视图显示的时间段；点击选择时刻。',
  'metrics.charts': '随时间变化的值',
  'metrics.perSecond': '{n}/秒',
  'metrics.column.name': '指标',
  'metrics.column.now': '当前',
  'metrics.column.least': '最小',
  'metrics.column.most': '最大',
};
