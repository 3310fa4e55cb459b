import type { flow as en } from '../en/flow.ts';
import type { Translated } from '../types.ts';

export const flow: Translated<typeof en> = {
  'flow.part': '生命中的阶段',
  'flow.part.birth': '直到 Ready',
  'flow.part.around': '此刻前后',
  'flow.fromStart': '回到其开头并慢放',
  'flow.ladder': '按顺序排列的消息',
  'flow.none': '没有消息',
  'flow.noneText': '在此时刻前后，本次运行中没有因该对象而发送的消息。',
  'flow.cut': '还有更多；此处显示前 400 条。',
  'flow.chooseText': '选择一个 Pod，查看创建它需要什么：每个请求、提交和 watch 事件，按真实顺序排列。',
  'flow.first': '显示 {name}',
  'flow.kind.request': '请求',
  'flow.kind.store': '事务',
  'flow.kind.stored': '已提交',
  'flow.kind.watch': 'watch 事件',
  'flow.kind.answer': '应答',
  'flow.kind.raft': 'raft 消息',
  'flow.column.time': '到达',
  'flow.column.delay': '用时',
  'flow.column.from': '来自',
  'flow.column.to': '去往',
  'flow.column.kind': '内容',
  'flow.column.about': '起因',
};
