import { type FieldError, fieldErrorText } from '../../../../sim-core/api/machinery/fieldErrors.ts';
import * as ip from '../../../../sim-core/api/machinery/ip.ts';
import * as n from '../../../../sim-core/api/machinery/names.ts';
import type { Player } from './common.ts';

const texts = (errors: readonly FieldError[]) => errors.map(fieldErrorText);
const orNull = <T>(list: T[]) => (list.length === 0 ? null : list);

const checks: Readonly<Record<string, (s: string) => string[]>> = {
  cIdentifier: n.isCIdentifier,
  configMapKey: n.isConfigMapKey,
  decimalInteger: n.isDecimalInteger,
  dns1035Label: n.isDNS1035Label,
  dns1123Label: n.isDNS1123Label,
  dns1123Subdomain: n.isDNS1123Subdomain,
  dns1123SubdomainUnderscore: n.isDNS1123SubdomainWithUnderscore,
  domainPrefixedKey: (s) => texts(n.isDomainPrefixedKey('f', s)),
  domainPrefixedPath: (s) => texts(n.isDomainPrefixedPath('f', s)),
  envVarName: n.isEnvVarName,
  fqdn: (s) => texts(n.isFullyQualifiedDomainName('f', s)),
  fullyQualifiedName: (s) => texts(n.isFullyQualifiedName('f', s)),
  httpHeader: n.isHTTPHeaderName,
  labelValue: n.isValidLabelValue,
  nameIsDNS1035LabelPrefix: (s) => n.nameIsDNS1035Label(s, true),
  nameIsDNSLabelPrefix: (s) => n.nameIsDNSLabel(s, true),
  nameIsDNSSubdomainPrefix: (s) => n.nameIsDNSSubdomain(s, true),
  percent: n.isValidPercent,
  portName: n.isValidPortName,
  qualifiedName: n.isQualifiedName,
  relaxedEnvVarName: n.isRelaxedEnvVarName,
  subdomainCaseless: n.isDNS1123SubdomainCaseless,
  wildcardSubdomain: n.isWildcardDNS1123Subdomain,
};

function generatedLength(baseLength: number) {
  const name = n.generateName('b'.repeat(baseLength), 123456789);
  return { keptOfBase: name.length - n.GENERATED_SUFFIX_LENGTH, length: name.length };
}

export const namesPlayers: Readonly<Record<string, Player>> = {
  validate: (input) => {
    const out: Record<string, string[]> = {};
    for (const [name, check] of Object.entries(checks)) {
      const errors = check(input.s);
      if (errors.length > 0) out[name] = errors;
    }
    return out;
  },
  'validate-ip': ({ s }) => ({
    interface: orNull(texts(ip.isValidInterfaceAddress('f', s))),
    ip: orNull(texts(ip.isValidIP('f', s))),
    ipForLegacyField: orNull(texts(ip.isValidIPForLegacyField('f', s))),
  }),
  'validate-cidr': ({ s }) => ({
    cidr: orNull(texts(ip.isValidCIDR('f', s))),
    cidrForLegacyField: orNull(texts(ip.isValidCIDRForLegacyField('f', s))),
  }),
  'validate-port': (input) => ({ port: orNull(n.isValidPortNum(input.n)) }),
  'validate-uid': (input) => ({ gid: orNull(n.isValidUserID(input.n)), uid: orNull(n.isValidUserID(input.n)) }),
  'generate-name-alphabet': () => ({
    alphabet: [...n.NAME_ALPHABET].sort().join(''),
    maxGeneratedNameLength: n.GENERATED_NAME_BASE_MAX,
    suffixLength: n.GENERATED_SUFFIX_LENGTH,
  }),
  'generate-name-length': (input) => generatedLength(input.baseLength),
};
