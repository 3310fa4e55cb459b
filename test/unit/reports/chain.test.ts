import { expect, it } from 'vitest';
import { buildReport, chainLines, NO_FACTS } from '../../../reports/index.ts';
import { loaded, ranCluster, recorded, shippedBundle } from '../support/scenarios.ts';

it('the way of a replacement names the parameter of each wait, from the loss of the node on', () => {
  const bundle = shippedBundle('teaching/node-reboot');
  const cluster = ranCluster(loaded(bundle, { set: { down: '10m' } }));
  const { faults } = buildReport(recorded(cluster, bundle), NO_FACTS);
  const chain = faults[0].recoveries[0].chain;
  if (chain === undefined) throw new Error('no chain');
  const waits = chain.steps.flatMap((s) => s.parts).filter((p) => p.delayUs > 5e5);
  expect(waits.map((p) => p.parameter)).toEqual([
    '--node-monitor-grace-period since the last heartbeat',
    'tolerationSeconds',
    'PLEG relist (1 s)',
    '--endpointslice-updates-batch-period',
  ]);
  expect(chainLines('', chain).join('\n')).not.toContain('--node-monitor-period');
  expect(chain.steps.reduce((sum, s) => sum + s.delayUs, 0)).toBe(chain.totalUs);
});
