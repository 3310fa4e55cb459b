import type { CST } from 'yaml';

/** Bounds on manifests. They are far above what people write and far below what makes a parser slow or ends the process. */
export const SIZE_MAX = 4 * 1024 * 1024;
export const DEPTH_MAX = 64;
export const NODES_MAX = 400_000;
export const ALIASES_MAX = 1_000;
/** Nodes after aliases are followed, for a file. */
export const EXPANDED_NODES_MAX = 500_000;

export interface Excess {
  readonly code: 'too-deep' | 'too-many-nodes' | 'too-many-aliases';
  readonly offset: number;
}

interface Item {
  readonly key?: CST.Token | null;
  readonly value?: CST.Token;
}

function childrenOf(token: CST.Token): readonly Item[] {
  if (token.type === 'document') return [{ value: token.value }];
  if (token.type === 'block-map' || token.type === 'block-seq' || token.type === 'flow-collection') return token.items;
  return [];
}

function isCollection(token: CST.Token): boolean {
  return token.type === 'block-map' || token.type === 'block-seq' || token.type === 'flow-collection';
}

/** Walks the tokens without recursion: the composer must never see a deep tree, because its recursion ends the process. */
export function findExcess(tokens: readonly CST.Token[]): Excess | undefined {
  let nodes = 0;
  let aliases = 0;
  const stack: { token: CST.Token; depth: number }[] = [];
  for (const token of tokens) stack.push({ token, depth: 0 });
  while (stack.length > 0) {
    const { token, depth } = stack.pop()!;
    const offset = 'offset' in token ? token.offset : 0;
    if (++nodes > NODES_MAX) return { code: 'too-many-nodes', offset };
    if (token.type === 'alias' && ++aliases > ALIASES_MAX) return { code: 'too-many-aliases', offset };
    const inner = isCollection(token) ? depth + 1 : depth;
    if (inner > DEPTH_MAX) return { code: 'too-deep', offset };
    for (const item of childrenOf(token)) {
      if (item.key) stack.push({ token: item.key, depth: inner });
      if (item.value) stack.push({ token: item.value, depth: inner });
    }
  }
  return undefined;
}
