import type { Containers, EtcdWatchResponse, PagedTable, Revision } from '../../contracts/index.ts';
import { afterResponse, checkResponse, type WatchSeen } from '../../etcd/invariants.ts';
import type { WatchPlace } from '../../etcd/observer.ts';
import type { Checker, Scene } from '../checker.ts';

const of = (watch: WatchPlace) => `watch ${watch.id} at etcd-${watch.member}`;

/** W1, W2, W4: what `checkResponse` says of these; its texts begin with the number of the invariant. */
function responses(id: string, name: string): Checker {
  let seen!: PagedTable<WatchSeen>;
  return {
    id,
    name,
    init(c: Containers) {
      seen = c.table<WatchSeen>(`${id}/seen`);
    },
    opened(_scene: Scene, { id: watch, prefix, minRevision }: WatchPlace) {
      seen.put(watch, { prefix, fromRevision: minRevision, last: minRevision - 1 });
    },
    responded(scene: Scene, watch: WatchPlace, response: EtcdWatchResponse) {
      const before = seen.get(watch.id);
      if (before === undefined) return;
      const wrong = checkResponse(before, response);
      if (wrong?.startsWith(`${id}:`)) scene.report(of(watch), wrong);
      if (response.events.length > 0) seen.set(watch.id, afterResponse(before, response));
    },
  };
}

/** W1: the events of a watch come in the order of revisions. */
export const watchesOrdered = () => responses('W1', 'watch-ordered');
/** W2: no event comes twice. */
export const watchesUnique = () => responses('W2', 'watch-unique');
/** W4: the events of one revision come in one response. */
export const watchesAtomic = () => responses('W4', 'watch-atomic');

interface Place {
  readonly next: Revision;
  /** The watch began in the past: it resumes where another ended. */
  readonly resumed: boolean;
}

/** Every change that a watch wants is in its responses, from where it began up to its newest event. */
function gaps(id: 'W3' | 'W5', name: string, mine: (place: Place) => boolean): Checker {
  let places!: PagedTable<Place>;
  return {
    id,
    name,
    init(c: Containers) {
      places = c.table<Place>(`${id}/places`);
    },
    opened(_scene: Scene, watch: WatchPlace, memberRevision: Revision) {
      places.put(watch.id, { next: watch.minRevision, resumed: watch.minRevision <= memberRevision });
    },
    responded(scene: Scene, watch: WatchPlace, { events }: EtcdWatchResponse) {
      const place = places.get(watch.id);
      const store = scene.etcd?.store;
      if (place === undefined || store === undefined || events.length === 0) return;
      const to = events[events.length - 1].kv.modRevision;
      if (mine(place)) {
        let at = 0;
        for (let r = Math.max(place.next, store.compacted + 1); r <= to; r++) {
          while (at < events.length && events[at].kv.modRevision < r) at++;
          for (const { type, kv } of store.changes(r)) {
            if (watch.prefix !== '' && !kv.key.startsWith(watch.prefix)) continue;
            const event = events[at];
            if (event?.kv.modRevision === r && event.kv.key === kv.key) at++;
            else {
              scene.report(of(watch), `${type} of ${kv.key} at revision ${r} was not delivered`);
              break;
            }
          }
        }
      }
      places.set(watch.id, { ...place, next: Math.max(place.next, to + 1) });
    },
  };
}

/** W3: a watch misses nothing. */
export const watchesReliable = () => gaps('W3', 'watch-without-gaps', (place) => !place.resumed);
/** W5: a watch that begins in the past goes on from there without loss. */
export const watchesResumable = () => gaps('W5', 'watch-resumes', (place) => place.resumed);
