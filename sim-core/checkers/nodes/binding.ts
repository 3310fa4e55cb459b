import { isPodTerminal } from '../../api/helpers/pods.ts';
import { type Checker, type Commit, label, type Scene } from '../checker.ts';

/** N2: a pod gets its node once; only a pending pod without gates that is not being deleted is bound. */
export function podsAreBoundOnce(): Checker {
  return {
    id: 'N2',
    name: 'pod-bound-once',
    resources: ['pods'],
    commit(scene: Scene, { resource, now, before, deleted }: Commit) {
      if (before === undefined || deleted || before.object.metadata.uid !== now.object.metadata.uid) return;
      const [was, is]: readonly string[] = [before.object.spec?.nodeName ?? '', now.object.spec?.nodeName ?? ''];
      if (was === is) return;
      const pod = label(resource, now.object);
      if (was !== '') scene.report(pod, `was on node ${was}, is on ${is === '' ? 'none' : is}`);
      else if (before.object.metadata.deletionTimestamp !== undefined)
        scene.report(pod, `bound to ${is} while being deleted`);
      else if (isPodTerminal(before.object)) scene.report(pod, `bound to ${is} as ${before.object.status?.phase}`);
      else if ((before.object.spec?.schedulingGates ?? []).length > 0)
        scene.report(pod, `bound to ${is} with scheduling gates`);
    },
  };
}

/** N5: in the end no scheduler keeps room for a pod that is bound or gone. */
export function assumedPodsEnd(): Checker {
  return {
    id: 'N5',
    name: 'assumed-pods-end',
    quiet(scene: Scene) {
      for (const scheduler of scene.schedulers)
        for (const uid of scheduler.assumedPods())
          scene.report(scheduler.name, `still assumes the pod with uid ${uid}`);
    },
  };
}
