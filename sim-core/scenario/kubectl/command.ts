import { allResources, qualifiedName, type ResourceInfo } from '../../api/schema/index.ts';
import { suggest } from '../suggest.ts';

/** A resource and the name of one object of it. */
export interface Target {
  readonly resource: string;
  readonly info: ResourceInfo;
  readonly name: string;
}

/** A kubectl command as one would type it, understood. */
export interface KubectlCommand {
  readonly verb:
    | 'apply'
    | 'create'
    | 'delete'
    | 'scale'
    | 'setImage'
    | 'rolloutUndo'
    | 'rolloutPause'
    | 'rolloutResume'
    | 'rolloutRestart'
    | 'cordon'
    | 'uncordon'
    | 'drain'
    | 'label'
    | 'annotate'
    | 'taint';
  readonly namespace: string;
  readonly targets: readonly Target[];
  /** Objects selected by label instead of by name. */
  readonly selector: string;
  readonly resource: string;
  readonly files: readonly string[];
  /** key=value and key- arguments; container=image of set image. */
  readonly pairs: readonly string[];
  readonly flags: Readonly<Record<string, string>>;
}

export class KubectlSyntaxError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** Flags that take a value, by verb; all others are switches. */
const VALUE_FLAGS: ReadonlySet<string> = new Set([
  'namespace',
  'n',
  'f',
  'filename',
  'l',
  'selector',
  'replicas',
  'current-replicas',
  'to-revision',
  'grace-period',
  'timeout',
  'cascade',
  'pod-selector',
  'field-manager',
]);

const KNOWN_FLAGS: ReadonlySet<string> = new Set([
  ...VALUE_FLAGS,
  'force',
  'ignore-daemonsets',
  'delete-emptydir-data',
  'disable-eviction',
  'overwrite',
  'all',
  'now',
  'wait',
  'ignore-not-found',
  'record',
  'recursive',
  'R',
  'server-side',
]);

/** Splits a command line as a shell does: spaces separate, quotes group. */
export function splitCommand(text: string): readonly string[] {
  const words: string[] = [];
  let word = '';
  let inWord = false;
  let quote = '';
  for (const c of text) {
    if (quote !== '') {
      if (c === quote) quote = '';
      else word += c;
    } else if (c === '"' || c === "'") {
      quote = c;
      inWord = true;
    } else if (c === ' ' || c === '\t' || c === '\n') {
      if (inWord) words.push(word);
      word = '';
      inWord = false;
    } else {
      word += c;
      inWord = true;
    }
  }
  if (quote !== '') throw new KubectlSyntaxError(`unterminated ${quote} in ${JSON.stringify(text)}`);
  if (inWord) words.push(word);
  return words;
}

/** Plural, singular, short name, kind or `plural.group` -> resource. */
export function findResource(word: string): ResourceInfo | undefined {
  const text = word.toLowerCase();
  const resources = allResources().filter((r) => r.preferred);
  return (
    resources.find((r) => r.plural === text || qualifiedName(r) === text) ??
    resources.find((r) => r.singular === text || r.shortNames?.includes(text) === true) ??
    resources.find((r) => r.kind.toLowerCase() === text || `${r.plural}.${r.version}.${r.group}` === text)
  );
}

function meant(word: string, known: readonly string[], prefix = ''): string | undefined {
  const near = suggest(word, known);
  return near === undefined ? undefined : `did you mean ${prefix}${near}?`;
}

function resourceNamed(word: string): ResourceInfo {
  const info = findResource(word);
  if (info === undefined) {
    const known = allResources().flatMap((r) => [r.singular, r.plural]);
    throw new KubectlSyntaxError(`the server doesn't have a resource type ${JSON.stringify(word)}`, meant(word, known));
  }
  return info;
}

function target(info: ResourceInfo, name: string): Target {
  return { resource: qualifiedName(info), info, name };
}

const VERBS: Readonly<Record<string, KubectlCommand['verb']>> = {
  apply: 'apply',
  create: 'create',
  delete: 'delete',
  scale: 'scale',
  cordon: 'cordon',
  uncordon: 'uncordon',
  drain: 'drain',
  label: 'label',
  annotate: 'annotate',
  taint: 'taint',
};

const ROLLOUT: Readonly<Record<string, KubectlCommand['verb']>> = {
  undo: 'rolloutUndo',
  pause: 'rolloutPause',
  resume: 'rolloutResume',
  restart: 'rolloutRestart',
};

