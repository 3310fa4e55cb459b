import type { KubeObject } from '../../../../sim-core/contracts/index.ts';
import { canonical } from '../../harness.ts';
import { matchNames, type Named } from './names.ts';
import { isEmpty, PlayedTexts, plain, plainDiff, RecordedTexts, type Texts } from './normalise.ts';
import type { PlayedEvent, PlayedWrite } from './observe.ts';
import type { Played } from './play.ts';
import {
  anonymous,
  type RecordedEvent,
  type RecordedWrite,
  type Transcript,
  type Varying,
  writeKey,
} from './recording.ts';
import { type Difference, type Item, type Ranges, type Score, scoreItems } from './score.ts';

export interface Comparison {
  readonly writes: Score;
  readonly events: Score;
  readonly finals: Score;
  readonly order: Score;
}

type Fields = Record<string, unknown>;
type Write = Pick<
  RecordedWrite,
  'actor' | 'verb' | 'resource' | 'subresource' | 'name' | 'code' | 'body' | 'patchType' | 'diff' | 'effect' | 'effects'
>;

const NAME = /[a-z0-9.-]+(<x\d+>)?/g;
const GENERATED = /<x\d*>/;
/** Resources that the recorder did not look at; they show where a namespace is emptied. */
const UNRECORDED: ReadonlySet<string> = new Set([
  'ingresses',
  'networkpolicies',
  'podtemplates',
  'replicationcontrollers',
  'rolebindings',
  'roles',
]);
/** What a controller manager and a scheduler say that see a cluster for the first time: the recorded ones knew theirs. */
const FIRST_SIGHT: ReadonlySet<string> = new Set(['RegisteredNode', 'FailedScheduling']);
const SYSTEM_NAMESPACES: ReadonlySet<string> = new Set(['default', 'kube-node-lease', 'kube-public', 'kube-system']);

/** Compares a played recording with the recording. */
export function compareTranscript(transcript: Transcript, played: Played): Comparison {
  return new Comparer(transcript, played).compare();
}

class Comparer {
  private readonly transcript: Transcript;
  private readonly played: Played;
  private readonly writes: readonly PlayedWrite[];
  private readonly events: readonly PlayedEvent[];
  private readonly recordedWrites: readonly RecordedWrite[];
  private readonly nodes: RegExp | undefined;
  private readonly recordedTexts: RecordedTexts;
  private playedTexts: Texts;

  constructor(transcript: Transcript, played: Played) {
    this.transcript = transcript;
    this.played = played;
    const spaces = new Set(transcript.namespaces);
    this.writes = [...played.writes]
      .filter((write) => isCovered(write, spaces))
      .sort((a, b) => a.rv - b.rv || a.atUs - b.atUs);
    this.events = played.events.filter(({ object, atUs }) => {
      if (atUs < played.startUs && FIRST_SIGHT.has(object.reason)) return false;
      const { namespace } = involved(object);
      return namespace === undefined || namespace === '' || spaces.has(namespace);
    });
    this.recordedWrites = transcript.writes.filter((write) => !isConflict(write));
    this.nodes = nodePattern(transcript);
    this.recordedTexts = new RecordedTexts(recordedAddresses(transcript));
    this.playedTexts = this.texts(this.baseNames());
    const names = matchNames(this.playedNamed(), this.recordedNamed());
    // A played name without a partner must not read like a recorded one.
    let left = 0;
    for (const [name, base] of this.baseNames()) {
      if (!names.has(name)) names.set(name, base.replace(GENERATED, `<y${++left}>`));
    }
    this.playedTexts = this.texts(names);
  }

  compare(): Comparison {
    return {
      writes: scoreItems(
        this.recordedWrites.map((write) => this.writeItem(write, this.recordedTexts, write.stable)),
        this.writes.filter((write) => !write.conflict).map((write) => this.writeItem(write, this.playedTexts)),
        this.ranges(this.transcript.stability.varyingWrites, (key) => key),
      ),
      events: scoreItems(
        this.transcript.events.map((event) => this.eventItem(recordedEvent(event), this.recordedTexts, event.stable)),
        this.events.map((event) => this.eventItem(playedEvent(event), this.playedTexts)),
        this.ranges(this.transcript.stability.varyingEvents, (key) => canonical(JSON.parse(key))),
      ),
      finals: this.finals(),
      order: this.order(),
    };
  }

  private ranges(varying: readonly Varying[], keyOf: (key: string) => string): Ranges {
    return new Map(
      varying.map(({ key, counts }) => [keyOf(key), { min: Math.min(...counts), max: Math.max(...counts) }]),
    );
  }

