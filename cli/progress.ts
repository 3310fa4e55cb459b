import { Presets, SingleBar } from 'cli-progress';
import type { RunProgress } from '../sim-core/index.ts';
import { clock, count, say } from './terminal.ts';

export interface Progress {
  update(state: RunProgress): void;
  stop(): void;
}

const SILENT: Progress = { update: () => {}, stop: () => {} };

/** A bar on a terminal, a line for each tenth elsewhere; on stderr either way. */
export function startProgress(label: string, quiet: boolean): Progress {
  if (quiet) return SILENT;
  return process.stderr.isTTY ? bar(label) : lines(label);
}

function bar(label: string): Progress {
  const single = new SingleBar(
    {
      stream: process.stderr,
      format: `${label}  {bar} {percentage}%  t={t}  {events} events  {rate}/s`,
      hideCursor: true,
      clearOnComplete: true,
      fps: 10,
      etaBuffer: 10,
    },
    Presets.rect,
  );
  const started = performance.now();
  single.start(1000, 0, { t: '0s', events: '0', rate: '0' });
  return {
    update: ({ nowUs, untilUs, events }) => {
      const seconds = (performance.now() - started) / 1000;
      single.update(Math.round((nowUs / untilUs) * 1000), {
        t: clock(nowUs),
        events: count(events),
        rate: count(events / Math.max(seconds, 0.001)),
      });
    },
    stop: () => single.stop(),
  };
}

function lines(label: string): Progress {
  let shown = 0;
  return {
    update: ({ nowUs, untilUs, events }) => {
      const tenth = Math.floor((nowUs / untilUs) * 10);
      if (tenth <= shown || tenth >= 10) return;
      shown = tenth;
      say(`${label}  ${tenth * 10}%  t=${clock(nowUs)}  ${count(events)} events`);
    },
    stop: () => {},
  };
}
