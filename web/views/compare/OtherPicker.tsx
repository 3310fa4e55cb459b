import { useState } from 'react';
import { useT } from '../../i18n/index.ts';
import type { OtherRun, RunTitle } from '../../model/compare.ts';
import { shorten } from '../../model/shorten.ts';
import { useApp } from '../../state/store.ts';
import { compareWith, useCompare } from './state.ts';

type Kind = OtherRun['kind'];

const CONFIGURATION = `apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
profiles:
  - schedulerName: default-scheduler
    pluginConfig:
      - name: NodeResourcesFit
        args:
          scoringStrategy:
            type: MostAllocated
            resources: [{name: cpu, weight: 1}, {name: memory, weight: 1}]
`;

/** What A is compared with. */
export function OtherPicker() {
  const t = useT();
  const branches = useApp((s) => s.branches);
  const scenarios = useApp((s) => s.scenarios);
  const canRun = useApp((s) => s.facts?.canRun === true);
  const comparison = useCompare((s) => s.comparison);
  const isRunning = useCompare((s) => s.isRunning);
  const others = branches.filter((b) => !b.isShown);
  const [kind, setKind] = useState<Kind>(others.length > 0 ? 'branch' : 'seed');
  const [branch, setBranch] = useState('');
  const [seed, setSeed] = useState('');
  const [path, setPath] = useState('');
  const [yaml, setYaml] = useState(CONFIGURATION);
  const [file, setFile] = useState<File | undefined>(undefined);
  const ready =
    kind === 'branch'
      ? others.length > 0
      : kind === 'seed'
        ? seed !== '' && canRun
        : kind === 'scenario'
          ? true
          : kind === 'scheduler'
            ? canRun
            : file !== undefined;
  const go = async () => {
    switch (kind) {
      case 'branch':
        return compareWith({ kind, id: branch === '' ? others[0].id : branch });
      case 'seed':
        return compareWith({ kind, seed });
      case 'scenario':
        return compareWith({ kind, path: path === '' ? (scenarios[0]?.path ?? '') : path });
      case 'scheduler':
        return compareWith({ kind, yaml });
      default:
        if (file !== undefined) return compareWith({ kind, bytes: new Uint8Array(await file.arrayBuffer()) });
    }
  };
  return (
    <>
      <form
        className="tools"
        onSubmit={(e) => {
          e.preventDefault();
          void go();
        }}
      >
        {comparison !== undefined && <Run letter="A" title={comparison.a} />}
        <label>
          <span className="wide-only">{t('compare.with')}</span>
          <select
            className="select"
            aria-label={t('compare.with')}
            value={kind}
            onChange={(e) => setKind(e.target.value as Kind)}
            data-testid="compare-kind"
          >
            {(['branch', 'seed', 'scenario', 'scheduler', 'recording'] as const).map((k) => (
              <option key={k} value={k} disabled={k === 'branch' && others.length === 0}>
                {t(`compare.kinds.${k}`)}
              </option>
            ))}
          </select>
        </label>
        {kind === 'branch' && (
          <select
            className="select"
            aria-label={t('compare.kinds.branch')}
            value={branch}
            onChange={(e) => setBranch(e.target.value)}
            data-testid="compare-branch"
          >
            {others.map((b) => (
              <option key={b.id} value={b.id}>
                {b.id} {shorten(b.title, 40)}
              </option>
            ))}
          </select>
        )}
        {kind === 'seed' && (
          <input
            className="field compare-seed"
            aria-label={t('compare.kinds.seed')}
            placeholder={t('compare.kinds.seed')}
            value={seed}
            maxLength={64}
            onChange={(e) => setSeed(e.target.value)}
            data-testid="compare-seed"
          />
        )}
        {kind === 'scenario' && (
          <select
            className="select"
            aria-label={t('compare.kinds.scenario')}
            value={path}
            onChange={(e) => setPath(e.target.value)}
          >
            {scenarios.map((s) => (
              <option key={s.path} value={s.path}>
                {s.name}
              </option>
            ))}
          </select>
        )}
        {kind === 'recording' && (
          <input
            type="file"
            accept=".orrery"
            aria-label={t('compare.kinds.recording')}
            onChange={(e) => setFile(e.target.files?.[0])}
            data-testid="compare-file"
          />
        )}
        <button type="submit" className="btn primary" disabled={!ready || isRunning} data-testid="compare-go">
          {t('compare.go')}
        </button>
        <span className="space" />
        {comparison !== undefined && <Run letter="B" title={comparison.b} />}
      </form>
      {kind === 'scheduler' && (
        <textarea
          className="compare-yaml mono"
          aria-label={t('compare.kinds.scheduler')}
          spellCheck={false}
          rows={10}
          value={yaml}
          onChange={(e) => setYaml(e.target.value)}
          data-testid="compare-yaml"
        />
      )}
    </>
  );
}

function Run({ letter, title }: { readonly letter: 'A' | 'B'; readonly title: RunTitle }) {
  const t = useT();
  return (
    <span className="compare-run">
      <b className={letter === 'A' ? 'letter a' : 'letter b'}>{letter}</b>
      <span className="mono small ellipsis">
        {shorten(title.name, 40)} · {t('top.seed')} {shorten(title.seed, 20)}
        {title.branch === '' ? '' : ` · ${shorten(title.branch, 40)}`}
      </span>
    </span>
  );
}
