import type { ApiRequest, ApiResponse, Cluster } from '../../sim-core/index.ts';

type Observer = Parameters<Cluster['requests']['listen']>[0];

/** A kind of request, as the labels of apiserver_request_duration_seconds tell them apart. */
export interface RequestKind {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
}

/** Above this many, every second request is forgotten, and from then on every second one is taken. */
const REQUESTS_MAX = 2_000_000;

const VERBS: Readonly<Record<ApiRequest['verb'], string>> = {
  get: 'GET',
  list: 'LIST',
  watch: 'WATCH',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETECOLLECTION',
};

/** What API servers answered: when, how long it took them, and with what code. What runs again after a jump is known already. */
export class RequestLog {
  readonly kinds: RequestKind[] = [];
  size = 0;
  /** Each of these stands for so many requests. */
  weight = 1;
  times = new Float64Array(1024);
  /** µs, from its arrival to the answer, with the server's own work. */
  durations = new Float64Array(1024);
  kindOf = new Uint16Array(1024);
  codes = new Uint16Array(1024);
  private readonly numbers = new Map<string, number>();
  private readonly sinceUs = new Map<number, number>();
  private skipped = 0;
  /** The last event of which something was taken, and how many calls it made. */
  private lastEvent = -1;
  private lastCalls = 0;
  private event = -1;
  private calls = 0;

  /** Listens to a cluster; `eventsRun` counts the events of its world. */
  observer(eventsRun: () => number): Observer {
    return {
      received: (ctx, token, _request, workUs) => {
        if (this.isNew(eventsRun())) this.sinceUs.set(token, ctx.nowUs - workUs);
      },
      answered: (ctx, token, request, response) => {
        if (!this.isNew(eventsRun())) return;
        const since = this.sinceUs.get(token);
        this.sinceUs.delete(token);
        if (since !== undefined) this.add(ctx.nowUs, ctx.nowUs - since, request, response);
      },
    };
  }

  /** The same up to a moment, for a fork. */
  until(timeUs: number, eventNumber: number): RequestLog {
    const copy = new RequestLog();
    const size = this.after(timeUs);
    copy.kinds.push(...this.kinds);
    for (const [key, n] of this.numbers) copy.numbers.set(key, n);
    copy.size = size;
    copy.weight = this.weight;
    copy.times = this.times.slice(0, Math.max(1024, size));
    copy.durations = this.durations.slice(0, Math.max(1024, size));
    copy.kindOf = this.kindOf.slice(0, Math.max(1024, size));
    copy.codes = this.codes.slice(0, Math.max(1024, size));
    copy.lastEvent = eventNumber;
    copy.lastCalls = Number.POSITIVE_INFINITY;
    return copy;
  }

  /** Place of the first request after a time. */
  after(timeUs: number): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (this.times[mid] <= timeUs) low = mid + 1;
      else high = mid;
    }
    return low;
  }

  private isNew(event: number): boolean {
    if (event !== this.event) {
      this.event = event;
      this.calls = 0;
    }
    this.calls++;
    if (event < this.lastEvent || (event === this.lastEvent && this.calls <= this.lastCalls)) return false;
    this.lastEvent = event;
    this.lastCalls = this.calls;
    return true;
  }

  private add(timeUs: number, durationUs: number, request: ApiRequest, response: ApiResponse): void {
    if (++this.skipped < this.weight) return;
    this.skipped = 0;
    if (this.size === REQUESTS_MAX) this.thin();
    if (this.size === this.times.length) this.grow();
    const at = this.size++;
    this.times[at] = timeUs;
    this.durations[at] = durationUs;
    this.kindOf[at] = this.numberOf(request);
    this.codes[at] = response.code;
  }

  private numberOf({ verb, resource, subresource = '', patch }: ApiRequest): number {
    const name = patch?.type === 'apply' ? 'APPLY' : VERBS[verb];
    const key = `${name} ${resource}/${subresource}`;
    let number = this.numbers.get(key);
    if (number === undefined) {
      const dot = resource.indexOf('.');
      const [plural, group] = dot < 0 ? [resource, ''] : [resource.slice(0, dot), resource.slice(dot + 1)];
      number = this.kinds.push({ verb: name, group, resource: plural, subresource }) - 1;
      this.numbers.set(key, number);
    }
    return number;
  }

  private thin(): void {
    this.size >>= 1;
    for (let i = 0; i < this.size; i++)
      for (const column of [this.times, this.durations, this.kindOf, this.codes]) column[i] = column[2 * i];
    this.weight *= 2;
  }

  private grow(): void {
    const larger = <T extends Float64Array | Uint16Array>(old: T, made: T): T => {
      made.set(old);
      return made;
    };
    const length = this.times.length * 2;
    this.times = larger(this.times, new Float64Array(length));
    this.durations = larger(this.durations, new Float64Array(length));
    this.kindOf = larger(this.kindOf, new Uint16Array(length));
    this.codes = larger(this.codes, new Uint16Array(length));
  }
}
