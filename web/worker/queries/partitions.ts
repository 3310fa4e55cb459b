/** One side of a partition: named nodes and components, and whole zones. */
interface Side {
  readonly names: ReadonlySet<string>;
  readonly zones: ReadonlySet<string>;
}

/** Who a partition keeps apart, read from the description that the fault left in the records. */
export class PartitionSides {
  private readonly a: Side;
  /** undefined = everybody else. */
  private readonly b: Side | undefined;
  /** Only messages from the first side to the second are lost. */
  readonly oneWay: boolean;

  constructor(a: Side, b: Side | undefined, oneWay: boolean) {
    this.a = a;
    this.b = b;
    this.oneWay = oneWay;
  }

  /** The side that names a node; undefined = neither does. */
  private namedBy(node: string, zone: string | undefined): 'a' | 'b' | undefined {
    const isIn = (side: Side) => side.names.has(node) || (zone !== undefined && side.zones.has(zone));
    if (isIn(this.a)) return 'a';
    return this.b !== undefined && isIn(this.b) ? 'b' : undefined;
  }

  /** Whether a node is named: that it is cut off from others is news. */
  holds(node: string, zone: string | undefined): boolean {
    return this.namedBy(node, zone) !== undefined;
  }

  /** The side that a node is on; undefined = messages of it pass both. */
  sideOf(node: string, zone: string | undefined): 'a' | 'b' | undefined {
    return this.namedBy(node, zone) ?? (this.b === undefined ? 'b' : undefined);
  }

  /** Everybody who is named and is no zone. */
  named(): readonly { readonly name: string; readonly side: 'a' | 'b' }[] {
    return [
      ...[...this.a.names].map((name) => ({ name, side: 'a' as const })),
      ...[...(this.b?.names ?? [])].map((name) => ({ name, side: 'b' as const })),
    ];
  }
}

const ONE_WAY = 'one way, ';

/** `one way, n-1, zone/b and the rest`, or `n-1 and n-2`. */
export function sidesOf(description: string): PartitionSides {
  const oneWay = description.startsWith(ONE_WAY);
  const [a, b] = (oneWay ? description.slice(ONE_WAY.length) : description).split(' and ');
  return new PartitionSides(sideOf(a), b === undefined || b === 'the rest' ? undefined : sideOf(b), oneWay);
}

function sideOf(text: string): Side {
  const all = text.split(', ');
  return {
    names: new Set(all.filter((name) => !name.startsWith('zone/'))),
    zones: new Set(all.filter((name) => name.startsWith('zone/')).map((name) => name.slice('zone/'.length))),
  };
}
