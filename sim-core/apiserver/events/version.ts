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
  readonly name: string;
  readonly aboutName: string;
  readonly aboutUid: string | undefined;
  readonly aboutRv: number;
  readonly message: string;
  readonly host: string;
  readonly atSecond: number;
  readonly atMicro: number;
  readonly handledSecond: number;
  readonly uid0: number;
  readonly uid1: number;
  readonly uid2: number;
  readonly uid3: number;

  constructor(obj: ObjId, rv: Revision, hash: number, record: RecordId, template: EventTemplate, parts: EventParts) {
    super(obj, rv, hash, record, undefined);
    this.template = template;
    this.name = parts.name;
    this.aboutName = parts.aboutName;
    this.aboutUid = parts.aboutUid;
    this.aboutRv = parts.aboutRv;
    this.message = parts.message;
    this.host = parts.host;
    this.atSecond = parts.atSecond;
    this.atMicro = parts.atMicro;
    this.handledSecond = parts.handledSecond;
    this.uid0 = parts.uid0;
    this.uid1 = parts.uid1;
    this.uid2 = parts.uid2;
    this.uid3 = parts.uid3;
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
    [v.name, v.aboutName, v.aboutUid ?? null, v.aboutRv, v.message, v.host],
    [v.atSecond, v.atMicro, v.handledSecond, v.uid0, v.uid1, v.uid2, v.uid3],
  ],
  decode: (encoded) => {
    const [obj, rv, hash, record, template, texts, numbers] = encoded as Encoded;
    const [name, aboutName, aboutUid, aboutRv, message, host] = texts as [
      string,
      string,
      string | null,
      number,
      string,
      string,
    ];
    const [atSecond, atMicro, handledSecond, uid0, uid1, uid2, uid3] = numbers as number[];
    const uid = { uid0, uid1, uid2, uid3 };
    const about = { aboutName, aboutUid: aboutUid ?? undefined, aboutRv };
    const parts = { name, ...about, message, host, atSecond, atMicro, handledSecond, ...uid };
    return new EventVersion(obj, rv, hash, record, template, parts);
  },
  hash: (version) => (version.hash ^ Math.imul(version.rv, 0x9e3779b1)) >>> 0,
});
