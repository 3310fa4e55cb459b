import type { BehaviourSpec } from './behaviourSpec.ts';

/** Shells that run a script given with -c. */
const SHELLS = ['sh', 'bash', 'ash', '/bin/sh', '/bin/bash', '/bin/ash'];
const SLEEP_UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * What a few plain commands of example manifests do: `sleep N`, `true`, `false`, and shell scripts made of `sleep`, `echo`,
 * `exit`, `true` and `false`. Undefined for anything else. Such a process is number 1 in its container and has no handler
 * for SIGTERM, so it ignores the signal and is killed at the end of the grace period, as in a real container.
 */
export function behaviourOfCommand(command: readonly string[], args: readonly string[]): BehaviourSpec | undefined {
  const words = [...command, ...args];
  if (words.length === 0) return undefined;
  if (SHELLS.includes(words[0]))
    return words.length === 3 && /^-[a-z]*c$/.test(words[1]) ? behaviourOfScript(words[2]) : undefined;
  return behaviourOf([{ words, onSuccess: false }]);
}

interface Statement {
  readonly words: readonly string[];
  /** Joined by &&: runs only after a success. */
  readonly onSuccess: boolean;
}

function behaviourOfScript(script: string): BehaviourSpec | undefined {
  const plain = script.replace(/>\s*\/dev\/(null|stdout|stderr)/g, '');
  if (/[|<>$`(){}]|&(?!&)(?<!&&)/.test(plain)) return undefined;
  const statements: Statement[] = [];
  for (const line of plain.split(/;|\n/)) {
    line.split('&&').forEach((part, i) => {
      const words = part.trim().split(/\s+/);
      if (words[0] !== '') statements.push({ words, onSuccess: i > 0 });
    });
  }
  return behaviourOf(statements);
}

function behaviourOf(statements: readonly Statement[]): BehaviourSpec | undefined {
  let runUs = 0;
  let exitCode = 0;
  for (const { words, onSuccess } of statements) {
    if (onSuccess && exitCode !== 0) continue;
    const [name, ...operands] = words;
    switch (name.slice(name.lastIndexOf('/') + 1)) {
      case 'sleep': {
        const us = sleepUs(operands);
        if (us === undefined) return undefined;
        if (us === Infinity) return { ignoreSigterm: true };
        runUs += us;
        exitCode = 0;
        break;
      }
      case 'exit':
        return ended(runUs, operands.length === 0 ? exitCode : Number(operands[0]));
      case 'true':
      case 'echo':
        exitCode = 0;
        break;
      case 'false':
        exitCode = 1;
        break;
      default:
        return undefined;
    }
  }
  return ended(runUs, exitCode);
}

function ended(runUs: number, exitCode: number): BehaviourSpec | undefined {
  if (!Number.isInteger(exitCode)) return undefined;
  return { run: { kind: 'constant', valueUs: runUs }, exitCode: exitCode & 255, ignoreSigterm: true };
}

function sleepUs(operands: readonly string[]): number | undefined {
  let total = 0;
  for (const operand of operands) {
    if (operand === 'infinity' || operand === 'inf') return Infinity;
    const match = /^([0-9]+(?:\.[0-9]+)?)([smhd]?)$/.exec(operand);
    if (!match) return undefined;
    total += Math.round(Number(match[1]) * SLEEP_UNITS[match[2]] * 1_000_000);
  }
  return operands.length === 0 ? undefined : total;
}
