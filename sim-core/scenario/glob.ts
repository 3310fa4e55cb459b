/** Paths of a bundle that match a glob of a scenario file: `*` and `?` within a folder, `**` over folders. Sorted. */
export function matchPaths(pattern: string, paths: Iterable<string>): readonly string[] {
  const wanted = normalPath(pattern);
  const all = [...paths];
  if (all.includes(wanted)) return [wanted];
  if (!/[*?]/.test(wanted)) return [];
  const test = globTest(wanted);
  return all.filter(test).sort();
}

/** `./a/../b` -> `b`; a path that would leave the folder keeps its leading `..`. */
export function normalPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts[parts.length - 1] !== '..') parts.pop();
    else parts.push(part);
  }
  return (path.startsWith('/') ? '/' : '') + parts.join('/');
}

export function joinPath(folder: string, path: string): string {
  return normalPath(path.startsWith('/') || folder === '' ? path : `${folder}/${path}`);
}

export function folderOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at < 0 ? '' : path.slice(0, at);
}

/** A matcher without backtracking over more than one segment at a time. */
function globTest(pattern: string): (path: string) => boolean {
  const wanted = pattern.split('/');
  const match = (w: number, parts: readonly string[], p: number): boolean => {
    if (w === wanted.length) return p === parts.length;
    if (wanted[w] === '**') {
      for (let i = p; i <= parts.length; i++) if (match(w + 1, parts, i)) return true;
      return false;
    }
    return p < parts.length && segmentMatches(wanted[w], parts[p]) && match(w + 1, parts, p + 1);
  };
  return (path) => match(0, path.split('/'), 0);
}

function segmentMatches(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let mark = 0;
  while (t < text.length) {
    if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (p < pattern.length && pattern[p] === '*') {
      star = p++;
      mark = t;
    } else if (star >= 0) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.length && pattern[p] === '*') p++;
  return p === pattern.length;
}
