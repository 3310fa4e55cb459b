// Compiles the JSON Schema of scenario files to standalone code: no code is generated in the page.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import Ajv from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { bundle } from '../run-ts.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const module = await import(
  pathToFileURL(await bundle(path.join(root, 'sim-core/scenario/schema/scenarioSchema.ts'))).href
);
const ajv = new Ajv({ allErrors: true, verbose: false, strict: false, code: { source: true, esm: true, lines: true } });
const code = standalone.default(ajv, ajv.compile(module.scenarioSchema));
// The one helper that the generated code would import, without its dependence on the package.
const inlined = code
  .replaceAll(
    /const (\w+) = require\("ajv\/dist\/runtime\/ucs2length"\)\.default;/g,
    (_m, name) => `const ${name} = (text) => [...text].length;`,
  )
  .replaceAll(
    /const (\w+) = require\("ajv\/dist\/runtime\/equal"\)\.default;/g,
    (_m, name) => `const ${name} = (a, b) => a === b;`,
  );
const header =
  '// @ts-nocheck\n// biome-ignore-all lint: generated\n// Generated from scenarioSchema.ts by scripts/generate/scenario-validator.mjs. Do not edit.\n';
writeFileSync(path.join(root, 'sim-core/scenario/schema/validateScenario.ts'), header + inlined);
