import type { ReactNode } from 'react';
import { language, useTexts } from '../i18n/language.ts';
import { windowTexts } from '../i18n/window.ts';
import { useApp } from '../state/app.ts';
import { useAtom } from '../state/atom.ts';
import { Modal } from '../widgets/modal.tsx';
import { offeredCommands, shortcutText } from './commands.ts';

/** Every command that has a key. */
export function HelpDialog(): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const lang = useAtom(language);
  const close = (): void => app.overlay.set(undefined);
  return (
    <Modal label={texts.help} onClose={close}>
      <h2>{texts.help}</h2>
      <dl className="keys">
        {offeredCommands().map((command) =>
          command.accelerator === undefined ? null : (
            <div key={command.id} className="fact">
              <dt>{command.texts[lang]}</dt>
              <dd>
                <kbd>{shortcutText(command.accelerator)}</kbd>
              </dd>
            </div>
          ),
        )}
      </dl>
      <div className="modal-actions">
        <button type="button" className="button" onClick={close}>
          {texts.close}
        </button>
      </div>
    </Modal>
  );
}
