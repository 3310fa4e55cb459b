import type { KubeObject } from '../../../sim-core/index.ts';
import { type DiffLine, lineDiff } from '../lineDiff.ts';
import { type ObjectHistory, placeAt, type Revision } from '../objectHistory.ts';
import { leavesOf, objectLines, writerOf } from '../objectLines.ts';
import type { Task } from '../task.ts';
import type { Moment } from '../traveller.ts';
import { OWNERS } from './owners.ts';

export interface ObjectArgs {
  /** `pods/shop/web-1` */
  readonly path: string;
  readonly moment: Moment;
  readonly managed: boolean;
}

export interface YamlLine {
  readonly text: string;
  readonly path: string;
  /** Who wrote it last, and when; '' and -1 = not known. */
  readonly writer: string;
  readonly timeUs: number;
  /** Written by the revision on show. */
  readonly isNew: boolean;
}

export interface RevisionFact {
  readonly rv: number;
  readonly timeUs: number;
  readonly deleted: boolean;
  /** Field manager of the write, by what it changed in managedFields. */
  readonly writer: string;
}

export interface ConditionFact {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly since: string;
}

export interface ObjectAt {
  readonly lines: readonly YamlLine[];
  /** Place of the revision on show among all; -1 = the object is not there at this moment. */
  readonly place: number;
  readonly revisions: readonly RevisionFact[];
  readonly conditions: readonly ConditionFact[];
}

/** An object in the tree of owners. */
export interface TreeRow {
  readonly path: string;
  readonly depth: number;
  readonly isSelf: boolean;
  readonly exists: boolean;
}

export interface FieldChange {
  readonly rv: number;
  readonly timeUs: number;
  readonly before: string;
  readonly after: string;
  readonly writer: string;
}

/** Plain fields of an object, its labels and conditions. */
export interface Summary {
  readonly kind: string;
  readonly created: string;
  readonly labels: readonly (readonly [string, string])[];
  /** `spec.replicas` and its value. */
  readonly facts: readonly (readonly [string, string])[];
  readonly conditions: readonly ConditionFact[];
  readonly revisions: number;
}

const FACTS_MAX = 40;

/** Revisions of leases and nodes go into the thousands; so many are looked at for who wrote a field. */
const BLAMED_MAX = 300;
const TREE_MAX = 60;
/** Writers are found for so many revisions on each side. */
const WRITERS_NEAR = 45;

function historyOf(task: Task): ObjectHistory | undefined {
  return task.run.objects;
}

function revisionsOf(task: Task, path: string): readonly Revision[] {
  const history = historyOf(task);
  const obj = history?.find(path, task.run.names.object);
  return history === undefined || obj === undefined ? [] : history.revisions(obj);
}

/** The revisions that are held, or, where the run has too many, what the cluster itself still knows at the moment. */
async function revisionsAt(task: Task, path: string, moment: Moment): Promise<readonly Revision[]> {
  const { objects, traveller } = task.run;
  if (objects === undefined || traveller === undefined || moment.timeUs <= objects.untilUs)
    return revisionsOf(task, path);
  const [resource, ...rest] = path.split('/');
  const name = rest[rest.length - 1] ?? '';
  const known = await traveller.at(task, moment, (s) => s.revisions(resource, rest.length > 1 ? rest[0] : '', name));
  return known.flatMap(({ revision, timeUs, record, verb, object }) =>
    object === undefined ? [] : [{ rv: revision, timeUs, record, deleted: verb === 'delete', object }],
  );
}

const writers = new WeakMap<KubeObject, string>();

/** The manager whose entry is new or newer than in the version before; a version has one before, so it is found once. */
function writerOfRevision(now: KubeObject, before: KubeObject | undefined): string {
  let writer = writers.get(now);
  if (writer === undefined) writers.set(now, (writer = findWriter(now, before)));
  return writer;
}

