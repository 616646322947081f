import type { Channel } from '../shared/channel.ts';
import { errorToWire } from '../shared/errors.ts';
import type { FromService } from '../shared/host-api.ts';
import { HOST_PROTOCOL } from '../shared/host-api.ts';
import type { StartEngineProcess } from './engine-job.ts';
import { wholeDisk } from './files.ts';
import type { WindowLink } from './rpc.ts';
import type { Launch } from './service.ts';
import { Service } from './service.ts';

/** The service of the desktop app: one for all windows. */
export interface DesktopService {
  /** @returns closes the window unless it has another channel by then: a page that was loaded again. */
  readonly openWindow: (window: number, channel: Channel, launch: Launch) => () => void;
  readonly closeWindow: (window: number) => void;
  readonly openFiles: (window: number, paths: readonly string[]) => void;
}

/** Says `ready` or `failed` by `post`. @returns undefined after `failed` */
export function desktopService(
  post: (message: FromService) => void,
  startEngine: StartEngineProcess,
): DesktopService | undefined {
  let service: Service;
  try {
    service = new Service({ jail: wholeDisk(), startEngine });
  } catch (error) {
    post({ type: 'failed', error: errorToWire(error) });
    return undefined;
  }
  const windows = new Map<number, WindowLink>();
  const closeWindow = (window: number): void => {
    windows.get(window)?.close();
    windows.delete(window);
  };
  post({ type: 'ready', protocol: HOST_PROTOCOL });
  return {
    openWindow: (window, channel, launch) => {
      closeWindow(window);
      const link = service.connect(channel, launch);
      windows.set(window, link);
      return () => {
        if (windows.get(window) === link) closeWindow(window);
      };
    },
    closeWindow,
    openFiles: (window, paths) => windows.get(window)?.window.openFiles(paths),
  };
}
