import { useEffect, useState } from 'react';
import {
  amountText,
  type Catalogue,
  explainEnglish,
  type Message,
  type Obstacle,
  renderMessage,
} from '../../../sim-core/index.ts';
import { useApp } from '../../state/store.ts';

export type Say = (message: Message) => string;

let chinese: Catalogue | undefined;

/** Messages of explanations in the language of the page. */
export function useSay(): Say {
  const lang = useApp((s) => s.lang);
  const [, setLoaded] = useState(chinese !== undefined);
  useEffect(() => {
    if (lang !== 'zh-CN' || chinese !== undefined) return;
    void import('../../i18n/zh-CN/explain.ts').then((m) => {
      chinese = m.explainChinese;
      setLoaded(true);
    });
  }, [lang]);
  return (message) => renderMessage(message, lang === 'zh-CN' && chinese !== undefined ? chinese : explainEnglish);
}

/** What a node lacks, in a few letters: `cpu −180m`, `skew 2 > 1`, a taint. */
export function shortObstacle({ message, plugin }: Obstacle): string {
  const { params } = message;
  switch (message.id) {
    case 'sched.filter.insufficient':
    case 'sched.filter.tooSmall':
      return `${params['resource']} −${amountText(String(params['resource']), Number(params['short']))}`;
    case 'sched.filter.spread':
      return `skew ${params['skew']} > ${params['maxSkew']}`;
    case 'sched.filter.taint':
      return String(params['taint']);
    case 'sched.filter.tooManyPods':
      return `pods ${params['pods']}`;
    case 'sched.filter.unschedulable':
      return 'cordon';
    case 'sched.filter.label':
    case 'sched.filter.labelMissing':
      return String(params['key']);
    case 'sched.filter.port':
      return `:${params['port']}`;
    default:
      return plugin;
  }
}
