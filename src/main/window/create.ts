import { BrowserWindow } from 'electron/main';

/** Said in full although most are defaults: what is written here is what the contract test and the checker read. */
export function createWindow(preload: string, slot: number, dark: boolean): BrowserWindow {
  return new BrowserWindow({
    // By the name Electron keeps bounds and display mode itself; two open windows may not have the same.
    name: `window-${slot}`,
    windowStatePersistence: true,
    width: 1280,
    height: 800,
    minWidth: 800,
    minHeight: 500,
    show: false,
    // The page's own background, so that nothing flashes before it is drawn.
    backgroundColor: dark ? '#16181d' : '#ffffff',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      navigateOnDragDrop: false,
      // Its dictionaries would be downloaded.
      spellcheck: false,
      // A middle click would open a window; `guard.ts` refuses it anyway.
      disableBlinkFeatures: 'Auxclick',
    },
  });
}
