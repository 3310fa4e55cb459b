import type { object as en } from '../en/object.ts';
import type { Translated } from '../types.ts';

export const object: Translated<typeof en> = {
  'object.revision': '版本 {n} / {of}',
  'object.revisions': '版本',
  'object.previous': '上一版本',
  'object.next': '下一版本',
  'object.diff': '差异',
  'object.compareWith': '与版本 {n} 比较',
  'object.deleted': '已删除',
  'object.removed': '已移除',
  'object.side': '状况、所有者、版本',
  'object.yaml': 'YAML 及各字段的写入者',
  'object.atTime': '{time} 时刻，及各字段的写入者',
  'object.owners': '所有者',
  'object.history': '{field} 的变化',
  'object.noChange': '该字段没有变化。',
  'object.inEvents': '那一刻发生了什么',
  'object.choose': '选择对象',
};