function findWriter(now: KubeObject, before: KubeObject | undefined): string {
  const old = new Map((before?.metadata.managedFields ?? []).map((e) => [`${e.manager} ${e.subresource}`, e]));
  for (const entry of now.metadata.managedFields ?? []) {
    const was = old.get(`${entry.manager} ${entry.subresource}`);
    if (was === undefined || was !== entry) {
      if (was === undefined || JSON.stringify(was) !== JSON.stringify(entry)) return entry.manager ?? '';
    }
  }
  if (before === undefined) return '';
  // Entries carry whole seconds: a second write within one changes none of them. Then a changed field has an owner.
  const leavesBefore = leaves(before);
  for (const [path, text] of leaves(now)) {
    if (path === 'metadata/resourceVersion' || leavesBefore.get(path) === text) continue;
    const writer = writerOf(now, path)?.manager;
    if (writer !== undefined) return writer;
  }
  return '';
}

const knownLeaves = new WeakMap<KubeObject, Map<string, string>>();

/** Leaves of a version, kept as long as the version is: each is looked at with every step of the moment. */
function leaves(object: KubeObject): Map<string, string> {
  let found = knownLeaves.get(object);
  if (found === undefined) knownLeaves.set(object, (found = leavesOf(object)));
  return found;
}

/** When each leaf got the value that it has in the last of the revisions. */
async function changes(task: Task, revisions: readonly Revision[]): Promise<Map<string, number>> {
  const changedAt = new Map<string, number>();
  let before = new Map<string, string>();
  for (const [i, revision] of revisions.entries()) {
    const now = leaves(revision.object);
    for (const [path, text] of now) if (before.get(path) !== text) changedAt.set(path, i);
    before = revision.deleted ? new Map() : now;
    await task.pause();
  }
  return changedAt;
}

