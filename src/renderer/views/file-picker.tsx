import type { ReactNode } from 'react';
import { useEffect, useRef, useState } from 'react';
import type { Listing, ListingEntry } from '../../shared/contract.ts';
import { errorLine } from '../../shared/errors.ts';
import { formatBytes } from '../../shared/format.ts';
import { useTexts } from '../i18n/language.ts';
import { windowTexts } from '../i18n/window.ts';
import { clientOf } from '../state/actions.ts';
import { useApp } from '../state/app.ts';
import { useRemote, valueOf } from '../state/remote.ts';
import { Modal } from '../widgets/modal.tsx';
import { VirtualList } from '../widgets/virtual-list.tsx';
import type { PathPurpose } from './pick.ts';
import type { Picking } from './picking.ts';
import { picking } from './picking.ts';

/** The files on the machine that serves the page. */
export function FilePicker({ what, done }: Picking): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const [path, setPath] = useState('');
  const [selected, setSelected] = useState<string | undefined>(undefined);
  const answer = useRemote(path === '' ? 'root' : path, () => clientOf(app).browse(path));
  // A folder that may not be entered leaves the one before on the screen.
  const last = useRef<Listing | undefined>(undefined);
  const listing = valueOf(answer) ?? last.current;
  useEffect(() => {
    last.current = listing;
  });
  const answerWith = (file: string | undefined): void => {
    picking.set(undefined);
    done(file);
  };
  const close = (): void => answerWith(undefined);
  const open = (entry: ListingEntry): void => {
    if (entry.kind === 'folder') setPath(entry.path);
    else answerWith(entry.path);
  };
  const shown = (listing?.entries ?? []).filter((entry) => entry.kind === 'folder' || fits(entry, what));
  return (
    <Modal label={texts.picker[what]} className="picker" onClose={close}>
      <h2>{texts.picker[what]}</h2>
      <div className="picker-path">
        <button
          type="button"
          className="button-small"
          disabled={listing?.parent === undefined}
          onClick={() => setPath(listing?.parent ?? '')}
        >
          ↑ {texts.picker.up}
        </button>
        <span className="soft">{listing?.path ?? ''}</span>
      </div>
      {answer?.kind === 'refused' ? <p className="problem-inline">{errorLine(answer.error)}</p> : null}
      <div className="picker-list">
        {shown.length === 0 ? <p className="hint">{texts.picker.empty}</p> : null}
        <VirtualList
          items={shown}
          label={texts.picker[what]}
          keyOf={(entry) => entry.path}
          selected={selected}
          onSelect={(entry) => setSelected(entry.path)}
          onOpen={open}
          rowHeight={28}
          render={(entry) => (
            <span className="picker-row">
              <span aria-hidden="true">{entry.kind === 'folder' ? '▸' : ' '}</span>
              <span className="picker-name">{entry.name}</span>
              <span className="soft">{entry.kind === 'folder' ? '' : formatBytes(entry.bytes)}</span>
            </span>
          )}
        />
      </div>
      <div className="modal-actions">
        {takesFolders(what) && listing !== undefined ? (
          <button type="button" className="button" onClick={() => answerWith(listing.path)}>
            {texts.picker.useFolder}
          </button>
        ) : null}
        <span className="spacer" />
        <button type="button" className="button" onClick={close}>
          {texts.close}
        </button>
        <button
          type="button"
          className="button button-primary"
          disabled={selected === undefined}
          onClick={() => {
            const entry = shown.find((one) => one.path === selected);
            if (entry !== undefined) open(entry);
          }}
        >
          {texts.open}
        </button>
      </div>
    </Modal>
  );
}

/** Dumps are folders as often as files. */
function takesFolders(what: PathPurpose): boolean {
  return what === 'reference' || what === 'input';
}

function fits(entry: ListingEntry, what: PathPurpose): boolean {
  switch (what) {
    case 'model':
      return entry.kind === 'model';
    case 'report':
      return entry.kind === 'report';
    case 'picture':
      return /\.(png|jpe?g)$/i.test(entry.name);
    case 'reference':
    case 'input':
      return entry.kind === 'reference' || entry.kind === 'report';
  }
}
