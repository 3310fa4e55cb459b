import { spawnSync } from 'node:child_process';
import os from 'node:os';
import { ExitCode } from './exitCodes.ts';
import { say } from './terminal.ts';

/** Commands that hold a cluster in memory. */
const LARGE: ReadonlySet<string> = new Set(['run', 'test', 'replay', 'explain', 'ui', 'serve']);

/** Starts itself again with a heap that fits the machine: a large cluster does not fit into Node's default. */
function restartWithHeap(argv: readonly string[]): number | undefined {
  if (process.env['ORRERY_HEAP'] !== undefined || !argv.some((word) => LARGE.has(word))) return undefined;
  const asked = memoryAsked(argv);
  if (asked !== undefined && !(Number.isInteger(asked) && asked >= 64)) return undefined;
  const heapMiB = asked ?? Math.min(8192, Math.floor((os.totalmem() / 2 ** 20) * 0.75));
  const child = spawnSync(
    process.execPath,
    // Young objects mostly die within an event: a larger nursery saves the collector 8 % of a run of P4.
    [`--max-old-space-size=${heapMiB}`, '--max-semi-space-size=64', ...process.execArgv, process.argv[1], ...argv],
    { stdio: 'inherit', env: { ...process.env, ORRERY_HEAP: String(heapMiB) } },
  );
  if (child.signal === 'SIGINT') return ExitCode.interrupted;
  if (child.signal === 'SIGABRT')
    say(`  the heap of ${heapMiB} MiB may be too small: --memory MiB before the command sets another`);
  return child.status ?? ExitCode.bug;
}

function memoryAsked(argv: readonly string[]): number | undefined {
  for (const [i, word] of argv.entries()) {
    if (word === '--memory') return Number(argv[i + 1] ?? Number.NaN);
    if (word.startsWith('--memory=')) return Number(word.slice('--memory='.length));
  }
  return undefined;
}

// `orrery run ... | head` closes the pipe early: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(process.exitCode ?? ExitCode.ok);
});

const argv = process.argv.slice(2);
const restarted = restartWithHeap(argv);
// Whoever only starts itself again needs no simulator.
process.exitCode = restarted ?? (await (await import('./main.ts')).main(argv));
