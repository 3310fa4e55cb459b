import { Replaying } from '../../components/Replaying.tsx';
import { TableButton } from '../../components/TableButton.tsx';
import { numberText, useT } from '../../i18n/index.ts';
import { timeText } from '../../model/viewport.ts';
import { useApp } from '../../state/store.ts';
import { moment, reach } from '../../state/time.ts';
import { useQuery, useSlowApp } from '../../state/useQuery.ts';
import type { Election, EtcdAt, EtcdMember } from '../../worker/queries/etcd.ts';
import './etcd.css';

const MOMENT_MS = 150;

/** The members of etcd at the moment on show: who leads, how far each has come, who hears whom. */
export default function EtcdView() {
  const t = useT();
  useSlowApp((s) => `${s.cursorUs} ${s.cursorEvent}`, MOMENT_MS);
  const asTable = useApp((s) => s.tables.etcd === true);
  const { data, isLoading } = useQuery('etcd', 'at', moment());
  const elections = useQuery('etcd', 'elections', {}).data ?? [];
  return (
    <>
      <div className="tools">
        {data !== undefined && (
          <span className="mid ellipsis" data-testid="etcd-mode">
            {t(data.fastPath ? 'etcd.healthy' : 'etcd.messages')}
          </span>
        )}
        <Replaying isLoading={isLoading} />
        <span className="space" />
        <TableButton view="etcd" />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys */}
      <section className="etcd" aria-label={t('etcd.label')} tabIndex={0} data-testid="etcd">
        {data !== undefined && (
          <>
            {asTable ? <MemberTable at={data} /> : <Ring at={data} />}
            {!asTable && <Logs at={data} />}
            <Database at={data} />
          </>
        )}
        <Elections elections={elections} />
      </section>
    </>
  );
}

const SIZE = 300;
const RADIUS = 100;

const placeOf = (i: number, n: number): readonly [number, number] => {
  const angle = (2 * Math.PI * i) / n - Math.PI / 2;
  return n === 1 ? [SIZE / 2, SIZE / 2] : [SIZE / 2 + RADIUS * Math.cos(angle), SIZE / 2 + RADIUS * Math.sin(angle)];
};

