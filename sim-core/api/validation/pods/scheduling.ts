import { isValidLabelValue, nameIsDNSLabel, nameIsDNSSubdomain } from '../../machinery/names.ts';
import { validateLabelName, validateLabelSelector } from '../../machinery/selectors.ts';
import {
  duplicate,
  eachOf,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  notSupported,
  oneOf,
  type Piece,
  qualifiedName,
  required,
} from '../common.ts';

/** Affinity, tolerations, topology spread and gates. */

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export function validateTolerations(tolerations: readonly Piece[] | undefined, path: string): FieldError[] {
  return eachOf(tolerations, path, (toleration, at) => {
    const { key, operator = '', effect, value = '', tolerationSeconds } = toleration;
    const errors = key ? validateLabelName(key, `${at}.key`) : [];
    if (!key && operator !== 'Exists') {
      errors.push(
        invalid(
          `${at}.operator`,
          operator,
          'operator must be Exists when `key` is empty, which means "match all values and all keys"',
        ),
      );
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      errors.push(invalid(`${at}.effect`, effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    }
    if (operator === 'Equal' || operator === '') {
      const wrong = isValidLabelValue(value);
      if (wrong.length) errors.push(invalid(`${at}.operator`, value, wrong.join(';')));
    } else if (operator === 'Exists') {
      if (value) errors.push(invalid(`${at}.operator`, value, "value must be empty when `operator` is 'Exists'"));
    } else {
      const known = operator === 'Lt' || operator === 'Gt';
      errors.push(
        notSupported(`${at}.operator`, operator, known ? ['Equal', 'Exists', 'Lt', 'Gt'] : ['Equal', 'Exists']),
      );
    }
    if (effect) errors.push(...oneOf(effect, `${at}.effect`, EFFECTS, false));
    return errors;
  });
}

/** `anyValue`: values need not be those of labels. */
function validateRequirement(rule: Piece, path: string, anyValue: boolean): FieldError[] {
  const values: readonly string[] = rule.values ?? [];
  const errors: FieldError[] = [];
  switch (rule.operator) {
    case 'In':
    case 'NotIn':
      if (!values.length)
        errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length)
        errors.push(forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
      break;
    case 'Gt':
    case 'Lt':
      if (values.length !== 1)
        errors.push(required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
      break;
    default:
      errors.push(invalid(`${path}.operator`, rule.operator ?? '', 'not a valid selector operator'));
  }
  errors.push(...validateLabelName(rule.key ?? '', `${path}.key`));
  if (anyValue) return errors;
  values.forEach((value, i) => {
    errors.push(...invalidEach(`${path}.values[${i}]`, value, isValidLabelValue(value)));
  });
  return errors;
}

function validateFieldRequirement(rule: Piece, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const values: readonly string[] = rule.values ?? [];
  if (rule.operator === 'In' || rule.operator === 'NotIn') {
    if (values.length !== 1)
      errors.push(
        required(`${path}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"),
      );
  } else errors.push(invalid(`${path}.operator`, rule.operator ?? '', 'not a valid selector operator'));
  if (rule.key !== 'metadata.name')
    errors.push(invalid(`${path}.key`, rule.key ?? '', 'not a valid field selector key'));
  else {
    values.forEach((value, i) => {
      errors.push(...invalidEach(`${path}.values[${i}]`, value, nameIsDNSSubdomain(value, false)));
    });
  }
  return errors;
}

function validateTerm(term: Piece, path: string, anyValue = false): FieldError[] {
  return [
    ...eachOf(term.matchExpressions, `${path}.matchExpressions`, (rule, at) => validateRequirement(rule, at, anyValue)),
    ...eachOf(term.matchFields, `${path}.matchFields`, validateFieldRequirement),
  ];
}

export function validateNodeSelector(selector: Piece, path: string): FieldError[] {
  if (!selector.nodeSelectorTerms?.length)
    return [required(`${path}.nodeSelectorTerms`, 'must have at least one node selector term')];
  return eachOf(selector.nodeSelectorTerms, `${path}.nodeSelectorTerms`, (term, at) => validateTerm(term, at));
}

function weight(value: number, path: string): FieldError[] {
  return value <= 0 || value > 100 ? [invalid(path, value, 'must be in the range 1-100')] : [];
}

function validateNodeAffinity(affinity: Piece, path: string): FieldError[] {
  const required_ = affinity.requiredDuringSchedulingIgnoredDuringExecution;
  return [
    ...(required_ ? validateNodeSelector(required_, `${path}.requiredDuringSchedulingIgnoredDuringExecution`) : []),
    ...eachOf(
      affinity.preferredDuringSchedulingIgnoredDuringExecution,
      `${path}.preferredDuringSchedulingIgnoredDuringExecution`,
      (term, at) => [
        ...weight(term.weight, `${at}.weight`),
        ...validateTerm(term.preference ?? {}, `${at}.preference`, true),
      ],
    ),
  ];
}

/** matchLabelKeys and mismatchLabelKeys; the selector has those merged that the pod has labels of. */
function validateLabelKeys(term: Piece, path: string, fields: readonly string[]): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of fields) {
    const keys: readonly string[] = term[field] ?? [];
    if (keys.length && !term.labelSelector) {
      errors.push(forbidden(`${path}.${field}`, 'must not be specified when labelSelector is not set'));
      continue;
    }
    keys.forEach((key, i) => {
      errors.push(...validateLabelName(key, `${path}.${field}[${i}]`));
    });
  }
  const matched: readonly string[] = term.matchLabelKeys ?? [];
  const seen = new Set(Object.keys(term.labelSelector?.matchLabels ?? {}));
  for (const { key } of term.labelSelector?.matchExpressions ?? []) {
    const i = matched.lastIndexOf(key);
    if (i >= 0 && seen.has(key))
      errors.push(invalid(`${path}[${i}]`, key, 'exists in both matchLabelKeys and labelSelector'));
    seen.add(key);
  }
  matched.forEach((key, i) => {
    if (term.mismatchLabelKeys?.includes(key))
      errors.push(invalid(`${path}.matchLabelKeys[${i}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys'));
  });
  return errors;
}

function validatePodTerm(term: Piece, path: string): FieldError[] {
  const errors = validateLabelSelector(term.labelSelector, `${path}.labelSelector`);
  errors.push(...validateLabelSelector(term.namespaceSelector, `${path}.namespaceSelector`));
  for (const name of term.namespaces ?? [])
    errors.push(...invalidEach(`${path}.namespace`, name, nameIsDNSLabel(name, false)));
  errors.push(...validateLabelKeys(term, path, ['matchLabelKeys', 'mismatchLabelKeys']));
  if (!term.topologyKey) errors.push(required(`${path}.topologyKey`, 'can not be empty'));
  return [...errors, ...validateLabelName(term.topologyKey ?? '', `${path}.topologyKey`)];
}

function validatePodAffinity(affinity: Piece, path: string): FieldError[] {
  return [
    ...eachOf(
      affinity.requiredDuringSchedulingIgnoredDuringExecution,
      `${path}.requiredDuringSchedulingIgnoredDuringExecution`,
      validatePodTerm,
    ),
    ...eachOf(
      affinity.preferredDuringSchedulingIgnoredDuringExecution,
      `${path}.preferredDuringSchedulingIgnoredDuringExecution`,
      (term, at) => [
        ...weight(term.weight, `${at}.weight`),
        ...validatePodTerm(term.podAffinityTerm ?? {}, `${at}.podAffinityTerm`),
      ],
    ),
  ];
}

export function validateAffinity(affinity: Piece, path: string): FieldError[] {
  if (!affinity) return [];
  return [
    ...(affinity.nodeAffinity ? validateNodeAffinity(affinity.nodeAffinity, `${path}.nodeAffinity`) : []),
    ...(affinity.podAffinity ? validatePodAffinity(affinity.podAffinity, `${path}.podAffinity`) : []),
    ...(affinity.podAntiAffinity ? validatePodAffinity(affinity.podAntiAffinity, `${path}.podAntiAffinity`) : []),
  ];
}

export function validateSpread(constraints: readonly Piece[] | undefined, path: string): FieldError[] {
  const all = constraints ?? [];
  return eachOf(all, path, (constraint, at, i) => {
    const errors: FieldError[] = [];
    if (constraint.maxSkew <= 0) errors.push(invalid(`${at}.maxSkew`, constraint.maxSkew, 'must be greater than zero'));
    if (!constraint.topologyKey) errors.push(required(`${at}.topologyKey`, 'can not be empty'));
    errors.push(
      ...oneOf(constraint.whenUnsatisfiable, `${at}.whenUnsatisfiable`, ['DoNotSchedule', 'ScheduleAnyway'], false),
    );
    if (
      all
        .slice(i + 1)
        .some(
          (other) =>
            other.topologyKey === constraint.topologyKey && other.whenUnsatisfiable === constraint.whenUnsatisfiable,
        )
    ) {
      errors.push(
        duplicate(
          `${at}.{topologyKey, whenUnsatisfiable}`,
          `{${constraint.topologyKey}, ${constraint.whenUnsatisfiable}}`,
        ),
      );
    }
    const domains = constraint.minDomains;
    if (domains !== undefined) {
      if (domains <= 0) errors.push(invalid(`${at}.minDomains`, domains, 'must be greater than zero'));
      if (constraint.whenUnsatisfiable !== 'DoNotSchedule') {
        errors.push(
          invalid(
            `${at}.minDomains`,
            domains,
            `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${constraint.whenUnsatisfiable}`,
          ),
        );
      }
    }
    for (const field of ['nodeAffinityPolicy', 'nodeTaintsPolicy']) {
      if (constraint[field] !== undefined)
        errors.push(...oneOf(constraint[field], `${at}.${field}`, ['Honor', 'Ignore'], false));
    }
    errors.push(...validateLabelKeys(constraint, at, ['matchLabelKeys']));
    return [...errors, ...validateLabelSelector(constraint.labelSelector, `${at}.labelSelector`)];
  });
}

export function validateGates(gates: readonly Piece[] | undefined, path: string): FieldError[] {
  const seen = new Set<string>();
  return eachOf(gates, path, (gate, at) => {
    const errors = qualifiedName(gate.name ?? '', at);
    if (seen.has(gate.name)) errors.push(duplicate(at, gate.name));
    seen.add(gate.name);
    return errors;
  });
}
