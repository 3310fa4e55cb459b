/** An entry of the timeline as a line: `kubectl cordon n-1`, `NodeCrash node=n-1`, `scale nodePool=general count=5`. */
export function actionText(action: { readonly do: string }): string {
  const { do: what, command, text, seed, scheduler, kind, params, nodePool, count, remove } = action as Fields;
  switch (what) {
    case 'kubectl':
      return `kubectl ${command}`;
    case 'fault':
      return [kind, ...Object.entries(params ?? {}).map(([name, value]) => `${name}=${plain(value)}`)].join(' ');
    case 'note':
      return text ?? '';
    case 'reseed':
      return `reseed ${seed}`;
    case 'scheduler':
      return `${scheduler}: KubeSchedulerConfiguration`;
    case 'scale': {
      const gone = (remove ?? []).length === 0 ? '' : ` remove=${(remove ?? []).join(',')}`;
      return `scale nodePool=${nodePool} count=${count}${gone}`;
    }
    default:
      return what;
  }
}

/** Entries of any kind, also of recordings of another version. */
interface Fields {
  readonly do: string;
  readonly command?: string;
  readonly text?: string;
  readonly seed?: string;
  readonly scheduler?: string;
  readonly kind?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly nodePool?: string;
  readonly count?: number;
  readonly remove?: readonly string[];
}

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
