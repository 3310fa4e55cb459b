/**
 * The published JSON Schema of scenario files (`orrery schema`). The checker in `validateScenario.ts` is generated from it
 * by `npm run generate`; the loader turns its findings into messages with file, line and column.
 */

const duration = {
  type: 'string',
  pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
  description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
  examples: ['5m'],
} as const;

const stringMap = { type: 'object', additionalProperties: { type: 'string' } } as const;
const quantities = { type: 'object', additionalProperties: { type: ['string', 'number'] } } as const;
const path = { type: 'string', minLength: 1 } as const;
const paths = { type: 'array', items: path, description: 'Files or globs, relative to this file.' } as const;

const latency = {
  type: 'object',
  additionalProperties: false,
  required: ['p50'],
  properties: { p50: duration, p99: duration },
} as const;

const distribution = {
  description: 'A constant duration, or the median and 99th percentile of a log-normal distribution.',
  anyOf: [duration, latency],
} as const;

const extenderMatch = {
  nodes: { type: 'string', description: 'Label selector of nodes; absent: all.' },
  pods: { type: 'string', description: 'Label selector of pods; absent: all.' },
} as const;

const extenderRules = (properties: object, required: readonly string[]) => ({
  type: 'array' as const,
  items: {
    type: 'object' as const,
    additionalProperties: false,
    required,
    properties: { ...extenderMatch, ...properties },
  },
});

const extenderVerbs = ['filter', 'prioritize', 'preempt', 'bind'] as const;

const extenderScript = {
  type: 'object',
  additionalProperties: false,
  required: ['urlPrefix'],
  properties: {
    urlPrefix: { type: 'string', description: 'Whose calls it answers: the urlPrefix in the configuration.' },
    latency: distribution,
    filter: extenderRules({ reason: { type: 'string' }, unresolvable: { type: 'boolean' } }, ['reason']),
    prioritize: extenderRules({ score: { type: 'integer', minimum: 0, maximum: 10 } }, ['score']),
    preempt: extenderRules({}, []),
    bind: extenderRules({ error: { type: 'string' } }, ['error']),
    failures: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['kind'],
        properties: {
          kind: { enum: ['timeout', 'refused', 'status', 'error'] },
          verb: { enum: extenderVerbs },
          from: duration,
          for: duration,
          code: { type: 'integer', minimum: 100, maximum: 599 },
          message: { type: 'string' },
        },
      },
    },
  },
} as const;

const faultKinds = [
  'NodeCrash',
  'NodeReboot',
  'ZoneOutage',
  'Partition',
  'ComponentCrash',
  'EtcdMemberCrash',
  'SlowDisk',
  'KubeletStop',
  'NetworkLatency',
  'NetworkLoss',
  'NodeResize',
  'RuntimeHang',
] as const;

const faultProperties = {
  kind: { enum: faultKinds, description: 'What breaks.' },
  zone: { type: 'string', description: 'ZoneOutage: every node and control-plane member of this zone.' },
  node: { type: 'string', description: 'NodeCrash, NodeReboot, KubeletStop, RuntimeHang, NodeResize: one node.' },
  nodes: { type: 'array', items: { type: 'string' } },
  count: { type: 'integer', minimum: 1, description: 'That many nodes, drawn by the seed.' },
  component: { type: 'string', description: 'ComponentCrash: etcd-0, apiserver-1, kube-scheduler-0, ...' },
  member: { type: 'integer', minimum: 0, description: 'EtcdMemberCrash, SlowDisk: number of the member.' },
  between: {
    type: 'array',
    items: { type: 'array', items: { type: 'string' } },
    minItems: 2,
    maxItems: 2,
    description: 'Partition: two groups of components, nodes or zone/<name>.',
  },
  oneWay: { type: 'boolean', description: 'Partition: cut only from the first group to the second.' },
  allocatable: {
    type: 'object',
    additionalProperties: { type: ['string', 'number'] },
    description: 'NodeResize: what pods may use of the node from then on, by resource.',
  },
  latency: distribution,
  loss: { type: 'number', minimum: 0, maximum: 1 },
  for: { ...duration, description: 'How long it lasts; absent: for ever.' },
} as const;

