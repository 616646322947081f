/** The service in a plain Node, for the desktop app: windows' messages come and go by IPC, with structured clone. */
import type { FromService, ToService } from '../shared/host-api.ts';
import { desktopService } from './desktop-service.ts';
import { forkEngine } from './engine-process.ts';

process.once('disconnect', () => process.exit());

const post = (message: FromService): void => void process.send?.(message);
const service = desktopService(post, forkEngine);
if (service === undefined) process.exit(1);
const inlets = new Map<number, (message: unknown) => void>();

process.on('message', (message: ToService) => {
  switch (message.type) {
    case 'open-window': {
      const { window, launch } = message;
      service.openWindow(
        window,
        {
          post: (said) => post({ type: 'window-message', window, message: said }),
          onMessage: (handler) => inlets.set(window, handler),
        },
        launch,
      );
      break;
    }
    case 'close-window':
      inlets.delete(message.window);
      service.closeWindow(message.window);
      break;
    case 'window-message':
      inlets.get(message.window)?.(message.message);
      break;
    case 'open-files':
      service.openFiles(message.window, message.paths);
      break;
    case 'runner-started':
    case 'runner-gone':
      // Only a utility process gets these: a plain Node forks its runners itself.
      break;
  }
});
