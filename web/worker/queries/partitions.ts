/** Who a partition cuts off, read from the description that the fault left in the records. */
export class PartitionSides {
  private readonly names: ReadonlySet<string>;
  private readonly zones: ReadonlySet<string>;

  constructor(names: ReadonlySet<string>, zones: ReadonlySet<string>) {
    this.names = names;
    this.zones = zones;
  }

  holds(node: string, zone: string | undefined): boolean {
    return this.names.has(node) || (zone !== undefined && this.zones.has(zone));
  }
}

/** `one way, n-1, zone/b and the rest`, or `n-1 and n-2`: everybody who is named. */
export function sidesOf(description: string): PartitionSides {
  const names = new Set<string>();
  const zones = new Set<string>();
  const text = description.startsWith('one way, ') ? description.slice('one way, '.length) : description;
  for (const side of text.split(' and ')) {
    if (side === 'the rest') continue;
    for (const name of side.split(', ')) {
      if (name.startsWith('zone/')) zones.add(name.slice('zone/'.length));
      else names.add(name);
    }
  }
  return new PartitionSides(names, zones);
}
