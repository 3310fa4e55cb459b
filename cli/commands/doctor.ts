import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ExitCode } from '../exitCodes.ts';
import { colour, print } from '../terminal.ts';
import { KUBERNETES_VERSION, SOURCE_HASH, VERSION } from '../version.ts';

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly hint?: string;
}

function chromium(): Check {
  const candidates = [
    process.env['CHROMIUM'],
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ].filter((p): p is string => p !== undefined);
  const found = candidates.find((p) => existsSync(p));
  if (found === undefined)
    return {
      name: 'chromium',
      ok: false,
      detail: 'not found',
      hint: 'needed for the browser tests only: apt-get install chromium, or set CHROMIUM',
    };
  try {
    return { name: 'chromium', ok: true, detail: execFileSync(found, ['--version'], { encoding: 'utf8' }).trim() };
  } catch {
    return { name: 'chromium', ok: false, detail: `${found} does not start` };
  }
}

/** `orrery doctor`: what this machine has of what Orrery needs. */
export function doctorCommand(flags: { readonly output?: string }): ExitCode {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const page = path.join(import.meta.dirname, '../web/index.html');
  const checks: Check[] = [
    {
      name: 'node',
      ok: major > 20 || (major === 20 && minor >= 19),
      detail: process.version,
      hint: 'Orrery needs Node 20.19 or newer',
    },
    {
      name: 'orrery',
      ok: true,
      detail: `${VERSION}, sources ${SOURCE_HASH.slice(0, 12)}, Kubernetes ${KUBERNETES_VERSION}`,
    },
    { name: 'page', ok: existsSync(page), detail: existsSync(page) ? page : 'not built', hint: 'npm run build' },
    {
      name: 'memory',
      ok: os.totalmem() > 2 ** 31,
      detail: `${Math.round(os.totalmem() / 2 ** 30)} GiB, ${os.cpus().length} processors`,
      hint: 'large scenarios want 2 GiB or more',
    },
    chromium(),
  ];
  if (flags.output === 'json') print(JSON.stringify(checks, null, 2));
  else
    for (const c of checks)
      print(
        `${c.ok ? colour.green('ok  ') : colour.yellow('miss')} ${c.name.padEnd(9)} ${c.detail}${c.ok || c.hint === undefined ? '' : colour.dim(` (${c.hint})`)}`,
      );
  return checks.every((c) => c.ok || c.name === 'chromium') ? ExitCode.ok : ExitCode.failed;
}
