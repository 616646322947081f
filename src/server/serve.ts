import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import type { Service } from '../service/index.ts';
import type { Launch } from '../service/index.ts';
import { LayerdiffError } from '../shared/errors.ts';
import { CONTENT_SECURITY_POLICY } from '../shared/host-api.ts';
import type { Guard } from './guard.ts';
import { guardWith } from './guard.ts';
import { reachable } from './reachable.ts';
import { socketChannel } from './socket-channel.ts';
import type { StaticFile } from './static-files.ts';
import { staticFiles } from './static-files.ts';

export interface ServeSettings {
  readonly service: Service;
  readonly launch: Launch;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly allowHosts: readonly string[];
}

export interface Served {
  readonly host: string;
  readonly port: number;
  /** With the token: whoever has it may look at every file under the root. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Requests and answers of the RPC are small; a map of pairs made by hand is the largest. */
const LARGEST_MESSAGE = 64 * 2 ** 20;

/** How long a tab may take to answer a close before its connection is cut. */
const GOODBYE_MILLIS = 500;

/** The window over HTTP and WebSocket, for as many tabs as like to come. */
export async function serve(settings: ServeSettings): Promise<Served> {
  const { service, launch, host } = settings;
  const token = randomBytes(16).toString('hex');
  const files = staticFiles(fileURLToPath(new URL('../renderer', import.meta.url)));
  const server = createServer();
  const port = await listen(server, host, settings.port);
  const guard = guardWith(token, host, settings.allowHosts, port);
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: LARGEST_MESSAGE,
  });
  server.on('request', (request, response) => answer(guard, files, request, response));
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    // From here on nobody else listens to it: an unheard error would end the process.
    stream.on('error', () => stream.destroy());
    if (
      addressOf(request)?.pathname !== '/socket' ||
      !guard.isKnownHost(request) ||
      !guard.isSameOrigin(request) ||
      !guard.hasCookie(request)
    ) {
      stream.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n', () => stream.destroy());
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      const link = service.connect(socketChannel(socket), launch);
      socket.on('close', () => link.close());
      // What went wrong with a tab's connection ends that connection, nothing else.
      socket.on('error', () => socket.terminate());
    });
  });
  const shown = reachable(host);
  return {
    host,
    port,
    url: `http://${shown}:${port}/?token=${token}`,
    close: () =>
      new Promise((resolve) => {
        service.close();
        for (const socket of sockets.clients) socket.close(1001, 'the server ends');
        const cut = setTimeout(() => {
          for (const socket of sockets.clients) socket.terminate();
        }, GOODBYE_MILLIS);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** undefined for a target such as `//`, which is no address. */
function addressOf(request: IncomingMessage): URL | undefined {
  const target = request.url ?? '/';
  return URL.canParse(target, 'http://server') ? new URL(target, 'http://server') : undefined;
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        new LayerdiffError(
          'bad-request',
          taken ? `port ${port} is taken` : `cannot listen: ${error.message}`,
          {
            wayOut: taken ? 'give another --port (0 takes any that is free)' : 'check --host and --port',
          },
        ),
      );
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function answer(
  guard: Guard,
  files: ReadonlyMap<string, StaticFile>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  // The same policy as on the desktop. 'self' covers the WebSocket on whatever port and scheme the page came by. No frames:
  // in one of another site, as an editor's preview is, the browser keeps our cookie back anyway; a tab of its own works.
  const headers = {
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  };
  const refuse = (status: number, text: string): void => {
    response.writeHead(status, { ...headers, 'Content-Type': 'text/plain; charset=utf-8' });
    response.end(`${text}\n`);
  };
  if (!guard.isKnownHost(request)) {
    refuse(
      403,
      'layerdiff: this name is not one that the server answers to; start it with --allow-host NAME',
    );
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    refuse(405, 'layerdiff: only GET');
    return;
  }
  const url = addressOf(request);
  const token = url?.searchParams.get('token') ?? null;
  if (url?.pathname === '/' && token !== null && guard.isToken(token)) {
    // Relative, so that it holds behind proxies that add a prefix; the token leaves the address bar and the history.
    response.writeHead(302, { ...headers, 'Set-Cookie': guard.cookie, Location: './' });
    response.end();
    return;
  }
  if (!guard.hasCookie(request)) {
    refuse(403, 'layerdiff: open the address that the terminal shows, with its token');
    return;
  }
  const file = files.get(url?.pathname ?? '');
  if (file === undefined) {
    refuse(404, 'layerdiff: no such page');
    return;
  }
  response.writeHead(200, { ...headers, 'Content-Type': file.type, 'Content-Length': file.body.length });
  response.end(request.method === 'HEAD' ? undefined : file.body);
}
