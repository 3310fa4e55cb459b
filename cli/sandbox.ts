import vm from 'node:vm';
import { say } from './terminal.ts';

export interface Sandbox {
  readonly context: vm.Context;
  /** What the code did that makes its results differ from run to run, once. */
  takeViolation(): string | undefined;
}

/** Names of hosts that lead to clocks, chance, or the world outside; a plugin that touches one is told. */
const OUTSIDE: Readonly<Record<string, string>> = {
  performance: 'reads a clock (performance)',
  process: 'reads the process that runs it (process)',
  require: 'loads a module while it runs (require)',
  fetch: 'talks to the network (fetch)',
  crypto: 'draws random numbers (crypto)',
  setTimeout: 'waits for a clock (setTimeout)',
  setInterval: 'waits for a clock (setInterval)',
  setImmediate: 'waits for another turn (setImmediate)',
  queueMicrotask: 'waits for another turn (queueMicrotask)',
  Intl: 'reads the language of the machine (Intl)',
};

/** Runs inside of the context; `tell` records and throws. */
const GUARDS = `(function (tell) {
  const RealDate = Date;
  const local = ['getDate', 'getDay', 'getFullYear', 'getHours', 'getMinutes', 'getMonth', 'getSeconds', 'getTimezoneOffset',
    'getYear', 'setDate', 'setFullYear', 'setHours', 'setMinutes', 'setMonth', 'setSeconds', 'toString', 'toDateString',
    'toTimeString', 'toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'];
  for (const name of local)
    RealDate.prototype[name] = function () { tell('reads the time zone of the machine (Date.' + name + ')'); };
  const text = (value) => {
    if (typeof value === 'string' && !/(Z|[+-][0-9]{2}:?[0-9]{2}|^[0-9]{4}(-[0-9]{2}){0,2})$/.test(value))
      tell('reads the time zone of the machine (a time without zone: ' + value + ')');
    return value;
  };
  function SafeDate(...args) {
    if (new.target === undefined || args.length === 0) tell('reads the clock (Date)');
    if (args.length > 1) tell('reads the time zone of the machine (new Date of parts; Date.UTC does not)');
    return Reflect.construct(RealDate, [text(args[0])], new.target);
  }
  SafeDate.prototype = RealDate.prototype;
  SafeDate.prototype.constructor = SafeDate;
  SafeDate.now = () => tell('reads the clock (Date.now)');
  SafeDate.parse = (value) => RealDate.parse(text(value));
  SafeDate.UTC = RealDate.UTC;
  globalThis.Date = SafeDate;
  Math.random = () => tell('draws a random number (Math.random)');
  const locale = [[String, 'localeCompare'], [String, 'toLocaleLowerCase'], [String, 'toLocaleUpperCase'],
    [Number, 'toLocaleString'], [BigInt, 'toLocaleString'], [Array, 'toLocaleString']];
  for (const [of, name] of locale)
    of.prototype[name] = function () { tell('reads the language of the machine (' + name + ')'); };
  for (const name of ['WeakRef', 'FinalizationRegistry', 'SharedArrayBuffer', 'Atomics', 'WebAssembly']) delete globalThis[name];
})`;

/**
 * A realm of its own with the language and nothing else: no clock, no chance, no machine. It keeps honest code deterministic;
 * it is no protection from hostile code.
 */
export function createSandbox(file: string): Sandbox {
  let violation: string | undefined;
  const tell = (what: string): never => {
    violation ??= what;
    throw new Error(what);
  };
  const log = (...words: readonly unknown[]) => say(`${file}: ${words.map(plain).join(' ')}`);
  const globals: Record<string, unknown> = { console: { log, info: log, warn: log, error: log, debug: log } };
  const context = vm.createContext(globals, { name: file, codeGeneration: { strings: false, wasm: false } });
  (vm.runInContext(GUARDS, context) as (tell: (what: string) => never) => void)(tell);
  const global = vm.runInContext('globalThis', context) as object;
  for (const [name, what] of Object.entries(OUTSIDE))
    Object.defineProperty(global, name, { configurable: true, get: () => tell(what) });
  return {
    context,
    takeViolation() {
      const found = violation;
      violation = undefined;
      return found;
    },
  };
}

function plain(word: unknown): string {
  return typeof word === 'string' ? word : (JSON.stringify(word) ?? String(word));
}
