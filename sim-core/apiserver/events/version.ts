import type { KubeObject, ObjId, RecordId, Revision } from '../../contracts/index.ts';
import { registerClass } from '../../engine/values.ts';
import { StoredVersion, stamped } from '../version.ts';
import { type EventParts, type EventTemplate, eventObject } from './template.ts';

/** The version whose object was put together last. A memo of a pure result. */
const last: { version: EventVersion | undefined; object: KubeObject | undefined } = {
  version: undefined,
  object: undefined,
};

/** A version of an Event as it was created, without what it shares with others: its object is put together when somebody looks. */
export class EventVersion extends StoredVersion implements EventParts {
  readonly template: EventTemplate;
  readonly high: number;
  readonly low: number;
  readonly aboutName: string;
  readonly aboutUid: string | undefined;
  readonly aboutRv: number;
  readonly message: string;
  readonly host: string;
  readonly atSecond: number;
  readonly atMicro: number;
  readonly handledSecond: number;

  constructor(obj: ObjId, rv: Revision, hash: number, record: RecordId, template: EventTemplate, parts: EventParts) {
    super(obj, rv, hash, record, undefined);
    this.template = template;
    this.high = parts.high;
    this.low = parts.low;
    this.aboutName = parts.aboutName;
    this.aboutUid = parts.aboutUid;
    this.aboutRv = parts.aboutRv;
    this.message = parts.message;
    this.host = parts.host;
    this.atSecond = parts.atSecond;
    this.atMicro = parts.atMicro;
    this.handledSecond = parts.handledSecond;
  }

  /** The store keeps it as numbers. */
  get isCompact(): boolean {
    return true;
  }

  override get object(): KubeObject {
    if (last.version !== this) {
      last.object = stamped(eventObject(this.template, this), this.rv);
      last.version = this;
    }
    return last.object as KubeObject;
  }

  /** The last state, at the revision of its deletion. */
  deleted(rv: Revision, hash: number, record: RecordId): EventVersion {
    return new EventVersion(this.obj, rv, hash, record, this.template, this);
  }
}

type Encoded = readonly [ObjId, Revision, number, RecordId, EventTemplate, ...unknown[]];

registerClass(EventVersion, {
  tag: 'EventVersion',
  encode: (v) => [
    v.obj,
    v.rv,
    v.hash,
    v.record,
    v.template,
    [v.aboutName, v.aboutUid ?? null, v.message, v.host],
    [v.high, v.low, v.aboutRv, v.atSecond, v.atMicro, v.handledSecond],
  ],
  decode: (encoded) => {
    const [obj, rv, hash, record, template, texts, numbers] = encoded as Encoded;
    const [aboutName, aboutUid, message, host] = texts as [string, string | null, string, string];
    const [high, low, aboutRv, atSecond, atMicro, handledSecond] = numbers as number[];
    const about = { aboutName, aboutUid: aboutUid ?? undefined, aboutRv };
    const parts = { high, low, ...about, message, host, atSecond, atMicro, handledSecond };
    return new EventVersion(obj, rv, hash, record, template, parts);
  },
  hash: (version) => (version.hash ^ Math.imul(version.rv, 0x9e3779b1)) >>> 0,
});
