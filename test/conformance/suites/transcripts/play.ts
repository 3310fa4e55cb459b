import { readHttp } from '../../../../sim-core/apiserver/http.ts';
import type { Json, KubeObject } from '../../../../sim-core/contracts/index.ts';
import type { Stage } from '../../../../sim-core/kubelet/index.ts';
import { type Condition, parseEnvironment, parseWhen } from './conditions.ts';
import type { PlayedEvent, PlayedWrite } from './observe.ts';
import type { ScriptStep, Transcript } from './recording.ts';
import { type Staged, stage } from './world.ts';

/** What happened in a recording's world. */
export interface Played {
  readonly stage: Staged;
  readonly writes: readonly PlayedWrite[];
  readonly events: readonly PlayedEvent[];
  readonly final: readonly { readonly resource: string; readonly object: KubeObject }[];
  /** Virtual time of the script's first step. */
  readonly startUs: number;
  /** The store's revision then. */
  readonly startRv: number;
  /** Conditions and sentences that were not understood. */
  readonly unknown: readonly string[];
  /** What the script was answered where the recording says otherwise. */
  readonly surprises: readonly string[];
}

const SECOND_US = 1_000_000;
const SETTLE_US = 2.2 * SECOND_US;
const SETTLE_QUIET_US = 1.5 * SECOND_US;
const SETTLE_LIMIT_US = 15 * SECOND_US;
/** A recording ends when nothing has been written for about 3 s. */
const END_QUIET_US = 3.2 * SECOND_US;
/** The recorder saw that a condition held about this much too late (median over all recordings). */
const LATE_US = 35_000;
/** A condition that does not come about is given up after so much more time than it took in the recording. */
const PATIENCE_US = 20 * SECOND_US;

/** Plays one recording's script in a world of its own. */
export function playTranscript(transcript: Transcript, stages: readonly Stage[]): Played {
  const player = new Player(transcript, stages);
  return player.play();
}

class Player {
  private readonly transcript: Transcript;
  private readonly stage: Staged;
  private readonly unknown: string[] = [];
  private readonly surprises: string[] = [];
  private kubectlEntries = 0;
  private startUs = 0;
  /** When the last step was done. */
  private stepUs = 0;

  constructor(transcript: Transcript, stages: readonly Stage[]) {
    this.transcript = transcript;
    this.stage = stage(transcript, stages);
  }

  private get nowUs(): number {
    return this.stage.world.nowUs;
  }

  play(): Played {
    const { world, seen } = this.stage;
    world.runUntil({ timeUs: SETTLE_US });
    this.untilQuiet(SETTLE_QUIET_US, SETTLE_LIMIT_US);
    world.inject(this.stage.remember, 0, 0);
    world.runUntil({ timeUs: this.nowUs + 1 });
    this.startUs = this.nowUs;
    const startRv = seen.lastRv;
    for (const step of this.transcript.script) this.step(step);
    this.finish();
    return {
      stage: this.stage,
      writes: seen.writes,
      events: seen.events,
      final: this.finals(),
      startUs: this.startUs,
      startRv,
      unknown: this.unknown,
      surprises: this.surprises,
    };
  }

  /**
   * To the end of the recording, and on until it is quiet for as long as the recorder waited; what depends on the phase of a
   * period may come later than in the recording.
   */
  private finish(): void {
    const { world, seen } = this.stage;
    const { writes, events, runs, namespaces } = this.transcript;
    const lastMs = Math.max(...[...writes, ...events].map(({ t }) => t));
    if (this.nowUs < this.startUs + lastMs * 1000) world.runUntil({ timeUs: this.startUs + lastMs * 1000 });
    const limitUs = this.startUs + Math.max(...runs.map((run) => run.durationMs)) * 1000 + PATIENCE_US;
    const quietUs = Math.max(END_QUIET_US, (runs[0].durationMs - lastMs) * 1000);
    this.untilWritten(this.stepUs, limitUs);
    this.untilQuiet(quietUs, limitUs);
    const counts = (write: { ns?: string; code: number }) => write.code < 300 && namespaces.includes(write.ns ?? '');
    const steady = ({ stable }: { stable: string }) => stable !== 'varies';
    const wanted = writes.filter((write) => steady(write) && counts(write)).length;
    const told = events.filter(steady).length;
    let checked = -1;
    const done = () => {
      if (checked === seen.answers) return false;
      checked = seen.answers;
      const since = seen.events.filter(({ atUs }) => atUs >= this.startUs).length;
      return since >= told && seen.writes.filter(counts).length >= wanted;
    };
    if (!done()) world.runUntil({ timeUs: limitUs, predicate: done });
    this.untilQuiet(END_QUIET_US, limitUs + END_QUIET_US);
  }

  private untilQuiet(forUs: number, limitUs: number): void {
    const { world, seen } = this.stage;
    for (;;) {
      const target = seen.lastWriteUs + forUs;
      if (this.nowUs >= target || this.nowUs >= limitUs) return;
      world.runUntil({ timeUs: Math.min(target, limitUs) });
    }
  }

  private untilWritten(sinceUs: number, limitUs: number): void {
    const { world, seen } = this.stage;
    if (seen.lastWriteUs < sinceUs) world.runUntil({ timeUs: limitUs, predicate: () => seen.lastWriteUs >= sinceUs });
  }

