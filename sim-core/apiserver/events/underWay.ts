import type { ApiRequest, EndpointId, EventFacts, StreamKey, TimeUs } from '../../contracts/index.ts';

/** An Event between its recorder's send and its commit. */
export interface UnderWay {
  readonly from: EndpointId;
  readonly replica: number;
  /** Process of the server. */
  readonly life: number;
  readonly member: number;
  /** 0 = none yet. */
  readonly lease: number;
  /** In the table of templates. */
  readonly template: number;
  /** On etcd's disk. */
  readonly bytes: number;
  readonly facts: EventFacts;
  readonly aboutRv: number;
  readonly handledUs: TimeUs;
  /** Where somebody listens. */
  readonly request: ApiRequest | undefined;
  readonly stream: StreamKey;
  readonly n: number;
  readonly caller: number;
  readonly a: number;
  readonly b: number;
}
