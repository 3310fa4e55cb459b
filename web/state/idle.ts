/** What is under way: calls of the worker, frames to draw. Tests wait until nothing is. */
let busy = 0;
let waiting: (() => void)[] = [];

function done(): void {
  busy--;
  if (busy > 0) return;
  const all = waiting;
  waiting = [];
  for (const resolve of all) resolve();
}

export async function whileBusy<T>(work: Promise<T>): Promise<T> {
  busy++;
  try {
    return await work;
  } finally {
    // After whatever the result sets off in this task.
    queueMicrotask(() => requestAnimationFrame(done));
  }
}

/** Resolves when nothing is under way. */
export function idle(): Promise<void> {
  return new Promise((resolve) => {
    // Two frames: React renders what is set now, canvases draw it.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        if (busy === 0) resolve();
        else waiting.push(() => void idle().then(resolve));
      }),
    );
  });
}
