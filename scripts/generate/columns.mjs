// The columns of API Tables: names, types and priorities from api/columns.json, descriptions from the Tables that kubectl was answered with.
import { readVector } from './sources.mjs';

const NAME = 'name';
const CREATED = 'creationTimestamp';

/** Descriptions of columns whose Tables were not recorded: `<resource> <column>`; printers/internalversion and the field docs. */
const UNRECORDED = {
  'mutatingwebhookconfigurations Webhooks':
    'Webhooks indicates the number of webhooks registered in this configuration',
  'validatingadmissionpolicies Validations':
    'Validations indicates the number of validation rules defined in this configuration',
  'validatingadmissionpolicies ParamKind': 'ParamKind specifies the kind of resources used to parameterize this policy',
  'validatingadmissionpolicybindings PolicyName':
    'PolicyName indicates the policy definition which the policy binding binded to',
  'validatingadmissionpolicybindings ParamRef':
    'ParamRef indicates the param resource which sets the configration param',
  'endpoints Endpoints':
    'The set of all endpoints is the union of all subsets. Addresses are placed into subsets according to the IPs they share. A single address with multiple ports, some of which are ready and some of which are not (because they come from different containers) will result in the address being displayed in different subsets for the different ports. No address will appear in both Addresses and NotReadyAddresses in the same subset. Sets of addresses and ports that comprise a service.',
  'leases Holder':
    'holderIdentity contains the identity of the holder of a current lease. If Coordinated Leader Election is used, the holder identity must be equal to the elected LeaseCandidate.metadata.name field.',
  'persistentvolumeclaims Status': 'phase represents the current phase of PersistentVolumeClaim.',
  'persistentvolumeclaims Volume': 'volumeName is the binding reference to the PersistentVolume backing this claim.',
  'persistentvolumeclaims Capacity': 'capacity represents the actual resources of the underlying volume.',
  'persistentvolumeclaims Access Modes':
    'accessModes contains the actual access modes the volume backing the PVC has. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#access-modes-1',
  'persistentvolumeclaims StorageClass': 'StorageClass of the pvc',
  'persistentvolumeclaims VolumeAttributesClass': 'VolumeAttributesClass of the pvc',
  'persistentvolumeclaims VolumeMode':
    'volumeMode defines what type of volume is required by the claim. Value of Filesystem is implied when not included in claim spec.',
  'priorityclasses Value':
    'value represents the integer value of this priority class. This is the actual priority that pods receive when they have the name of this class in their pod spec.',
  'priorityclasses Global-Default':
    'globalDefault specifies whether this PriorityClass should be considered as the default priority for pods that do not have any priority class. Only one PriorityClass can be marked as `globalDefault`. However, if more than one PriorityClasses exists with their `globalDefault` field set to true, the smallest value of such global default PriorityClasses will be used as the default priority.',
  'priorityclasses PreemptionPolicy':
    'preemptionPolicy is the Policy for preempting pods with lower priority. One of Never, PreemptLowerPriority. Defaults to PreemptLowerPriority if unset.',
  'endpointslices AddressType':
    'addressType specifies the type of address carried by this EndpointSlice. All addresses in this slice must be the same type. This field is immutable after creation. The following address types are currently supported: * IPv4: Represents an IPv4 Address. * IPv6: Represents an IPv6 Address. * FQDN: Represents a Fully Qualified Domain Name.',
  'endpointslices Ports':
    'ports specifies the list of network ports exposed by each endpoint in this slice. Each port must have a unique name. When ports is empty, it indicates that there are no defined ports. When a port is defined with a nil port value, it indicates "all ports". Each slice may include a maximum of 100 ports.',
  'endpointslices Endpoints':
    'endpoints is a list of unique endpoints in this slice. Each slice may include a maximum of 1000 endpoints.',
  'ingressclasses Controller': 'Controller that is responsible for handling this class',
  'ingressclasses Parameters': 'A reference to a resource with additional parameters',
  'podtemplates Containers': 'Names of each container in the template.',
  'podtemplates Images': 'Images referenced by each container in the template.',
  'podtemplates Pod Labels': 'The labels for the pod template.',
  'csinodes Drivers': 'Drivers indicates the number of CSI drivers registered on the node',
  'flowschemas MissingPL': 'references a broken or non-existent PriorityLevelConfiguration',
  'resourceclaims State': 'A summary of the current state (allocated, pending, reserved, etc.).',
};

function* tablesIn(value) {
  if (value === null || typeof value !== 'object') return;
  if (value.kind === 'Table' && Array.isArray(value.columnDefinitions)) yield value;
  for (const item of Object.values(value)) yield* tablesIn(item);
}

/** Descriptions by resource and column, as kubectl was sent them. */
function recorded() {
  const found = new Map();
  for (const line of readVector('api/kubectl.jsonl').trimEnd().split('\n')) {
    for (const exchange of JSON.parse(line).exchanges ?? []) {
      const plural = /^(?:\/api|\/apis\/[^/]+)\/[^/]+\/(?:namespaces\/[^/]+\/)?([^/?]+)/.exec(exchange.path)?.[1];
      for (const table of tablesIn(exchange)) {
        for (const { name, description } of table.columnDefinitions) {
          const resource = exchange.path.split('?')[0].endsWith('/namespaces') ? 'namespaces' : plural;
          found.set(`${resource} ${name}`, description);
        }
      }
    }
  }
  return found;
}

/** `[file, text]` of the table of columns: by resource, each column `[name, type, format, priority, description]`. */
export function generateColumns() {
  const known = recorded();
  const name = known.get('pods Name');
  const created = known.get('pods Age');
  const columns = {};
  for (const [key, list] of Object.entries(JSON.parse(readVector('api/columns.json')))) {
    const [, plural] = key.split(' ');
    if (plural === 'widgets') continue;
    columns[key] = list.map(([column, type, format, priority]) => {
      const plain = column === 'Name' ? name : column === 'Age' || column === 'Created At' ? created : undefined;
      const description = known.get(`${plural} ${column}`) ?? plain ?? UNRECORDED[`${plural} ${column}`] ?? '';
      const short = description === name ? NAME : description === created ? CREATED : description;
      return [column, type, format, priority, short];
    });
  }
  const rows = Object.entries(columns).map(([key, list]) => `${JSON.stringify(key)}: ${JSON.stringify(list)}`);
  const descriptions = JSON.stringify({ [NAME]: name, [CREATED]: created });
  const text = `{"descriptions": ${descriptions},\n"columns": {\n${rows.join(',\n')}\n}}\n`;
  return [['sim-core/apiserver/tables/columns.json', text]];
}
