import { canonical } from '../../harness.ts';

type Fields = Record<string, unknown>;

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const TOKEN = /[A-Za-z0-9][A-Za-z0-9.:-]*/g;
const VIRTUAL_IP = /^10\.96\.\d+\.\d+$/;

/** Replaces what is generated or timed in the texts of one side, so that both sides read alike. */
export interface Texts {
  text(text: string): string;
}

/**
 * Texts of a played world: `names` maps generated names, `uids` uids to `resource/name`, `addresses` addresses to pods,
 * `hashes` hashes of templates.
 */
export class PlayedTexts implements Texts {
  private readonly tokens = new Map<string, string>();
  private readonly memo = new Map<string, string>();
  private readonly hashes: ReadonlyMap<string, string>;

  constructor(
    names: ReadonlyMap<string, string>,
    uids: ReadonlyMap<string, string>,
    addresses: ReadonlyMap<string, string>,
    hashes: ReadonlyMap<string, string>,
  ) {
    this.hashes = hashes;
    const renamed = (name: string) => names.get(name) ?? name;
    for (const [name, other] of names) this.tokens.set(name, other);
    for (const [uid, owner] of uids) {
      const slash = owner.indexOf('/');
      const [name, n] = owner.slice(slash + 1).split('#');
      this.tokens.set(uid, `<uid:${owner.slice(0, slash)}/${renamed(name)}${n ? `#${n}` : ''}>`);
    }
    for (const [address, pod] of addresses) this.tokens.set(address, `<ip:${renamed(pod)}>`);
  }

  text(text: string): string {
    const known = this.memo.get(text);
    if (known !== undefined) return known;
    let done = TIME.test(text) ? '<T>' : text.replace(TOKEN, (token) => this.token(token));
    for (const [hash, other] of this.hashes) done = done.replaceAll(hash, other);
    this.memo.set(text, done);
    return done;
  }

  private token(token: string): string {
    const whole = this.tokens.get(token);
    if (whole !== undefined) return whole;
    if (VIRTUAL_IP.test(token)) return '<vip>';
    const bare = token.replace(/[.:-]+$/, '');
    const other = bare === token ? undefined : this.tokens.get(bare);
    return other === undefined ? token : other + token.slice(bare.length);
  }
}

/** Texts of a recording: numbers of addresses become their pods, times lose their seconds. */
export class RecordedTexts implements Texts {
  private readonly addresses: ReadonlyMap<string, string>;
  private readonly memo = new Map<string, string>();

  constructor(addresses: ReadonlyMap<string, string>) {
    this.addresses = addresses;
  }

  text(text: string): string {
    if (!text.includes('<')) return text;
    let done = this.memo.get(text);
    if (done === undefined) {
      done = text
        .replace(/<T[+-]\d+>/g, '<T>')
        .replace(/<vip\d+>/g, '<vip>')
        .replace(/<ip\d+>/g, (ip) => `<ip:${this.addresses.get(ip) ?? ip}>`);
      this.memo.set(text, done);
    }
    return done;
  }
}

/** Lists in the order of addresses, which are generated: the address is the first field of an element, in alphabetic order. */
const BY_ADDRESS: ReadonlySet<string> = new Set(['addresses', 'notReadyAddresses', 'endpoints']);

/** A value with its texts replaced and without what Go leaves out or writes as empty. */
export function plain(value: unknown, texts: Texts): unknown {
  if (typeof value === 'string') return texts.text(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((element) => plain(element, texts));
  const out: Fields = {};
  for (const key of Object.keys(value)) {
    // The recordings keep no resourceVersion.
    if (key === 'resourceVersion') continue;
    let field = plain((value as Fields)[key], texts);
    if (BY_ADDRESS.has(key) && Array.isArray(field) && field.every((e) => typeof e === 'object')) {
      field = [...field].sort((a, b) => (canonical(a) < canonical(b) ? -1 : 1));
    }
    if (!isEmpty(field)) out[texts.text(key)] = field;
  }
  return out;
}

export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** A diff as text: entries whose two sides are times are left out. */
export function plainDiff(
  diff: Readonly<Record<string, readonly [unknown, unknown]>> | undefined,
  texts: Texts,
): Fields | undefined {
  if (diff === undefined) return undefined;
  const out: Fields = {};
  for (const path of Object.keys(diff)) {
    const last = path.slice(path.lastIndexOf('.') + 1);
    const [before, after] = diff[path].map((side) => {
      const one = (plain({ [last]: side }, texts) as Fields)[texts.text(last)];
      return isEmpty(one) ? null : one;
    });
    if (canonical(before) !== canonical(after)) out[texts.text(path)] = [before, after];
  }
  return Object.keys(out).length === 0 ? undefined : out;
}
