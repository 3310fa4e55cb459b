import { useEffect, useState } from 'react';
import { useT } from '../i18n/index.ts';
import { saveBranchFile } from '../state/actions.ts';
import { useApp } from '../state/store.ts';
import { commandOf, linkOf } from '../state/url.ts';
import { Icon } from './Icon.tsx';
import { Modal } from './Modal.tsx';

/** The link and the command line of the moment on show. */
export function ShareDialog() {
  const t = useT();
  const [link, setLink] = useState<string | undefined>('');
  const [command, setCommand] = useState('');
  useEffect(() => {
    void linkOf().then(setLink);
    void commandOf().then(setCommand);
  }, []);
  return (
    <Modal title={t('share.title')} text={t('share.linkText')}>
      <h3>{t('share.link')}</h3>
      {link === undefined ? (
        <p>{t('share.tooLong')}</p>
      ) : (
        <Copied text={link} label={t('share.copyLink')} testId="share-link" />
      )}
      <h3>{t('share.command')}</h3>
      <Copied text={command} label={t('share.copyCommand')} testId="share-command" />
      <ForkFile />
    </Modal>
  );
}

/** The command line runs a fork by a scenario file of its own. */
function ForkFile() {
  const t = useT();
  const branch = useApp((s) => s.facts?.branch ?? '0');
  if (branch === '0') return null;
  return (
    <>
      <h3>{t('share.fork')}</h3>
      <p className="mid small2">{t('share.forkText')}</p>
      <button type="button" className="btn box" onClick={() => void saveBranchFile()} data-testid="fork-file">
        <Icon name="save" />
        {t('share.download')}
      </button>
    </>
  );
}

function Copied({ text, label, testId }: { readonly text: string; readonly label: string; readonly testId: string }) {
  const t = useT();
  const [done, setDone] = useState(false);
  return (
    <div className="row copied">
      <input
        className="field mono"
        readOnly
        value={text}
        aria-label={label}
        onFocus={(e) => e.currentTarget.select()}
        data-testid={testId}
      />
      <button
        type="button"
        className="btn primary"
        onClick={() => void navigator.clipboard?.writeText(text).then(() => setDone(true))}
      >
        {done ? t('share.copied') : label}
      </button>
    </div>
  );
}
