export { compilationProblem, type Declarations, type KnownType } from './check.ts';
export { compileSelector, type DeviceShape, selectsDevice } from './device.ts';
export { CelError } from './errors.ts';
export { compile, type Program, type Variables } from './evaluate.ts';
export { doubleText } from './functions.ts';
export { Bytes, CelMap, type CelValue, fromJson, Opaque, Optional, Type, typeName, UInt } from './values.ts';
