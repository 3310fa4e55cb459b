import type { EtcdAnswer, EtcdAnswers, RecordId, TimeUs, WorldContext } from '../../contracts/index.ts';
import { WHY } from '../../contracts/index.ts';
import { answerClient } from './apply.ts';
import type { Env } from './state.ts';
import { endpointOf } from './state.ts';
import type { Proposal } from './types.ts';

/** Answers that are at one client at one instant. */
interface Bundle {
  readonly first: Proposal;
  readonly atUs: TimeUs;
  readonly tokens: number[];
  readonly answers: EtcdAnswer[];
  readonly causes: RecordId[];
}

/**
 * The answers to a committed batch. Messages do not overtake one another, so most of them arrive with one before them: those
 * to puts whose client takes them together go as one event. Empty between batches.
 */
export class Answers {
  readonly #bundles: Bundle[] = [];

  /** Answers a proposal, with the cause at hand. */
  add(env: Env, ctx: WorldContext, proposal: Proposal, answer: EtcdAnswer, afterUs: TimeUs): void {
    const { command, member, from, handler, token } = proposal;
    const { transport } = env;
    if (command.kind !== 'put' || command.together !== true || transport.arrivalUs === undefined) {
      this.flush(ctx);
      answerClient(env, ctx, member, proposal, answer, afterUs);
      return;
    }
    if (!env.members[member].up) return;
    const atUs = transport.arrivalUs(ctx, endpointOf(env, member), from, afterUs);
    if (atUs < 0) return;
    const bundles = this.#bundles;
    for (let i = bundles.length - 1; i >= 0; i--) {
      const { first, atUs: known, tokens, answers, causes } = bundles[i];
      if (first.member !== member || first.from !== from) continue;
      if (known !== atUs || first.handler !== handler) break;
      tokens.push(token);
      answers.push(answer);
      causes.push(ctx.cause);
      return;
    }
    bundles.push({ first: proposal, atUs, tokens: [token], answers: [answer], causes: [ctx.cause] });
  }

  /** Lets all go. */
  flush(ctx: WorldContext): void {
    const bundles = this.#bundles;
    if (bundles.length === 0) return;
    const { cause } = ctx;
    for (let i = 0; i < bundles.length; i++) {
      const { first, atUs, tokens, answers, causes } = bundles[i];
      ctx.setCause(causes[0]);
      if (tokens.length === 1) ctx.scheduleAt(atUs, first.handler, tokens[0], 0, WHY.link, answers[0]);
      else {
        const together: EtcdAnswers = { tokens, answers, causes };
        ctx.scheduleAt(atUs, first.handler, 0, 1, WHY.link, together);
      }
    }
    ctx.setCause(cause);
    bundles.length = 0;
  }

  /** Forgets what an event that failed has left. */
  clear(): void {
    this.#bundles.length = 0;
  }
}
