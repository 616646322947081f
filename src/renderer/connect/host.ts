import type { HostApi } from '../../shared/host-api.ts';

declare global {
  interface Window {
    readonly layerdiffHost?: HostApi;
  }
}

/** The desktop around the page; undefined in a browser. */
export const host: HostApi | undefined = window.layerdiffHost;