function verbOf(words: string[]): KubectlCommand['verb'] {
  const first = words.shift() ?? '';
  if (first === 'rollout') {
    const second = words.shift() ?? '';
    if (Object.hasOwn(ROLLOUT, second)) return ROLLOUT[second];
    throw new KubectlSyntaxError(
      `unknown command "rollout ${second}"`,
      `there are: ${Object.keys(ROLLOUT).join(', ')}`,
    );
  }
  if (first === 'set') {
    const second = words.shift() ?? '';
    if (second === 'image') return 'setImage';
    throw new KubectlSyntaxError(`unknown command "set ${second}"`, 'there is: set image');
  }
  if (Object.hasOwn(VERBS, first)) return VERBS[first];
  throw new KubectlSyntaxError(
    `unknown command ${JSON.stringify(first)}`,
    meant(first, Object.keys(VERBS)) ??
      `there are: ${[...Object.keys(VERBS), 'set image', 'rollout undo|pause|resume|restart'].join(', ')}`,
  );
}

interface Split {
  readonly flags: Record<string, string>;
  readonly files: string[];
  readonly args: string[];
}

function splitFlags(words: readonly string[]): Split {
  const split: Split = { flags: {}, files: [], args: [] };
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (!word.startsWith('-') || word === '-') {
      split.args.push(word);
      continue;
    }
    const at = word.indexOf('=');
    const name = (at < 0 ? word : word.slice(0, at)).replace(/^--?/, '');
    if (!KNOWN_FLAGS.has(name))
      throw new KubectlSyntaxError(`unknown flag: ${word}`, meant(name, [...KNOWN_FLAGS], '--'));
    let value = at < 0 ? 'true' : word.slice(at + 1);
    if (at < 0 && VALUE_FLAGS.has(name)) {
      if (i + 1 >= words.length) throw new KubectlSyntaxError(`flag needs an argument: ${word}`);
      value = words[++i];
    }
    if (name === 'f' || name === 'filename') split.files.push(...value.split(','));
    else split.flags[name === 'n' ? 'namespace' : name === 'l' ? 'selector' : name] = value;
  }
  return split;
}

const isPair = (arg: string) => arg.includes('=') || arg.endsWith('-');

/** `deployment/web`, `deployment web other`, `nodes n1` -> targets; the first word may be a type alone (with -l or --all). */
function targetsOf(args: readonly string[]): { targets: Target[]; resource: string } {
  if (args.length === 0) return { targets: [], resource: '' };
  if (args[0].includes('/')) {
    return {
      resource: '',
      targets: args.map((arg) => {
        const slash = arg.indexOf('/');
        if (slash < 0)
          throw new KubectlSyntaxError(
            `there is no need to specify a resource type as a separate argument when passing arguments in resource/name form`,
          );
        return target(resourceNamed(arg.slice(0, slash)), arg.slice(slash + 1));
      }),
    };
  }
  const infos = args[0].split(',').map(resourceNamed);
  return {
    resource: qualifiedName(infos[0]),
    targets: args.slice(1).flatMap((name) => infos.map((info) => target(info, name))),
  };
}

/**
 * Understands one kubectl command (with or without the word kubectl in front).
 * @throws KubectlSyntaxError with the text that a person needs to mend it
 */
export function parseKubectl(text: string): KubectlCommand {
  const words = [...splitCommand(text)];
  if (words[0] === 'kubectl') words.shift();
  const verb = verbOf(words);
  const { flags, files, args } = splitFlags(words);
  const pairs =
    verb === 'label' || verb === 'annotate' || verb === 'taint' || verb === 'setImage' ? args.filter(isPair) : [];
  const names = args.filter((arg) => !pairs.includes(arg));
  const nodes = verb === 'cordon' || verb === 'uncordon' || verb === 'drain';
  const { targets, resource } = nodes
    ? { targets: names.map((name) => target(resourceNamed('nodes'), name)), resource: 'nodes' }
    : targetsOf(names);
  check(verb, { targets, resource, files, pairs, flags });
  return {
    verb,
    namespace: flags['namespace'] ?? '',
    targets,
    resource,
    selector: flags['selector'] ?? '',
    files,
    pairs,
    flags,
  };
}

function check(
  verb: KubectlCommand['verb'],
  c: {
    targets: readonly Target[];
    resource: string;
    files: readonly string[];
    pairs: readonly string[];
    flags: Readonly<Record<string, string>>;
  },
): void {
  const selected = c.flags['selector'] !== undefined || c.flags['all'] !== undefined;
  if (verb === 'apply' || verb === 'create') {
    if (c.files.length === 0) throw new KubectlSyntaxError(`must specify one of -f and -k`);
  } else if (c.targets.length === 0 && c.files.length === 0 && !(selected && c.resource !== '')) {
    throw new KubectlSyntaxError(`${verb}: names of objects are missing`);
  }
  if (verb === 'scale' && !/^[0-9]+$/.test(c.flags['replicas'] ?? ''))
    throw new KubectlSyntaxError('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0');
  if (verb === 'setImage' && c.pairs.length === 0)
    throw new KubectlSyntaxError('set image: a pair container=image is missing');
  if ((verb === 'label' || verb === 'annotate' || verb === 'taint') && c.pairs.length === 0)
    throw new KubectlSyntaxError(`${verb}: at least one ${verb} update is required`);
}
