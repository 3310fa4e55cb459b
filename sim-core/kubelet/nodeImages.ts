/** The images of all nodes. */
import type { Containers, PagedTable } from '../contracts/index.ts';
import type { Behaviour } from './behaviour.ts';
import { withTag } from './spec.ts';

interface StoredImage {
  /** With its tag. */
  readonly name: string;
  readonly id: string;
  readonly sizeBytes: number;
}

export class NodeImages {
  private readonly behaviour: Behaviour;
  /** Node -> its images, few. */
  private images!: PagedTable<readonly StoredImage[]>;

  constructor(behaviour: Behaviour) {
    this.behaviour = behaviour;
  }

  init(c: Containers): void {
    this.images = c.table('images');
  }

  find(node: number, reference: string): { readonly id: string; readonly sizeBytes: number } | undefined {
    const name = withTag(reference);
    return this.storedImage(node, name) ?? this.behaviour.presentImage(node, name);
  }

  private storedImage(node: number, name: string): StoredImage | undefined {
    const images = this.images.get(node);
    if (images !== undefined) for (const image of images) if (image.name === name) return image;
    return undefined;
  }

  /** Marks the image of a container that runs already as present. */
  adopt(node: number, reference: string, id: string): void {
    const known = this.storedImage(node, withTag(reference));
    if (known?.id !== id || known.sizeBytes !== 0) this.add(node, reference, id, 0);
  }

  /** Marks an image as present on a node. */
  add(node: number, reference: string, id: string, sizeBytes: number): void {
    const name = withTag(reference);
    const others = (this.images.get(node) ?? []).filter((image) => image.name !== name);
    this.images.put(node, [...others, { name, id, sizeBytes }]);
  }
}
