import type { KubeObject } from '../../../../sim-core/contracts/index.ts';

/** Makes the placeholders of initial objects concrete, always the same way. */
export class Concrete {
  readonly epochSeconds: number;
  /** Concrete uid -> its placeholder. */
  readonly uids = new Map<string, string>();
  /** Concrete generated name -> its placeholder form. */
  readonly names = new Map<string, string>();
  private readonly placeholders = new Map<string, string>();

  /** `first`: placeholders of uids that sort before all others, in this order. */
  constructor(epochSeconds: number, first: readonly string[] = []) {
    this.epochSeconds = epochSeconds;
    for (const placeholder of first) this.uid(placeholder);
  }

  object(object: KubeObject): KubeObject {
    return JSON.parse(JSON.stringify(object), (_key, value) => (typeof value === 'string' ? this.text(value) : value));
  }

  text(text: string): string {
    if (!text.includes('<')) return text;
    return text
      .replace(/<uid:((?:[^<>]|<[^<>]*>)*)>/g, (all) => this.uid(all))
      .replace(/<T([+-]\d+)>/g, (_all, n) => timeOf(this.epochSeconds + Number(n)))
      .replace(/<ip(\d+)>/g, (_all, n) => `10.0.${Number(n) >> 8}.${Number(n) & 255}`)
      .replace(/<vip(\d+)>/g, (_all, n) => `10.96.1.${n}`)
      .replace(/[a-z0-9.-]*<x(\d+)>/g, (all, n) => this.name(all, Number(n)));
  }

  private uid(placeholder: string): string {
    let uid = this.placeholders.get(placeholder);
    if (uid === undefined) {
      const n = String(this.placeholders.size + 1).padStart(12, '0');
      uid = `00000000-0000-4000-8000-${n}`;
      this.placeholders.set(placeholder, uid);
      this.uids.set(uid, placeholder);
    }
    return uid;
  }

  private name(placeholder: string, n: number): string {
    const letters = 'bcdfghjklm';
    const suffix = String(n)
      .padStart(5, '0')
      .replace(/\d/g, (digit) => letters[Number(digit)]);
    const name = placeholder.replace(/<x\d+>/, suffix);
    this.names.set(name, placeholder);
    return name;
  }
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
