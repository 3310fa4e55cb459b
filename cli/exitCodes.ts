/** What the exit code of `orrery` tells. CI can act on the class of a failure without reading text. */
export const ExitCode = {
  ok: 0,
  /** An expectation or an invariant failed. */
  failed: 1,
  usage: 2,
  /** A scenario or manifest cannot be used; the message has file:line:col. */
  invalid: 3,
  /** Two runs that must be equal are not. */
  determinism: 4,
  /** --max-events or --max-wall was reached. */
  budget: 5,
  /** A bug of the simulator: the message names the seed and the event. */
  bug: 70,
  interrupted: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Ends a command with a message for the person who gave it. */
export class CommandError extends Error {
  readonly code: ExitCode;
  readonly hint: string | undefined;

  constructor(code: ExitCode, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
