import { expect, test } from 'vitest';
import { tunnelLine } from '../../src/server/tunnel.ts';

/** `SSH_CONNECTION` is client address, client port, server address, server port (sshd(8)). */
const HERE = 'ssh -N -L 8765:127.0.0.1:8765';

test.each<readonly [connection: string | undefined, host: string, expected: string | undefined]>([
  [undefined, '127.0.0.1', undefined],
  ['', '127.0.0.1', undefined],
  ['192.0.2.7 50022', '127.0.0.1', undefined],
  ['192.0.2.7 50022 198.51.100.3 22', '127.0.0.1', `${HERE} ada@198.51.100.3`],
  ['192.0.2.7 50022 198.51.100.3 2222', '127.0.0.1', `${HERE} -p 2222 ada@198.51.100.3`],
  ['2001:db8::7 50022 2001:db8::3 22', '127.0.0.1', `${HERE} ada@2001:db8::3`],
  ['2001:db8::7 50022 2001:db8::3 2200', '127.0.0.1', `${HERE} -p 2200 ada@2001:db8::3`],
  ['fe80::1%eth0 50022 fe80::2%eth0 22', '127.0.0.1', `${HERE} ada@fe80::2%eth0`],
  // The far end of the tunnel is where the server listens.
  ['192.0.2.7 50022 198.51.100.3 22', '0.0.0.0', `${HERE} ada@198.51.100.3`],
  ['192.0.2.7 50022 198.51.100.3 22', '::1', 'ssh -N -L 8765:[::1]:8765 ada@198.51.100.3'],
  ['192.0.2.7 50022 198.51.100.3 22', '::', 'ssh -N -L 8765:[::1]:8765 ada@198.51.100.3'],
  ['192.0.2.7 50022 198.51.100.3 22', '10.0.0.5', 'ssh -N -L 8765:10.0.0.5:8765 ada@198.51.100.3'],
])('SSH_CONNECTION=%s on %s', (connection, host, expected) => {
  expect(tunnelLine({ SSH_CONNECTION: connection }, 'ada', host, 8765)).toBe(expected);
});