  /** How often it was so quiet in the recording between the step before this one and this one, without the step being done. */
  private quietBefore(step: ScriptStep, quietUs: number): number {
    const { writes, events, script } = this.transcript;
    const from = script[script.indexOf(step) - 1]?.t ?? 0;
    const times = [...writes, ...events].map(({ t }) => t).filter((t) => t >= from && t < step.t);
    times.sort((a, b) => a - b);
    let last = times[0] ?? from;
    let count = 0;
    for (const t of times) {
      if ((t - last) * 1000 > quietUs) count++;
      last = t;
    }
    return count;
  }

  private step(step: ScriptStep): void {
    const condition = parseWhen(step.when);
    if (condition) this.wait(condition, step);
    else {
      this.unknown.push(step.when ?? '');
      this.stage.world.runUntil({ timeUs: Math.max(this.nowUs, this.startUs + step.t * 1000) });
    }
    this.stepUs = this.nowUs;
    if (step.environment !== undefined) this.environment(step.environment);
    else if (step.kubectl !== undefined) this.kubectl();
    else this.request(step);
  }

  private wait(condition: Condition, step: ScriptStep): void {
    const { world, seen } = this.stage;
    const limitUs = Math.max(this.nowUs, this.startUs + step.t * 1000) + PATIENCE_US;
    if (condition.kind === 'quiet') {
      const quietUs = condition.forUs + LATE_US;
      this.untilWritten(this.stepUs, limitUs);
      for (let i = 0; i < this.quietBefore(step, quietUs); i++) {
        this.untilQuiet(quietUs, limitUs);
        this.untilWritten(this.nowUs, limitUs);
      }
      this.untilQuiet(quietUs, limitUs);
    } else if (condition.kind === 'after') world.runUntil({ timeUs: this.nowUs + condition.afterUs });
    else if (condition.kind === 'objects') {
      let checked = -1;
      const holds = () => {
        if (checked === seen.commits) return false;
        checked = seen.commits;
        return this.count(condition) >= condition.count;
      };
      if (!holds()) {
        const { stopped } = world.runUntil({ timeUs: limitUs, predicate: holds });
        if (stopped !== 'predicate') this.surprises.push(`${step.when}: never`);
      }
      world.runUntil({ timeUs: this.nowUs + LATE_US });
    }
  }

  private count(condition: Condition & { kind: 'objects' }): number {
    const { truth, world } = this.stage;
    let count = 0;
    truth.forEach((version) => {
      const resource = world.objects.resource(version.obj);
      if ((condition.resource === '' || resource === condition.resource) && condition.test(version.object)) count++;
    });
    return count;
  }

  private environment(sentence: string): void {
    const action = parseEnvironment(sentence);
    if (!action || action.do === 'metrics' || action.do === 'stopLeader') {
      this.unknown.push(sentence);
      return;
    }
    const { world } = this.stage;
    const id = world.componentId(`kwok-${action.group}`);
    if (id === undefined) this.unknown.push(sentence);
    else if (action.do === 'stopKubelets') world.crash(id);
    else world.start(id);
  }

  private kubectl(): void {
    const { world } = this.stage;
    const handler = world.handlerId('kubectl', 'kubectl/begin');
    if (handler !== undefined) world.inject(handler, this.kubectlEntries++, 0);
    world.runUntil({ timeUs: this.nowUs + 1 });
  }

  private request(step: ScriptStep): void {
    const { world, outside } = this.stage;
    const call = readHttp({
      method: step.verb ?? 'GET',
      path: this.concrete(step.path ?? ''),
      headers: { 'content-type': step.contentType, 'user-agent': 'script' },
      body: JSON.parse(this.concrete(JSON.stringify(step.body ?? null))) as Json,
      user: step.as === undefined ? 'script' : `script-as-${step.as}`,
      groups: ['system:masters'],
    });
    if (call.do !== 'request') {
      this.unknown.push(`${step.verb} ${step.path}`);
      return;
    }
    const before = outside.answers.length;
    const handler = world.handlerId('outside', 'outside/send');
    if (handler !== undefined) world.inject(handler, 0, 0, call.request);
    world.runUntil({ timeUs: this.nowUs + PATIENCE_US, predicate: () => outside.answers.length > before });
    const answer = outside.answers[before];
    const { code } = step as unknown as { code?: number };
    if (code !== undefined && answer?.code !== code) {
      this.surprises.push(
        `${step.verb} ${step.path}: ${answer?.code} instead of ${code}: ${answer?.status?.message ?? ''}`,
      );
    }
  }

  /** Placeholders of the script: names and uids of objects that exist now. */
  private concrete(text: string): string {
    const { truth, world, concrete } = this.stage;
    const resolved = text.replace(/<uid:([a-z]+)\/([^<>]+)>/g, (all, plural, name) => {
      let uid: string | undefined;
      truth.forEach((version) => {
        const { metadata } = version.object;
        if (metadata.name === name && world.objects.resource(version.obj).split('.')[0] === plural) uid = metadata.uid;
      });
      return uid ?? all;
    });
    return concrete.text(resolved);
  }

  private finals(): { resource: string; object: KubeObject }[] {
    const { truth, world } = this.stage;
    const list: { resource: string; object: KubeObject }[] = [];
    truth.forEach((version) => {
      list.push({ resource: world.objects.resource(version.obj).split('.')[0], object: version.object });
    });
    return list;
  }
}
