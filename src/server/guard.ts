import type { IncomingMessage } from 'node:http';
import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Who may talk to the server. A page of another site must not (Origin), a name that was rebound to this machine must
 * not (Host), and another user of the machine must not (token, then cookie).
 */
export interface Guard {
  readonly isKnownHost: (request: IncomingMessage) => boolean;
  readonly isSameOrigin: (request: IncomingMessage) => boolean;
  readonly hasCookie: (request: IncomingMessage) => boolean;
  readonly isToken: (token: string) => boolean;
  readonly cookie: string;
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** @param port tells the cookies of several servers on one machine apart. */
export function guardWith(token: string, allowHosts: readonly string[], port: number): Guard {
  const hosts = new Set([...LOOPBACK, ...allowHosts.map((host) => host.toLowerCase())]);
  const name = `layerdiff-${port}`;
  // The cookie is not the token: who reads a log of cookies cannot print a link.
  const session = createHash('sha256').update(`layerdiff ${token}`).digest('hex');
  return {
    // Any port: a tunnel changes it.
    isKnownHost: (request) => hosts.has(hostName(request.headers.host)),
    isSameOrigin: (request) => {
      const { origin } = request.headers;
      if (origin === undefined) return false;
      const url = URL.parse(origin);
      return url !== null && (url.host === request.headers.host || hosts.has(url.hostname));
    },
    hasCookie: (request) =>
      (request.headers.cookie ?? '').split(/;\s*/).some((one) => isSame(one, `${name}=${session}`)),
    isToken: (given) => isSame(given, token),
    cookie: `${name}=${session}; HttpOnly; SameSite=Strict`,
  };
}

function hostName(host: string | undefined): string {
  return (host ?? '').toLowerCase().replace(/:\d+$/, '');
}

function isSame(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}