  /** Generated names of the played world, as `prefix<x>`. */
  private baseNames(): Map<string, string> {
    const names = new Map<string, string>();
    for (const [name, prefix] of this.played.stage.seen.generated) names.set(name, `${prefix}<x>`);
    return names;
  }

  private texts(names: ReadonlyMap<string, string>): Texts {
    const { uids, addresses } = this.played.stage.seen;
    return new PlayedTexts(names, uids, addresses, this.hashes());
  }

  /** Hashes of templates that hold the wall-clock time differ in every run: those only one side has, in order. */
  private hashes(): Map<string, string> {
    const hashesOf = (writes: readonly Write[]) =>
      writes
        .filter((write) => write.resource === 'replicasets' && write.verb === 'create' && write.code === 201)
        .map((write) => write.name.slice(write.name.lastIndexOf('-') + 1));
    const recorded = hashesOf(this.recordedWrites);
    const played = hashesOf(this.writes);
    const open = recorded.filter((hash) => !played.includes(hash));
    const wanted = played.filter((hash) => !recorded.includes(hash));
    return new Map(wanted.slice(0, open.length).map((hash, i) => [hash, open[i]]));
  }

  private nodeless(text: string): string {
    return this.nodes ? text.replace(this.nodes, '<node>') : text;
  }

  private item(key: string, content: string, what: string, stable?: Item['stable']): Item {
    const anonymousKey = anonymous(key);
    return {
      key,
      anonymousKey,
      content,
      nodeless: this.nodeless(content),
      nodelessKey: this.nodeless(key),
      stable,
      what,
    };
  }

  private writeItem(write: Write, texts: Texts, stable?: Item['stable']): Item {
    const key = writeKey({ ...write, name: '' }).replace('  ', ` ${texts.text(write.name)} `);
    const content = canonical(this.content(write, texts));
    const item = this.item(key, content, key, stable);
    return { ...item, anonymousKey: item.anonymousKey.replace(/<y\d+>/g, '<x>') };
  }

  private content(write: Write, texts: Texts): Fields {
    const body = plain(write.body ?? {}, texts) as Fields;
    // The status of a new object is dropped, but for nodes.
    if (write.verb === 'create' && write.resource !== 'nodes') delete body.status;
    const content: Fields = { effect: write.effect };
    const diff = write.resource === 'pods' ? anyAddress(plainDiff(write.diff, texts)) : plainDiff(write.diff, texts);
    if (diff) content.diff = diff;
    if (write.verb !== 'update' && !isEmpty(body)) content.body = write.resource === 'pods' ? anyAddress(body) : body;
    if (write.effects && write.effects.length > 0)
      content.effects = write.effects.map((e) => `${texts.text(e[0])} ${e[1]}`).sort();
    return content;
  }

  private eventItem(event: Fields, texts: Texts, stable?: Item['stable']): Item {
    const key = canonical(plain(event, texts));
    const item = this.item(key, '', String(event.reason), stable);
    return { ...item, anonymousKey: this.nodeless(item.anonymousKey.replace(/<y\d+>/g, '<x>')) };
  }

  // --- Names ---

  private playedNamed(): Named[] {
    const { generated } = this.played.stage.seen;
    const initial = this.played.stage.concrete.names;
    const traits = new Map<string, string[]>();
    const mentions = new Map<string, string[]>();
    const kinds = new Map<string, string>();
    const resourceOf = new Map<string, string>();
    for (const owner of this.played.stage.seen.uids.values()) {
      const slash = owner.indexOf('/');
      resourceOf.set(owner.slice(slash + 1).split('#')[0], owner.slice(0, slash));
    }
    for (const [name, prefix] of generated) {
      kinds.set(name, `${resourceOf.get(name)} ${prefix} ${initial.has(name)}`);
      traits.set(name, []);
      mentions.set(name, []);
    }
    const writes = this.writes.filter((write) => !write.conflict);
    this.collect(traits, mentions, writes, this.events.map(playedEvent), this.playedTexts, this.finalTraits());
    return [...kinds].map(([name, kind]) => ({
      name,
      kind,
      traits: traits.get(name) ?? [],
      mentions: mentions.get(name) ?? [],
    }));
  }

  private recordedNamed(): Named[] {
    const traits = new Map<string, string[]>();
    const mentions = new Map<string, string[]>();
    const kinds = new Map<string, string>();
    const add = (name: string, resource: string, initial: boolean) => {
      if (!GENERATED.test(name) || kinds.has(name)) return;
      kinds.set(name, `${resource} ${name.replace(GENERATED, '')} ${initial}`);
      traits.set(name, []);
      mentions.set(name, []);
    };
    for (const o of this.transcript.initialObjects) add(o.metadata.name ?? '', o.resource, true);
    for (const write of this.recordedWrites)
      if (write.verb === 'create' && !write.subresource) add(write.name, write.resource, false);
    const finals = new Map<string, string>();
    for (const o of this.transcript.final) finals.set(o.metadata.name ?? '', this.finalContent(o, this.recordedTexts));
    this.collect(
      traits,
      mentions,
      this.recordedWrites,
      this.transcript.events.map(recordedEvent),
      this.recordedTexts,
      finals,
    );
    return [...kinds].map(([name, kind]) => ({
      name,
      kind,
      traits: traits.get(name) ?? [],
      mentions: mentions.get(name) ?? [],
    }));
  }

