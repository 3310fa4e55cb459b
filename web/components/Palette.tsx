import { Command } from 'cmdk';
import { useEffect, useRef, useState } from 'react';
import { numberText, setLang, useT } from '../i18n/index.ts';
import { parseMoment } from '../model/moments.ts';
import { timeText } from '../model/viewport.ts';
import { choose, fitAll, runChosen, save, selectPath, showSpan } from '../state/actions.ts';
import { applyPreset, nextTheme, setLarge, setTab, setTheme, toggleDrawer } from '../state/settings.ts';
import { type Dialog, useApp } from '../state/store.ts';
import { reach, togglePlay } from '../state/time.ts';
import { useQuery } from '../state/useQuery.ts';
import { VIEWS } from '../views/registry.ts';
import { Glyph, Icon } from './Icon.tsx';
import { closeDialog } from './Modal.tsx';

interface Action {
  readonly id: string;
  readonly text: string;
  readonly hint: string;
  readonly keys: string;
  readonly run: () => void;
}

/** Letters of the words one after the other: `zo` finds `Zone outage`. */
const matches = (text: string, words: readonly string[]) => {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
};

const ROWS_MAX = 8;

/** Commands, objects and moments by what is typed. */
export function Palette() {
  const t = useT();
  const begin = useApp((s) => s.paletteText);
  const [text, setText] = useState(begin);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    setText(begin);
    // The dialog selects the text when it takes the focus; what is typed is to follow it.
    const timer = setTimeout(() => input.current?.setSelectionRange(begin.length, begin.length), 0);
    return () => clearTimeout(timer);
  }, [begin]);
  const mode = text.startsWith('>')
    ? 'commands'
    : text.startsWith('@')
      ? 'objects'
      : text.startsWith(':')
        ? 'time'
        : '';
  const rest = (mode === '' ? text : text.slice(1)).trim();
  const words = rest
    .toLowerCase()
    .split(/\s+/)
    .filter((w) => w !== '');
  const wantsObjects = mode === 'objects' || (mode === '' && words.length > 0);
  const found = useQuery('shell', 'search', wantsObjects ? rest.slice(0, 100) : undefined).data;
  const actions = useActions().filter((a) => matches(`${a.text} ${a.hint}`, words));
  const marks = useApp((s) => s.marks).filter((m) => matches(m.label, words));
  const scenarios = useApp((s) => s.scenarios).filter((s) => matches(`${s.path} ${s.description}`, words));
  const moment = mode === 'objects' || mode === 'commands' ? undefined : parseMoment(rest);
  const cursorUs = useApp((s) => s.cursorUs);
  const done = (run: () => void) => () => {
    closeDialog();
    run();
  };
  const all = mode === '';
  // Answers of the worker come after the letters; the first row is the chosen one each time.
  const first =
    moment !== undefined
      ? 'moment'
      : (all || mode === 'commands') && actions.length > 0
        ? actions[0].id
        : all && marks.length > 0
          ? `mark ${marks[0].fromUs} ${marks[0].label}`
          : found !== undefined && found.paths.length > 0
            ? `object ${found.paths[0]}`
            : '';
  const [chosen, setChosen] = useState(first);
  useEffect(() => setChosen(first), [first]);
  return (
    <Command.Dialog
      open
      value={chosen}
      onValueChange={setChosen}
      onOpenChange={(open) => open || closeDialog()}
      label={t('palette.label')}
      shouldFilter={false}
      loop
      overlayClassName="scrim"
      contentClassName="palette"
    >
      <div className="palette-in">
        <span className="dim" aria-hidden="true">
          ›
        </span>
        <Command.Input
          ref={input}
          value={text}
          // The dialog selects the prefix when it takes the focus; the first letter is not to replace it.
          onValueChange={(value) =>
            setText(text === begin && /^[@>:]$/.test(begin) && /^[^@>:]$/.test(value) ? begin + value : value)
          }
          placeholder={t('palette.placeholder')}
          aria-label={t('palette.label')}
          maxLength={200}
        />
        <kbd>Esc</kbd>
      </div>
      <Command.List label={t('palette.label')}>
        <Command.Empty className="palette-empty">{t('palette.empty')}</Command.Empty>
        {moment !== undefined && (
          <Command.Group heading={t('palette.time')}>
            <Command.Item value="moment" onSelect={done(() => reach(moment))}>
              <Icon name="forward" />
              <span>{t('palette.goto', { time: timeText(moment) })}</span>
            </Command.Item>
          </Command.Group>
        )}
        {(all || mode === 'commands') && actions.length > 0 && (
          <Command.Group heading={t('palette.commands')}>
            {actions.slice(0, mode === 'commands' ? 40 : ROWS_MAX).map((a) => (
              <Command.Item key={a.id} value={a.id} onSelect={done(a.run)}>
                <Icon name="forward" />
                <span className="ellipsis">
                  <Marked text={a.text} words={words} /> <span className="dim small2">{a.hint}</span>
                </span>
                {a.keys !== '' && <kbd className="num">{a.keys}</kbd>}
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {all && marks.length > 0 && (
          <Command.Group heading={t('palette.marks')}>
            {marks.slice(0, ROWS_MAX).map((m) => (
              <Command.Item
                key={`${m.fromUs} ${m.label}`}
                value={`mark ${m.fromUs} ${m.label}`}
                onSelect={done(() => showSpan(m.fromUs, m.untilUs))}
              >
                <Glyph name={m.kind} colour={m.kind === 'fault' ? 'var(--fault)' : 'var(--text-2)'} />
                <span className="ellipsis">
                  <Marked text={m.label.slice(0, 120)} words={words} />
                </span>
                <span className="num dim small2 mono">{timeText(m.fromUs, 0)}</span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {wantsObjects && found !== undefined && found.paths.length > 0 && (
          <Command.Group
            heading={t('palette.objectsOf', { n: numberText(found.matches), of: numberText(found.of) })}
            data-testid="palette-objects"
          >
            {found.paths.slice(0, mode === 'objects' ? 30 : ROWS_MAX).map((path) => {
              const [resource, ...name] = path.split('/');
              return (
                <Command.Item key={path} value={`object ${path}`} onSelect={done(() => selectPath(path))}>
                  <Glyph name="step" colour="var(--text-2)" />
                  <span className="ellipsis mono small2">
                    <Marked text={name.join('/').slice(0, 160)} words={words} />
                  </span>
                  <span className="num dim small2">{resource.slice(0, 60)}</span>
                </Command.Item>
              );
            })}
          </Command.Group>
        )}
        {all && scenarios.length > 0 && (
          <Command.Group heading={t('palette.scenarios')}>
            {scenarios.slice(0, ROWS_MAX).map((s) => (
              <Command.Item
                key={s.path}
                value={`scenario ${s.path}`}
                onSelect={done(() => {
                  choose(s.path);
                  void runChosen();
                })}
              >
                <Icon name="play" />
                <span className="ellipsis">
                  {t('palette.runScenario', { name: s.path.replace(/\.ya?ml$/, '') })}{' '}
                  <span className="dim small2">{s.description.slice(0, 80)}</span>
                </span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
      </Command.List>
      <div className="palette-foot">
        <span>
          <kbd>↑</kbd> <kbd>↓</kbd> {t('palette.move')}
        </span>
        <span>
          <kbd>Enter</kbd> {t('palette.do')}
        </span>
        <span className="space" />
        <span className="mono">{timeText(cursorUs)}</span>
        <span>{t('palette.prefixes')}</span>
      </div>
    </Command.Dialog>
  );
}

/** What was typed is bold where it stands. */
function Marked({ text, words }: { readonly text: string; readonly words: readonly string[] }) {
  const word = words[0];
  const at = word === undefined ? -1 : text.toLowerCase().indexOf(word);
  if (word === undefined || at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + word.length)}</mark>
      {text.slice(at + word.length)}
    </>
  );
}

function useActions(): readonly Action[] {
  const t = useT();
  const act = (id: string, text: string, run: () => void, keys = '', hint = ''): Action => ({
    id,
    text,
    hint,
    keys,
    run,
  });
  const dialog = (name: Dialog) => () => useApp.setState({ dialog: name });
  return [
    ...VIEWS.map((v) => act(`view ${v.id}`, t('palette.show', { name: t(v.label) }), () => setTab(v.id), v.key)),
    act('play', `${t('transport.play')} / ${t('transport.pause')}`, togglePlay, 'Space'),
    act('breaks', t('breaks.title'), dialog('breaks'), 'B'),
    act('forks', t('transport.fork'), dialog('forks'), 'K'),
    act('fit', t('timeline.fit'), fitAll),
    act('drawer', t('panels.drawer'), toggleDrawer, '`'),
    act('share', t('top.share'), dialog('share')),
    act('save', t('top.save'), () => void save(), '', t('top.saveTitle')),
    act('learn', t('preset.learn'), () => applyPreset('learn'), '', t('preset.learn.hint')),
    act('plan', t('preset.plan'), () => applyPreset('plan'), '', t('preset.plan.hint')),
    act('large', t('preset.large'), () => setLarge(!useApp.getState().large), '', t('preset.large.hint')),
    act('debug', t('preset.debug'), () => applyPreset('debug'), '', t('preset.debug.hint')),
    act('theme', t('top.theme', { name: '…' }), nextTheme, 'T'),
    act('theme hc', t('top.theme', { name: t('theme.hc') }), () => setTheme('hc')),
    act('en', t('top.language', { name: 'English' }), () => void setLang('en')),
    act('zh', t('top.language', { name: '中文' }), () => void setLang('zh-CN')),
    act('keys', t('top.help'), dialog('keys'), '?'),
  ];
}
