// What keyframes keep, by container: `keyframeAccount.ts [nodes] [pods] [seconds] [spacing] [from]`. Bytes a virtual second.

import type { Container } from '../../sim-core/engine/containers/container.ts';
import { type Archive, FrozenPage } from '../../sim-core/engine/packed/frozen.ts';
import { FrozenWords } from '../../sim-core/engine/packed/frozenWords.ts';
import { packQueue } from '../../sim-core/engine/packed/queue.ts';
import { PackWriter } from '../../sim-core/engine/packed/writer.ts';
import { build } from './measure.ts';
import { p5Scenario } from './p5.ts';

const [nodes = 5000, pods = 20_000, seconds = 640, spacing = 3, from = 40] = process.argv.slice(2).map(Number);

interface Sum {
  bytes: number;
  refs: number;
  rowBytes: number;
  frozen: number;
  pages: number;
  ms: number;
}

const { cluster } = build(p5Scenario(nodes, pods, seconds));
const { world } = cluster;
interface Insides {
  readonly containers: readonly Container[];
  readonly sets: readonly { readonly owner: string; readonly byName: Map<string, Container> }[];
}
const { containers, sets } = world as unknown as Insides;
const names = sets.flatMap((set) => [...set.byName.keys()].map((name) => `${set.owner}/${name}`));
const { archive } = world as unknown as { archive: Archive };
const sums = new Map<string, Sum>();

function sumOf(name: string): Sum {
  let sum = sums.get(name);
  if (sum === undefined) {
    sum = { bytes: 0, refs: 0, rowBytes: 0, frozen: 0, pages: 0, ms: 0 };
    sums.set(name, sum);
  }
  return sum;
}

const archived = () =>
  [...(archive as unknown as { chunks: Map<number, { length: number }> }).chunks.values()].reduce(
    (sum, { length }) => sum + length,
    0,
  );

function account(name: string, pack: (w: PackWriter) => boolean): void {
  const w = new PackWriter(archive);
  const began = process.cpuUsage();
  if (!pack(w)) return;
  const packed = w.finish();
  const { user, system } = process.cpuUsage(began);
  const sum = sumOf(name);
  sum.ms += (user + system) / 1000;
  sum.bytes += packed.bytes.length;
  sum.refs += packed.refs.length;
  let frozen = 0;
  for (const ref of packed.refs)
    if (ref instanceof FrozenPage || ref instanceof FrozenWords) {
      frozen += ref.heldBytes;
      sum.pages++;
    }
  sum.frozen += frozen;
  sum.rowBytes += packed.rowBytes - frozen;
}

world.runUntil({ timeUs: from * 1e6 });
let before = world.snapshot();
const quarter = (seconds - from) / Number(process.env.PARTS ?? 2);
let next = from + quarter;
let begun = from;
for (let t = from + spacing; t <= seconds; t += spacing) {
  world.runUntil({ timeUs: t * 1e6 });
  const later = world.snapshot();
  const [states, bases] = [before.sets.flat(), later.sets.flat()];
  containers.forEach((container, i) => {
    account(names[i], (w) => container.pack(states[i], bases[i], w));
  });
  account('engine/queue', (w) => {
    packQueue(w, before.queue, later.queue);
    return true;
  });
  before = later;
  if (t + spacing > next) {
    print(t - begun, begun, t);
    sums.clear();
    begun = t;
    next += quarter;
  }
}

function print(over: number, since: number, to: number): void {
  const total = sumOf('all');
  console.log(`archive ${archived()} bytes, ahead ${archive.aheadBytes} words ahead ${archive.words.aheadBytes}`);
  const rows = [...sums].map(([name, s]) => {
    if (s !== total)
      for (const key of ['bytes', 'refs', 'rowBytes', 'frozen', 'pages', 'ms'] as const) total[key] += s[key];
    return [name, s] as const;
  });
  const held = (s: Sum) => s.bytes + s.refs * 4 + s.rowBytes + s.frozen;
  rows.sort(([, x], [, y]) => held(y) - held(x));
  console.log(`\n${since} to ${to} s: per virtual second`);
  for (const [name, s] of rows.slice(0, 40)) {
    const per = (v: number) => (v / over).toFixed(0).padStart(8);
    console.log(
      `${per(held(s))} = bytes ${per(s.bytes)} refs ${per(s.refs)} rowBytes ${per(s.rowBytes)} frozen ${per(s.frozen)} pages ${(s.pages / over).toFixed(2)} ms ${(s.ms / over).toFixed(2)}  ${name}`,
    );
  }
}
