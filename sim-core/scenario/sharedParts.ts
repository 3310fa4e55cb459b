import type { KubeObject } from '../contracts/index.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Parts of manifests that say the same are kept once: thousands of pods of a timeline differ in their names alone. Looks at
 * the fields of an object and of its metadata.
 */
export class SharedParts {
  private readonly parts = new Map<string, unknown>();

  of(object: KubeObject): KubeObject {
    const result: Record<string, unknown> = {};
    for (const key in object) {
      const value = (object as Fields)[key];
      result[key] = key === 'metadata' && isFields(value) ? this.fieldsOf(value) : this.part(value);
    }
    return Object.freeze(result) as unknown as KubeObject;
  }

  private fieldsOf(fields: Fields): Fields {
    const result: Record<string, unknown> = {};
    for (const key in fields) result[key] = this.part(fields[key]);
    return Object.freeze(result);
  }

  private part(value: unknown): unknown {
    if (value === null || (typeof value !== 'object' && typeof value !== 'string')) return value;
    const text = JSON.stringify(value);
    const known = this.parts.get(text);
    if (known !== undefined) return known;
    // A text that was cut out of a file would keep the whole file.
    const kept = typeof value === 'string' ? (JSON.parse(text) as string) : value;
    this.parts.set(text, kept);
    return kept;
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
