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

/**
 * @param host the address that the server listens on.
 * @param allowHosts names of proxies.
 * @param port tells the cookies of several servers on one machine apart.
 */
export function guardWith(token: string, host: string, allowHosts: readonly string[], port: number): Guard {
  const proxies = new Set(allowHosts.map((name) => name.toLowerCase()));
  const hosts = new Set([...LOOPBACK, host.includes(':') ? `[${host}]` : host.toLowerCase(), ...proxies]);
  const name = `layerdiff-${port}`;
  // The cookie is not the token: who reads a log of cookies cannot print a link.
  const session = createHash('sha256').update(`layerdiff ${token}`).digest('hex');
  return {
    // Any port: a tunnel changes it.
    isKnownHost: (request) => hosts.has(hostName(request.headers.host)),
    // The same port too: cookies go to every port of a machine, so other pages on it come with ours. Only a proxy may
    // call us by another name than the page's.
    isSameOrigin: (request) => {
      const { origin, host: asked } = request.headers;
      if (origin === undefined || !URL.canParse(origin)) return false;
      const { host: asks, hostname } = new URL(origin);
      return asks === asked?.toLowerCase() || proxies.has(hostname);
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
