import { createReadStream, existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { CommandError, ExitCode } from '../exitCodes.ts';
import { say } from '../terminal.ts';
import { loadRecording } from './replay.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src 'self'; frame-ancestors 'none'";

/** Serves the built page and one recording on 127.0.0.1; the port 0 takes a free one. */
export async function serveUi(
  recording: Uint8Array | undefined,
  port: number,
): Promise<{ url: string; server: Server }> {
  const root = path.join(import.meta.dirname, '../web');
  if (!existsSync(path.join(root, 'index.html')))
    throw new CommandError(ExitCode.usage, 'the page is not built', 'npm run build');
  const server = createServer((request, response) => {
    // Only names of this machine: a page of somebody else must not reach it through DNS (rebinding).
    const host = (request.headers.host ?? '').replace(/:\d+$/, '');
    if (!['127.0.0.1', 'localhost', '[::1]'].includes(host)) {
      response.writeHead(403).end('forbidden host\n');
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    const headers = {
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    };
    const pathname = decodePath(request.url ?? '/');
    if (pathname === '/run.orrery') {
      if (recording === undefined) response.writeHead(404).end();
      else
        response
          .writeHead(200, {
            ...headers,
            'content-type': 'application/octet-stream',
            'content-length': recording.length,
          })
          .end(recording);
      return;
    }
    const file = fileOf(root, pathname === '/' ? '/index.html' : pathname);
    if (file === undefined) {
      response.writeHead(404).end('not found\n');
      return;
    }
    response.writeHead(200, { ...headers, 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return { url: `http://127.0.0.1:${actual}/${recording === undefined ? '' : '?recording=run.orrery'}`, server };
}

function decodePath(url: string): string {
  try {
    return decodeURIComponent(new URL(url, 'http://localhost').pathname);
  } catch {
    return '/';
  }
}

/** A file below the root, links resolved; undefined for anything else. */
function fileOf(root: string, pathname: string): string | undefined {
  const full = path.join(root, pathname);
  if (!existsSync(full)) return undefined;
  const real = realpathSync(full);
  return real.startsWith(realpathSync(root) + path.sep) && statSync(real).isFile() ? real : undefined;
}

/** `orrery ui [REC]` */
export async function uiCommand(file: string | undefined, flags: { readonly port?: string }): Promise<ExitCode> {
  if (file !== undefined) loadRecording(file);
  const { url, server } = await serveUi(file === undefined ? undefined : readFileSync(file), Number(flags.port ?? 0));
  say(`the page is at ${url}   (Ctrl-C ends it)`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  });
  return ExitCode.ok;
}
