import { readdirSync, readFileSync } from 'node:fs';
import type { CDPSession, Page } from '@playwright/test';

/** Milliseconds of CPU that the workers' threads of some processes have had; -1 = the system does not tell. */
export function workerCpuMs(pids: readonly number[]): number {
  let ns = 0;
  try {
    for (const pid of pids)
      for (const thread of readdirSync(`/proc/${pid}/task`)) {
        const at = `/proc/${pid}/task/${thread}`;
        if (!readFileSync(`${at}/comm`, 'utf8').startsWith('DedicatedWorker')) continue;
        ns += Number(readFileSync(`${at}/schedstat`, 'utf8').split(' ')[0]);
      }
  } catch {
    return -1;
  }
  return ns / 1e6;
}

interface Target {
  readonly sessionId: string;
  readonly targetInfo: { readonly type: string };
}

/** Speaks to the worker of a page in the browser's own protocol. */
export async function workerOf(page: Page): Promise<{ readonly heapMb: () => Promise<number> }> {
  const client: CDPSession = await page.context().newCDPSession(page);
  let sessionId = '';
  let last = 0;
  const waiting = new Map<number, (result: unknown) => void>();
  client.on('Target.attachedToTarget', (event: Target) => {
    if (event.targetInfo.type === 'worker') sessionId = event.sessionId;
  });
  client.on('Target.receivedMessageFromTarget', ({ message }: { readonly message: string }) => {
    const { id, result } = JSON.parse(message);
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  await client.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const send = async <T>(method: string): Promise<T> => {
    const id = ++last;
    const answer = new Promise<T>((resolve) => waiting.set(id, resolve as (result: unknown) => void));
    await client.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) });
    return answer;
  };
  return {
    /** What is reachable, array buffers included. */
    async heapMb() {
      await send('HeapProfiler.collectGarbage');
      const use = await send<{ readonly usedSize: number; readonly backingStorageSize?: number }>(
        'Runtime.getHeapUsage',
      );
      return (use.usedSize + (use.backingStorageSize ?? 0)) / 1e6;
    },
  };
}
