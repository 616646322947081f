import { reachable } from './reachable.ts';

/**
 * The line to paste on the laptop when the server was started over SSH; undefined where it was not.
 * `SSH_CONNECTION` holds client address, client port, server address, server port (sshd(8)).
 */
export function tunnelLine(
  environment: Readonly<Record<string, string | undefined>>,
  user: string,
  host: string,
  port: number,
): string | undefined {
  const [, , server, sshPort] = (environment['SSH_CONNECTION'] ?? '').split(' ');
  if (server === undefined || server === '') return undefined;
  const other = sshPort === undefined || sshPort === '22' ? '' : ` -p ${sshPort}`;
  return `ssh -N -L ${port}:${reachable(host)}:${port}${other} ${user}@${server}`;
}
