import { type ChangeEvent, useRef } from 'react';
import { setLang, useT } from '../i18n/index.ts';
import { choose, openFiles, runChosen, save, stop } from '../state/actions.ts';
import { applyPreset, nextTheme, type Preset, setLarge } from '../state/settings.ts';
import { useApp } from '../state/store.ts';
import { openPalette } from './globalKeys.ts';
import { Icon, Logo } from './Icon.tsx';

async function filesOf(list: FileList): Promise<(readonly [string, Uint8Array])[]> {
  return Promise.all(
    Array.from(
      list,
      async (file) => [file.webkitRelativePath || file.name, new Uint8Array(await file.arrayBuffer())] as const,
    ),
  );
}

export function TopBar() {
  const phase = useApp((s) => s.phase);
  const untilUs = useApp((s) => s.facts?.untilUs);
  const nowUs = useApp((s) => s.nowUs);
  const theme = useApp((s) => s.theme);
  const lang = useApp((s) => s.lang);
  const t = useT();
  const isRunning = phase.name === 'running' || phase.name === 'loading';
  const share = untilUs === undefined ? 0 : nowUs / Math.max(untilUs, 1);
  const themeText = t('top.theme', { name: t(`theme.${theme}`) });
  const otherLang = lang === 'en' ? 'zh-CN' : 'en';
  return (
    <header className="top" data-region>
      <span className="logo">
        <Logo share={share} label={t('logo', { percent: Math.round(share * 100) })} />
        <span className="wide-only">{t('product')}</span>
      </span>
      <span className="vr" />
      <ScenarioMenu />
      <SeedField />
      {isRunning ? (
        <button type="button" className="btn box" onClick={stop}>
          <Icon name="stop" />
          {t('top.stop')}
        </button>
      ) : (
        <button
          type="button"
          className="btn primary"
          title={t('top.runTitle')}
          onClick={() => void runChosen()}
          data-testid="run"
        >
          <Icon name="play" />
          {t('top.run')}
        </button>
      )}
      <OpenButtons />
      <button type="button" className="search" onClick={() => openPalette('')} data-testid="omni">
        <Icon name="search" />
        <span className="ellipsis">{t('top.search')}</span>
        <span className="space" />
        <kbd>Ctrl P</kbd>
      </button>
      {phase.name === 'ready' && (
        <button type="button" className="btn wide-only" title={t('top.saveTitle')} onClick={() => void save()}>
          <Icon name="save" />
          {t('top.save')}
        </button>
      )}
      <button
        type="button"
        className="btn mid-only"
        disabled={phase.name !== 'ready' && phase.name !== 'running'}
        onClick={() => useApp.setState({ dialog: 'share' })}
        data-testid="share"
      >
        <Icon name="share" />
        {t('top.share')}
      </button>
      <Presets />
      <button
        type="button"
        className="btn"
        lang={otherLang}
        aria-label={t('top.language', { name: t('top.otherLanguage') })}
        onClick={() => void setLang(otherLang)}
        data-testid="language"
      >
        {t('top.otherLanguage')}
      </button>
      <button
        type="button"
        className="btn icon-only"
        title={themeText}
        aria-label={themeText}
        onClick={nextTheme}
        data-testid="theme"
      >
        <Icon name="theme" />
      </button>
      <button
        type="button"
        className="btn icon-only"
        title={`${t('top.help')} (?)`}
        aria-label={t('top.help')}
        onClick={() => useApp.setState({ dialog: 'keys' })}
      >
        ?
      </button>
    </header>
  );
}

const PRESETS: readonly Preset[] = ['learn', 'plan', 'debug'];

/** The disclosure closes with a choice; Escape closes it too, since it is a menu of plain buttons. */
function Presets() {
  const t = useT();
  const large = useApp((s) => s.large);
  const details = useRef<HTMLDetailsElement>(null);
  return (
    <details
      ref={details}
      className="menu wide-only"
      onBlur={(e) => {
        if (!e.currentTarget.contains(e.relatedTarget)) e.currentTarget.open = false;
      }}
      onKeyDown={(e) => {
        if (e.key !== 'Escape' || !e.currentTarget.open) return;
        e.stopPropagation();
        e.currentTarget.open = false;
        e.currentTarget.querySelector('summary')?.focus();
      }}
    >
      <summary className="btn">
        <Icon name="layout" />
        {t('preset.label')}
      </summary>
      <div className="menu-items">
        {PRESETS.map((preset) => (
          <button
            type="button"
            key={preset}
            onClick={() => {
              applyPreset(preset);
              if (details.current !== null) details.current.open = false;
            }}
          >
            <b>{t(`preset.${preset}`)}</b>
            <span className="dim small">{t(`preset.${preset}.hint`)}</span>
          </button>
        ))}
        <button type="button" aria-pressed={large} onClick={() => setLarge(!large)} data-testid="large">
          <b>
            {large ? '✓ ' : ''}
            {t('preset.large')}
          </b>
          <span className="dim small">{t('preset.large.hint')}</span>
        </button>
      </div>
    </details>
  );
}

function ScenarioMenu() {
  const scenarios = useApp((s) => s.scenarios);
  const chosen = useApp((s) => s.chosen);
  const name = useApp((s) => s.facts?.name);
  const t = useT();
  return (
    <select
      className="select mono"
      aria-label={t('top.scenario')}
      value={chosen}
      onChange={(e) => choose(e.target.value)}
      data-testid="scenario"
    >
      {(chosen === '' || name !== undefined) && <option value="">{name?.slice(0, 60) ?? t('top.choose')}</option>}
      {scenarios.map((s) => (
        <option key={s.path} value={s.path} title={s.description}>
          {s.path.replace(/\.ya?ml$/, '')}
        </option>
      ))}
    </select>
  );
}

function SeedField() {
  const seed = useApp((s) => s.seed);
  const actual = useApp((s) => s.facts?.seed);
  const t = useT();
  return (
    <label className="seed">
      <span className="wide-only">{t('top.seed')}</span>
      <input
        className="mono"
        aria-label={t('top.seedLabel')}
        value={seed}
        placeholder={actual ?? ''}
        maxLength={100}
        onChange={(e) => useApp.setState({ seed: e.target.value })}
        onKeyDown={(e) => {
          if (e.key === 'Enter') void runChosen();
        }}
        data-testid="seed"
      />
    </label>
  );
}

function OpenButtons() {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const t = useT();
  const take = async (e: ChangeEvent<HTMLInputElement>) => {
    const { target } = e;
    if (target.files === null) return;
    const given = await filesOf(target.files);
    target.value = '';
    await openFiles(given);
  };
  return (
    <>
      <button type="button" className="btn mid-only" title={t('top.openTitle')} onClick={() => files.current?.click()}>
        <Icon name="open" />
        {t('top.open')}
      </button>
      <button
        type="button"
        className="btn huge-only"
        title={t('top.folderTitle')}
        onClick={() => folder.current?.click()}
      >
        {t('top.folder')}
      </button>
      <input ref={files} type="file" multiple hidden onChange={(e) => void take(e)} data-testid="files" />
      <input ref={folder} type="file" hidden onChange={(e) => void take(e)} {...{ webkitdirectory: '' }} />
    </>
  );
}
