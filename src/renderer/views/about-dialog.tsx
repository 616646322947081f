import type { ReactNode } from 'react';
import { useTexts } from '../i18n/language.ts';
import { windowTexts } from '../i18n/window.ts';
import { useApp } from '../state/app.ts';
import { useAtom } from '../state/atom.ts';
import { Modal } from '../widgets/modal.tsx';

export function AboutDialog(): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const connection = useAtom(app.connection);
  const close = (): void => app.overlay.set(undefined);
  return (
    <Modal label={texts.about} onClose={close}>
      <h2>Layerdiff</h2>
      <p>{connection.kind === 'ready' ? connection.hello.tool : ''}</p>
      <p className="soft">MIT</p>
      <div className="modal-actions">
        <button type="button" className="button" onClick={close}>
          {texts.close}
        </button>
      </div>
    </Modal>
  );
}
