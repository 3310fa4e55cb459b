import { type CaseResult, play, type SetRun, type Suite, type VectorFolder } from '../harness.ts';
import { comparePart } from './kubelet/compare.ts';
import { playRecording } from './kubelet/player.ts';
import type { Part, Played, Recording } from './kubelet/recording.ts';

const PARTS: readonly Part[] = ['cri', 'events', 'states'];

/** Families with a target of their own: restart, back-off, image pull, init and sidecars, probes, deletion, registration. */
const CORE =
  /^(restart-|container-|two-containers|image-|init-|sidecar|probe-|delete-|node-register|three-containers|config-|start-container|ignore-sigterm|update-)/;

export const kubelet: Suite = {
  name: 'kubelet',
  *run(vectors: VectorFolder, only: string | undefined): Iterable<SetRun> {
    const names = vectors.files().filter((f) => f.endsWith('.json'));
    const cases: Record<string, CaseResult[]> = {};
    for (const file of names) {
      const name = file.replace(/\.json$/, '');
      if (only && !name.includes(only) && !PARTS.some((p) => p === only)) continue;
      const recording = vectors.json<Recording>(file);
      let played: Played | undefined;
      let failure: unknown;
      try {
        played = playRecording(recording);
      } catch (error) {
        failure = error;
      }
      for (const part of PARTS) {
        const result = play(name, () => {
          if (played === undefined) throw failure;
          const v = comparePart(recording, part, played[part]);
          const units = part === 'cri' ? {} : { equalUnits: v.matched, totalUnits: v.total };
          return {
            equal: v.equal,
            ...units,
            ...(v.equal ? {} : { cause: v.cause, expected: v.expected, actual: v.actual }),
          };
        });
        const counted =
          part !== 'cri' && played === undefined
            ? { ...result, equalUnits: 0, totalUnits: recording[part].length }
            : result;
        for (const set of CORE.test(name) ? [part, `${part}-core`] : [part]) (cases[set] ??= []).push(counted);
      }
    }
    for (const set of Object.keys(cases).sort()) yield { set, cases: cases[set] };
  },
};
