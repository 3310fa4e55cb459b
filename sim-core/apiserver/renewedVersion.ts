import { microTimeText, timeText } from '../api/machinery/time.ts';
import type { KubeObject, ManagedFieldsEntry, ObjId, RecordId, Revision, TimeUs } from '../contracts/index.ts';
import { SECOND_US } from '../contracts/index.ts';
import { beginHash, combine, finishHash, hashString, hashUnit } from '../engine/mix.ts';
import { registerClass } from '../engine/values.ts';
import { contentHash, OBJECT, part, START } from './contentHash.ts';
import { LOST } from './fieldHashes.ts';
import { withRenewTime } from './leaseRenewal.ts';
import { StoredVersion, stamped } from './version.ts';

/** A lease that was written whole, and what hashing it again with other times starts from. */
export interface LeaseTemplate {
  /** In the store. */
  readonly key: string;
  readonly object: KubeObject;
  readonly epochSeconds: number;
  /** The Node that its kubelet names as the owner. */
  readonly ownerUid: string | undefined;
  /** Sums as i32, without: metadata and spec; managedFields; renewTime; time. */
  readonly rest: number;
  readonly metadataRest: number;
  readonly specRest: number;
  readonly entryRest: number;
}

export function leaseTemplate(
  key: string,
  object: KubeObject,
  epochSeconds: number,
  ownerUid: string | undefined,
): LeaseTemplate {
  const { metadataSum, specSum } = contentHash(object);
  const { managedFields } = object.metadata;
  const [entry] = managedFields as readonly [ManagedFieldsEntry];
  let rest = START;
  for (const key in object) if (key !== 'metadata' && key !== 'spec') rest = (rest + part(key, object[key], LOST)) | 0;
  let entryRest = OBJECT;
  const fields = entry as unknown as Readonly<Record<string, unknown>>;
  for (const key in fields) if (key !== 'time') entryRest = (entryRest + part(key, fields[key], LOST)) | 0;
  return {
    key,
    object,
    epochSeconds,
    ownerUid,
    rest,
    metadataRest: (metadataSum - part('managedFields', managedFields, LOST)) | 0,
    specRest: (specSum - part('renewTime', object.spec?.renewTime, LOST)) | 0,
    entryRest,
  };
}

/** Content hash of a template's renewal; `handledUs` is the time of the server in managedFields. */
export function renewalHash(template: LeaseTemplate, renewUs: TimeUs, handledUs: TimeUs): number {
  const { epochSeconds, rest, metadataRest, specRest, entryRest } = template;
  const list = combine(LIST_OF_ONE, (entryRest + secondOf(epochSeconds, handledUs).timePart) >>> 0);
  const metadataSum = (metadataRest + combine(MANAGED_FIELDS, list)) | 0;
  const specSum = (specRest + combine(RENEW_TIME, microTimeHash(epochSeconds, renewUs))) | 0;
  return (rest + combine(METADATA, metadataSum >>> 0) + combine(SPEC, specSum >>> 0)) >>> 0;
}

const METADATA = hashString('metadata');
const SPEC = hashString('spec');
const MANAGED_FIELDS = hashString('managedFields');
const RENEW_TIME = hashString('renewTime');
const LIST_OF_ONE = combine(0x846ca68b, 1);

interface Second {
  readonly unix: number;
  /** What `time` adds to an entry. */
  readonly timePart: number;
  /** State of the hash of a MicroTime behind its point. */
  readonly begun: number;
}

/** A memo of pure results, by the last digits of the second: many renewals fall into one. */
const recent: Second[] = [];
const RECENT_MASK = 63;

function secondOf(epochSeconds: number, us: TimeUs): Second {
  const unix = epochSeconds + Math.floor(us / SECOND_US);
  const known = recent[unix & RECENT_MASK];
  if (known?.unix === unix) return known;
  const text = timeText(epochSeconds, us);
  const second = { unix, timePart: part('time', text, LOST), begun: beginHash(`${text.slice(0, -1)}.`) };
  recent[unix & RECENT_MASK] = second;
  return second;
}

const ZERO = 48;
const Z = 90;
const MICRO_TIME_LENGTH = 27;

/** hashString of the text of a MicroTime. */
export function microTimeHash(epochSeconds: number, us: TimeUs): number {
  let h = secondOf(epochSeconds, us).begun;
  let left = us % SECOND_US;
  for (let place = 100_000; place >= 1; place /= 10) {
    const digit = Math.floor(left / place);
    h = hashUnit(h, ZERO + digit);
    left -= digit * place;
  }
  return finishHash(hashUnit(h, Z), MICRO_TIME_LENGTH);
}

/** A version of a lease that differs from its template in two times: object and hash are put together when somebody looks. */
export class RenewedVersion extends StoredVersion {
  readonly template: LeaseTemplate;
  readonly renewUs: TimeUs;
  readonly handledUs: TimeUs;

  constructor(obj: ObjId, rv: Revision, record: RecordId, template: LeaseTemplate, renewUs: TimeUs, handledUs: TimeUs) {
    super(obj, rv, 0, record, undefined);
    this.template = template;
    this.renewUs = renewUs;
    this.handledUs = handledUs;
  }

  override get hash(): number {
    return renewalHash(this.template, this.renewUs, this.handledUs);
  }

  override get object(): KubeObject {
    const { template, rv, renewUs, handledUs } = this;
    const { object, epochSeconds } = template;
    // A memo of what the other fields say.
    this.kept ??= stamped(
      withRenewTime(object, microTimeText(epochSeconds, renewUs), timeText(epochSeconds, handledUs)),
      rv,
    );
    return this.kept;
  }
}

registerClass(RenewedVersion, {
  tag: 'RenewedVersion',
  encode: (v) => [v.obj, v.rv, v.record, v.template, v.renewUs, v.handledUs],
  decode: (parts) => new RenewedVersion(...(parts as [number, number, number, LeaseTemplate, number, number])),
  hash: (version) => (version.hash ^ Math.imul(version.rv, 0x9e3779b1)) >>> 0,
});