  private finalTraits(): Map<string, string> {
    const finals = new Map<string, string>();
    const spaces = new Set(this.transcript.namespaces);
    for (const { resource, object } of this.played.final) {
      if (resource === 'pods' && spaces.has(object.metadata.namespace ?? '')) {
        finals.set(object.metadata.name ?? '', this.finalContent(object, this.playedTexts));
      }
    }
    return finals;
  }

  private collect(
    traits: Map<string, string[]>,
    mentions: Map<string, string[]>,
    writes: readonly Write[],
    events: readonly Fields[],
    texts: Texts,
    finals: ReadonlyMap<string, string>,
  ): void {
    for (const write of writes) {
      const list = traits.get(write.name);
      if (!list) continue;
      const key = anonymous(writeKey({ ...write, name: '' }));
      list.push(key, `${key} ${anonymous(canonical(this.content(write, texts)))}`);
    }
    for (const event of events) {
      const text = anonymous(canonical(plain(event, texts)));
      const about = (event.involvedObject as Fields).name as string;
      const named = String(event.message).match(NAME) ?? [];
      traits.get(about)?.push(text);
      for (const name of new Set(named)) if (name !== about) mentions.get(name)?.push(text);
    }
    for (const [name, list] of traits) if (finals.has(name)) list.push(anonymous(finals.get(name) ?? ''));
  }

  // --- Final objects ---

  private finalContent(object: KubeObject, texts: Texts): string {
    const { resource: _resource, ...rest } = object as KubeObject & { resource?: string };
    const content = plain(stripped(rest as KubeObject), texts);
    return canonical(object.kind === 'Pod' ? anyAddress(content) : content);
  }

  private finals(): Score {
    const vary = new Set(this.transcript.stability.finalObjectsThatVary);
    const keyOf = (resource: string, object: KubeObject, texts: Texts) =>
      `${resource} ${texts.text(object.metadata.name ?? '')}`;
    const recorded = this.transcript.final.map((object) =>
      this.item(
        keyOf(object.resource, object, this.recordedTexts),
        this.finalContent(object, this.recordedTexts),
        object.resource,
        'exact',
      ),
    );
    const covered = new Set(this.transcript.namespaces);
    const noted = new Set(this.transcript.final.map((o) => `${o.resource} ${o.metadata.name}`));
    const { startRv } = this.played;
    const played = this.played.final
      .filter(({ resource, object }) => {
        const { namespace = '', name = '', resourceVersion } = object.metadata;
        if (resource === 'events' || resource === 'leases') return false;
        if (namespace !== '') return covered.has(namespace);
        // Of the cluster's objects the recordings show those that were written, and the namespaces covered.
        return noted.has(`${resource} ${name}`) || covered.has(name) || Number(resourceVersion) > startRv;
      })
      .map(({ resource, object }) =>
        this.item(keyOf(resource, object, this.playedTexts), this.finalContent(object, this.playedTexts), resource),
      );
    const steady = (item: Item) => !vary.has(item.anonymousKey.replace(/<y\d+>/g, '<x>'));
    return scoreItems(modulo(recorded.filter(steady)), played.filter(steady), new Map());
  }

  // --- Order ---

  private order(): Score {
    const vary = new Set(this.transcript.stability.objectsWhoseOwnWriteSequenceVaries);
    const sequences = (writes: readonly Write[], texts: Texts): Item[] => {
      const byObject = new Map<string, string[]>();
      for (const write of writes) {
        const key = `${write.resource} ${texts.text(write.name)}`;
        const list = byObject.get(key) ?? [];
        list.push(`${write.actor} ${write.verb} ${write.subresource ?? ''} ${write.code}`);
        byObject.set(key, list);
      }
      return [...byObject].map(([key, list]) => this.item(key, list.join('; '), key, 'exact'));
    };
    const steady = (item: Item) => !vary.has(item.anonymousKey.replace(/<y\d+>/g, '<x>'));
    const recorded = sequences(this.recordedWrites, this.recordedTexts).filter(steady);
    const played = sequences(
      this.writes.filter((write) => !write.conflict),
      this.playedTexts,
    ).filter(steady);
    return scoreItems(recorded, played, new Map());
  }
}

