import type { KubeObject } from '../../../../sim-core/contracts/index.ts';

/** How far several runs of one scenario agree; see the README of the recordings. */
export type Stability = 'exact' | 'modulo-node' | 'shape' | 'varies' | 'once';

export interface RecordedWrite {
  readonly t: number;
  readonly actor: string;
  readonly verb: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly ns?: string;
  readonly name: string;
  readonly code: number;
  readonly error?: string;
  readonly body?: unknown;
  readonly patchType?: string;
  readonly diff?: Readonly<Record<string, readonly [unknown, unknown]>>;
  readonly effect?: string;
  readonly effects?: readonly (readonly [string, string])[];
  readonly noop?: boolean;
  readonly stable: Stability;
}

export interface RecordedEvent {
  readonly t: number;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly involvedObject: { readonly kind: string; readonly namespace?: string; readonly name: string };
  readonly source: string;
  readonly actor: string;
  readonly api: string;
  readonly action?: string;
  readonly related?: unknown;
  readonly stable: Stability;
}

export interface ScriptStep {
  readonly t: number;
  readonly when?: string;
  readonly verb?: string;
  readonly path?: string;
  readonly contentType?: string;
  readonly body?: unknown;
  readonly as?: string;
  readonly kubectl?: string;
  readonly environment?: string;
}

export interface Varying {
  readonly key: string;
  readonly counts: readonly number[];
}

export type StoredObject = KubeObject & { readonly resource: string };

export interface Transcript {
  readonly name: string;
  readonly settings: {
    readonly 'kube-controller-manager': readonly string[];
    readonly kubeletLeaseDurationSeconds: number;
    readonly nodeGroups: readonly string[];
    /** Controller managers that stand for election; absent: one that leads. */
    readonly instances?: number;
  };
  readonly namespaces: readonly string[];
  readonly script: readonly ScriptStep[];
  readonly initialObjects: readonly StoredObject[];
  readonly writes: readonly RecordedWrite[];
  readonly events: readonly RecordedEvent[];
  readonly final: readonly StoredObject[];
  readonly stability: {
    readonly runs: number;
    readonly objectsWhoseOwnWriteSequenceVaries: readonly string[];
    readonly varyingWrites: readonly Varying[];
    readonly varyingEvents: readonly Varying[];
    readonly finalObjectsThatVary: readonly string[];
  };
  readonly runs: readonly { readonly durationMs: number }[];
}

/** The key under which a recording counts the writes that vary. */
export function writeKey(
  write: Pick<RecordedWrite, 'actor' | 'verb' | 'resource' | 'subresource' | 'name' | 'code'>,
): string {
  const resource = write.subresource === undefined ? write.resource : `${write.resource}/${write.subresource}`;
  return `${write.actor} ${write.verb} ${resource} ${anonymous(write.name)} ${write.code}`;
}

/** Generated suffixes without their numbers. */
export function anonymous(text: string): string {
  return text.replace(/<x\d+>/g, '<x>');
}
