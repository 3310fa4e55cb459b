import { expect, it } from 'vitest';
import { mergePodStatus } from '../../../sim-core/kubelet/podStatus.ts';

/** pkg/kubelet/status/status_manager.go mergePodStatus: claims are the resource claim controller's. */
it('the status that a kubelet sends keeps the claims that others wrote', () => {
  const resourceClaimStatuses = [{ name: 'gpu', resourceClaimName: 'p-gpu-x' }];
  const conditions = [{ type: 'Ready', status: 'True' }];
  const own = { phase: 'Running', conditions };
  expect(mergePodStatus({ phase: 'Pending', resourceClaimStatuses }, own, true)).toEqual({
    ...own,
    resourceClaimStatuses,
  });
  expect(mergePodStatus({ phase: 'Pending' }, own, true)).toBe(own);
});