/** A pod's own address says nothing; it may have been another pod's before. */
function anyAddress<T>(value: T): T {
  return value === undefined ? value : JSON.parse(JSON.stringify(value).replace(/<ip:[^"]*?>(?=")/g, '<ip>'));
}

/** The scheduler breaks ties at random: where a final object lies is not compared. */
function modulo(items: readonly Item[]): Item[] {
  return items.map((item) => ({ ...item, stable: 'modulo-node' as const }));
}

function isConflict(write: RecordedWrite): boolean {
  return write.code === 409 && write.verb !== 'create';
}

function isCovered(write: PlayedWrite, spaces: ReadonlySet<string>): boolean {
  if (write.ns !== '' && !spaces.has(write.ns)) return false;
  if (write.resource === 'events' || write.resource === 'leases') return false;
  if (write.resource === 'namespaces' && SYSTEM_NAMESPACES.has(write.name)) return false;
  if (write.verb === 'deletecollection' && UNRECORDED.has(write.resource)) return false;
  // What an API server writes when it starts on an empty store.
  if (write.actor === 'kube-apiserver' && write.verb === 'create') return false;
  // A second delete of a pod that is gone.
  return !(write.actor === 'kubelet(kwok)' && write.verb === 'delete' && write.code === 404);
}

function nodePattern(transcript: Transcript): RegExp | undefined {
  const names = new Set<string>();
  for (const o of [...transcript.initialObjects, ...transcript.final])
    if (o.kind === 'Node') names.add(o.metadata.name ?? '');
  for (const write of transcript.writes) if (write.resource === 'nodes') names.add(write.name);
  if (names.size === 0) return undefined;
  const list = [...names]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`(?<![A-Za-z0-9-])(${list.join('|')})(?![A-Za-z0-9-])`, 'g');
}

/** `<ip3>` -> name of the pod that has it. */
function recordedAddresses(transcript: Transcript): Map<string, string> {
  const addresses = new Map<string, string>();
  for (const o of transcript.initialObjects) if (o.status?.podIP) addresses.set(o.status.podIP, o.metadata.name ?? '');
  for (const write of transcript.writes) {
    const change = write.resource === 'pods' ? write.diff?.['status.podIP'] : undefined;
    if (typeof change?.[1] === 'string') addresses.set(change[1], write.name);
  }
  return addresses;
}

function involved(object: KubeObject): { kind?: string; namespace?: string; name?: string } {
  return object.involvedObject ?? object.regarding ?? {};
}

function recordedEvent(event: RecordedEvent): Fields {
  const { actor, api, involvedObject, message, reason, source, type, action, related } = event;
  return { actor, api, involvedObject, message, reason, source, type, action, related };
}

function playedEvent({ actor, api, object }: PlayedEvent): Fields {
  const { kind, namespace, name } = involved(object);
  const related = object.related as Fields | undefined;
  return {
    actor,
    api,
    involvedObject: { kind, namespace, name },
    message: object.message ?? object.note,
    reason: object.reason,
    source: object.source?.component || object.reportingController || object.reportingComponent,
    type: object.type,
    action: api === 'v1' ? undefined : object.action,
    related: related && { kind: related.kind, namespace: related.namespace, name: related.name },
  };
}

const BOILERPLATE: readonly string[] = [
  'dnsPolicy',
  'securityContext',
  'schedulerName',
  'enableServiceLinks',
  'preemptionPolicy',
  'serviceAccount',
  'serviceAccountName',
  'volumes',
];
const CONTAINER_BOILERPLATE: readonly string[] = [
  'terminationMessagePath',
  'terminationMessagePolicy',
  'imagePullPolicy',
  'volumeMounts',
];

/** Without what the recordings leave out: resourceVersion, managedFields, and a pod's defaulted fields. */
function stripped(object: KubeObject): KubeObject {
  const { resourceVersion: _rv, managedFields: _managed, ...metadata } = object.metadata;
  if (object.kind === 'Node') {
    const { nodeInfo: _info, ...status } = object.status ?? {};
    return { ...object, metadata, status };
  }
  if (object.kind !== 'Pod') return { ...object, metadata };
  const spec: Fields = { ...object.spec };
  for (const field of BOILERPLATE) delete spec[field];
  for (const list of ['containers', 'initContainers']) {
    const containers = spec[list] as readonly Fields[] | undefined;
    if (!containers) continue;
    spec[list] = containers.map((container) => {
      const bare = { ...container };
      for (const field of CONTAINER_BOILERPLATE) delete bare[field];
      return bare;
    });
  }
  return { ...object, metadata, spec };
}

export type { Difference };