export const objectQueries = {
  /** The object at a moment, line by line, with who wrote each; all its revisions; its conditions. */
  async at(task: Task, { path, moment, managed }: ObjectArgs): Promise<ObjectAt> {
    const revisions = await revisionsAt(task, path, moment);
    let place = placeAt(revisions, moment.timeUs);
    const exact = moment.eventNumber === undefined ? undefined : await rvAt(task, path, moment);
    // Commits of the same instant that come after the step are still to come.
    if (exact !== undefined) while (place >= 0 && revisions[place].rv > exact) place--;
    const facts: RevisionFact[] = [];
    for (const [i, r] of revisions.entries()) {
      const before = i === 0 ? undefined : revisions[i - 1].object;
      const isNear = revisions.length <= BLAMED_MAX || Math.abs(i - place) <= WRITERS_NEAR;
      facts.push({
        rv: r.rv,
        timeUs: r.timeUs,
        deleted: r.deleted,
        writer: isNear ? writerOfRevision(r.object, before) : '',
      });
      await task.pause();
    }
    const shown = revisions[place];
    if (shown === undefined || shown.deleted) return { lines: [], place: -1, revisions: facts, conditions: [] };
    const first = Math.max(0, place + 1 - BLAMED_MAX);
    const changedAt = await changes(task, revisions.slice(first, place + 1));
    const lines = objectLines(shown.object, managed).map(({ text, path: at, isLeaf }): YamlLine => {
      const changed = isLeaf ? changedAt.get(at) : undefined;
      const writer = isLeaf && !at.startsWith('metadata/managedFields') ? writerOf(shown.object, at) : undefined;
      return {
        text: text.slice(0, 2000),
        path: at,
        writer: writer?.manager ?? '',
        timeUs: changed === undefined ? -1 : revisions[first + changed].timeUs,
        isNew: changed !== undefined && first + changed === place && place > 0,
      };
    });
    return { lines, place, revisions: facts, conditions: conditionsOf(shown.object) };
  },

  /** What a person wants to know of an object first, at a moment. */
  async summary(
    task: Task,
    { path, moment }: { readonly path: string; readonly moment: Moment },
  ): Promise<Summary | undefined> {
    const revisions = await revisionsAt(task, path, moment);
    const shown = revisions[placeAt(revisions, moment.timeUs)];
    if (shown === undefined || shown.deleted) return undefined;
    const { metadata, spec, status, kind } = shown.object;
    const facts: (readonly [string, string])[] = [];
    const add = (name: string, value: unknown) => {
      if (value === undefined || value === null || typeof value === 'object') return;
      facts.push([name, String(value).slice(0, 300)]);
    };
    for (const [part, value] of [
      ['spec', spec],
      ['status', status],
    ] as const)
      for (const [name, v] of Object.entries((JSON.parse(JSON.stringify(value ?? {})) ?? {}) as object))
        add(`${part}.${name}`, v);
    return {
      kind: kind ?? '',
      created: metadata.creationTimestamp ?? '',
      labels: Object.entries(metadata.labels ?? {}).slice(0, FACTS_MAX),
      facts: facts.slice(0, FACTS_MAX),
      conditions: conditionsOf(shown.object),
      revisions: revisions.length,
    };
  },

  /** What one revision changed, or any other two. */
  diff(
    task: Task,
    { path, from, to }: { readonly path: string; readonly from: number; readonly to: number },
  ): readonly DiffLine[] {
    const revisions = revisionsOf(task, path);
    const textOf = (rv: number) => {
      const revision = revisions.find((r) => r.rv === rv);
      return revision === undefined || revision.deleted ? [] : objectLines(revision.object, false).map((l) => l.text);
    };
    return lineDiff(textOf(from), textOf(to));
  },

  /** Every change of one field, oldest first. */
  async field(
    task: Task,
    { path, field }: { readonly path: string; readonly field: string },
  ): Promise<readonly FieldChange[]> {
    const found: FieldChange[] = [];
    let before = '';
    for (const revision of revisionsOf(task, path)) {
      const after = revision.deleted ? '' : (leaves(revision.object).get(field) ?? '');
      if (after !== before) {
        const writer = writerOf(revision.object, field)?.manager ?? '';
        found.push({ rv: revision.rv, timeUs: revision.timeUs, before, after, writer });
      }
      before = after;
      await task.pause();
    }
    return found;
  },

  /** Owners up to the root, and what the object owns. */
  async tree(
    task: Task,
    { path, moment }: { readonly path: string; readonly moment: Moment },
  ): Promise<readonly TreeRow[]> {
    const owners = await task.run.track(task, OWNERS);
    const { names, objects } = task.run;
    const obj = objects?.find(path, names.object) ?? owners.find(path, (id) => names.object(id));
    if (obj === undefined) return [];
    const exists = (id: number) => objects === undefined || objects.exists(id, moment.timeUs);
    const up: number[] = [];
    for (let at = owners.ownerOf(obj); at !== undefined && up.length < 8; at = owners.ownerOf(at)) up.unshift(at);
    const rows: TreeRow[] = up.map((id, depth) => ({
      path: names.object(id),
      depth,
      isSelf: false,
      exists: exists(id),
    }));
    const visit = (id: number, depth: number) => {
      if (rows.length >= TREE_MAX) return;
      rows.push({ path: names.object(id), depth, isSelf: id === obj, exists: exists(id) });
      for (const child of owners.ownedBy(id)) visit(child, depth + 1);
    };
    visit(obj, up.length);
    return rows;
  },
};

async function rvAt(task: Task, path: string, moment: Moment): Promise<number | undefined> {
  const [resource, ...rest] = path.split('/');
  const name = rest[rest.length - 1] ?? '';
  const namespace = rest.length > 1 ? rest[0] : '';
  const object = await task.run.traveller?.at(task, moment, (session) => session.object(resource, namespace, name));
  return object === undefined ? undefined : Number(object.metadata.resourceVersion);
}

function conditionsOf(object: KubeObject): readonly ConditionFact[] {
  const conditions =
    (object.status as { conditions?: readonly Record<string, unknown>[] } | undefined)?.conditions ?? [];
  const text = (value: unknown) => (value === undefined || value === null ? '' : String(value).slice(0, 500));
  return conditions.map((c) => ({
    type: text(c['type']),
    status: text(c['status']),
    reason: text(c['reason']),
    message: text(c['message']),
    since: text(c['lastTransitionTime']),
  }));
}
