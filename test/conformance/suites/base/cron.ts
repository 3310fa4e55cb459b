import * as c from '../../../../sim-core/api/machinery/cron.ts';
import { formatUnixSeconds, parseTime, ZERO_TIME_SECONDS } from '../../../../sim-core/api/machinery/time.ts';
import { errorOf, type Player } from './common.ts';

const unix = (text: string) => parseTime(text).seconds;

function utcOnly(zone: string | undefined): void {
  if (zone !== undefined && zone !== '' && zone !== 'UTC' && zone !== 'Etc/UTC')
    throw new Error(`no time zone data: ${zone}`);
}

// biome-ignore lint/suspicious/noExplicitAny: as recorded
function cronJob(input: any) {
  utcOnly(input.timeZone);
  const schedule = c.parseCron(input.schedule);
  const now = unix(input.now);
  const job: c.CronJobTimes = {
    created: unix(input.created),
    lastScheduleTime: input.lastScheduleTime === undefined ? undefined : unix(input.lastScheduleTime),
    startingDeadlineSeconds: input.startingDeadlineSeconds,
  };
  const recent = (deadline: boolean) => {
    const r = c.mostRecentSchedule(job, schedule, now, deadline);
    const mostRecent = r.mostRecent === undefined ? undefined : formatUnixSeconds(r.mostRecent);
    return { earliest: formatUnixSeconds(r.earliest), error: r.error ?? null, missed: r.missed, mostRecent };
  };
  const delay = c.nextScheduleDelay(job, schedule, now);
  const requeueAfterNs =
    delay === Number.NEGATIVE_INFINITY ? '-9223372036854775808' : String(BigInt(delay) * 1_000_000_000n + 100_000_000n);
  const base = { requeueAfterNs, withDeadline_false: recent(false), withDeadline_true: recent(true) };
  const slot = c.mostRecentSchedule(job, schedule, now, true).mostRecent;
  if (slot === undefined) return base;
  const jobAnnotations = { 'batch.kubernetes.io/cronjob-scheduled-timestamp': formatUnixSeconds(slot) };
  return { ...base, jobAnnotations, jobName: c.cronJobJobName('cj', slot) };
}

function nextTimes(schedule: c.CronSchedule, from: string, count: number): string[] {
  const next: string[] = [];
  for (let at = unix(from); next.length < count; ) {
    at = c.nextCron(schedule, at);
    next.push(at === ZERO_TIME_SECONDS ? 'never' : formatUnixSeconds(at));
    if (at === ZERO_TIME_SECONDS) break;
  }
  return next;
}

export const cronPlayers: Readonly<Record<string, Player>> = {
  'cron-parse': (input, out) => {
    if (/^(CRON_)?TZ=/.test(input.schedule)) throw new Error('time zones in schedules are not read');
    const error = errorOf(() => c.parseCron(input.schedule)) ?? null;
    if (error !== null) return { error };
    const key = 'nextFrom2026-01-01T00:00:30Z';
    const schedule = c.parseCron(input.schedule);
    return { error, [key]: nextTimes(schedule, '2026-01-01T00:00:30Z', out[key]?.length ?? 3) };
  },
  'cron-next': (input, out) => {
    utcOnly(input.timeZone);
    return { next: nextTimes(c.parseCron(input.schedule), input.from, out.next.length) };
  },
  'cronjob-schedule': cronJob,
  'cronjob-job': (input) => {
    utcOnly(input.timeZone);
    const scheduled = unix(input.scheduled);
    const annotations = { 'batch.kubernetes.io/cronjob-scheduled-timestamp': formatUnixSeconds(scheduled) };
    return { annotations, error: null, name: c.cronJobJobName(input.cronJob, scheduled) };
  },
};
