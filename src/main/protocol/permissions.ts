import type { Session } from 'electron/main';

/** Writing text that a button put together. Everything else is nothing that a tensor debugger does. */
const GRANTED: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

type Guarded = Pick<
  Session,
  'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'
>;

/** Both handlers: some features ask, some only look whether they may. Screens are refused where nobody offers one. */
export function denyPermissions(session: Guarded): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(GRANTED.has(permission)));
  session.setPermissionCheckHandler((_contents, permission) => GRANTED.has(permission));
  session.setDevicePermissionHandler(() => false);
}
