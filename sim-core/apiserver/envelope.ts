import type { ApiRequest, EndpointId, ReplyTo, TimeUs } from '../contracts/index.ts';

/** A request on its way to a replica. */
export interface Envelope {
  readonly from: EndpointId;
  readonly request: ApiRequest;
  readonly reply: ReplyTo;
  /** When the caller gives up. */
  readonly deadlineUs: TimeUs;
}
