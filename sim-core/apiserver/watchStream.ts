import { type FieldError, forbidden, notSupported } from '../api/machinery/fieldErrors.ts';
import { apiVersionOf, type ResourceInfo } from '../api/schema/index.ts';
import type { ApiRequest, ApiResponse, Json, KubeObject, Version, WatchEntry } from '../contracts/index.ts';
import { frameOf } from './http.ts';
import { type Selection, selectionOf, selects } from './selectors.ts';
import { expired, invalid, unknownError } from './status.ts';
import { type TableOptions, tableOf } from './tables/index.ts';
import { parseVersion } from './verbs/read.ts';
import { stamped } from './version.ts';

/** What a watch stream needs to know of the server's state when it opens. */
export interface WatchSource {
  readonly rv: number;
  list(): readonly Version[];
  since(rv: number): readonly WatchEntry[] | 'expired';
  /** Oldest revision from which a watch can start. */
  readonly oldest: number;
}

/** An open watch of an HTTP client: which frames it begins with, and what becomes of later entries. */
export interface WatchStream {
  readonly frames: readonly Json[];
  /** The server ends the stream after the first frames. */
  readonly over: boolean;
  /** The frame of an entry; undefined where it concerns this watch not. */
  frame(entry: WatchEntry): Json | undefined;
}

const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

/** Opens a watch (apiserver endpoints/handlers/get.go, storage/cacher): the stream, or the error it is answered with. */
export function openStream(
  request: ApiRequest,
  info: ResourceInfo,
  source: WatchSource,
  table?: () => TableOptions,
): WatchStream | ApiResponse {
  const options = request.options ?? {};
  const selection = selectionOf(info, options);
  if ('code' in selection) return selection;
  const problem = optionProblem(request);
  if (problem) return problem;
  const rvText = options.resourceVersion ?? '';
  const rv = rvText === '' ? 0 : parseVersion(rvText);
  if (rv === undefined) {
    return unknownError(
      `resourceVersion: Invalid value: "${rvText}": strconv.ParseUint: parsing "${rvText}": invalid syntax`,
    );
  }
  const initial = options.sendInitialEvents ?? (options.sendInitialEvents === undefined && rv === 0);
  const shape = shaper(request, info, table);
  const frame = (entry: WatchEntry) => frameOfEntry(entry, request, selection, shape);
  if (initial) {
    const chosen = source.list().filter(({ object }) => inScope(object, request) && selects(selection, object));
    const frames = chosen.map(({ object }) => frameOf('ADDED', shape(object)));
    if (options.allowWatchBookmarks) frames.push(bookmark(info, source.rv, shape));
    return { frames, over: false, frame };
  }
  // Without initial events an unset version means: from now on.
  const missed = rv === 0 ? [] : source.since(rv);
  if (missed === 'expired') {
    const { status } = expired(`too old resource version: ${rv} (${source.oldest})`);
    return { frames: [{ type: 'ERROR', object: status as unknown as Json }], over: true, frame: () => undefined };
  }
  const frames = missed.map(frame).filter((f) => f !== undefined);
  return { frames, over: false, frame: (entry) => (entry.rv > rv ? frame(entry) : undefined) };
}

/** apimachinery pkg/apis/meta/internalversion/validation validateWatchOptions. */
function optionProblem(request: ApiRequest): ApiResponse | undefined {
  const { sendInitialEvents, resourceVersionMatch: match, continue: token } = request.options ?? {};
  const field = 'resourceVersionMatch';
  const errors: FieldError[] = [];
  if (sendInitialEvents !== undefined && match !== 'NotOlderThan') {
    errors.push(forbidden(field, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  }
  if (match) {
    if (sendInitialEvents === undefined) {
      errors.push(forbidden(field, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'));
    }
    if (match !== 'NotOlderThan') errors.push(notSupported(field, match, ['NotOlderThan']));
    if (token) errors.push(forbidden(field, 'resourceVersionMatch is forbidden when continue is provided'));
  }
  return errors.length > 0 ? invalid('meta.k8s.io', 'ListOptions', '', errors) : undefined;
}

function inScope(object: KubeObject, request: ApiRequest): boolean {
  return request.namespace === '' || object.metadata.namespace === request.namespace;
}

function frameOfEntry(
  entry: WatchEntry,
  request: ApiRequest,
  selection: Selection,
  shape: (object: KubeObject) => KubeObject,
): Json | undefined {
  if (!inScope(entry.now.object, request)) return undefined;
  const is = entry.type !== 'DELETED' && selects(selection, entry.now.object);
  const was = entry.before !== undefined && selects(selection, entry.before.object);
  if (is) return frameOf(was ? 'MODIFIED' : 'ADDED', shape(entry.now.object));
  if (!was) return undefined;
  const last = entry.type === 'DELETED' ? entry.now.object : stamped((entry.before as Version).object, entry.rv);
  return frameOf('DELETED', shape(last));
}

/** The object as the client asked for it: whole, its metadata alone, or as a Table of one row. */
function shaper(
  request: ApiRequest,
  info: ResourceInfo,
  table: (() => TableOptions) | undefined,
): (object: KubeObject) => KubeObject {
  if (table) {
    let first = true;
    return (object) => {
      const meta = { resourceVersion: object.metadata.resourceVersion };
      const shaped = tableOf(info, [object], meta, table(), first) as unknown as KubeObject;
      first = false;
      return shaped;
    };
  }
  if (request.accept !== 'metadata') return (object) => object;
  return ({ metadata }) => ({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata });
}

function bookmark(info: ResourceInfo, rv: number, shape: (object: KubeObject) => KubeObject): Json {
  const metadata = {
    resourceVersion: String(rv),
    annotations: { [INITIAL_EVENTS_END]: 'true' },
  };
  return frameOf('BOOKMARK', shape({ kind: info.kind, apiVersion: apiVersionOf(info), metadata }));
}
