/** The service in an Electron utility process; see `shared/host-api.ts` for what main and service say to each other. */
import type { FromService, ToService } from '../shared/host-api.ts';
import { desktopService } from './desktop-service.ts';
import { parentPort, portChannel } from './port-channel.ts';
import { utilityRunners } from './utility-runners.ts';

const main = parentPort();
const post = (message: FromService): void => main.postMessage(message);
const runners = utilityRunners(post);
const service = desktopService(post, runners.start);
if (service === undefined) process.exit(1);

main.on('message', ({ data, ports }) => {
  const message = data as ToService;
  const [port] = ports;
  switch (message.type) {
    case 'open-window':
      if (port !== undefined) {
        // The old port of a page that is loaded again may close after the new one has come.
        port.on('close', service.openWindow(message.window, portChannel(port), message.launch));
      }
      break;
    case 'close-window':
      service.closeWindow(message.window);
      break;
    case 'open-files':
      service.openFiles(message.window, message.paths);
      break;
    case 'runner-started':
      if (port !== undefined) runners.started(message.id, port);
      break;
    case 'runner-gone':
      runners.gone(message.id, message.how, message.stderr);
      break;
    case 'window-message':
      // Only a plain Node gets these.
      break;
  }
});
