import { contextBridge, ipcRenderer, webUtils } from 'electron/renderer';
import { BUNDLE_ORIGIN } from '../shared/host-api.ts';
import { forwardPorts, hostApi } from './host.ts';

// Should another page ever stand here, it finds nothing.
if (window.location.origin === BUNDLE_ORIGIN) {
  contextBridge.exposeInMainWorld('layerdiffHost', hostApi(ipcRenderer, webUtils));
  forwardPorts(ipcRenderer, window);
}
