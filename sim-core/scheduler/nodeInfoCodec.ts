import type { KubeObject, RowCodec } from '../contracts/index.ts';
import { emptyNodeInfo, type NodeInfo, withNode, withPod } from './framework/nodeInfo.ts';
import { podInfo } from './framework/podInfo.ts';

/** A NodeInfo is written as its node and pods and compiled again when read. */
export function nodeInfoCodec(value: RowCodec<unknown>): RowCodec<NodeInfo> {
  const parts = (info: NodeInfo) => ({ name: info.name, node: info.node ?? null, pods: info.pods.map((p) => p.pod) });
  return {
    encode: (info, w) => value.encode(parts(info), w),
    decode: (r) => {
      const { name, node, pods } = value.decode(r) as {
        name: string;
        node: KubeObject | null;
        pods: readonly KubeObject[];
      };
      let info = withNode(emptyNodeInfo(name), node ?? undefined);
      for (const pod of pods) info = withPod(info, podInfo(pod));
      return info;
    },
    hash: (info) => value.hash(parts(info)),
  };
}
