/** Shapes that are tried for a request, the last one that matched first. */
export interface Bucket<T> {
  readonly shapes: T[];
  /** Requests that no shape matched. */
  missed: number;
}

/** Requests of a kind that come only once are not worth a shape. */
const LEARN_FROM = 2;
const SHAPES_MAX = 12;
/** After so many misses in a row of requests that are all different, only every sixteenth is looked at. */
const ALL_UNTIL = 32;
const THEN_EVERY = 16;
const BUCKETS_MAX = 2048;

/** Memos of pure results, by two texts and a number (0 to 63) that nearly tell the shape. */
export class Buckets<T> {
  private readonly byName = new Map<string, Map<string, (Bucket<T> | undefined)[]>>();
  private count = 0;

  /** Texts that others hold too: a text put together here would have to be hashed each time. */
  find(name: string, text: string, n = 0): Bucket<T> {
    let named = this.byName.get(name);
    if (named === undefined) this.byName.set(name, (named = new Map()));
    let numbered = named.get(text);
    if (numbered === undefined) {
      if (this.count >= BUCKETS_MAX) {
        this.byName.clear();
        this.byName.set(name, (named = new Map()));
        this.count = 0;
      }
      this.count++;
      named.set(text, (numbered = []));
    }
    let bucket = numbered[n];
    if (bucket === undefined) {
      for (let i = numbered.length; i < n; i++) numbered.push(undefined);
      numbered[n] = bucket = { shapes: [], missed: 0 };
    }
    return bucket;
  }
}

/** Counts a request that matched nothing: is it time to learn its shape? */
export function isWorthLearning<T>(bucket: Bucket<T>): boolean {
  bucket.missed++;
  if (bucket.missed < LEARN_FROM) return false;
  return bucket.missed <= ALL_UNTIL || bucket.missed % THEN_EVERY === 0;
}

export function remember<T>(bucket: Bucket<T>, shape: T): void {
  bucket.shapes.unshift(shape);
  if (bucket.shapes.length > SHAPES_MAX) bucket.shapes.pop();
}

/** Counts a request that a shape matched, and moves the shape to the front. */
export function prefer<T>(bucket: Bucket<T>, place: number): void {
  if (bucket.missed > LEARN_FROM) bucket.missed--;
  if (place === 0) return;
  const { shapes } = bucket;
  const shape = shapes[place];
  for (let i = place; i > 0; i--) shapes[i] = shapes[i - 1];
  shapes[0] = shape;
}
