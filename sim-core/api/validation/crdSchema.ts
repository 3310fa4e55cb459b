import { compilationProblem, type KnownType } from '../cel/index.ts';
import { defaultErrors } from '../machinery/customResource.ts';
import { goRegExpProblem } from '../machinery/goRegExp.ts';
import { eachOf, type FieldError, forbidden, invalid, oneOf, type Piece, required, same } from './common.ts';

/**
 * Structural rules of the versions of a CustomResourceDefinition (apiextensions pkg/apis/apiextensions/validation). Rules are
 * checked for syntax, names and operators between simple fields; there is no estimate of their costs.
 */

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];

function validateSchema(schema: Piece, path: string, root: boolean): FieldError[] {
  const errors: FieldError[] = [];
  if (root && schema.type && schema.type !== 'object')
    errors.push(invalid(`${path}.type`, schema.type, 'must be object at the root'));
  if (schema.uniqueItems)
    errors.push(
      forbidden(
        `${path}.uniqueItems`,
        'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
      ),
    );
  if (schema.additionalProperties && schema.properties) {
    errors.push(forbidden(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'));
  }
  if (schema.$ref !== undefined) errors.push(forbidden(`${path}.$ref`, '$ref is not supported'));
  if (schema.type) errors.push(...oneOf(schema.type, `${path}.type`, TYPES, false));
  if (schema['x-kubernetes-list-type'] === 'map' && !schema['x-kubernetes-list-map-keys']?.length) {
    errors.push(required(`${path}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map'));
  }
  errors.push(...validateValues(schema, path));
  for (const name of Object.keys(schema.properties ?? {}).sort()) {
    const property = schema.properties[name];
    const at = `${path}.properties[${name}]`;
    if (
      root &&
      name === 'metadata' &&
      Object.keys(property?.properties ?? {}).some((key) => key !== 'name' && key !== 'generateName')
    ) {
      errors.push(
        forbidden(
          at,
          'must not specify anything other than name and generateName, but metadata is implicitly specified',
        ),
      );
    }
    if (property && typeof property === 'object') errors.push(...validateSchema(property, at, false));
  }
  const { items, additionalProperties } = schema;
  if (items && typeof items === 'object' && !Array.isArray(items))
    errors.push(...validateSchema(items, `${path}.items`, false));
  if (additionalProperties && typeof additionalProperties === 'object')
    errors.push(...validateSchema(additionalProperties, `${path}.additionalProperties`, false));
  return errors;
}

/** Pattern, default and rules of one node. */
function validateValues(schema: Piece, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const why = schema.pattern === undefined ? undefined : goRegExpProblem(schema.pattern);
  if (why !== undefined) {
    const text = `must be a valid regular expression, but isn't: error parsing regexp: ${why}`;
    errors.push(invalid(`${path}.pattern`, schema.pattern, text));
  }
  if (schema.default !== undefined && schema.default !== null) {
    for (const error of defaultErrors(schema.default, schema)) {
      errors.push({ ...error, field: `${path}.default${error.field === '' ? '' : `.${error.field}`}` });
    }
  }
  const names = new Set(['self', 'oldSelf']);
  const typeOf = (parts: readonly string[]) => typeAt(schema, parts.slice(1));
  (schema['x-kubernetes-validations'] ?? []).forEach((rule: Piece, i: number) => {
    if (!(rule.rule ?? '').trim()) return;
    const problem = compilationProblem(rule.rule, { names, typeOf });
    if (problem === undefined) return;
    const at = `${path}.x-kubernetes-validations[${i}].rule`;
    errors.push(invalid(at, internalRule(rule), `compilation failed: ${problem}`));
  });
  return errors;
}

/** A rule as the internal type is printed. */
function internalRule(rule: Piece): object {
  return {
    Rule: rule.rule,
    Message: rule.message ?? '',
    MessageExpression: rule.messageExpression ?? '',
    Reason: rule.reason ?? null,
    FieldPath: rule.fieldPath ?? '',
    OptionalOldSelf: rule.optionalOldSelf ?? null,
  };
}

const SIMPLE: Readonly<Record<string, KnownType>> = {
  string: 'string',
  integer: 'int',
  number: 'double',
  boolean: 'bool',
};

/** The type of a field of simple type. */
function typeAt(schema: Piece, path: readonly string[]): KnownType | undefined {
  let node = schema;
  for (const field of path) node = node?.properties?.[field];
  if (!node || node['x-kubernetes-int-or-string'] || node.format || node.nullable) return undefined;
  return SIMPLE[node.type];
}

/** Selectable fields have to be in the schema. */
function validateSelectable(fields: readonly Piece[] | undefined, schema: Piece, path: string): FieldError[] {
  return eachOf(fields, path, ({ jsonPath = '' }, at) => {
    let node = schema;
    for (const field of jsonPath.split('.').slice(1)) node = node?.properties?.[field];
    if (node !== undefined) return [];
    return [invalid(`${at}.jsonPath`, jsonPath, 'is an invalid path: does not refer to a valid field')];
  });
}

function validateColumns(columns: readonly Piece[] | undefined, path: string): FieldError[] {
  return eachOf(columns, path, (column, at) => {
    const errors: FieldError[] = [];
    if (!column.name) errors.push(required(`${at}.name`, ''));
    if (!column.type) errors.push(required(`${at}.type`, `must be one of ${COLUMN_TYPES.join(',')}`));
    else if (!COLUMN_TYPES.includes(column.type))
      errors.push(invalid(`${at}.type`, column.type, `must be one of ${COLUMN_TYPES.join(',')}`));
    if (!column.jsonPath) errors.push(required(`${at}.JSONPath`, ''));
    else if (!column.jsonPath.startsWith('.'))
      errors.push(invalid(`${at}.JSONPath`, column.jsonPath, 'must be a simple json path starting with .'));
    return errors;
  });
}

/** Parts that all versions share are told at the top of the spec, as the internal type holds them. */
export function validateCrdVersions(spec: Piece, versions: readonly Piece[]): FieldError[] {
  const shared = (field: string): boolean => versions.every((version) => same(version[field], versions[0][field]));
  const errors: FieldError[] = [];
  versions.forEach((version, i) => {
    const top = (field: string): boolean => shared(field) && i === 0;
    const schema = version.schema?.openAPIV3Schema;
    if (schema && (top('schema') || !shared('schema'))) {
      errors.push(
        ...validateSchema(
          schema,
          shared('schema') ? 'spec.validation.openAPIV3Schema' : `spec.versions[${i}].schema.openAPIV3Schema`,
          true,
        ),
      );
    }
    if (top('additionalPrinterColumns'))
      errors.push(...validateColumns(version.additionalPrinterColumns, 'spec.additionalPrinterColumns'));
    else if (!shared('additionalPrinterColumns'))
      errors.push(...validateColumns(version.additionalPrinterColumns, `spec.versions[${i}].additionalPrinterColumns`));
  });
  versions.forEach((version, i) => {
    const isShared = shared('selectableFields');
    if (isShared && i > 0) return;
    const at = isShared ? 'spec.selectableFields' : `spec.versions[${i}].selectableFields`;
    errors.push(...validateSelectable(version.selectableFields, version.schema?.openAPIV3Schema, at));
  });
  if (spec.conversion?.strategy === 'Webhook') {
    if (!spec.conversion.webhook?.clientConfig)
      errors.push(required('spec.conversion.webhookClientConfig', 'required when strategy is set to Webhook'));
    if (!spec.conversion.webhook?.conversionReviewVersions?.length)
      errors.push(required('spec.conversion.conversionReviewVersions', ''));
  }
  return errors;
}
