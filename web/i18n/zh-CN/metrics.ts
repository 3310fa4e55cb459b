import type { metrics as en } from '../en/metrics.ts';
import type { Translated } from '../types.ts';

export const metrics: Translated<typeof en> = {
  'metrics.search': '筛选指标',
  'metrics.hint': '在图中拖动可选择所有视图显示的时间段；点击选择时刻。',
  'metrics.charts': '随时间变化的值',
  'metrics.perSecond': '{n}/秒',
  'metrics.chart.cpu': 'cpu：requests、实际用量、allocatable',
  'metrics.chart.memory': 'memory：requests、实际用量、allocatable',
  'metrics.chart.evictions': '被移出节点的 Pod',
  'metrics.requests': '按动词和资源统计的 API 请求',
  'metrics.requestsHint': '点击一行，图表只显示这一类请求。',
  'metrics.allRequests': '全部请求',
  'metrics.request': '请求',
  'metrics.column.count': '次数',
  'metrics.column.errors': '错误',
  'metrics.column.p50': 'p50',
  'metrics.column.p99': 'p99',
  'metrics.column.max': '最长',
  'metrics.column.name': '指标',
  'metrics.column.now': '当前',
  'metrics.column.least': '最小',
  'metrics.column.most': '最大',
  'metrics.missing':
    '记录中只有所发生的事，没有对象：此处缺少 Pod 的请求量与用量，以及带延迟的请求。写入次数照常统计。',
  'metrics.missingForGood':
    '记录中既没有对象也没有场景：此处缺少 Pod 的请求量与用量、节点的可分配量，以及带延迟的请求。',
};
