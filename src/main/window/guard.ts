import type { App, WebContents } from 'electron/main';
import { isBundleAddress } from '../protocol/scheme.ts';

/** Every page that there will ever be, whoever makes it. */
export function guardAllContents(app: Pick<App, 'on'>): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents));
}

/** The page stays where it is: no other page in its place, no window that it opens, no guest in it. */
export function guardContents(contents: Pick<WebContents, 'on' | 'setWindowOpenHandler'>): void {
  contents.on('will-navigate', (event) => {
    if (!isBundleAddress(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    if (!isBundleAddress(event.url)) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isBundleAddress(event.url)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}
