export {
  type Body,
  metaProblem,
  notMeta,
  readJsonBody,
  readProtobufBody,
  readYamlBody,
  summarizeBody,
  unrecognized,
} from './body.ts';
export { convertTo, storageVersion } from './convert.ts';
export { type Decoded, type DecodeOptions, decode, decodeType, type Strictness } from './decode.ts';
export { JsonSyntaxError, NumberLiteral, type ParsedJson, parseJson, plainJson } from './json.ts';
export { orderFields } from './order.ts';
export { jsonKind } from './scalars.ts';
