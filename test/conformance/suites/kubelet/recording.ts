/** Shapes of a recording of the kubelet (see the README of the vectors). */
export interface ScriptStep {
  readonly t: number;
  readonly action: string;
  // biome-ignore lint/suspicious/noExplicitAny: depends on the action
  readonly [field: string]: any;
}

export interface Entry {
  readonly t: number;
  readonly tRuns?: readonly number[];
  // biome-ignore lint/suspicious/noExplicitAny: depends on the list
  readonly [field: string]: any;
}

export type Part = 'cri' | 'events' | 'states';

// biome-ignore lint/suspicious/noExplicitAny: as in the README
export type RuntimeScript = any;

export interface Recording {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: as in the README
  readonly kubeletConfiguration: any;
  readonly kubeletRunningAtStart: boolean;
  readonly runtimeScript: RuntimeScript;
  readonly stable: Readonly<Record<string, boolean | null>> | null;
  readonly otherRuns?: readonly Readonly<Partial<Record<Part, readonly Entry[]>>>[];
  readonly notes?: readonly string[];
  readonly script: readonly ScriptStep[];
  readonly cri: readonly Entry[];
  readonly events: readonly Entry[];
  readonly states: readonly Entry[];
  readonly writes: readonly Entry[];
}

export type Played = Readonly<Record<Part, readonly Entry[]>>;
