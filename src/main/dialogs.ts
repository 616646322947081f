import { dirname, join } from 'node:path';
import type { BrowserWindow, Dialog, FileFilter, OpenDialogOptions } from 'electron/main';
import type { Language } from '../shared/commands.ts';
import type { PickPurpose } from '../shared/host-api.ts';
import { writeAtomically } from './store/atomic-write.ts';
import { NATIVE_TEXTS } from './texts.ts';

/** The last folder of each purpose: models, dumps and exports rarely lie together. */
export interface Folders {
  get(purpose: string): string | undefined;
  set(purpose: string, folder: string): void;
}

export class Dialogs {
  readonly #dialog: Pick<Dialog, 'showOpenDialog' | 'showSaveDialog'>;
  readonly #folders: Folders;
  readonly #language: () => Language;

  constructor(
    dialog: Pick<Dialog, 'showOpenDialog' | 'showSaveDialog'>,
    folders: Folders,
    language: () => Language,
  ) {
    this.#dialog = dialog;
    this.#folders = folders;
    this.#language = language;
  }

  async pick(window: BrowserWindow, purpose: PickPurpose | 'engine'): Promise<string | undefined> {
    const defaultPath = this.#folders.get(purpose);
    const options: OpenDialogOptions = {
      properties: [purpose === 'reference-folder' ? 'openDirectory' : 'openFile'],
      filters: [...this.#filters(purpose)],
      ...(purpose === 'engine' ? { title: NATIVE_TEXTS[this.#language()].chooseEngine } : {}),
      ...(defaultPath === undefined ? {} : { defaultPath }),
    };
    const [path] = (await this.#dialog.showOpenDialog(window, options)).filePaths;
    if (path !== undefined) this.#folders.set(purpose, dirname(path));
    return path;
  }

  /** By the name's ending the folder is remembered: pictures go elsewhere than tables. */
  async save(window: BrowserWindow, name: string, bytes: Uint8Array): Promise<string | undefined> {
    const extension = /\.(\w+)$/.exec(name)?.[1] ?? '';
    const purpose = `save-${extension}`;
    const folder = this.#folders.get(purpose);
    const { filePath } = await this.#dialog.showSaveDialog(window, {
      defaultPath: folder === undefined ? name : join(folder, name),
      filters: extension === '' ? [] : [{ name: extension.toUpperCase(), extensions: [extension] }],
    });
    if (filePath === '') return undefined;
    await writeAtomically(filePath, bytes);
    this.#folders.set(purpose, dirname(filePath));
    return filePath;
  }

  #filters(purpose: PickPurpose | 'engine'): readonly FileFilter[] {
    const texts = NATIVE_TEXTS[this.#language()];
    const all = { name: texts.allFiles, extensions: ['*'] };
    switch (purpose) {
      case 'model':
        return [{ name: texts.model, extensions: ['onnx'] }, all];
      case 'reference':
        // `manifest.json` is how a file dialog names a dump that is a folder.
        return [
          {
            name: texts.reference,
            extensions: ['json', 'npz', 'npy', 'safetensors', 'pt', 'pth', 'pb', 'zip'],
          },
          all,
        ];
      case 'report':
        return [{ name: texts.report, extensions: ['json'] }, all];
      case 'map':
        return [{ name: texts.map, extensions: ['json', 'map', 'txt'] }, all];
      case 'input':
        return [{ name: texts.input, extensions: ['json', 'npy', 'npz', 'pb', 'safetensors', 'pt'] }, all];
      case 'picture':
        return [{ name: texts.picture, extensions: ['png', 'jpg', 'jpeg'] }, all];
      case 'reference-folder':
      case 'engine':
        return [];
    }
  }
}
