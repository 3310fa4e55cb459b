import type { TimeUs } from '../contracts/ids.ts';
import { type Catalogue, EN } from './catalogue.ts';
import type { Message, MessageParam } from './types.ts';

const MIB = 1024 * 1024;
/** Parameters that are amounts of `params.resource`. */
const AMOUNTS: ReadonlySet<string> = new Set(['requested', 'free', 'capacity', 'short', 'from', 'to']);

/** One decimal, rounded down, without a trailing `.0`. */
function oneDecimal(tenths: number): string {
  const whole = Math.floor(tenths / 10);
  const rest = tenths - whole * 10;
  return rest === 0 ? String(whole) : `${whole}.${rest}`;
}

/** An amount of a resource as people write it: `1500m` and `2` for cpu, `512Mi`, `1.5Gi` for memory. */
export function amountText(resource: string, amount: number): string {
  if (resource === 'cpu') return amount % 1000 === 0 ? String(amount / 1000) : `${amount}m`;
  const isBytes = resource === 'memory' || resource === 'ephemeral-storage' || resource.startsWith('hugepages-');
  if (!isBytes || amount === 0) return String(amount);
  const size = Math.abs(amount);
  const sign = amount < 0 ? '-' : '';
  for (const [unit, factor] of [
    ['Gi', MIB * 1024],
    ['Mi', MIB],
    ['Ki', 1024],
  ] as const) {
    if (size >= factor) return `${sign}${oneDecimal(Math.floor((size * 10) / factor))}${unit}`;
  }
  return String(amount);
}

/** `65.312 s`. */
export function secondsText(timeUs: TimeUs): string {
  const ms = Math.floor(timeUs / 1000);
  return `${Math.floor(ms / 1000)}.${String(ms % 1000).padStart(3, '0')} s`;
}

/** A parameter as text, before any language. */
export function paramText(name: string, message: Message): string {
  const param: MessageParam | undefined = message.params[name];
  if (param === undefined) return '';
  if (typeof param === 'number') {
    const { resource } = message.params;
    if (typeof resource === 'string' && AMOUNTS.has(name)) return amountText(resource, param);
    return name.endsWith('Us') ? secondsText(param) : String(param);
  }
  return typeof param === 'object' ? param.join(', ') : String(param);
}

/** The text of a message in the language of the catalogue. */
export function renderMessage(message: Message, catalogue: Catalogue = EN): string {
  return catalogue[message.id].replace(
    /\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g,
    (_, name: string, one?: string, many?: string) => {
      const text = paramText(name, message);
      if (one === undefined) return text;
      return `${text} ${message.params[name] === 1 ? one : many}`;
    },
  );
}
