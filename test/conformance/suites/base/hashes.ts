import { fnv32, fnv32a, fnv64a } from '../../../../sim-core/api/machinery/fnv.ts';
import { utf8Length } from '../../../../sim-core/api/machinery/gotext.ts';
import * as h from '../../../../sim-core/api/machinery/hashes.ts';
import { dumpPodTemplate } from '../../../../sim-core/api/machinery/spew.ts';
import type { Player } from './common.ts';

// biome-ignore lint/suspicious/noExplicitAny: as recorded
function template(input: any, out: any) {
  const dump = dumpPodTemplate(input.template);
  return {
    ...out,
    c0: h.podTemplateHash(input.template, 0),
    c1: h.podTemplateHash(input.template, 1),
    c300: h.podTemplateHash(input.template, 300),
    cMinus1: h.podTemplateHash(input.template, -1),
    dump: out.dump === undefined ? undefined : dump,
    dumpLen: utf8Length(dump),
    fnv32a: h.podTemplateFnv(input.template),
    hash: h.podTemplateHash(input.template),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: as recorded
function statefulSet(input: any, out: any) {
  const set = input.statefulSet;
  const data = h.revisionData(set.spec.template);
  const hash = h.controllerRevisionHash(data, input.collisionCount);
  const count = input.collisionCount === null ? '' : String(input.collisionCount);
  return {
    ...out,
    data: out.data === undefined ? undefined : data,
    dataLen: utf8Length(data),
    fnv32OfDataAndCount: fnv32(data + count),
    name: h.controllerRevisionName(set.metadata.name, hash),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: as recorded
function daemonSet(input: any, out: any) {
  const set = input.daemonSet;
  const data = h.revisionData(set.spec.template);
  const hash = h.podTemplateHash(set.spec.template, set.status?.collisionCount);
  return {
    ...out,
    data: out.data === undefined ? undefined : data,
    dataFnv32a: fnv32a(data),
    dataLen: utf8Length(data),
    hash,
    name: `${set.metadata.name}-${hash}`,
  };
}

export const hashesPlayers: Readonly<Record<string, Player>> = {
  'safe-encode': (input) => ({ encoded: h.safeEncode(input.s) }),
  fnv: ({ s }) => ({ fnv32: fnv32(s), fnv32a: fnv32a(s), fnv64a: String(fnv64a(s)) }),
  'pod-template-hash': template,
  'statefulset-revision': statefulSet,
  'daemonset-revision': daemonSet,
  'controller-revision-hash': (input) => {
    const hash = h.controllerRevisionHash(input.data, input.collisionCount);
    return { hash, name: h.controllerRevisionName(input.parent, hash) };
  },
};
