import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { syntheticRecording } from './synthetic.ts';

// `writeSynthetic.ts FOLDER` writes the made-up recordings that the browser tests open.
const folder = process.argv.at(-1) as string;
writeFileSync(path.join(folder, 'huge.orrery'), syntheticRecording(10, 1000));
writeFileSync(path.join(folder, 'small.orrery'), syntheticRecording(3, 4));
writeFileSync(path.join(folder, 'cluster.orrery'), syntheticRecording(150, 1000, 5000));
const broken = syntheticRecording(3, 4);
broken[broken.length >> 1] ^= 0x55;
writeFileSync(path.join(folder, 'broken.orrery'), broken);
