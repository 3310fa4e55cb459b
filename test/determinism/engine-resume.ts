// Runs the toy world to a time, from the start or from a state in bytes, and prints its digest: see engine.test.ts.
import { readFileSync } from 'node:fs';
import { createWorld } from '../../sim-core/engine/index.ts';
import { Heart } from '../unit/engine/toys.ts';

const [, , timeUs, state] = process.argv;
const world = createWorld({
  seed: '42',
  components: [new Heart('a', 1000), new Heart('b', 1000), new Heart('c', 777)],
  from: state === undefined ? undefined : new Uint8Array(readFileSync(state)),
});
world.runUntil({ timeUs: Number(timeUs) });
console.log(world.digest());
