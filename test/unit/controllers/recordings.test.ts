import { describe, expect, it } from 'vitest';
import { families } from './support/families.ts';
import { compareEvents, compareWrites, play } from './support/play.ts';

function played(name: string) {
  const family = families.find((f) => name.startsWith(f.prefix))!;
  const run = play(name, family);
  return { writes: compareWrites(run, family.actors), events: compareEvents(run, family.sources) };
}

/** Recordings whose writes, with their contents, all come out equal and in the same order of each object. */
const equal = [
  'deploy-adopt-rs',
  'deploy-create-deadline',
  'deploy-create-minready',
  'deploy-history-zero',
  'deploy-label-only',
  'deploy-ready-flap',
  'deploy-rolling-1-surge25-unavail25',
  'deploy-rolling-3-surge0-unavail1',
  'deploy-rolling-3-surge1-unavail0',
  'deploy-rolling-minready',
  'deploy-slow-pods',
  'deploy-template-label',
  'drain-bare',
  'gc-owner',
  'node-failure-short',
  'rs-victim-not-ready',
  'rs-victim-unassigned',
];

/** Recordings in which some writes of statuses merge otherwise than here (the machine was busy), but all events are equal. */
const equalEvents = [
  'deploy-create-10',
  'deploy-history-limit',
  'deploy-pod-deleted',
  'deploy-progress-deadline',
  'deploy-proportional',
  'deploy-rolling-5-surge2-unavail2',
  'deploy-rolling-6-surge0-unavail50',
  'deploy-scale-down',
  'deploy-undo',
  'node-failure',
  'node-failure-deleted',
  'node-never-ready',
  'pdb-status',
  'svc-lifecycle',
  'zone-partial',
];

describe('controllers against recordings', () => {
  it.each(equal)('%s: writes and events', (name) => {
    const { writes, events } = played(name);
    expect(writes.differences).toEqual([]);
    expect(events.differences).toEqual([]);
  });

  it.each(equalEvents)('%s: events', (name) => {
    expect(played(name).events.differences).toEqual([]);
  });

  it('ns-delete-finalizer: a namespace goes when its last content does', () => {
    const { writes } = played('ns-delete-finalizer');
    expect(writes.equal).toBe(writes.total);
  });
});
