import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
} from '../machinery/quantity.ts';

/** v1.ResourceList: quantities by name. */
export type ResourceList = Readonly<Record<string, string>>;

/** A list that is still being computed; insertion order has no meaning. */
export type Quantities = Map<string, Quantity>;

export function toQuantities(list: Readonly<Record<string, string | number>> | null | undefined): Quantities {
  const out: Quantities = new Map();
  for (const [name, text] of Object.entries(list ?? {})) out.set(name, parseQuantity(String(text)));
  return out;
}

/** Sorted by name, canonical texts. */
export function toResourceList(quantities: Quantities): ResourceList {
  const out: Record<string, string> = {};
  for (const name of [...quantities.keys()].sort()) out[name] = formatQuantity(quantities.get(name)!);
  return out;
}

/** `into` gains every entry of `list`. */
export function addResources(into: Quantities, list: Quantities): void {
  for (const [name, quantity] of list) {
    const known = into.get(name);
    into.set(name, known === undefined ? quantity : addQuantities(known, quantity));
  }
}

/** `into` becomes the greater of both, entry by entry. */
export function maxResources(into: Quantities, list: Quantities): void {
  for (const [name, quantity] of list) {
    const known = into.get(name);
    if (known === undefined || compareQuantities(quantity, known) > 0) into.set(name, quantity);
  }
}
