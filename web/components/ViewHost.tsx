import { Component, type ComponentType, type ReactNode, Suspense } from 'react';
import { useT } from '../i18n/index.ts';
import { useApp } from '../state/store.ts';
import { VIEWS } from '../views/registry.ts';
import type { ViewId, ViewSpec } from '../views/types.ts';
import { lazyPart } from './lazyPart.ts';
import { Empty, Failed, Loading, OtherEngine } from './Notices.tsx';
import { RunAgain } from './RunAgain.tsx';

const loaded = new Map<ViewId, ComponentType>();

function componentOf(spec: ViewSpec): ComponentType {
  let component = loaded.get(spec.id);
  if (component === undefined) loaded.set(spec.id, (component = lazyPart(spec.load)));
  return component;
}

/** The centre of the page: the view on show, or what stands in its place while there is no run. */
export function Centre({ id }: { readonly id: ViewId }) {
  const phase = useApp((s) => s.phase);
  const hasFrame = useApp((s) => s.facts !== undefined);
  const isAlone = VIEWS.find((v) => v.id === id)?.alone === true;
  const otherEngine = useApp((s) => s.otherEngine);
  const t = useT();
  const label = VIEWS.find((v) => v.id === id)?.label ?? 'views.timeline';
  return (
    <section className="centre" id="view" aria-label={t(label)}>
      <h1 className="hidden">{t(label)}</h1>
      {otherEngine !== undefined ? (
        <OtherEngine repro={otherEngine} />
      ) : isAlone ? (
        <ViewHost id={id} />
      ) : phase.name === 'failed' ? (
        <Failed failure={phase.failure} />
      ) : phase.name === 'loading' ? (
        <Loading what={phase.what} />
      ) : hasFrame ? (
        <ViewHost id={id} />
      ) : phase.name === 'empty' ? (
        <Empty />
      ) : null}
    </section>
  );
}

/** One view, loaded when it is first shown; a view that throws leaves the others alone. */
export function ViewHost({ id }: { readonly id: ViewId }) {
  const spec = VIEWS.find((v) => v.id === id);
  const t = useT();
  const hasObjects = useApp((s) => s.facts?.hasObjects === true || s.facts === undefined);
  if (spec === undefined) return null;
  if (spec.objects === true && !hasObjects) return <RunAgain />;
  const View = componentOf(spec);
  return (
    <Guard key={id} id={id}>
      <Suspense
        fallback={
          <div className="notice delayed" role="status">
            <p>{t('views.loading')}</p>
          </div>
        }
      >
        <View />
      </Suspense>
    </Guard>
  );
}

interface GuardProps {
  readonly id: ViewId;
  readonly children: ReactNode;
}

class Guard extends Component<GuardProps, { readonly message: string }> {
  override state = { message: '' };

  static getDerivedStateFromError(error: unknown) {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render() {
    const { message } = this.state;
    if (message === '') return this.props.children;
    return (
      <Broken
        message={message}
        again={() => {
          loaded.delete(this.props.id);
          this.setState({ message: '' });
        }}
      />
    );
  }
}

function Broken({ message, again }: { readonly message: string; readonly again: () => void }) {
  const t = useT();
  return (
    <div className="notice" role="alert">
      <h2>{t('views.broken')}</h2>
      <pre>{message.slice(0, 500)}</pre>
      <button type="button" className="btn primary" onClick={again}>
        {t('views.again')}
      </button>
    </div>
  );
}
