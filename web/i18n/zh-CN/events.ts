import type { events as en } from '../en/events.ts';
import type { Translated } from '../types.ts';

export const events: Translated<typeof en> = {
  'events.search': '搜索所有事件',
  'events.searchHint': '须全部出现的词；!词 表示不得出现；/正则表达式/',
  'events.table': '事件与日志，{n} 行',
  'events.warnings': '仅警告',
  'events.grouped': '合并重复',
  'events.selection': '仅所选对象',
  'events.nothing': '本次运行中没有通过筛选的内容。请启用更多类别，或减少搜索词。',
  'events.group.events': 'Events',
  'events.group.pods': 'Pod',
  'events.group.scheduling': '调度',
  'events.group.nodes': '节点',
  'events.group.faults': '故障',
  'events.group.checks': '检查',
  'events.group.refused': '被拒绝',
  'events.group.writes': '写入',
  'events.group.waits': '等待',
  'events.column.time': '时间',
  'events.column.what': '内容',
  'events.column.component': '组件',
  'events.column.object': '对象',
  'events.column.text': '消息',
};
