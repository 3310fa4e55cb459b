import { type ChangeEvent, useRef } from 'react';
import { choose, nextTheme, openFiles, runChosen, save, setFilter, stop } from '../state/actions.ts';
import { useApp } from '../state/store.ts';
import { texts } from '../texts.ts';
import { Icon, Logo } from './Icon.tsx';

const t = texts.top;

export async function filesOf(list: FileList): Promise<(readonly [string, Uint8Array])[]> {
  return Promise.all(
    Array.from(
      list,
      async (file) => [file.webkitRelativePath || file.name, new Uint8Array(await file.arrayBuffer())] as const,
    ),
  );
}

export function TopBar() {
  const phase = useApp((s) => s.phase);
  const facts = useApp((s) => s.facts);
  const nowUs = useApp((s) => s.nowUs);
  const theme = useApp((s) => s.theme);
  const isRunning = phase.name === 'running' || phase.name === 'loading';
  const share = facts === undefined ? 0 : nowUs / Math.max(facts.untilUs, 1);
  return (
    <header className="top">
      <span className="logo">
        <Logo share={share} label={texts.logo(Math.round(share * 100))} />
        {texts.product}
      </span>
      <span className="vr" />
      <ScenarioMenu />
      <SeedField />
      {isRunning ? (
        <button type="button" className="btn box" onClick={stop}>
          <Icon name="stop" />
          {t.stop}
        </button>
      ) : (
        <button
          type="button"
          className="btn primary"
          title={t.runTitle}
          onClick={() => void runChosen()}
          data-testid="run"
        >
          <Icon name="play" />
          {t.run}
        </button>
      )}
      <OpenButtons />
      <Search />
      {phase.name === 'ready' && (
        <button type="button" className="btn" title={t.saveTitle} onClick={() => void save()}>
          <Icon name="save" />
          {t.save}
        </button>
      )}
      <button
        type="button"
        className="btn icon-only"
        title={t.theme[theme]}
        aria-label={t.theme[theme]}
        onClick={nextTheme}
        data-testid="theme"
      >
        <Icon name="theme" />
      </button>
      <button
        type="button"
        className="btn icon-only"
        title={`${t.help} (?)`}
        aria-label={t.help}
        onClick={() => useApp.setState({ keysShown: true })}
      >
        ?
      </button>
    </header>
  );
}

function ScenarioMenu() {
  const scenarios = useApp((s) => s.scenarios);
  const chosen = useApp((s) => s.chosen);
  const name = useApp((s) => s.facts?.name);
  return (
    <select
      className="select mono"
      aria-label={t.scenario}
      value={chosen}
      onChange={(e) => choose(e.target.value)}
      data-testid="scenario"
    >
      {(chosen === '' || name !== undefined) && <option value="">{name?.slice(0, 60) ?? t.choose}</option>}
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
  return (
    <label className="seed">
      <span>{t.seed}</span>
      <input
        className="mono"
        aria-label={t.seedLabel}
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
  const take = async (e: ChangeEvent<HTMLInputElement>) => {
    const { target } = e;
    if (target.files === null) return;
    const given = await filesOf(target.files);
    target.value = '';
    await openFiles(given);
  };
  return (
    <>
      <button type="button" className="btn" title={t.openTitle} onClick={() => files.current?.click()}>
        <Icon name="open" />
        {t.open}
      </button>
      <button type="button" className="btn wide-only" title={t.folderTitle} onClick={() => folder.current?.click()}>
        {t.folder}
      </button>
      <input ref={files} type="file" multiple hidden onChange={(e) => void take(e)} data-testid="files" />
      <input ref={folder} type="file" hidden onChange={(e) => void take(e)} {...{ webkitdirectory: '' }} />
    </>
  );
}

function Search() {
  const filter = useApp((s) => s.filter);
  const isOff = useApp((s) => s.phase.name !== 'ready');
  return (
    <label className="search">
      <Icon name="search" />
      <input
        id="filter"
        type="search"
        aria-label={t.search}
        placeholder={t.search}
        value={filter}
        maxLength={200}
        disabled={isOff}
        onChange={(e) => setFilter(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === 'Escape') {
            setFilter('');
            e.currentTarget.blur();
          }
        }}
      />
      <kbd>/</kbd>
    </label>
  );
}
