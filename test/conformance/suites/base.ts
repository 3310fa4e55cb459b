import type { SetRun, Suite, VectorFolder } from '../harness.ts';
import { celSets } from './base/cel.ts';
import { cidrPlayers } from './base/cidr.ts';
import { type Player, playFile } from './base/common.ts';
import { cronPlayers } from './base/cron.ts';
import { etcdSets } from './base/etcd.ts';
import { eventsPlayers } from './base/events.ts';
import { hashesPlayers } from './base/hashes.ts';
import { jobsPlayers } from './base/jobs.ts';
import { namesPlayers } from './base/names.ts';
import { patchPlayers } from './base/patch.ts';
import { podsPlayers } from './base/pods.ts';
import { podstatusPlayers } from './base/podstatus.ts';
import { quantityPlayers } from './base/quantity.ts';
import { queuesPlayers } from './base/queues.ts';
import { raftSets } from './base/raft.ts';
import { scalarsPlayers } from './base/scalars.ts';
import { selectorsPlayers } from './base/selectors.ts';

/** Sets by file; kinds without a player count as not played. */
const sets: readonly [string, Readonly<Record<string, Player>>][] = [
  ['quantity', quantityPlayers],
  ['selectors', selectorsPlayers],
  ['scalars', scalarsPlayers],
  ['names', namesPlayers],
  ['hashes', hashesPlayers],
  ['pods', podsPlayers],
  ['podstatus', podstatusPlayers],
  ['patch', patchPlayers],
  ['queues', queuesPlayers],
  ['events', eventsPlayers],
  ['jobs', jobsPlayers],
  ['cidr', cidrPlayers],
  ['cron', cronPlayers],
  ['cel', {}],
  ['networkpolicy', {}],
];

function* run(vectors: VectorFolder, only: string | undefined): Generator<SetRun> {
  for (const [set, players] of sets) yield* playFile(vectors, set, players, only);
  yield* celSets(vectors, only);
  yield* etcdSets(vectors, only);
  yield* raftSets(vectors, only);
}

export const base: Suite = { name: 'base', run };
