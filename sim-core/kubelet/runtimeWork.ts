/** Calls of a container runtime that are under way, and who sees them. */
import type { TimeUs } from '../contracts/index.ts';
import type { ProcessRun } from './behaviour.ts';
import type { Draft } from './rows.ts';
import type { ConnectTarget, Cont, ContainerState, RuntimeAnswer, RuntimeCall, RuntimePodRef } from './runtime.ts';

/** A call under way, or the wait for a container's end. */
export interface Work {
  readonly ref: RuntimePodRef;
  /** Undefined: nobody waits for the answer. */
  readonly cont: Cont | undefined;
  readonly call: RuntimeCall | undefined;
  readonly answer: RuntimeAnswer;
  readonly startedUs: TimeUs;
  /** What changes when it is done. */
  readonly effect:
    | 'none'
    | 'sandbox'
    | 'stopSandbox'
    | 'removeSandbox'
    | 'create'
    | 'start'
    /** A process ends by itself. */
    | 'exit'
    /** A process ends by a StopContainer. */
    | 'stopped'
    | 'kill'
    | 'remove'
    | 'pull';
  readonly id: string;
  readonly run: ProcessRun | undefined;
}

export const NOTHING: RuntimeAnswer = {};

/** What the end of a call does and says. */
export function outcome(work: Draft<Work>, answer: RuntimeAnswer, effect: Work['effect']): Work {
  work.answer = answer;
  work.effect = effect;
  return work;
}

/** The end by itself of a process that started at a time. */
export function ownEnd(ref: RuntimePodRef, { id }: ContainerState, startedUs: TimeUs, run: ProcessRun): Work {
  return { ref, cont: undefined, call: undefined, answer: NOTHING, startedUs, effect: 'exit', id, run };
}

export function copyContainer(c: ContainerState): Draft<ContainerState> {
  return {
    id: c.id,
    name: c.name,
    attempt: c.attempt,
    image: c.image,
    imageID: c.imageID,
    sandbox: c.sandbox,
    state: c.state,
    definition: c.definition,
    createdUs: c.createdUs,
    startedUs: c.startedUs,
    finishedUs: c.finishedUs,
    exitCode: c.exitCode,
    reason: c.reason,
    message: c.message,
    resources: c.resources,
  };
}

/** Sees calls with their outcome (recordings, stories): at their end, with the time of their start. */
export type CallLog = (entry: {
  readonly startedUs: TimeUs;
  readonly endedUs: TimeUs;
  readonly ref: RuntimePodRef;
  readonly call:
    | RuntimeCall
    | { readonly op: '(exit)'; readonly id: string }
    | { readonly op: '(http)'; readonly target: ConnectTarget };
  readonly answer: RuntimeAnswer;
  readonly container?: ContainerState;
  readonly attempt: number;
}) => void;
