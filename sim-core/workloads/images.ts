import type { TimeUs } from '../contracts/index.ts';
import { finishHash, hashUnit } from '../engine/mix.ts';
import type { BehaviourSpec } from './behaviourSpec.ts';
import { DEFAULTS, IMAGE_BYTES, PULL_BYTES_PER_SECOND, PULL_SPREAD } from './defaults.ts';
import { type Draws, PURPOSE, sample } from './process.ts';

/** What a pull does: how long it takes, and what is there then, or the error of the runtime. */
export interface Pull {
  readonly delayUs: TimeUs;
  readonly sizeBytes: number;
  readonly imageID: string;
  readonly error?: string;
  readonly code?: string;
}

/** Compressed size of an image: as the scenario says, else drawn by its name, so that it is the same on every node. */
export function imageBytes(spec: BehaviourSpec, draws: Draws, reference: string): number {
  return spec.imageBytes ?? sample(draws, draws.stream(`image/${reference}`), PURPOSE.size, 0, IMAGE_BYTES);
}

/** One pull on a node. `pod` is the stable name under which it is drawn. */
export function pullImage(spec: BehaviourSpec, draws: Draws, reference: string, node: number, pod: string): Pull {
  const stream = draws.stream(`pull/${node}/${pod}/${reference}`);
  const sizeBytes = imageBytes(spec, draws, reference);
  const registryUs = sample(draws, stream, PURPOSE.registry, 0, DEFAULTS.registry);
  const imageID = `sha256:${hex64(`image/${reference}`)}`;
  if (spec.pullError)
    return { delayUs: registryUs, sizeBytes: 0, imageID: '', ...pullFailure(spec.pullError, reference) };
  const spread = sample(draws, stream, PURPOSE.pull, 0, PULL_SPREAD) / 1_000_000;
  const transferUs = Math.floor((sizeBytes / PULL_BYTES_PER_SECOND) * 1_000_000 * spread);
  return { delayUs: registryUs + transferUs, sizeBytes, imageID };
}

/** containerd's errors, as the kubelet shows them. */
function pullFailure(
  kind: NonNullable<BehaviourSpec['pullError']>,
  reference: string,
): { readonly error: string; readonly code: string } {
  const full = canonicalReference(reference);
  const resolve = `failed to pull and unpack image "${full}": failed to resolve reference "${full}"`;
  switch (kind) {
    case 'notFound':
      return { code: 'NotFound', error: `rpc error: code = NotFound desc = ${resolve}: ${full}: not found` };
    case 'unauthorized': {
      const denied =
        'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed';
      return { code: 'Unknown', error: `rpc error: code = Unknown desc = ${resolve}: ${denied}` };
    }
    case 'unavailable': {
      const host = full.slice(0, full.indexOf('/'));
      const dial = `failed to do request: Head "https://${host}/v2/": dial tcp: lookup ${host}: i/o timeout`;
      return { code: 'Unknown', error: `rpc error: code = Unknown desc = ${resolve}: ${dial}` };
    }
  }
}

/** `nginx` -> `docker.io/library/nginx:latest`. */
export function canonicalReference(reference: string): string {
  const slash = reference.indexOf('/');
  const first = slash < 0 ? '' : reference.slice(0, slash);
  const hasHost = first.includes('.') || first.includes(':') || first === 'localhost';
  const named = hasHost ? reference : `docker.io/${slash < 0 ? 'library/' : ''}${reference}`;
  const lastPart = named.slice(named.lastIndexOf('/') + 1);
  return lastPart.includes(':') || lastPart.includes('@') ? named : `${named}:latest`;
}

/** 00 to ff. */
const HEX_BYTES: readonly string[] = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'));

function hex32(word: number): string {
  const high = HEX_BYTES[word >>> 24] + HEX_BYTES[(word >>> 16) & 255];
  return high + HEX_BYTES[(word >>> 8) & 255] + HEX_BYTES[word & 255];
}

/** 64 hex digits that stand for a digest or a container's id: eight hashes of the name, by `hashString` with the seeds 1 to 8. */
export function hex64(name: string): string {
  const { length } = name;
  let [a, b, c, d] = [1 ^ BASE, 2 ^ BASE, 3 ^ BASE, 4 ^ BASE];
  let [e, f, g, h] = [5 ^ BASE, 6 ^ BASE, 7 ^ BASE, 8 ^ BASE];
  for (let i = 0; i < length; i++) {
    const unit = name.charCodeAt(i);
    a = hashUnit(a, unit);
    b = hashUnit(b, unit);
    c = hashUnit(c, unit);
    d = hashUnit(d, unit);
    e = hashUnit(e, unit);
    f = hashUnit(f, unit);
    g = hashUnit(g, unit);
    h = hashUnit(h, unit);
  }
  const words = [a, b, c, d, e, f, g, h];
  const parts: string[] = [];
  for (let i = 0; i < 8; i++) parts.push(hex32(finishHash(words[i], length)));
  // Joined, not added: a sum keeps all its parts, five times the memory, until somebody reads it.
  return parts.join('');
}

/** How `hashString` begins. */
const BASE = 0x2545f491;