/** Members on a ring. A line is a link; a broken one is cut in at least one direction. */
function Ring({ at }: { readonly at: EtcdAt }) {
  const n = at.members.length;
  const links = at.members.flatMap((_, a) => at.members.slice(a + 1).map((__, k) => [a, a + 1 + k] as const));
  return (
    <svg className="etcd-ring" viewBox={n === 1 ? `60 100 180 100` : `0 10 ${SIZE} ${SIZE - 20}`} aria-hidden="true">
      {links.map(([a, b]) => {
        const there = at.reachable[a * n + b] === 1;
        const back = at.reachable[b * n + a] === 1;
        const [x1, y1] = placeOf(a, n);
        const [x2, y2] = placeOf(b, n);
        const isDown = at.members[a].role === 'down' || at.members[b].role === 'down';
        return (
          <g key={`${a} ${b}`}>
            <line
              x1={x1}
              y1={y1}
              x2={x2}
              y2={y2}
              className={there && back ? (isDown ? 'link-idle' : 'link-up') : 'link-cut'}
            />
            {!(there && back) && (
              <path className="link-cross" d={`M${(x1 + x2) / 2 - 6} ${(y1 + y2) / 2 - 6}l12 12m0 -12l-12 12`} />
            )}
          </g>
        );
      })}
      {at.members.map((member, i) => {
        const [x, y] = placeOf(i, n);
        return (
          <g key={member.name} className={`member ${member.role}`}>
            <circle cx={x} cy={y} r="30" />
            {member.role === 'leader' && <circle cx={x} cy={y} r="35" className="crown" />}
            {member.role === 'down' && <path d={`M${x - 20} ${y - 20}l40 40m0 -40l-40 40`} className="cross" />}
            <text x={x} y={y - 3}>
              {member.name}
            </text>
            <text x={x} y={y + 12} className="small-text">
              {member.role}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

/** The end of each log: a cell an entry with its term; what is committed is solid. */
function Logs({ at }: { readonly at: EtcdAt }) {
  const t = useT();
  const most = Math.max(...at.members.map((m) => Math.max(m.commit, m.applied, m.log[m.log.length - 1]?.[0] ?? 0)));
  const cells = 14;
  const first = Math.max(1, most - cells + 1);
  return (
    <div className="etcd-logs">
      <h2 className="h">{t('etcd.logs')}</h2>
      {at.members.map((m) => (
        <div key={m.name} className="etcd-log">
          <span className="mono">{m.name}</span>
          <span className={`chip ${m.role === 'down' ? 'bad' : ''}`}>{m.role}</span>
          <span className="mid">{t('etcd.term', { n: m.term })}</span>
          <span className="mono small dim">{t('etcd.commit', { n: m.commit })}</span>
          <span className="mono small dim">{t('etcd.watchers', { n: m.watchers })}</span>
          <span className="entries" aria-hidden="true">
            {Array.from({ length: cells }, (_, k) => {
              const index = first + k;
              const term = m.log.find(([i]) => i === index)?.[1] ?? (index <= m.applied ? m.term : undefined);
              const kind = term === undefined ? 'none' : index <= m.commit ? 'committed' : 'open';
              return (
                <i key={index} className={kind} title={`${index}`}>
                  {term ?? ''}
                </i>
              );
            })}
          </span>
        </div>
      ))}
    </div>
  );
}

const COLUMNS = ['role', 'term', 'commit', 'applied', 'revision', 'compacted', 'watchers'] as const;

function MemberTable({ at }: { readonly at: EtcdAt }) {
  const t = useT();
  const value = (m: EtcdMember, name: (typeof COLUMNS)[number]) => {
    const v = m[name];
    return typeof v === 'number' ? (v < 0 ? t('none') : numberText(v)) : v;
  };
  return (
    <table className="table" data-testid="etcd-table">
      <thead>
        <tr>
          <th scope="col">{t('etcd.member')}</th>
          {COLUMNS.map((name) => (
            <th key={name} scope="col">
              {t(`etcd.column.${name}`)}
            </th>
          ))}
          <th scope="col">{t('etcd.cutFrom')}</th>
        </tr>
      </thead>
      <tbody>
        {at.members.map((m, i) => (
          <tr key={m.name}>
            <th scope="row" className="mono">
              {m.name}
            </th>
            {COLUMNS.map((name) => (
              <td key={name} className={m.role === 'down' && name === 'role' ? 'bad' : ''}>
                {value(m, name)}
              </td>
            ))}
            <td>
              {at.members
                .filter((_, k) => at.reachable[i * at.members.length + k] === 0)
                .map((o) => o.name)
                .join(', ') || t('none')}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const mib = (bytes: number) => numberText(Math.round(bytes / 104857.6) / 10);

function Database({ at }: { readonly at: EtcdAt }) {
  const t = useT();
  const share = at.fileBytes / at.quotaBytes;
  const head = at.members[Math.max(0, at.leader)];
  return (
    <div className="etcd-db">
      <h2 className="h">{t('etcd.database')}</h2>
      <div
        className="db-bar"
        role="img"
        aria-label={t('etcd.ofQuota', { n: mib(at.fileBytes), of: mib(at.quotaBytes) })}
      >
        <i className={share > 0.9 ? 'full' : ''} style={{ width: `${Math.max(0.5, 100 * share)}%` }} />
      </div>
      <dl className="kv">
        <dt>{t('etcd.size')}</dt>
        <dd>{t('etcd.ofQuota', { n: mib(at.fileBytes), of: mib(at.quotaBytes) })}</dd>
        <dt>{t('etcd.keys')}</dt>
        <dd>{numberText(at.keys)}</dd>
        <dt>{t('etcd.column.revision')}</dt>
        <dd>{numberText(head?.revision ?? 0)}</dd>
        <dt>{t('etcd.column.compacted')}</dt>
        <dd>{head === undefined || head.compacted < 0 ? t('none') : numberText(head.compacted)}</dd>
        <dt>{t('etcd.column.watchers')}</dt>
        <dd>{numberText(at.members.reduce((sum, m) => sum + m.watchers, 0))}</dd>
      </dl>
    </div>
  );
}

function Elections({ elections }: { readonly elections: readonly Election[] }) {
  const t = useT();
  const cursorUs = useApp((s) => s.cursorUs);
  const current = elections.findLastIndex((e) => e.timeUs <= cursorUs);
  return (
    <div className="etcd-elections">
      <h2 className="h">{t('etcd.elections')}</h2>
      {elections.length === 0 && <p className="dim small2">{t('etcd.noElections')}</p>}
      <ol className="life" data-testid="elections">
        {elections.map((e, i) => (
          <li key={`${e.timeUs} ${e.election} ${e.leader}`}>
            <button
              type="button"
              className={i === current ? 'life-row on' : 'life-row'}
              onClick={() => reach(e.timeUs)}
            >
              <span className="mono small">{timeText(e.timeUs)}</span>
              <span className="ellipsis" title={e.election.slice(0, 80)}>
                {e.election.slice(0, 80)}
              </span>
              <span className={e.leader === '' ? 'bad ellipsis' : 'mono ellipsis'}>
                {e.leader === '' ? t('etcd.noLeader') : e.leader.slice(0, 120)}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}
