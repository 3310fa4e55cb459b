import type { report as en } from '../en/report.ts';
import type { Translated } from '../types.ts';

export const report: Translated<typeof en> = {
  'report.label': '断言与报告',
  'report.failed': '{of} 个断言中有 {n} 个失败',
  'report.passed': '全部 {n} 个断言通过',
  'report.waiting': '{n} 个断言尚无结论',
  'report.noExpectations': '该场景没有断言',
  'report.invariants': '{n} 个不变量被违反',
  'report.invariantsOff': '本次运行没有检查不变量。',
  'report.open': '未定',
  'report.findings': '被违反的不变量',
  'report.faults': '故障与恢复',
  'report.reading': '正在遍历运行',
  'report.noEffect': '没有 Deployment 因此失去 Pod。',
  'report.column.workload': 'Deployment',
  'report.column.lowest': '最少 Ready',
  'report.column.back': '恢复用时',
  'report.column.last': '最后的替代 Pod',
  'report.lowest': '{n} / {of}',
  'report.never': '运行期间未恢复',
};
