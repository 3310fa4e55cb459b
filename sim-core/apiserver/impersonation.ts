import type { ApiResponse } from '../contracts/index.ts';
import { type Attributes, accountOf, authorizeAttributes, type Caller, type RoleSource } from './authorization.ts';
import { type Headers, header } from './headers.ts';
import { badRequest } from './status.ts';

const EXTRA = 'impersonate-extra-';
const AUTHENTICATION = 'authentication.k8s.io';

/** What a client wants to be besides a user: printed as Go prints a list of ObjectReferences. */
interface Wish {
  readonly kind: 'Group' | 'UserExtra' | 'UID';
  readonly name: string;
  readonly key: string;
}

/** Keys of extra values are sent as parts of a path are (unescapeExtraKey). */
function extraKey(name: string): string {
  const key = name.slice(EXTRA.length).toLowerCase();
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

function wishesOf(headers: Headers): readonly Wish[] {
  const wishes: Wish[] = [];
  const names = Object.keys(headers).filter((name) => headers[name] !== undefined);
  const all = (name: string) => names.filter((key) => key.toLowerCase() === name);
  for (const name of all('impersonate-group')) wishes.push({ kind: 'Group', name: headers[name] as string, key: '' });
  for (const name of names.filter((key) => key.toLowerCase().startsWith(EXTRA))) {
    wishes.push({ kind: 'UserExtra', name: headers[name] as string, key: extraKey(name) });
  }
  for (const name of all('impersonate-uid')) {
    if (headers[name] !== '') wishes.push({ kind: 'UID', name: headers[name] as string, key: '' });
  }
  return wishes;
}

function textOf({ kind, name, key }: Wish): string {
  const version = kind === 'Group' ? '' : `${AUTHENTICATION}/v1`;
  return `{${kind}  ${name}  ${version}  ${key}}`;
}

function attributesOf({ kind, name, key }: Wish): Attributes {
  if (kind === 'Group') return impersonation('groups', name);
  if (kind === 'UID') return { ...impersonation('uids', name), group: AUTHENTICATION };
  return { ...impersonation('userextras', name), group: AUTHENTICATION, subresource: key };
}

function impersonation(resource: string, name: string, namespace = ''): Attributes {
  return { verb: 'impersonate', group: '', resource, subresource: '', namespace, name };
}

/**
 * Who sends a request, after impersonation (apiserver endpoints/filters/impersonation.go): the sender needs a right to the
 * user, to each group, to each extra value and to the uid.
 */
export function impersonated(caller: Caller, headers: Headers, roles: RoleSource | undefined): Caller | ApiResponse {
  const user = header(headers, 'impersonate-user');
  const wishes = wishesOf(headers);
  if (!user) {
    if (wishes.length === 0) return caller;
    return badRequest(`requested [${wishes.map(textOf).join(' ')}] without impersonating a user`);
  }
  const account = accountOf(user);
  const things: Attributes[] = [
    account ? impersonation('serviceaccounts', account.name, account.namespace) : impersonation('users', user),
    ...wishes.map(attributesOf),
  ];
  for (const thing of roles ? things : []) {
    const refused = authorizeAttributes(caller, thing, roles as RoleSource);
    if (refused) return refused;
  }
  const groups = wishes.filter(({ kind }) => kind === 'Group').map(({ name }) => name);
  const own = account ? ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`] : [];
  const uid = wishes.find(({ kind }) => kind === 'UID')?.name;
  return { user, groups: groups.length === 0 ? own : groups, uid };
}
