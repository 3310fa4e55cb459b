import { Guard } from '../framework/guardCall.ts';
import type { Extender } from './extender.ts';
import { distributionOf, type ExtenderScript } from './scripted.ts';

/** What a module exports to answer an extender's calls. */
export interface ExtenderDefinition extends Pick<Extender, 'urlPrefix' | 'filter' | 'prioritize' | 'preempt' | 'bind'> {
  /** From the call to the answer: `5ms`, or `{ p50: '5ms', p99: '50ms' }`. */
  readonly latency?: ExtenderScript['latency'];
}

export interface UserExtender {
  readonly definition: ExtenderDefinition;
  /** For messages. */
  readonly file: string;
  /** Of the code that runs; recordings hold it. */
  readonly hash: string;
  takeViolation?(): string | undefined;
}

export function isExtenderDefinition(value: unknown): value is ExtenderDefinition {
  return (
    typeof value === 'object' && value !== null && typeof (value as { urlPrefix?: unknown }).urlPrefix === 'string'
  );
}

/** The module's extender; whatever it does wrong becomes a PluginError, as with plugins. */
export function guardedExtender(user: UserExtender): Extender {
  const { definition } = user;
  const { urlPrefix, latency, filter, prioritize, preempt, bind } = definition;
  const guard = new Guard({ ...user, definition: { name: urlPrefix } });
  const of = (pod: { readonly metadata: { readonly namespace?: string; readonly name?: string } }) =>
    `of pod ${pod.metadata.namespace}/${pod.metadata.name}`;
  return {
    urlPrefix,
    latency: guard.call('latency', '', () => distributionOf(latency)),
    ...(filter && {
      filter: (args) => {
        const ask = () => guard.plain('filter', of(args.pod), () => filter.call(definition, args));
        const result = ask();
        guard.mustBeEqual('filter', of(args.pod), result, ask());
        if (!Array.isArray(result?.nodeNames) && result?.error === undefined)
          throw guard.error('filter', of(args.pod), 'returned neither nodeNames nor error');
        return { ...result, nodeNames: result.nodeNames ?? [] };
      },
    }),
    ...(prioritize && {
      prioritize: (args) => {
        const ask = () => guard.plain('prioritize', of(args.pod), () => prioritize.call(definition, args));
        const result = ask();
        guard.mustBeEqual('prioritize', of(args.pod), result, ask());
        if (!Array.isArray(result))
          throw guard.error('prioritize', of(args.pod), 'returned no list of { host, score }');
        for (const { host, score } of result)
          guard.wholeNumber('prioritize', `${of(args.pod)} on node ${String(host)}`, score);
        return result;
      },
    }),
    ...(preempt && {
      preempt: (args) => guard.plain('preempt', of(args.pod), () => preempt.call(definition, args)),
    }),
    ...(bind && { bind: (args) => guard.plain('bind', of(args.pod), () => bind.call(definition, args)) ?? {} }),
  };
}
