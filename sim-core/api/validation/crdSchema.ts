import { eachOf, type FieldError, forbidden, invalid, oneOf, type Piece, required, same } from './common.ts';

/**
 * Structural rules of the versions of a CustomResourceDefinition (apiextensions pkg/apis/apiextensions/validation). Regular
 * expressions, defaults and CEL rules inside schemas are not compiled.
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
  if (spec.conversion?.strategy === 'Webhook') {
    if (!spec.conversion.webhook?.clientConfig)
      errors.push(required('spec.conversion.webhookClientConfig', 'required when strategy is set to Webhook'));
    if (!spec.conversion.webhook?.conversionReviewVersions?.length)
      errors.push(required('spec.conversion.conversionReviewVersions', ''));
  }
  return errors;
}
