import type { etcd as en } from '../en/etcd.ts';
import type { Translated } from '../types.ts';

export const etcd: Translated<typeof en> = {
  'etcd.label': '成员、日志、数据库、选举',
  'etcd.healthy': '一个健康的 leader，所有链路正常：提交时间由链路和 fsync 延迟算出。',
  'etcd.messages': '出现问题：raft 的每条消息单独传送。',
  'etcd.logs': '日志末尾：各条目的任期',
  'etcd.term': '任期 {n}',
  'etcd.watchers': '{n} 个监听者',
  'etcd.commit': '提交 {n}',
  'etcd.member': '成员',
  'etcd.cutFrom': '无法发送至',
  'etcd.column.role': '角色',
  'etcd.column.term': '任期',
  'etcd.column.commit': '提交索引',
  'etcd.column.applied': '应用索引',
  'etcd.column.revision': '修订版本',
  'etcd.column.compacted': '已压缩至',
  'etcd.column.watchers': 'watch 数',
  'etcd.database': '数据库',
  'etcd.size': '大小',
  'etcd.ofQuota': '{n} / {of} MiB',
  'etcd.keys': '键数',
  'etcd.elections': '选举',
  'etcd.noElections': '到目前为止没有选举。',
  'etcd.noLeader': '无 leader',
};
