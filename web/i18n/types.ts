import type { en } from './en/index.ts';

/** A text with `{parameters}`; with `one` and `other` it is chosen by the parameter `n`. */
export type Message = string | { readonly one: string; readonly other: string };

export type MessageId = keyof typeof en;

/** A catalogue of another language: the same ids. Languages without a plural give one text. */
export type Translated<T> = { readonly [K in keyof T]: Message };

export type Catalogue = Translated<typeof en>;

type Text<M> = M extends { readonly other: infer T } ? T : M;
type NamesIn<S> = S extends `${string}{${infer P}}${infer R}` ? P | NamesIn<R> : never;

/** Ids of messages without parameters: what tables of labels hold. */
export type PlainId = {
  [K in MessageId]: NamesIn<Text<(typeof en)[K]>> extends never ? K : never;
}[MessageId];

/** What `t` wants besides the id. */
export type Params<K extends MessageId> =
  NamesIn<Text<(typeof en)[K]>> extends never
    ? readonly []
    : readonly [params: Readonly<Record<NamesIn<Text<(typeof en)[K]>>, string | number>>];
