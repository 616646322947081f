import type { CustomScheme } from 'electron/main';

/** Must be registered before `ready`. `standard` gives the page an origin; nothing more is granted than it needs. */
export const APP_SCHEME: CustomScheme = {
  scheme: 'app',
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
};

/** `URL.origin` is "null" for schemes that Node does not know, so the parts are compared. */
export function isBundleAddress(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url?.protocol === 'app:' && url.host === 'bundle';
}
