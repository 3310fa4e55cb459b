import type { Json } from '../../contracts/objects.ts';

/**
 * The shape of a value as the API server decodes it. `raw` is an object kept as it is (RawExtension, FieldsV1), `any` is
 * any JSON (schemas of CustomResourceDefinitions).
 */
export type TypeRef =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'struct'; readonly name: string }
  | { readonly kind: 'list'; readonly of: TypeRef }
  | { readonly kind: 'map'; readonly of: TypeRef };

export type ScalarKind =
  | 'string'
  | 'bool'
  | 'int32'
  | 'int64'
  | 'float64'
  | 'bytes'
  | 'time'
  | 'microTime'
  | 'quantity'
  | 'intOrString'
  | 'raw'
  | 'any';

export type ListType = 'atomic' | 'set' | 'map';

/** How far the simulator takes a field: it acts on it, keeps it without effect, or drops its meaning. */
export type Support = 'simulated' | 'stored' | 'ignored';

export interface FieldSchema {
  readonly name: string;
  readonly type: TypeRef;
  /** Go's type as error texts print it: `[]v1.Container`, `*int32`; '' where Go's declaration is not known. */
  readonly goType: string;
  /** Names of the Go structs that the field was inlined from, with a dot after each: `VolumeSource.`. */
  readonly embedded?: string;
  /** In OpenAPI's `required`. */
  readonly required: boolean;
  /** Zero values are left out of the JSON (structs are written all the same). */
  readonly omitempty: boolean;
  /** Go has a pointer: a zero value that was given is kept. */
  readonly pointer: boolean;
  /** OpenAPI's default: the zero value of a field that is always written, or a real default (`TCP`). */
  readonly default?: Json;
  readonly enum?: readonly string[];
  /** Allowed values of the elements of a list. */
  readonly itemEnum?: readonly string[];
  /** `merge`, `replace`, `retainKeys`, `merge,retainKeys` */
  readonly patchStrategy?: string;
  readonly patchMergeKey?: string;
  readonly listType?: ListType;
  readonly listMapKeys?: readonly string[];
  readonly mapType?: 'atomic' | 'granular';
  readonly protobuf?: { readonly number: number; readonly type: string };
}

export interface UnionSchema {
  readonly discriminator: string;
  readonly 'fields-to-discriminateBy': Readonly<Record<string, string>>;
}

/** One struct of the API, by its OpenAPI name, e.g. `io.k8s.api.core.v1.PodSpec`. */
export interface TypeSchema {
  readonly name: string;
  /** In Go's order of declaration: the order of keys that the server writes. */
  readonly fields: readonly FieldSchema[];
  readonly byName: ReadonlyMap<string, FieldSchema>;
  readonly mapType?: 'atomic' | 'granular';
  readonly unions?: readonly UnionSchema[];
}

export interface SubresourceInfo {
  readonly name: string;
  readonly kind: string;
  readonly verbs: readonly string[];
  /** Set where the kind belongs to another group: `autoscaling/v1` Scale. */
  readonly group?: string;
  readonly version?: string;
}

/** One resource of one served version, as discovery lists it. */
/** Where the scale subresource of a custom resource looks (CustomResourceSubresourceScale). */
export interface ScalePaths {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}

export interface ResourceInfo {
  /** '' is the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly namespaced: boolean;
  /** The version that clients get when they name none. */
  readonly preferred: boolean;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly storageVersionHash?: string;
  /** Of a custom resource: field selectors may name these, besides metadata. */
  readonly selectableFields?: readonly string[];
  /** Of a custom resource: where its scale subresource finds the replicas, as `.spec.replicas`. */
  readonly scalePaths?: ScalePaths;
  readonly subresources: readonly SubresourceInfo[];
}