export const scenarioSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'https://orrery.dev/schema/v1alpha1/scenario.json',
  title: 'Orrery scenario',
  type: 'object',
  additionalProperties: false,
  required: ['apiVersion', 'kind', 'spec'],
  properties: {
    apiVersion: { const: 'orrery.dev/v1alpha1' },
    kind: { const: 'Scenario' },
    metadata: {
      type: 'object',
      additionalProperties: false,
      properties: { name: { type: 'string', maxLength: 253 }, labels: stringMap, annotations: stringMap },
    },
    spec: {
      type: 'object',
      additionalProperties: false,
      properties: {
        description: { type: 'string', description: 'What the scenario shows, in a sentence or two.' },
        seed: { type: ['string', 'integer'], description: 'Equal seeds give equal runs.', default: '1' },
        epoch: { type: 'string', description: 'Wall-clock time of t = 0 (RFC 3339).', default: '2026-01-01T00:00:00Z' },
        duration: { ...duration, description: 'How long to run.', default: '10m' },
        controlPlane: {
          type: 'object',
          additionalProperties: false,
          properties: {
            etcd: {
              type: 'object',
              additionalProperties: false,
              properties: { members: { enum: [1, 3, 5], default: 1 } },
            },
            apiServers: { type: 'integer', minimum: 1, maximum: 9, default: 1 },
            controllerManagers: { type: 'integer', minimum: 1, maximum: 5, default: 1 },
            controllerManager: {
              type: 'object',
              additionalProperties: false,
              properties: {
                replicas: { type: 'integer', minimum: 1, maximum: 5 },
                flags: {
                  type: 'object',
                  additionalProperties: { type: ['string', 'number', 'boolean'] },
                  description: 'Flags of kube-controller-manager by their real names.',
                },
              },
            },
            featureGates: {
              type: 'object',
              additionalProperties: { type: ['boolean', 'string'] },
              description: 'Feature gates of all components, as their flag --feature-gates takes them.',
            },
            schedulers: {
              type: 'array',
              items: {
                type: 'object',
                additionalProperties: false,
                properties: {
                  replicas: { type: 'integer', minimum: 1, maximum: 5, default: 1 },
                  config: {
                    anyOf: [path, { type: 'object' }],
                    description: 'A KubeSchedulerConfiguration, inline or as a file.',
                  },
                  extenders: {
                    type: 'array',
                    items: extenderScript,
                    description: 'Who answers the extenders of the configuration.',
                  },
                },
              },
            },
            zones: {
              type: 'array',
              items: { type: 'string' },
              description: 'Zones of the control-plane hosts, in turn. Default: the zones of the first pool.',
            },
          },
        },
        network: {
          type: 'object',
          additionalProperties: false,
          properties: { sameZone: latency, crossZone: latency },
        },
        nodePools: {
          type: 'array',
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['name', 'count'],
            properties: {
              name: { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 50 },
              count: { type: 'integer', minimum: 0, maximum: 200000 },
              machine: { type: 'string', description: 'A machine type; see docs/scenarios.md for the names.' },
              zones: { type: 'array', items: { type: 'string' }, minItems: 1 },
              region: { type: 'string' },
              labels: stringMap,
              annotations: stringMap,
              taints: {
                type: 'array',
                items: {
                  type: 'object',
                  required: ['key', 'effect'],
                  additionalProperties: false,
                  properties: {
                    key: { type: 'string' },
                    value: { type: 'string' },
                    effect: { enum: ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] },
                  },
                },
              },
              capacity: { ...quantities, description: 'Overrides the machine type.' },
              reserved: { ...quantities, description: 'Taken off the capacity; the rest is allocatable.' },
              kubelet: {
                anyOf: [path, { type: 'object' }],
                description: 'A KubeletConfiguration, inline or as a file.',
              },
              staticPods: { ...paths, description: 'Manifests that each kubelet of the pool runs as static pods.' },
              stages: { ...paths, description: 'KWOK Stage files; this pool then has no kubelets.' },
            },
          },
        },
        initialState: {
          ...paths,
          description: 'Objects that are in the store at t = 0 as they are, with status and bindings.',
        },
        generate: {
          type: 'array',
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['template', 'count'],
            properties: {
              template: { anyOf: [path, { type: 'object' }] },
              count: { type: ['integer', 'string'], minimum: 0 },
              initialState: {
                type: 'boolean',
                default: false,
                description: 'In the store at t = 0 as they are; pods are spread over the nodes and run.',
              },
            },
          },
        },
        parameters: {
          type: 'object',
          additionalProperties: { type: ['string', 'number', 'boolean'] },
          description:
            'Named values: written $\u007bname} in this file and its manifests, --set name=value on the command line.',
        },
        manifests: { ...paths, description: 'Objects that are applied at t = 0, unchanged.' },
        workloads: {
          type: 'array',
          description: 'What the containers do.',
          items: {
            type: 'object',
            additionalProperties: false,
            properties: {
              match: { ...stringMap, description: 'Labels of the pod; absent: any pod.' },
              namespace: { type: 'string', description: 'Only pods of this namespace.' },
              container: { type: 'string', description: 'Only containers of this name.' },
              image: { ...path, description: 'Only containers of this image; * stands for any text.' },
              startup: { ...distribution, description: 'From the start of the process until its probes succeed.' },
              run: { ...distribution, description: 'How long the process runs; absent: for ever.' },
              exitCode: { type: 'integer', minimum: 0, maximum: 255 },
              crash: {
                type: 'object',
                additionalProperties: false,
                properties: {
                  after: distribution,
                  exitCode: { type: 'integer', minimum: 1, maximum: 255 },
                  times: { type: 'integer', minimum: 1 },
                },
              },
              shutdown: { ...distribution, description: 'From SIGTERM to the exit of the process.' },
              ignoreSigterm: { type: 'boolean' },
              unhealthy: {
                type: 'array',
                items: {
                  type: 'object',
                  additionalProperties: false,
                  required: ['from'],
                  properties: { from: duration, for: duration, probe: { enum: ['liveness', 'readiness', 'startup'] } },
                },
              },
              imageSize: { type: ['string', 'integer'], description: 'Compressed size, as a quantity: 80M.' },
              pullError: {
                enum: ['notFound', 'unauthorized', 'unavailable'],
                description: "The registry's answer to a pull instead of the image.",
              },
              cpu: {
                type: 'object',
                additionalProperties: false,
                properties: { base: { type: ['string', 'number'] }, perRequest: { type: ['string', 'number'] } },
              },
              memory: {
                type: 'object',
                additionalProperties: false,
                properties: { base: { type: ['string', 'number'] }, growth: { type: ['string', 'number'] } },
              },
              disk: {
                type: 'object',
                additionalProperties: false,
                properties: {
                  base: { type: ['string', 'number'] },
                  growth: { type: ['string', 'number'] },
                  volume: { type: 'string', description: 'An emptyDir; absent: the own layer of the container.' },
                },
              },
            },
          },
        },
        timeline: {
          type: 'array',
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['at'],
            properties: {
              at: duration,
              fault: { type: 'object', additionalProperties: false, required: ['kind'], properties: faultProperties },
              kubectl: {
                type: 'string',
                minLength: 1,
                description: 'A command as one would type it: scale deployment/web --replicas=6',
              },
              note: { type: 'string' },
              reseed: {
                type: ['string', 'integer'],
                description: 'From here on everything random is drawn from another seed.',
              },
              scale: {
                type: 'object',
                additionalProperties: false,
                required: ['nodePool', 'count'],
                description: 'A node pool has another number of machines, as after a change in the cloud.',
                properties: {
                  nodePool: { type: 'string', description: 'Name of the pool.' },
                  count: {
                    type: 'integer',
                    minimum: 0,
                    maximum: 200000,
                    description: 'How many machines it has then.',
                  },
                  remove: {
                    type: 'array',
                    items: { type: 'string' },
                    description: 'Nodes that go first when there are too many; then the newest.',
                  },
                  boot: { ...distribution, description: 'From the request until the kubelet of a new machine starts.' },
                },
              },
              scheduler: {
                type: 'object',
                additionalProperties: false,
                required: ['config'],
                description: 'A scheduler starts again with another configuration.',
                properties: {
                  name: { type: 'string', default: 'kube-scheduler' },
                  config: {
                    anyOf: [path, { type: 'object' }],
                    description: 'A KubeSchedulerConfiguration, inline or as a file.',
                  },
                },
              },
            },
          },
        },
        failures: {
          type: 'array',
          description: 'Faults drawn at random from exponential distributions.',
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['kind', 'mtbf', 'mttr'],
            properties: { ...faultProperties, mtbf: duration, mttr: duration, from: duration, until: duration },
          },
        },
        expect: {
          type: 'array',
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['name', 'that'],
            properties: {
              name: { type: 'string', minLength: 1 },
              that: {
                type: 'string',
                minLength: 1,
                description: "A CEL expression, e.g. deployment('web').status.readyReplicas >= 3",
              },
              eventually: {
                type: 'object',
                additionalProperties: false,
                properties: { after: duration, within: duration },
              },
              always: { type: 'boolean' },
              never: { type: 'boolean' },
              at: duration,
              from: duration,
              until: duration,
            },
          },
        },
      },
    },
  },
} as const;
