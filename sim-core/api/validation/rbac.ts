import { isPathSegmentName, nameIsDNSSubdomain } from '../machinery/names.ts';
import { validateLabelSelector } from '../machinery/selectors.ts';
import {
  eachOf,
  type FieldError,
  invalid,
  invalidEach,
  need,
  notSupported,
  type Piece,
  required,
  same,
} from './common.ts';

/** Roles and bindings (Kubernetes pkg/apis/rbac/validation). */

const GROUP = 'rbac.authorization.k8s.io';

function validateRule(rule: Piece, path: string, namespaced: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const has = (field: string): boolean => (rule[field] ?? []).length > 0;
  if (!has('verbs')) errors.push(required(`${path}.verbs`, 'verbs must contain at least one value'));
  if (has('nonResourceURLs')) {
    if (namespaced)
      errors.push(
        invalid(`${path}.nonResourceURLs`, rule.nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs'),
      );
    if (has('apiGroups') || has('resources') || has('resourceNames')) {
      errors.push(
        invalid(
          `${path}.nonResourceURLs`,
          rule.nonResourceURLs,
          'rules cannot apply to both regular resources and non-resource URLs',
        ),
      );
    }
    return errors;
  }
  if (!has('apiGroups'))
    errors.push(required(`${path}.apiGroups`, 'resource rules must supply at least one api group'));
  if (!has('resources')) errors.push(required(`${path}.resources`, 'resource rules must supply at least one resource'));
  return errors;
}

export function validateRole(object: Piece): FieldError[] {
  return eachOf(object.rules, 'rules', (rule, at) => validateRule(rule, at, true));
}

export function validateClusterRole(object: Piece): FieldError[] {
  const errors = eachOf(object.rules, 'rules', (rule, at) => validateRule(rule, at, false));
  if (!object.aggregationRule) return errors;
  const path = 'aggregationRule.clusterRoleSelectors';
  const selectors: readonly Piece[] = object.aggregationRule.clusterRoleSelectors ?? [];
  if (!selectors.length)
    errors.push(required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil'));
  return [
    ...errors,
    ...eachOf(selectors, path, (selector, at) => {
      const wrong = validateLabelSelector(selector, at);
      return wrong.length ? [...wrong, invalid(at, null, 'invalid label selector.')] : [];
    }),
  ];
}

function validateSubject(subject: Piece, path: string, namespaced: boolean): FieldError[] {
  const errors = need(subject.name, `${path}.name`);
  const group = subject.apiGroup ?? '';
  switch (subject.kind) {
    case 'ServiceAccount':
      if (subject.name) errors.push(...invalidEach(`${path}.name`, subject.name, serviceAccount(subject.name)));
      if (group) errors.push(notSupported(`${path}.apiGroup`, group, ['']));
      // A RoleBinding's subject may leave it out.
      if (!namespaced) errors.push(...need(subject.namespace, `${path}.namespace`));
      break;
    case 'User':
    case 'Group':
      if (group !== GROUP) errors.push(notSupported(`${path}.apiGroup`, group, [GROUP]));
      break;
    default:
      errors.push(notSupported(`${path}.kind`, subject.kind ?? '', ['ServiceAccount', 'User', 'Group']));
  }
  return errors;
}

const serviceAccount = (name: string): readonly string[] => nameIsDNSSubdomain(name, false);

function validateBinding(object: Piece, kinds: readonly string[], namespaced: boolean): FieldError[] {
  const ref = object.roleRef ?? {};
  const errors: FieldError[] = [];
  if (ref.apiGroup !== GROUP) errors.push(notSupported('roleRef.apiGroup', ref.apiGroup ?? '', [GROUP]));
  if (!kinds.includes(ref.kind)) errors.push(notSupported('roleRef.kind', ref.kind ?? '', kinds));
  if (!ref.name) errors.push(required('roleRef.name', ''));
  else errors.push(...invalidEach('roleRef.name', ref.name, isPathSegmentName(ref.name)));
  return [...errors, ...eachOf(object.subjects, 'subjects', (subject, at) => validateSubject(subject, at, namespaced))];
}

export const validateRoleBinding = (object: Piece): FieldError[] =>
  validateBinding(object, ['Role', 'ClusterRole'], true);
export const validateClusterRoleBinding = (object: Piece): FieldError[] =>
  validateBinding(object, ['ClusterRole'], false);

function roleRefKept(now: Piece, before: Piece): FieldError[] {
  if (same(now.roleRef, before.roleRef)) return [];
  const { apiGroup, kind, name } = now.roleRef ?? {};
  return [
    invalid('roleRef', { APIGroup: apiGroup ?? '', Kind: kind ?? '', Name: name ?? '' }, 'cannot change roleRef'),
  ];
}

export const validateRoleBindingUpdate = (now: Piece, before: Piece): FieldError[] => [
  ...validateRoleBinding(now),
  ...roleRefKept(now, before),
];
export const validateClusterRoleBindingUpdate = (now: Piece, before: Piece): FieldError[] => [
  ...validateClusterRoleBinding(now),
  ...roleRefKept(now, before),
];
