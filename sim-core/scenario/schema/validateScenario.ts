// @ts-nocheck
// biome-ignore-all lint: generated
// Generated from scenarioSchema.ts by scripts/generate/scenario-validator.mjs. Do not edit.
'use strict';
export const validate = validate10;
export default validate10;
const schema11 = {
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
      properties: {
        name: { type: 'string', maxLength: 253 },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        annotations: { type: 'object', additionalProperties: { type: 'string' } },
      },
    },
    spec: {
      type: 'object',
      additionalProperties: false,
      properties: {
        description: { type: 'string', description: 'What the scenario shows, in a sentence or two.' },
        seed: { type: ['string', 'integer'], description: 'Equal seeds give equal runs.', default: '1' },
        epoch: { type: 'string', description: 'Wall-clock time of t = 0 (RFC 3339).', default: '2026-01-01T00:00:00Z' },
        duration: {
          type: 'string',
          pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
          description: 'How long to run.',
          examples: ['5m'],
          default: '10m',
        },
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
            schedulers: {
              type: 'array',
              items: {
                type: 'object',
                additionalProperties: false,
                properties: {
                  replicas: { type: 'integer', minimum: 1, maximum: 5, default: 1 },
                  config: {
                    anyOf: [{ type: 'string', minLength: 1 }, { type: 'object' }],
                    description: 'A KubeSchedulerConfiguration, inline or as a file.',
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
          properties: {
            sameZone: {
              type: 'object',
              additionalProperties: false,
              required: ['p50'],
              properties: {
                p50: {
                  type: 'string',
                  pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                  description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                  examples: ['5m'],
                },
                p99: {
                  type: 'string',
                  pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                  description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                  examples: ['5m'],
                },
              },
            },
            crossZone: {
              type: 'object',
              additionalProperties: false,
              required: ['p50'],
              properties: {
                p50: {
                  type: 'string',
                  pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                  description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                  examples: ['5m'],
                },
                p99: {
                  type: 'string',
                  pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                  description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                  examples: ['5m'],
                },
              },
            },
          },
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
              labels: { type: 'object', additionalProperties: { type: 'string' } },
              annotations: { type: 'object', additionalProperties: { type: 'string' } },
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
              capacity: {
                type: 'object',
                additionalProperties: { type: ['string', 'number'] },
                description: 'Overrides the machine type.',
              },
              reserved: {
                type: 'object',
                additionalProperties: { type: ['string', 'number'] },
                description: 'Taken off the capacity; the rest is allocatable.',
              },
              kubelet: {
                anyOf: [{ type: 'string', minLength: 1 }, { type: 'object' }],
                description: 'A KubeletConfiguration, inline or as a file.',
              },
              stages: {
                type: 'array',
                items: { type: 'string', minLength: 1 },
                description: 'KWOK Stage files; this pool then has no kubelets.',
              },
            },
          },
        },
        initialState: {
          type: 'array',
          items: { type: 'string', minLength: 1 },
          description: 'Objects that are in the store at t = 0 as they are, with status and bindings.',
        },
        generate: {
          type: 'array',
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['template', 'count'],
            properties: {
              template: { anyOf: [{ type: 'string', minLength: 1 }, { type: 'object' }] },
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
            'Named values: written ${name} in this file and its manifests, --set name=value on the command line.',
        },
        manifests: {
          type: 'array',
          items: { type: 'string', minLength: 1 },
          description: 'Objects that are applied at t = 0, unchanged.',
        },
        workloads: {
          type: 'array',
          description: 'What the containers do.',
          items: {
            type: 'object',
            additionalProperties: false,
            properties: {
              match: {
                type: 'object',
                additionalProperties: { type: 'string' },
                description: 'Labels of the pod; absent: any pod.',
              },
              namespace: { type: 'string', description: 'Only pods of this namespace.' },
              container: { type: 'string', description: 'Only containers of this name.' },
              image: {
                type: 'string',
                minLength: 1,
                description: 'Only containers of this image; * stands for any text.',
              },
              startup: {
                description: 'From the start of the process until its probes succeed.',
                anyOf: [
                  {
                    type: 'string',
                    pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                    description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                    examples: ['5m'],
                  },
                  {
                    type: 'object',
                    additionalProperties: false,
                    required: ['p50'],
                    properties: {
                      p50: {
                        type: 'string',
                        pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                        description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                        examples: ['5m'],
                      },
                      p99: {
                        type: 'string',
                        pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                        description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                        examples: ['5m'],
                      },
                    },
                  },
                ],
              },
              run: {
                description: 'How long the process runs; absent: for ever.',
                anyOf: [
                  {
                    type: 'string',
                    pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                    description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                    examples: ['5m'],
                  },
                  {
                    type: 'object',
                    additionalProperties: false,
                    required: ['p50'],
                    properties: {
                      p50: {
                        type: 'string',
                        pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                        description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                        examples: ['5m'],
                      },
                      p99: {
                        type: 'string',
                        pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                        description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                        examples: ['5m'],
                      },
                    },
                  },
                ],
              },
              exitCode: { type: 'integer', minimum: 0, maximum: 255 },
              crash: {
                type: 'object',
                additionalProperties: false,
                properties: {
                  after: {
                    description: 'A constant duration, or the median and 99th percentile of a log-normal distribution.',
                    anyOf: [
                      {
                        type: 'string',
                        pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                        description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                        examples: ['5m'],
                      },
                      {
                        type: 'object',
                        additionalProperties: false,
                        required: ['p50'],
                        properties: {
                          p50: {
                            type: 'string',
                            pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                            description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                            examples: ['5m'],
                          },
                          p99: {
                            type: 'string',
                            pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                            description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                            examples: ['5m'],
                          },
                        },
                      },
                    ],
                  },
                  exitCode: { type: 'integer', minimum: 1, maximum: 255 },
                  times: { type: 'integer', minimum: 1 },
                },
              },
              shutdown: {
                description: 'From SIGTERM to the exit of the process.',
                anyOf: [
                  {
                    type: 'string',
                    pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                    description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                    examples: ['5m'],
                  },
                  {
                    type: 'object',
                    additionalProperties: false,
                    required: ['p50'],
                    properties: {
                      p50: {
                        type: 'string',
                        pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                        description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                        examples: ['5m'],
                      },
                      p99: {
                        type: 'string',
                        pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                        description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                        examples: ['5m'],
                      },
                    },
                  },
                ],
              },
              ignoreSigterm: { type: 'boolean' },
              unhealthy: {
                type: 'array',
                items: {
                  type: 'object',
                  additionalProperties: false,
                  required: ['from'],
                  properties: {
                    from: {
                      type: 'string',
                      pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                      description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                      examples: ['5m'],
                    },
                    for: {
                      type: 'string',
                      pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                      description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                      examples: ['5m'],
                    },
                    probe: { enum: ['liveness', 'readiness', 'startup'] },
                  },
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
                properties: { base: { type: ['string', 'number'] } },
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
              at: {
                type: 'string',
                pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                examples: ['5m'],
              },
              fault: {
                type: 'object',
                additionalProperties: false,
                required: ['kind'],
                properties: {
                  kind: {
                    enum: [
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
                    ],
                    description: 'What breaks.',
                  },
                  zone: {
                    type: 'string',
                    description: 'ZoneOutage: every node and control-plane member of this zone.',
                  },
                  node: { type: 'string', description: 'NodeCrash, NodeReboot, KubeletStop: one node.' },
                  nodes: { type: 'array', items: { type: 'string' } },
                  count: { type: 'integer', minimum: 1, description: 'That many nodes, drawn by the seed.' },
                  component: {
                    type: 'string',
                    description: 'ComponentCrash: etcd-0, apiserver-1, kube-scheduler-0, ...',
                  },
                  member: {
                    type: 'integer',
                    minimum: 0,
                    description: 'EtcdMemberCrash, SlowDisk: number of the member.',
                  },
                  between: {
                    type: 'array',
                    items: { type: 'array', items: { type: 'string' } },
                    minItems: 2,
                    maxItems: 2,
                    description: 'Partition: two groups of components, nodes or zone/<name>.',
                  },
                  oneWay: { type: 'boolean', description: 'Partition: cut only from the first group to the second.' },
                  latency: {
                    description: 'A constant duration, or the median and 99th percentile of a log-normal distribution.',
                    anyOf: [
                      {
                        type: 'string',
                        pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                        description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                        examples: ['5m'],
                      },
                      {
                        type: 'object',
                        additionalProperties: false,
                        required: ['p50'],
                        properties: {
                          p50: {
                            type: 'string',
                            pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                            description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                            examples: ['5m'],
                          },
                          p99: {
                            type: 'string',
                            pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                            description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                            examples: ['5m'],
                          },
                        },
                      },
                    ],
                  },
                  loss: { type: 'number', minimum: 0, maximum: 1 },
                  for: {
                    type: 'string',
                    pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                    description: 'How long it lasts; absent: for ever.',
                    examples: ['5m'],
                  },
                },
              },
              kubectl: {
                type: 'string',
                minLength: 1,
                description: 'A command as one would type it: scale deployment/web --replicas=6',
              },
              note: { type: 'string' },
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
            properties: {
              kind: {
                enum: [
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
                ],
                description: 'What breaks.',
              },
              zone: { type: 'string', description: 'ZoneOutage: every node and control-plane member of this zone.' },
              node: { type: 'string', description: 'NodeCrash, NodeReboot, KubeletStop: one node.' },
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
              latency: {
                description: 'A constant duration, or the median and 99th percentile of a log-normal distribution.',
                anyOf: [
                  {
                    type: 'string',
                    pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                    description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                    examples: ['5m'],
                  },
                  {
                    type: 'object',
                    additionalProperties: false,
                    required: ['p50'],
                    properties: {
                      p50: {
                        type: 'string',
                        pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                        description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                        examples: ['5m'],
                      },
                      p99: {
                        type: 'string',
                        pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                        description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                        examples: ['5m'],
                      },
                    },
                  },
                ],
              },
              loss: { type: 'number', minimum: 0, maximum: 1 },
              for: {
                type: 'string',
                pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                description: 'How long it lasts; absent: for ever.',
                examples: ['5m'],
              },
              mtbf: {
                type: 'string',
                pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                examples: ['5m'],
              },
              mttr: {
                type: 'string',
                pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                examples: ['5m'],
              },
              from: {
                type: 'string',
                pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                examples: ['5m'],
              },
              until: {
                type: 'string',
                pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                examples: ['5m'],
              },
            },
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
                properties: {
                  after: {
                    type: 'string',
                    pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                    description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                    examples: ['5m'],
                  },
                  within: {
                    type: 'string',
                    pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                    description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                    examples: ['5m'],
                  },
                },
              },
              always: { type: 'boolean' },
              never: { type: 'boolean' },
              at: {
                type: 'string',
                pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                examples: ['5m'],
              },
              from: {
                type: 'string',
                pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                examples: ['5m'],
              },
              until: {
                type: 'string',
                pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$',
                description: 'A duration as Kubernetes writes it: 250ms, 90s, 5m, 1h30m.',
                examples: ['5m'],
              },
            },
          },
        },
      },
    },
  },
};
const func2 = (text) => [...text].length;
const func3 = Object.prototype.hasOwnProperty;
const pattern0 = new RegExp('^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$', 'u');
const pattern5 = new RegExp('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', 'u');

function validate10(data, { instancePath = '', parentData, parentDataProperty, rootData = data } = {}) {
  /*# sourceURL="https://orrery.dev/schema/v1alpha1/scenario.json" */
  let vErrors = null;
  let errors = 0;
  if (data && typeof data == 'object' && !Array.isArray(data)) {
    if (data.apiVersion === undefined) {
      const err0 = {
        instancePath,
        schemaPath: '#/required',
        keyword: 'required',
        params: { missingProperty: 'apiVersion' },
        message: "must have required property '" + 'apiVersion' + "'",
      };
      if (vErrors === null) {
        vErrors = [err0];
      } else {
        vErrors.push(err0);
      }
      errors++;
    }
    if (data.kind === undefined) {
      const err1 = {
        instancePath,
        schemaPath: '#/required',
        keyword: 'required',
        params: { missingProperty: 'kind' },
        message: "must have required property '" + 'kind' + "'",
      };
      if (vErrors === null) {
        vErrors = [err1];
      } else {
        vErrors.push(err1);
      }
      errors++;
    }
    if (data.spec === undefined) {
      const err2 = {
        instancePath,
        schemaPath: '#/required',
        keyword: 'required',
        params: { missingProperty: 'spec' },
        message: "must have required property '" + 'spec' + "'",
      };
      if (vErrors === null) {
        vErrors = [err2];
      } else {
        vErrors.push(err2);
      }
      errors++;
    }
    for (const key0 in data) {
      if (!(key0 === 'apiVersion' || key0 === 'kind' || key0 === 'metadata' || key0 === 'spec')) {
        const err3 = {
          instancePath,
          schemaPath: '#/additionalProperties',
          keyword: 'additionalProperties',
          params: { additionalProperty: key0 },
          message: 'must NOT have additional properties',
        };
        if (vErrors === null) {
          vErrors = [err3];
        } else {
          vErrors.push(err3);
        }
        errors++;
      }
    }
    if (data.apiVersion !== undefined) {
      if ('orrery.dev/v1alpha1' !== data.apiVersion) {
        const err4 = {
          instancePath: instancePath + '/apiVersion',
          schemaPath: '#/properties/apiVersion/const',
          keyword: 'const',
          params: { allowedValue: 'orrery.dev/v1alpha1' },
          message: 'must be equal to constant',
        };
        if (vErrors === null) {
          vErrors = [err4];
        } else {
          vErrors.push(err4);
        }
        errors++;
      }
    }
    if (data.kind !== undefined) {
      if ('Scenario' !== data.kind) {
        const err5 = {
          instancePath: instancePath + '/kind',
          schemaPath: '#/properties/kind/const',
          keyword: 'const',
          params: { allowedValue: 'Scenario' },
          message: 'must be equal to constant',
        };
        if (vErrors === null) {
          vErrors = [err5];
        } else {
          vErrors.push(err5);
        }
        errors++;
      }
    }
    if (data.metadata !== undefined) {
      let data2 = data.metadata;
      if (data2 && typeof data2 == 'object' && !Array.isArray(data2)) {
        for (const key1 in data2) {
          if (!(key1 === 'name' || key1 === 'labels' || key1 === 'annotations')) {
            const err6 = {
              instancePath: instancePath + '/metadata',
              schemaPath: '#/properties/metadata/additionalProperties',
              keyword: 'additionalProperties',
              params: { additionalProperty: key1 },
              message: 'must NOT have additional properties',
            };
            if (vErrors === null) {
              vErrors = [err6];
            } else {
              vErrors.push(err6);
            }
            errors++;
          }
        }
        if (data2.name !== undefined) {
          let data3 = data2.name;
          if (typeof data3 === 'string') {
            if (func2(data3) > 253) {
              const err7 = {
                instancePath: instancePath + '/metadata/name',
                schemaPath: '#/properties/metadata/properties/name/maxLength',
                keyword: 'maxLength',
                params: { limit: 253 },
                message: 'must NOT have more than 253 characters',
              };
              if (vErrors === null) {
                vErrors = [err7];
              } else {
                vErrors.push(err7);
              }
              errors++;
            }
          } else {
            const err8 = {
              instancePath: instancePath + '/metadata/name',
              schemaPath: '#/properties/metadata/properties/name/type',
              keyword: 'type',
              params: { type: 'string' },
              message: 'must be string',
            };
            if (vErrors === null) {
              vErrors = [err8];
            } else {
              vErrors.push(err8);
            }
            errors++;
          }
        }
        if (data2.labels !== undefined) {
          let data4 = data2.labels;
          if (data4 && typeof data4 == 'object' && !Array.isArray(data4)) {
            for (const key2 in data4) {
              if (typeof data4[key2] !== 'string') {
                const err9 = {
                  instancePath: instancePath + '/metadata/labels/' + key2.replace(/~/g, '~0').replace(/\//g, '~1'),
                  schemaPath: '#/properties/metadata/properties/labels/additionalProperties/type',
                  keyword: 'type',
                  params: { type: 'string' },
                  message: 'must be string',
                };
                if (vErrors === null) {
                  vErrors = [err9];
                } else {
                  vErrors.push(err9);
                }
                errors++;
              }
            }
          } else {
            const err10 = {
              instancePath: instancePath + '/metadata/labels',
              schemaPath: '#/properties/metadata/properties/labels/type',
              keyword: 'type',
              params: { type: 'object' },
              message: 'must be object',
            };
            if (vErrors === null) {
              vErrors = [err10];
            } else {
              vErrors.push(err10);
            }
            errors++;
          }
        }
        if (data2.annotations !== undefined) {
          let data6 = data2.annotations;
          if (data6 && typeof data6 == 'object' && !Array.isArray(data6)) {
            for (const key3 in data6) {
              if (typeof data6[key3] !== 'string') {
                const err11 = {
                  instancePath: instancePath + '/metadata/annotations/' + key3.replace(/~/g, '~0').replace(/\//g, '~1'),
                  schemaPath: '#/properties/metadata/properties/annotations/additionalProperties/type',
                  keyword: 'type',
                  params: { type: 'string' },
                  message: 'must be string',
                };
                if (vErrors === null) {
                  vErrors = [err11];
                } else {
                  vErrors.push(err11);
                }
                errors++;
              }
            }
          } else {
            const err12 = {
              instancePath: instancePath + '/metadata/annotations',
              schemaPath: '#/properties/metadata/properties/annotations/type',
              keyword: 'type',
              params: { type: 'object' },
              message: 'must be object',
            };
            if (vErrors === null) {
              vErrors = [err12];
            } else {
              vErrors.push(err12);
            }
            errors++;
          }
        }
      } else {
        const err13 = {
          instancePath: instancePath + '/metadata',
          schemaPath: '#/properties/metadata/type',
          keyword: 'type',
          params: { type: 'object' },
          message: 'must be object',
        };
        if (vErrors === null) {
          vErrors = [err13];
        } else {
          vErrors.push(err13);
        }
        errors++;
      }
    }
    if (data.spec !== undefined) {
      let data8 = data.spec;
      if (data8 && typeof data8 == 'object' && !Array.isArray(data8)) {
        for (const key4 in data8) {
          if (!func3.call(schema11.properties.spec.properties, key4)) {
            const err14 = {
              instancePath: instancePath + '/spec',
              schemaPath: '#/properties/spec/additionalProperties',
              keyword: 'additionalProperties',
              params: { additionalProperty: key4 },
              message: 'must NOT have additional properties',
            };
            if (vErrors === null) {
              vErrors = [err14];
            } else {
              vErrors.push(err14);
            }
            errors++;
          }
        }
        if (data8.description !== undefined) {
          if (typeof data8.description !== 'string') {
            const err15 = {
              instancePath: instancePath + '/spec/description',
              schemaPath: '#/properties/spec/properties/description/type',
              keyword: 'type',
              params: { type: 'string' },
              message: 'must be string',
            };
            if (vErrors === null) {
              vErrors = [err15];
            } else {
              vErrors.push(err15);
            }
            errors++;
          }
        }
        if (data8.seed !== undefined) {
          let data10 = data8.seed;
          if (typeof data10 !== 'string' && !(typeof data10 == 'number' && !(data10 % 1) && !isNaN(data10))) {
            const err16 = {
              instancePath: instancePath + '/spec/seed',
              schemaPath: '#/properties/spec/properties/seed/type',
              keyword: 'type',
              params: { type: schema11.properties.spec.properties.seed.type },
              message: 'must be string,integer',
            };
            if (vErrors === null) {
              vErrors = [err16];
            } else {
              vErrors.push(err16);
            }
            errors++;
          }
        }
        if (data8.epoch !== undefined) {
          if (typeof data8.epoch !== 'string') {
            const err17 = {
              instancePath: instancePath + '/spec/epoch',
              schemaPath: '#/properties/spec/properties/epoch/type',
              keyword: 'type',
              params: { type: 'string' },
              message: 'must be string',
            };
            if (vErrors === null) {
              vErrors = [err17];
            } else {
              vErrors.push(err17);
            }
            errors++;
          }
        }
        if (data8.duration !== undefined) {
          let data12 = data8.duration;
          if (typeof data12 === 'string') {
            if (!pattern0.test(data12)) {
              const err18 = {
                instancePath: instancePath + '/spec/duration',
                schemaPath: '#/properties/spec/properties/duration/pattern',
                keyword: 'pattern',
                params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
              };
              if (vErrors === null) {
                vErrors = [err18];
              } else {
                vErrors.push(err18);
              }
              errors++;
            }
          } else {
            const err19 = {
              instancePath: instancePath + '/spec/duration',
              schemaPath: '#/properties/spec/properties/duration/type',
              keyword: 'type',
              params: { type: 'string' },
              message: 'must be string',
            };
            if (vErrors === null) {
              vErrors = [err19];
            } else {
              vErrors.push(err19);
            }
            errors++;
          }
        }
        if (data8.controlPlane !== undefined) {
          let data13 = data8.controlPlane;
          if (data13 && typeof data13 == 'object' && !Array.isArray(data13)) {
            for (const key5 in data13) {
              if (
                !(
                  key5 === 'etcd' ||
                  key5 === 'apiServers' ||
                  key5 === 'controllerManagers' ||
                  key5 === 'controllerManager' ||
                  key5 === 'schedulers' ||
                  key5 === 'zones'
                )
              ) {
                const err20 = {
                  instancePath: instancePath + '/spec/controlPlane',
                  schemaPath: '#/properties/spec/properties/controlPlane/additionalProperties',
                  keyword: 'additionalProperties',
                  params: { additionalProperty: key5 },
                  message: 'must NOT have additional properties',
                };
                if (vErrors === null) {
                  vErrors = [err20];
                } else {
                  vErrors.push(err20);
                }
                errors++;
              }
            }
            if (data13.etcd !== undefined) {
              let data14 = data13.etcd;
              if (data14 && typeof data14 == 'object' && !Array.isArray(data14)) {
                for (const key6 in data14) {
                  if (!(key6 === 'members')) {
                    const err21 = {
                      instancePath: instancePath + '/spec/controlPlane/etcd',
                      schemaPath: '#/properties/spec/properties/controlPlane/properties/etcd/additionalProperties',
                      keyword: 'additionalProperties',
                      params: { additionalProperty: key6 },
                      message: 'must NOT have additional properties',
                    };
                    if (vErrors === null) {
                      vErrors = [err21];
                    } else {
                      vErrors.push(err21);
                    }
                    errors++;
                  }
                }
                if (data14.members !== undefined) {
                  let data15 = data14.members;
                  if (!(data15 === 1 || data15 === 3 || data15 === 5)) {
                    const err22 = {
                      instancePath: instancePath + '/spec/controlPlane/etcd/members',
                      schemaPath: '#/properties/spec/properties/controlPlane/properties/etcd/properties/members/enum',
                      keyword: 'enum',
                      params: {
                        allowedValues:
                          schema11.properties.spec.properties.controlPlane.properties.etcd.properties.members.enum,
                      },
                      message: 'must be equal to one of the allowed values',
                    };
                    if (vErrors === null) {
                      vErrors = [err22];
                    } else {
                      vErrors.push(err22);
                    }
                    errors++;
                  }
                }
              } else {
                const err23 = {
                  instancePath: instancePath + '/spec/controlPlane/etcd',
                  schemaPath: '#/properties/spec/properties/controlPlane/properties/etcd/type',
                  keyword: 'type',
                  params: { type: 'object' },
                  message: 'must be object',
                };
                if (vErrors === null) {
                  vErrors = [err23];
                } else {
                  vErrors.push(err23);
                }
                errors++;
              }
            }
            if (data13.apiServers !== undefined) {
              let data16 = data13.apiServers;
              if (!(typeof data16 == 'number' && !(data16 % 1) && !isNaN(data16))) {
                const err24 = {
                  instancePath: instancePath + '/spec/controlPlane/apiServers',
                  schemaPath: '#/properties/spec/properties/controlPlane/properties/apiServers/type',
                  keyword: 'type',
                  params: { type: 'integer' },
                  message: 'must be integer',
                };
                if (vErrors === null) {
                  vErrors = [err24];
                } else {
                  vErrors.push(err24);
                }
                errors++;
              }
              if (typeof data16 == 'number') {
                if (data16 > 9 || isNaN(data16)) {
                  const err25 = {
                    instancePath: instancePath + '/spec/controlPlane/apiServers',
                    schemaPath: '#/properties/spec/properties/controlPlane/properties/apiServers/maximum',
                    keyword: 'maximum',
                    params: { comparison: '<=', limit: 9 },
                    message: 'must be <= 9',
                  };
                  if (vErrors === null) {
                    vErrors = [err25];
                  } else {
                    vErrors.push(err25);
                  }
                  errors++;
                }
                if (data16 < 1 || isNaN(data16)) {
                  const err26 = {
                    instancePath: instancePath + '/spec/controlPlane/apiServers',
                    schemaPath: '#/properties/spec/properties/controlPlane/properties/apiServers/minimum',
                    keyword: 'minimum',
                    params: { comparison: '>=', limit: 1 },
                    message: 'must be >= 1',
                  };
                  if (vErrors === null) {
                    vErrors = [err26];
                  } else {
                    vErrors.push(err26);
                  }
                  errors++;
                }
              }
            }
            if (data13.controllerManagers !== undefined) {
              let data17 = data13.controllerManagers;
              if (!(typeof data17 == 'number' && !(data17 % 1) && !isNaN(data17))) {
                const err27 = {
                  instancePath: instancePath + '/spec/controlPlane/controllerManagers',
                  schemaPath: '#/properties/spec/properties/controlPlane/properties/controllerManagers/type',
                  keyword: 'type',
                  params: { type: 'integer' },
                  message: 'must be integer',
                };
                if (vErrors === null) {
                  vErrors = [err27];
                } else {
                  vErrors.push(err27);
                }
                errors++;
              }
              if (typeof data17 == 'number') {
                if (data17 > 5 || isNaN(data17)) {
                  const err28 = {
                    instancePath: instancePath + '/spec/controlPlane/controllerManagers',
                    schemaPath: '#/properties/spec/properties/controlPlane/properties/controllerManagers/maximum',
                    keyword: 'maximum',
                    params: { comparison: '<=', limit: 5 },
                    message: 'must be <= 5',
                  };
                  if (vErrors === null) {
                    vErrors = [err28];
                  } else {
                    vErrors.push(err28);
                  }
                  errors++;
                }
                if (data17 < 1 || isNaN(data17)) {
                  const err29 = {
                    instancePath: instancePath + '/spec/controlPlane/controllerManagers',
                    schemaPath: '#/properties/spec/properties/controlPlane/properties/controllerManagers/minimum',
                    keyword: 'minimum',
                    params: { comparison: '>=', limit: 1 },
                    message: 'must be >= 1',
                  };
                  if (vErrors === null) {
                    vErrors = [err29];
                  } else {
                    vErrors.push(err29);
                  }
                  errors++;
                }
              }
            }
            if (data13.controllerManager !== undefined) {
              let data18 = data13.controllerManager;
              if (data18 && typeof data18 == 'object' && !Array.isArray(data18)) {
                for (const key7 in data18) {
                  if (!(key7 === 'replicas' || key7 === 'flags')) {
                    const err30 = {
                      instancePath: instancePath + '/spec/controlPlane/controllerManager',
                      schemaPath:
                        '#/properties/spec/properties/controlPlane/properties/controllerManager/additionalProperties',
                      keyword: 'additionalProperties',
                      params: { additionalProperty: key7 },
                      message: 'must NOT have additional properties',
                    };
                    if (vErrors === null) {
                      vErrors = [err30];
                    } else {
                      vErrors.push(err30);
                    }
                    errors++;
                  }
                }
                if (data18.replicas !== undefined) {
                  let data19 = data18.replicas;
                  if (!(typeof data19 == 'number' && !(data19 % 1) && !isNaN(data19))) {
                    const err31 = {
                      instancePath: instancePath + '/spec/controlPlane/controllerManager/replicas',
                      schemaPath:
                        '#/properties/spec/properties/controlPlane/properties/controllerManager/properties/replicas/type',
                      keyword: 'type',
                      params: { type: 'integer' },
                      message: 'must be integer',
                    };
                    if (vErrors === null) {
                      vErrors = [err31];
                    } else {
                      vErrors.push(err31);
                    }
                    errors++;
                  }
                  if (typeof data19 == 'number') {
                    if (data19 > 5 || isNaN(data19)) {
                      const err32 = {
                        instancePath: instancePath + '/spec/controlPlane/controllerManager/replicas',
                        schemaPath:
                          '#/properties/spec/properties/controlPlane/properties/controllerManager/properties/replicas/maximum',
                        keyword: 'maximum',
                        params: { comparison: '<=', limit: 5 },
                        message: 'must be <= 5',
                      };
                      if (vErrors === null) {
                        vErrors = [err32];
                      } else {
                        vErrors.push(err32);
                      }
                      errors++;
                    }
                    if (data19 < 1 || isNaN(data19)) {
                      const err33 = {
                        instancePath: instancePath + '/spec/controlPlane/controllerManager/replicas',
                        schemaPath:
                          '#/properties/spec/properties/controlPlane/properties/controllerManager/properties/replicas/minimum',
                        keyword: 'minimum',
                        params: { comparison: '>=', limit: 1 },
                        message: 'must be >= 1',
                      };
                      if (vErrors === null) {
                        vErrors = [err33];
                      } else {
                        vErrors.push(err33);
                      }
                      errors++;
                    }
                  }
                }
                if (data18.flags !== undefined) {
                  let data20 = data18.flags;
                  if (data20 && typeof data20 == 'object' && !Array.isArray(data20)) {
                    for (const key8 in data20) {
                      let data21 = data20[key8];
                      if (typeof data21 !== 'string' && !(typeof data21 == 'number') && typeof data21 !== 'boolean') {
                        const err34 = {
                          instancePath:
                            instancePath +
                            '/spec/controlPlane/controllerManager/flags/' +
                            key8.replace(/~/g, '~0').replace(/\//g, '~1'),
                          schemaPath:
                            '#/properties/spec/properties/controlPlane/properties/controllerManager/properties/flags/additionalProperties/type',
                          keyword: 'type',
                          params: {
                            type: schema11.properties.spec.properties.controlPlane.properties.controllerManager
                              .properties.flags.additionalProperties.type,
                          },
                          message: 'must be string,number,boolean',
                        };
                        if (vErrors === null) {
                          vErrors = [err34];
                        } else {
                          vErrors.push(err34);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err35 = {
                      instancePath: instancePath + '/spec/controlPlane/controllerManager/flags',
                      schemaPath:
                        '#/properties/spec/properties/controlPlane/properties/controllerManager/properties/flags/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err35];
                    } else {
                      vErrors.push(err35);
                    }
                    errors++;
                  }
                }
              } else {
                const err36 = {
                  instancePath: instancePath + '/spec/controlPlane/controllerManager',
                  schemaPath: '#/properties/spec/properties/controlPlane/properties/controllerManager/type',
                  keyword: 'type',
                  params: { type: 'object' },
                  message: 'must be object',
                };
                if (vErrors === null) {
                  vErrors = [err36];
                } else {
                  vErrors.push(err36);
                }
                errors++;
              }
            }
            if (data13.schedulers !== undefined) {
              let data22 = data13.schedulers;
              if (Array.isArray(data22)) {
                const len0 = data22.length;
                for (let i0 = 0; i0 < len0; i0++) {
                  let data23 = data22[i0];
                  if (data23 && typeof data23 == 'object' && !Array.isArray(data23)) {
                    for (const key9 in data23) {
                      if (!(key9 === 'replicas' || key9 === 'config')) {
                        const err37 = {
                          instancePath: instancePath + '/spec/controlPlane/schedulers/' + i0,
                          schemaPath:
                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/additionalProperties',
                          keyword: 'additionalProperties',
                          params: { additionalProperty: key9 },
                          message: 'must NOT have additional properties',
                        };
                        if (vErrors === null) {
                          vErrors = [err37];
                        } else {
                          vErrors.push(err37);
                        }
                        errors++;
                      }
                    }
                    if (data23.replicas !== undefined) {
                      let data24 = data23.replicas;
                      if (!(typeof data24 == 'number' && !(data24 % 1) && !isNaN(data24))) {
                        const err38 = {
                          instancePath: instancePath + '/spec/controlPlane/schedulers/' + i0 + '/replicas',
                          schemaPath:
                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/replicas/type',
                          keyword: 'type',
                          params: { type: 'integer' },
                          message: 'must be integer',
                        };
                        if (vErrors === null) {
                          vErrors = [err38];
                        } else {
                          vErrors.push(err38);
                        }
                        errors++;
                      }
                      if (typeof data24 == 'number') {
                        if (data24 > 5 || isNaN(data24)) {
                          const err39 = {
                            instancePath: instancePath + '/spec/controlPlane/schedulers/' + i0 + '/replicas',
                            schemaPath:
                              '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/replicas/maximum',
                            keyword: 'maximum',
                            params: { comparison: '<=', limit: 5 },
                            message: 'must be <= 5',
                          };
                          if (vErrors === null) {
                            vErrors = [err39];
                          } else {
                            vErrors.push(err39);
                          }
                          errors++;
                        }
                        if (data24 < 1 || isNaN(data24)) {
                          const err40 = {
                            instancePath: instancePath + '/spec/controlPlane/schedulers/' + i0 + '/replicas',
                            schemaPath:
                              '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/replicas/minimum',
                            keyword: 'minimum',
                            params: { comparison: '>=', limit: 1 },
                            message: 'must be >= 1',
                          };
                          if (vErrors === null) {
                            vErrors = [err40];
                          } else {
                            vErrors.push(err40);
                          }
                          errors++;
                        }
                      }
                    }
                    if (data23.config !== undefined) {
                      let data25 = data23.config;
                      const _errs59 = errors;
                      let valid12 = false;
                      const _errs60 = errors;
                      if (typeof data25 === 'string') {
                        if (func2(data25) < 1) {
                          const err41 = {
                            instancePath: instancePath + '/spec/controlPlane/schedulers/' + i0 + '/config',
                            schemaPath:
                              '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/config/anyOf/0/minLength',
                            keyword: 'minLength',
                            params: { limit: 1 },
                            message: 'must NOT have fewer than 1 characters',
                          };
                          if (vErrors === null) {
                            vErrors = [err41];
                          } else {
                            vErrors.push(err41);
                          }
                          errors++;
                        }
                      } else {
                        const err42 = {
                          instancePath: instancePath + '/spec/controlPlane/schedulers/' + i0 + '/config',
                          schemaPath:
                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/config/anyOf/0/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err42];
                        } else {
                          vErrors.push(err42);
                        }
                        errors++;
                      }
                      var _valid0 = _errs60 === errors;
                      valid12 = valid12 || _valid0;
                      if (!valid12) {
                        const _errs62 = errors;
                        if (!(data25 && typeof data25 == 'object' && !Array.isArray(data25))) {
                          const err43 = {
                            instancePath: instancePath + '/spec/controlPlane/schedulers/' + i0 + '/config',
                            schemaPath:
                              '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/config/anyOf/1/type',
                            keyword: 'type',
                            params: { type: 'object' },
                            message: 'must be object',
                          };
                          if (vErrors === null) {
                            vErrors = [err43];
                          } else {
                            vErrors.push(err43);
                          }
                          errors++;
                        }
                        var _valid0 = _errs62 === errors;
                        valid12 = valid12 || _valid0;
                      }
                      if (!valid12) {
                        const err44 = {
                          instancePath: instancePath + '/spec/controlPlane/schedulers/' + i0 + '/config',
                          schemaPath:
                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/config/anyOf',
                          keyword: 'anyOf',
                          params: {},
                          message: 'must match a schema in anyOf',
                        };
                        if (vErrors === null) {
                          vErrors = [err44];
                        } else {
                          vErrors.push(err44);
                        }
                        errors++;
                      } else {
                        errors = _errs59;
                        if (vErrors !== null) {
                          if (_errs59) {
                            vErrors.length = _errs59;
                          } else {
                            vErrors = null;
                          }
                        }
                      }
                    }
                  } else {
                    const err45 = {
                      instancePath: instancePath + '/spec/controlPlane/schedulers/' + i0,
                      schemaPath: '#/properties/spec/properties/controlPlane/properties/schedulers/items/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err45];
                    } else {
                      vErrors.push(err45);
                    }
                    errors++;
                  }
                }
              } else {
                const err46 = {
                  instancePath: instancePath + '/spec/controlPlane/schedulers',
                  schemaPath: '#/properties/spec/properties/controlPlane/properties/schedulers/type',
                  keyword: 'type',
                  params: { type: 'array' },
                  message: 'must be array',
                };
                if (vErrors === null) {
                  vErrors = [err46];
                } else {
                  vErrors.push(err46);
                }
                errors++;
              }
            }
            if (data13.zones !== undefined) {
              let data26 = data13.zones;
              if (Array.isArray(data26)) {
                const len1 = data26.length;
                for (let i1 = 0; i1 < len1; i1++) {
                  if (typeof data26[i1] !== 'string') {
                    const err47 = {
                      instancePath: instancePath + '/spec/controlPlane/zones/' + i1,
                      schemaPath: '#/properties/spec/properties/controlPlane/properties/zones/items/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err47];
                    } else {
                      vErrors.push(err47);
                    }
                    errors++;
                  }
                }
              } else {
                const err48 = {
                  instancePath: instancePath + '/spec/controlPlane/zones',
                  schemaPath: '#/properties/spec/properties/controlPlane/properties/zones/type',
                  keyword: 'type',
                  params: { type: 'array' },
                  message: 'must be array',
                };
                if (vErrors === null) {
                  vErrors = [err48];
                } else {
                  vErrors.push(err48);
                }
                errors++;
              }
            }
          } else {
            const err49 = {
              instancePath: instancePath + '/spec/controlPlane',
              schemaPath: '#/properties/spec/properties/controlPlane/type',
              keyword: 'type',
              params: { type: 'object' },
              message: 'must be object',
            };
            if (vErrors === null) {
              vErrors = [err49];
            } else {
              vErrors.push(err49);
            }
            errors++;
          }
        }
        if (data8.network !== undefined) {
          let data28 = data8.network;
          if (data28 && typeof data28 == 'object' && !Array.isArray(data28)) {
            for (const key10 in data28) {
              if (!(key10 === 'sameZone' || key10 === 'crossZone')) {
                const err50 = {
                  instancePath: instancePath + '/spec/network',
                  schemaPath: '#/properties/spec/properties/network/additionalProperties',
                  keyword: 'additionalProperties',
                  params: { additionalProperty: key10 },
                  message: 'must NOT have additional properties',
                };
                if (vErrors === null) {
                  vErrors = [err50];
                } else {
                  vErrors.push(err50);
                }
                errors++;
              }
            }
            if (data28.sameZone !== undefined) {
              let data29 = data28.sameZone;
              if (data29 && typeof data29 == 'object' && !Array.isArray(data29)) {
                if (data29.p50 === undefined) {
                  const err51 = {
                    instancePath: instancePath + '/spec/network/sameZone',
                    schemaPath: '#/properties/spec/properties/network/properties/sameZone/required',
                    keyword: 'required',
                    params: { missingProperty: 'p50' },
                    message: "must have required property '" + 'p50' + "'",
                  };
                  if (vErrors === null) {
                    vErrors = [err51];
                  } else {
                    vErrors.push(err51);
                  }
                  errors++;
                }
                for (const key11 in data29) {
                  if (!(key11 === 'p50' || key11 === 'p99')) {
                    const err52 = {
                      instancePath: instancePath + '/spec/network/sameZone',
                      schemaPath: '#/properties/spec/properties/network/properties/sameZone/additionalProperties',
                      keyword: 'additionalProperties',
                      params: { additionalProperty: key11 },
                      message: 'must NOT have additional properties',
                    };
                    if (vErrors === null) {
                      vErrors = [err52];
                    } else {
                      vErrors.push(err52);
                    }
                    errors++;
                  }
                }
                if (data29.p50 !== undefined) {
                  let data30 = data29.p50;
                  if (typeof data30 === 'string') {
                    if (!pattern0.test(data30)) {
                      const err53 = {
                        instancePath: instancePath + '/spec/network/sameZone/p50',
                        schemaPath: '#/properties/spec/properties/network/properties/sameZone/properties/p50/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err53];
                      } else {
                        vErrors.push(err53);
                      }
                      errors++;
                    }
                  } else {
                    const err54 = {
                      instancePath: instancePath + '/spec/network/sameZone/p50',
                      schemaPath: '#/properties/spec/properties/network/properties/sameZone/properties/p50/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err54];
                    } else {
                      vErrors.push(err54);
                    }
                    errors++;
                  }
                }
                if (data29.p99 !== undefined) {
                  let data31 = data29.p99;
                  if (typeof data31 === 'string') {
                    if (!pattern0.test(data31)) {
                      const err55 = {
                        instancePath: instancePath + '/spec/network/sameZone/p99',
                        schemaPath: '#/properties/spec/properties/network/properties/sameZone/properties/p99/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err55];
                      } else {
                        vErrors.push(err55);
                      }
                      errors++;
                    }
                  } else {
                    const err56 = {
                      instancePath: instancePath + '/spec/network/sameZone/p99',
                      schemaPath: '#/properties/spec/properties/network/properties/sameZone/properties/p99/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err56];
                    } else {
                      vErrors.push(err56);
                    }
                    errors++;
                  }
                }
              } else {
                const err57 = {
                  instancePath: instancePath + '/spec/network/sameZone',
                  schemaPath: '#/properties/spec/properties/network/properties/sameZone/type',
                  keyword: 'type',
                  params: { type: 'object' },
                  message: 'must be object',
                };
                if (vErrors === null) {
                  vErrors = [err57];
                } else {
                  vErrors.push(err57);
                }
                errors++;
              }
            }
            if (data28.crossZone !== undefined) {
              let data32 = data28.crossZone;
              if (data32 && typeof data32 == 'object' && !Array.isArray(data32)) {
                if (data32.p50 === undefined) {
                  const err58 = {
                    instancePath: instancePath + '/spec/network/crossZone',
                    schemaPath: '#/properties/spec/properties/network/properties/crossZone/required',
                    keyword: 'required',
                    params: { missingProperty: 'p50' },
                    message: "must have required property '" + 'p50' + "'",
                  };
                  if (vErrors === null) {
                    vErrors = [err58];
                  } else {
                    vErrors.push(err58);
                  }
                  errors++;
                }
                for (const key12 in data32) {
                  if (!(key12 === 'p50' || key12 === 'p99')) {
                    const err59 = {
                      instancePath: instancePath + '/spec/network/crossZone',
                      schemaPath: '#/properties/spec/properties/network/properties/crossZone/additionalProperties',
                      keyword: 'additionalProperties',
                      params: { additionalProperty: key12 },
                      message: 'must NOT have additional properties',
                    };
                    if (vErrors === null) {
                      vErrors = [err59];
                    } else {
                      vErrors.push(err59);
                    }
                    errors++;
                  }
                }
                if (data32.p50 !== undefined) {
                  let data33 = data32.p50;
                  if (typeof data33 === 'string') {
                    if (!pattern0.test(data33)) {
                      const err60 = {
                        instancePath: instancePath + '/spec/network/crossZone/p50',
                        schemaPath: '#/properties/spec/properties/network/properties/crossZone/properties/p50/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err60];
                      } else {
                        vErrors.push(err60);
                      }
                      errors++;
                    }
                  } else {
                    const err61 = {
                      instancePath: instancePath + '/spec/network/crossZone/p50',
                      schemaPath: '#/properties/spec/properties/network/properties/crossZone/properties/p50/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err61];
                    } else {
                      vErrors.push(err61);
                    }
                    errors++;
                  }
                }
                if (data32.p99 !== undefined) {
                  let data34 = data32.p99;
                  if (typeof data34 === 'string') {
                    if (!pattern0.test(data34)) {
                      const err62 = {
                        instancePath: instancePath + '/spec/network/crossZone/p99',
                        schemaPath: '#/properties/spec/properties/network/properties/crossZone/properties/p99/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err62];
                      } else {
                        vErrors.push(err62);
                      }
                      errors++;
                    }
                  } else {
                    const err63 = {
                      instancePath: instancePath + '/spec/network/crossZone/p99',
                      schemaPath: '#/properties/spec/properties/network/properties/crossZone/properties/p99/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err63];
                    } else {
                      vErrors.push(err63);
                    }
                    errors++;
                  }
                }
              } else {
                const err64 = {
                  instancePath: instancePath + '/spec/network/crossZone',
                  schemaPath: '#/properties/spec/properties/network/properties/crossZone/type',
                  keyword: 'type',
                  params: { type: 'object' },
                  message: 'must be object',
                };
                if (vErrors === null) {
                  vErrors = [err64];
                } else {
                  vErrors.push(err64);
                }
                errors++;
              }
            }
          } else {
            const err65 = {
              instancePath: instancePath + '/spec/network',
              schemaPath: '#/properties/spec/properties/network/type',
              keyword: 'type',
              params: { type: 'object' },
              message: 'must be object',
            };
            if (vErrors === null) {
              vErrors = [err65];
            } else {
              vErrors.push(err65);
            }
            errors++;
          }
        }
        if (data8.nodePools !== undefined) {
          let data35 = data8.nodePools;
          if (Array.isArray(data35)) {
            const len2 = data35.length;
            for (let i2 = 0; i2 < len2; i2++) {
              let data36 = data35[i2];
              if (data36 && typeof data36 == 'object' && !Array.isArray(data36)) {
                if (data36.name === undefined) {
                  const err66 = {
                    instancePath: instancePath + '/spec/nodePools/' + i2,
                    schemaPath: '#/properties/spec/properties/nodePools/items/required',
                    keyword: 'required',
                    params: { missingProperty: 'name' },
                    message: "must have required property '" + 'name' + "'",
                  };
                  if (vErrors === null) {
                    vErrors = [err66];
                  } else {
                    vErrors.push(err66);
                  }
                  errors++;
                }
                if (data36.count === undefined) {
                  const err67 = {
                    instancePath: instancePath + '/spec/nodePools/' + i2,
                    schemaPath: '#/properties/spec/properties/nodePools/items/required',
                    keyword: 'required',
                    params: { missingProperty: 'count' },
                    message: "must have required property '" + 'count' + "'",
                  };
                  if (vErrors === null) {
                    vErrors = [err67];
                  } else {
                    vErrors.push(err67);
                  }
                  errors++;
                }
                for (const key13 in data36) {
                  if (!func3.call(schema11.properties.spec.properties.nodePools.items.properties, key13)) {
                    const err68 = {
                      instancePath: instancePath + '/spec/nodePools/' + i2,
                      schemaPath: '#/properties/spec/properties/nodePools/items/additionalProperties',
                      keyword: 'additionalProperties',
                      params: { additionalProperty: key13 },
                      message: 'must NOT have additional properties',
                    };
                    if (vErrors === null) {
                      vErrors = [err68];
                    } else {
                      vErrors.push(err68);
                    }
                    errors++;
                  }
                }
                if (data36.name !== undefined) {
                  let data37 = data36.name;
                  if (typeof data37 === 'string') {
                    if (func2(data37) > 50) {
                      const err69 = {
                        instancePath: instancePath + '/spec/nodePools/' + i2 + '/name',
                        schemaPath: '#/properties/spec/properties/nodePools/items/properties/name/maxLength',
                        keyword: 'maxLength',
                        params: { limit: 50 },
                        message: 'must NOT have more than 50 characters',
                      };
                      if (vErrors === null) {
                        vErrors = [err69];
                      } else {
                        vErrors.push(err69);
                      }
                      errors++;
                    }
                    if (!pattern5.test(data37)) {
                      const err70 = {
                        instancePath: instancePath + '/spec/nodePools/' + i2 + '/name',
                        schemaPath: '#/properties/spec/properties/nodePools/items/properties/name/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' },
                        message: 'must match pattern "' + '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err70];
                      } else {
                        vErrors.push(err70);
                      }
                      errors++;
                    }
                  } else {
                    const err71 = {
                      instancePath: instancePath + '/spec/nodePools/' + i2 + '/name',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/name/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err71];
                    } else {
                      vErrors.push(err71);
                    }
                    errors++;
                  }
                }
                if (data36.count !== undefined) {
                  let data38 = data36.count;
                  if (!(typeof data38 == 'number' && !(data38 % 1) && !isNaN(data38))) {
                    const err72 = {
                      instancePath: instancePath + '/spec/nodePools/' + i2 + '/count',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/count/type',
                      keyword: 'type',
                      params: { type: 'integer' },
                      message: 'must be integer',
                    };
                    if (vErrors === null) {
                      vErrors = [err72];
                    } else {
                      vErrors.push(err72);
                    }
                    errors++;
                  }
                  if (typeof data38 == 'number') {
                    if (data38 > 200000 || isNaN(data38)) {
                      const err73 = {
                        instancePath: instancePath + '/spec/nodePools/' + i2 + '/count',
                        schemaPath: '#/properties/spec/properties/nodePools/items/properties/count/maximum',
                        keyword: 'maximum',
                        params: { comparison: '<=', limit: 200000 },
                        message: 'must be <= 200000',
                      };
                      if (vErrors === null) {
                        vErrors = [err73];
                      } else {
                        vErrors.push(err73);
                      }
                      errors++;
                    }
                    if (data38 < 0 || isNaN(data38)) {
                      const err74 = {
                        instancePath: instancePath + '/spec/nodePools/' + i2 + '/count',
                        schemaPath: '#/properties/spec/properties/nodePools/items/properties/count/minimum',
                        keyword: 'minimum',
                        params: { comparison: '>=', limit: 0 },
                        message: 'must be >= 0',
                      };
                      if (vErrors === null) {
                        vErrors = [err74];
                      } else {
                        vErrors.push(err74);
                      }
                      errors++;
                    }
                  }
                }
                if (data36.machine !== undefined) {
                  if (typeof data36.machine !== 'string') {
                    const err75 = {
                      instancePath: instancePath + '/spec/nodePools/' + i2 + '/machine',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/machine/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err75];
                    } else {
                      vErrors.push(err75);
                    }
                    errors++;
                  }
                }
                if (data36.zones !== undefined) {
                  let data40 = data36.zones;
                  if (Array.isArray(data40)) {
                    if (data40.length < 1) {
                      const err76 = {
                        instancePath: instancePath + '/spec/nodePools/' + i2 + '/zones',
                        schemaPath: '#/properties/spec/properties/nodePools/items/properties/zones/minItems',
                        keyword: 'minItems',
                        params: { limit: 1 },
                        message: 'must NOT have fewer than 1 items',
                      };
                      if (vErrors === null) {
                        vErrors = [err76];
                      } else {
                        vErrors.push(err76);
                      }
                      errors++;
                    }
                    const len3 = data40.length;
                    for (let i3 = 0; i3 < len3; i3++) {
                      if (typeof data40[i3] !== 'string') {
                        const err77 = {
                          instancePath: instancePath + '/spec/nodePools/' + i2 + '/zones/' + i3,
                          schemaPath: '#/properties/spec/properties/nodePools/items/properties/zones/items/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err77];
                        } else {
                          vErrors.push(err77);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err78 = {
                      instancePath: instancePath + '/spec/nodePools/' + i2 + '/zones',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/zones/type',
                      keyword: 'type',
                      params: { type: 'array' },
                      message: 'must be array',
                    };
                    if (vErrors === null) {
                      vErrors = [err78];
                    } else {
                      vErrors.push(err78);
                    }
                    errors++;
                  }
                }
                if (data36.region !== undefined) {
                  if (typeof data36.region !== 'string') {
                    const err79 = {
                      instancePath: instancePath + '/spec/nodePools/' + i2 + '/region',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/region/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err79];
                    } else {
                      vErrors.push(err79);
                    }
                    errors++;
                  }
                }
                if (data36.labels !== undefined) {
                  let data43 = data36.labels;
                  if (data43 && typeof data43 == 'object' && !Array.isArray(data43)) {
                    for (const key14 in data43) {
                      if (typeof data43[key14] !== 'string') {
                        const err80 = {
                          instancePath:
                            instancePath +
                            '/spec/nodePools/' +
                            i2 +
                            '/labels/' +
                            key14.replace(/~/g, '~0').replace(/\//g, '~1'),
                          schemaPath:
                            '#/properties/spec/properties/nodePools/items/properties/labels/additionalProperties/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err80];
                        } else {
                          vErrors.push(err80);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err81 = {
                      instancePath: instancePath + '/spec/nodePools/' + i2 + '/labels',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/labels/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err81];
                    } else {
                      vErrors.push(err81);
                    }
                    errors++;
                  }
                }
                if (data36.annotations !== undefined) {
                  let data45 = data36.annotations;
                  if (data45 && typeof data45 == 'object' && !Array.isArray(data45)) {
                    for (const key15 in data45) {
                      if (typeof data45[key15] !== 'string') {
                        const err82 = {
                          instancePath:
                            instancePath +
                            '/spec/nodePools/' +
                            i2 +
                            '/annotations/' +
                            key15.replace(/~/g, '~0').replace(/\//g, '~1'),
                          schemaPath:
                            '#/properties/spec/properties/nodePools/items/properties/annotations/additionalProperties/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err82];
                        } else {
                          vErrors.push(err82);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err83 = {
                      instancePath: instancePath + '/spec/nodePools/' + i2 + '/annotations',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/annotations/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err83];
                    } else {
                      vErrors.push(err83);
                    }
                    errors++;
                  }
                }
                if (data36.taints !== undefined) {
                  let data47 = data36.taints;
                  if (Array.isArray(data47)) {
                    const len4 = data47.length;
                    for (let i4 = 0; i4 < len4; i4++) {
                      let data48 = data47[i4];
                      if (data48 && typeof data48 == 'object' && !Array.isArray(data48)) {
                        if (data48.key === undefined) {
                          const err84 = {
                            instancePath: instancePath + '/spec/nodePools/' + i2 + '/taints/' + i4,
                            schemaPath: '#/properties/spec/properties/nodePools/items/properties/taints/items/required',
                            keyword: 'required',
                            params: { missingProperty: 'key' },
                            message: "must have required property '" + 'key' + "'",
                          };
                          if (vErrors === null) {
                            vErrors = [err84];
                          } else {
                            vErrors.push(err84);
                          }
                          errors++;
                        }
                        if (data48.effect === undefined) {
                          const err85 = {
                            instancePath: instancePath + '/spec/nodePools/' + i2 + '/taints/' + i4,
                            schemaPath: '#/properties/spec/properties/nodePools/items/properties/taints/items/required',
                            keyword: 'required',
                            params: { missingProperty: 'effect' },
                            message: "must have required property '" + 'effect' + "'",
                          };
                          if (vErrors === null) {
                            vErrors = [err85];
                          } else {
                            vErrors.push(err85);
                          }
                          errors++;
                        }
                        for (const key16 in data48) {
                          if (!(key16 === 'key' || key16 === 'value' || key16 === 'effect')) {
                            const err86 = {
                              instancePath: instancePath + '/spec/nodePools/' + i2 + '/taints/' + i4,
                              schemaPath:
                                '#/properties/spec/properties/nodePools/items/properties/taints/items/additionalProperties',
                              keyword: 'additionalProperties',
                              params: { additionalProperty: key16 },
                              message: 'must NOT have additional properties',
                            };
                            if (vErrors === null) {
                              vErrors = [err86];
                            } else {
                              vErrors.push(err86);
                            }
                            errors++;
                          }
                        }
                        if (data48.key !== undefined) {
                          if (typeof data48.key !== 'string') {
                            const err87 = {
                              instancePath: instancePath + '/spec/nodePools/' + i2 + '/taints/' + i4 + '/key',
                              schemaPath:
                                '#/properties/spec/properties/nodePools/items/properties/taints/items/properties/key/type',
                              keyword: 'type',
                              params: { type: 'string' },
                              message: 'must be string',
                            };
                            if (vErrors === null) {
                              vErrors = [err87];
                            } else {
                              vErrors.push(err87);
                            }
                            errors++;
                          }
                        }
                        if (data48.value !== undefined) {
                          if (typeof data48.value !== 'string') {
                            const err88 = {
                              instancePath: instancePath + '/spec/nodePools/' + i2 + '/taints/' + i4 + '/value',
                              schemaPath:
                                '#/properties/spec/properties/nodePools/items/properties/taints/items/properties/value/type',
                              keyword: 'type',
                              params: { type: 'string' },
                              message: 'must be string',
                            };
                            if (vErrors === null) {
                              vErrors = [err88];
                            } else {
                              vErrors.push(err88);
                            }
                            errors++;
                          }
                        }
                        if (data48.effect !== undefined) {
                          let data51 = data48.effect;
                          if (!(data51 === 'NoSchedule' || data51 === 'PreferNoSchedule' || data51 === 'NoExecute')) {
                            const err89 = {
                              instancePath: instancePath + '/spec/nodePools/' + i2 + '/taints/' + i4 + '/effect',
                              schemaPath:
                                '#/properties/spec/properties/nodePools/items/properties/taints/items/properties/effect/enum',
                              keyword: 'enum',
                              params: {
                                allowedValues:
                                  schema11.properties.spec.properties.nodePools.items.properties.taints.items.properties
                                    .effect.enum,
                              },
                              message: 'must be equal to one of the allowed values',
                            };
                            if (vErrors === null) {
                              vErrors = [err89];
                            } else {
                              vErrors.push(err89);
                            }
                            errors++;
                          }
                        }
                      } else {
                        const err90 = {
                          instancePath: instancePath + '/spec/nodePools/' + i2 + '/taints/' + i4,
                          schemaPath: '#/properties/spec/properties/nodePools/items/properties/taints/items/type',
                          keyword: 'type',
                          params: { type: 'object' },
                          message: 'must be object',
                        };
                        if (vErrors === null) {
                          vErrors = [err90];
                        } else {
                          vErrors.push(err90);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err91 = {
                      instancePath: instancePath + '/spec/nodePools/' + i2 + '/taints',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/taints/type',
                      keyword: 'type',
                      params: { type: 'array' },
                      message: 'must be array',
                    };
                    if (vErrors === null) {
                      vErrors = [err91];
                    } else {
                      vErrors.push(err91);
                    }
                    errors++;
                  }
                }
                if (data36.capacity !== undefined) {
                  let data52 = data36.capacity;
                  if (data52 && typeof data52 == 'object' && !Array.isArray(data52)) {
                    for (const key17 in data52) {
                      let data53 = data52[key17];
                      if (typeof data53 !== 'string' && !(typeof data53 == 'number')) {
                        const err92 = {
                          instancePath:
                            instancePath +
                            '/spec/nodePools/' +
                            i2 +
                            '/capacity/' +
                            key17.replace(/~/g, '~0').replace(/\//g, '~1'),
                          schemaPath:
                            '#/properties/spec/properties/nodePools/items/properties/capacity/additionalProperties/type',
                          keyword: 'type',
                          params: {
                            type: schema11.properties.spec.properties.nodePools.items.properties.capacity
                              .additionalProperties.type,
                          },
                          message: 'must be string,number',
                        };
                        if (vErrors === null) {
                          vErrors = [err92];
                        } else {
                          vErrors.push(err92);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err93 = {
                      instancePath: instancePath + '/spec/nodePools/' + i2 + '/capacity',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/capacity/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err93];
                    } else {
                      vErrors.push(err93);
                    }
                    errors++;
                  }
                }
                if (data36.reserved !== undefined) {
                  let data54 = data36.reserved;
                  if (data54 && typeof data54 == 'object' && !Array.isArray(data54)) {
                    for (const key18 in data54) {
                      let data55 = data54[key18];
                      if (typeof data55 !== 'string' && !(typeof data55 == 'number')) {
                        const err94 = {
                          instancePath:
                            instancePath +
                            '/spec/nodePools/' +
                            i2 +
                            '/reserved/' +
                            key18.replace(/~/g, '~0').replace(/\//g, '~1'),
                          schemaPath:
                            '#/properties/spec/properties/nodePools/items/properties/reserved/additionalProperties/type',
                          keyword: 'type',
                          params: {
                            type: schema11.properties.spec.properties.nodePools.items.properties.reserved
                              .additionalProperties.type,
                          },
                          message: 'must be string,number',
                        };
                        if (vErrors === null) {
                          vErrors = [err94];
                        } else {
                          vErrors.push(err94);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err95 = {
                      instancePath: instancePath + '/spec/nodePools/' + i2 + '/reserved',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/reserved/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err95];
                    } else {
                      vErrors.push(err95);
                    }
                    errors++;
                  }
                }
                if (data36.kubelet !== undefined) {
                  let data56 = data36.kubelet;
                  const _errs133 = errors;
                  let valid30 = false;
                  const _errs134 = errors;
                  if (typeof data56 === 'string') {
                    if (func2(data56) < 1) {
                      const err96 = {
                        instancePath: instancePath + '/spec/nodePools/' + i2 + '/kubelet',
                        schemaPath: '#/properties/spec/properties/nodePools/items/properties/kubelet/anyOf/0/minLength',
                        keyword: 'minLength',
                        params: { limit: 1 },
                        message: 'must NOT have fewer than 1 characters',
                      };
                      if (vErrors === null) {
                        vErrors = [err96];
                      } else {
                        vErrors.push(err96);
                      }
                      errors++;
                    }
                  } else {
                    const err97 = {
                      instancePath: instancePath + '/spec/nodePools/' + i2 + '/kubelet',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/kubelet/anyOf/0/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err97];
                    } else {
                      vErrors.push(err97);
                    }
                    errors++;
                  }
                  var _valid1 = _errs134 === errors;
                  valid30 = valid30 || _valid1;
                  if (!valid30) {
                    const _errs136 = errors;
                    if (!(data56 && typeof data56 == 'object' && !Array.isArray(data56))) {
                      const err98 = {
                        instancePath: instancePath + '/spec/nodePools/' + i2 + '/kubelet',
                        schemaPath: '#/properties/spec/properties/nodePools/items/properties/kubelet/anyOf/1/type',
                        keyword: 'type',
                        params: { type: 'object' },
                        message: 'must be object',
                      };
                      if (vErrors === null) {
                        vErrors = [err98];
                      } else {
                        vErrors.push(err98);
                      }
                      errors++;
                    }
                    var _valid1 = _errs136 === errors;
                    valid30 = valid30 || _valid1;
                  }
                  if (!valid30) {
                    const err99 = {
                      instancePath: instancePath + '/spec/nodePools/' + i2 + '/kubelet',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/kubelet/anyOf',
                      keyword: 'anyOf',
                      params: {},
                      message: 'must match a schema in anyOf',
                    };
                    if (vErrors === null) {
                      vErrors = [err99];
                    } else {
                      vErrors.push(err99);
                    }
                    errors++;
                  } else {
                    errors = _errs133;
                    if (vErrors !== null) {
                      if (_errs133) {
                        vErrors.length = _errs133;
                      } else {
                        vErrors = null;
                      }
                    }
                  }
                }
                if (data36.stages !== undefined) {
                  let data57 = data36.stages;
                  if (Array.isArray(data57)) {
                    const len5 = data57.length;
                    for (let i5 = 0; i5 < len5; i5++) {
                      let data58 = data57[i5];
                      if (typeof data58 === 'string') {
                        if (func2(data58) < 1) {
                          const err100 = {
                            instancePath: instancePath + '/spec/nodePools/' + i2 + '/stages/' + i5,
                            schemaPath:
                              '#/properties/spec/properties/nodePools/items/properties/stages/items/minLength',
                            keyword: 'minLength',
                            params: { limit: 1 },
                            message: 'must NOT have fewer than 1 characters',
                          };
                          if (vErrors === null) {
                            vErrors = [err100];
                          } else {
                            vErrors.push(err100);
                          }
                          errors++;
                        }
                      } else {
                        const err101 = {
                          instancePath: instancePath + '/spec/nodePools/' + i2 + '/stages/' + i5,
                          schemaPath: '#/properties/spec/properties/nodePools/items/properties/stages/items/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err101];
                        } else {
                          vErrors.push(err101);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err102 = {
                      instancePath: instancePath + '/spec/nodePools/' + i2 + '/stages',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/stages/type',
                      keyword: 'type',
                      params: { type: 'array' },
                      message: 'must be array',
                    };
                    if (vErrors === null) {
                      vErrors = [err102];
                    } else {
                      vErrors.push(err102);
                    }
                    errors++;
                  }
                }
              } else {
                const err103 = {
                  instancePath: instancePath + '/spec/nodePools/' + i2,
                  schemaPath: '#/properties/spec/properties/nodePools/items/type',
                  keyword: 'type',
                  params: { type: 'object' },
                  message: 'must be object',
                };
                if (vErrors === null) {
                  vErrors = [err103];
                } else {
                  vErrors.push(err103);
                }
                errors++;
              }
            }
          } else {
            const err104 = {
              instancePath: instancePath + '/spec/nodePools',
              schemaPath: '#/properties/spec/properties/nodePools/type',
              keyword: 'type',
              params: { type: 'array' },
              message: 'must be array',
            };
            if (vErrors === null) {
              vErrors = [err104];
            } else {
              vErrors.push(err104);
            }
            errors++;
          }
        }
        if (data8.initialState !== undefined) {
          let data59 = data8.initialState;
          if (Array.isArray(data59)) {
            const len6 = data59.length;
            for (let i6 = 0; i6 < len6; i6++) {
              let data60 = data59[i6];
              if (typeof data60 === 'string') {
                if (func2(data60) < 1) {
                  const err105 = {
                    instancePath: instancePath + '/spec/initialState/' + i6,
                    schemaPath: '#/properties/spec/properties/initialState/items/minLength',
                    keyword: 'minLength',
                    params: { limit: 1 },
                    message: 'must NOT have fewer than 1 characters',
                  };
                  if (vErrors === null) {
                    vErrors = [err105];
                  } else {
                    vErrors.push(err105);
                  }
                  errors++;
                }
              } else {
                const err106 = {
                  instancePath: instancePath + '/spec/initialState/' + i6,
                  schemaPath: '#/properties/spec/properties/initialState/items/type',
                  keyword: 'type',
                  params: { type: 'string' },
                  message: 'must be string',
                };
                if (vErrors === null) {
                  vErrors = [err106];
                } else {
                  vErrors.push(err106);
                }
                errors++;
              }
            }
          } else {
            const err107 = {
              instancePath: instancePath + '/spec/initialState',
              schemaPath: '#/properties/spec/properties/initialState/type',
              keyword: 'type',
              params: { type: 'array' },
              message: 'must be array',
            };
            if (vErrors === null) {
              vErrors = [err107];
            } else {
              vErrors.push(err107);
            }
            errors++;
          }
        }
        if (data8.generate !== undefined) {
          let data61 = data8.generate;
          if (Array.isArray(data61)) {
            const len7 = data61.length;
            for (let i7 = 0; i7 < len7; i7++) {
              let data62 = data61[i7];
              if (data62 && typeof data62 == 'object' && !Array.isArray(data62)) {
                if (data62.template === undefined) {
                  const err108 = {
                    instancePath: instancePath + '/spec/generate/' + i7,
                    schemaPath: '#/properties/spec/properties/generate/items/required',
                    keyword: 'required',
                    params: { missingProperty: 'template' },
                    message: "must have required property '" + 'template' + "'",
                  };
                  if (vErrors === null) {
                    vErrors = [err108];
                  } else {
                    vErrors.push(err108);
                  }
                  errors++;
                }
                if (data62.count === undefined) {
                  const err109 = {
                    instancePath: instancePath + '/spec/generate/' + i7,
                    schemaPath: '#/properties/spec/properties/generate/items/required',
                    keyword: 'required',
                    params: { missingProperty: 'count' },
                    message: "must have required property '" + 'count' + "'",
                  };
                  if (vErrors === null) {
                    vErrors = [err109];
                  } else {
                    vErrors.push(err109);
                  }
                  errors++;
                }
                for (const key19 in data62) {
                  if (!(key19 === 'template' || key19 === 'count' || key19 === 'initialState')) {
                    const err110 = {
                      instancePath: instancePath + '/spec/generate/' + i7,
                      schemaPath: '#/properties/spec/properties/generate/items/additionalProperties',
                      keyword: 'additionalProperties',
                      params: { additionalProperty: key19 },
                      message: 'must NOT have additional properties',
                    };
                    if (vErrors === null) {
                      vErrors = [err110];
                    } else {
                      vErrors.push(err110);
                    }
                    errors++;
                  }
                }
                if (data62.template !== undefined) {
                  let data63 = data62.template;
                  const _errs152 = errors;
                  let valid38 = false;
                  const _errs153 = errors;
                  if (typeof data63 === 'string') {
                    if (func2(data63) < 1) {
                      const err111 = {
                        instancePath: instancePath + '/spec/generate/' + i7 + '/template',
                        schemaPath: '#/properties/spec/properties/generate/items/properties/template/anyOf/0/minLength',
                        keyword: 'minLength',
                        params: { limit: 1 },
                        message: 'must NOT have fewer than 1 characters',
                      };
                      if (vErrors === null) {
                        vErrors = [err111];
                      } else {
                        vErrors.push(err111);
                      }
                      errors++;
                    }
                  } else {
                    const err112 = {
                      instancePath: instancePath + '/spec/generate/' + i7 + '/template',
                      schemaPath: '#/properties/spec/properties/generate/items/properties/template/anyOf/0/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err112];
                    } else {
                      vErrors.push(err112);
                    }
                    errors++;
                  }
                  var _valid2 = _errs153 === errors;
                  valid38 = valid38 || _valid2;
                  if (!valid38) {
                    const _errs155 = errors;
                    if (!(data63 && typeof data63 == 'object' && !Array.isArray(data63))) {
                      const err113 = {
                        instancePath: instancePath + '/spec/generate/' + i7 + '/template',
                        schemaPath: '#/properties/spec/properties/generate/items/properties/template/anyOf/1/type',
                        keyword: 'type',
                        params: { type: 'object' },
                        message: 'must be object',
                      };
                      if (vErrors === null) {
                        vErrors = [err113];
                      } else {
                        vErrors.push(err113);
                      }
                      errors++;
                    }
                    var _valid2 = _errs155 === errors;
                    valid38 = valid38 || _valid2;
                  }
                  if (!valid38) {
                    const err114 = {
                      instancePath: instancePath + '/spec/generate/' + i7 + '/template',
                      schemaPath: '#/properties/spec/properties/generate/items/properties/template/anyOf',
                      keyword: 'anyOf',
                      params: {},
                      message: 'must match a schema in anyOf',
                    };
                    if (vErrors === null) {
                      vErrors = [err114];
                    } else {
                      vErrors.push(err114);
                    }
                    errors++;
                  } else {
                    errors = _errs152;
                    if (vErrors !== null) {
                      if (_errs152) {
                        vErrors.length = _errs152;
                      } else {
                        vErrors = null;
                      }
                    }
                  }
                }
                if (data62.count !== undefined) {
                  let data64 = data62.count;
                  if (!(typeof data64 == 'number' && !(data64 % 1) && !isNaN(data64)) && typeof data64 !== 'string') {
                    const err115 = {
                      instancePath: instancePath + '/spec/generate/' + i7 + '/count',
                      schemaPath: '#/properties/spec/properties/generate/items/properties/count/type',
                      keyword: 'type',
                      params: { type: schema11.properties.spec.properties.generate.items.properties.count.type },
                      message: 'must be integer,string',
                    };
                    if (vErrors === null) {
                      vErrors = [err115];
                    } else {
                      vErrors.push(err115);
                    }
                    errors++;
                  }
                  if (typeof data64 == 'number') {
                    if (data64 < 0 || isNaN(data64)) {
                      const err116 = {
                        instancePath: instancePath + '/spec/generate/' + i7 + '/count',
                        schemaPath: '#/properties/spec/properties/generate/items/properties/count/minimum',
                        keyword: 'minimum',
                        params: { comparison: '>=', limit: 0 },
                        message: 'must be >= 0',
                      };
                      if (vErrors === null) {
                        vErrors = [err116];
                      } else {
                        vErrors.push(err116);
                      }
                      errors++;
                    }
                  }
                }
                if (data62.initialState !== undefined) {
                  if (typeof data62.initialState !== 'boolean') {
                    const err117 = {
                      instancePath: instancePath + '/spec/generate/' + i7 + '/initialState',
                      schemaPath: '#/properties/spec/properties/generate/items/properties/initialState/type',
                      keyword: 'type',
                      params: { type: 'boolean' },
                      message: 'must be boolean',
                    };
                    if (vErrors === null) {
                      vErrors = [err117];
                    } else {
                      vErrors.push(err117);
                    }
                    errors++;
                  }
                }
              } else {
                const err118 = {
                  instancePath: instancePath + '/spec/generate/' + i7,
                  schemaPath: '#/properties/spec/properties/generate/items/type',
                  keyword: 'type',
                  params: { type: 'object' },
                  message: 'must be object',
                };
                if (vErrors === null) {
                  vErrors = [err118];
                } else {
                  vErrors.push(err118);
                }
                errors++;
              }
            }
          } else {
            const err119 = {
              instancePath: instancePath + '/spec/generate',
              schemaPath: '#/properties/spec/properties/generate/type',
              keyword: 'type',
              params: { type: 'array' },
              message: 'must be array',
            };
            if (vErrors === null) {
              vErrors = [err119];
            } else {
              vErrors.push(err119);
            }
            errors++;
          }
        }
        if (data8.parameters !== undefined) {
          let data66 = data8.parameters;
          if (data66 && typeof data66 == 'object' && !Array.isArray(data66)) {
            for (const key20 in data66) {
              let data67 = data66[key20];
              if (typeof data67 !== 'string' && !(typeof data67 == 'number') && typeof data67 !== 'boolean') {
                const err120 = {
                  instancePath: instancePath + '/spec/parameters/' + key20.replace(/~/g, '~0').replace(/\//g, '~1'),
                  schemaPath: '#/properties/spec/properties/parameters/additionalProperties/type',
                  keyword: 'type',
                  params: { type: schema11.properties.spec.properties.parameters.additionalProperties.type },
                  message: 'must be string,number,boolean',
                };
                if (vErrors === null) {
                  vErrors = [err120];
                } else {
                  vErrors.push(err120);
                }
                errors++;
              }
            }
          } else {
            const err121 = {
              instancePath: instancePath + '/spec/parameters',
              schemaPath: '#/properties/spec/properties/parameters/type',
              keyword: 'type',
              params: { type: 'object' },
              message: 'must be object',
            };
            if (vErrors === null) {
              vErrors = [err121];
            } else {
              vErrors.push(err121);
            }
            errors++;
          }
        }
        if (data8.manifests !== undefined) {
          let data68 = data8.manifests;
          if (Array.isArray(data68)) {
            const len8 = data68.length;
            for (let i8 = 0; i8 < len8; i8++) {
              let data69 = data68[i8];
              if (typeof data69 === 'string') {
                if (func2(data69) < 1) {
                  const err122 = {
                    instancePath: instancePath + '/spec/manifests/' + i8,
                    schemaPath: '#/properties/spec/properties/manifests/items/minLength',
                    keyword: 'minLength',
                    params: { limit: 1 },
                    message: 'must NOT have fewer than 1 characters',
                  };
                  if (vErrors === null) {
                    vErrors = [err122];
                  } else {
                    vErrors.push(err122);
                  }
                  errors++;
                }
              } else {
                const err123 = {
                  instancePath: instancePath + '/spec/manifests/' + i8,
                  schemaPath: '#/properties/spec/properties/manifests/items/type',
                  keyword: 'type',
                  params: { type: 'string' },
                  message: 'must be string',
                };
                if (vErrors === null) {
                  vErrors = [err123];
                } else {
                  vErrors.push(err123);
                }
                errors++;
              }
            }
          } else {
            const err124 = {
              instancePath: instancePath + '/spec/manifests',
              schemaPath: '#/properties/spec/properties/manifests/type',
              keyword: 'type',
              params: { type: 'array' },
              message: 'must be array',
            };
            if (vErrors === null) {
              vErrors = [err124];
            } else {
              vErrors.push(err124);
            }
            errors++;
          }
        }
        if (data8.workloads !== undefined) {
          let data70 = data8.workloads;
          if (Array.isArray(data70)) {
            const len9 = data70.length;
            for (let i9 = 0; i9 < len9; i9++) {
              let data71 = data70[i9];
              if (data71 && typeof data71 == 'object' && !Array.isArray(data71)) {
                for (const key21 in data71) {
                  if (!func3.call(schema11.properties.spec.properties.workloads.items.properties, key21)) {
                    const err125 = {
                      instancePath: instancePath + '/spec/workloads/' + i9,
                      schemaPath: '#/properties/spec/properties/workloads/items/additionalProperties',
                      keyword: 'additionalProperties',
                      params: { additionalProperty: key21 },
                      message: 'must NOT have additional properties',
                    };
                    if (vErrors === null) {
                      vErrors = [err125];
                    } else {
                      vErrors.push(err125);
                    }
                    errors++;
                  }
                }
                if (data71.match !== undefined) {
                  let data72 = data71.match;
                  if (data72 && typeof data72 == 'object' && !Array.isArray(data72)) {
                    for (const key22 in data72) {
                      if (typeof data72[key22] !== 'string') {
                        const err126 = {
                          instancePath:
                            instancePath +
                            '/spec/workloads/' +
                            i9 +
                            '/match/' +
                            key22.replace(/~/g, '~0').replace(/\//g, '~1'),
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/match/additionalProperties/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err126];
                        } else {
                          vErrors.push(err126);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err127 = {
                      instancePath: instancePath + '/spec/workloads/' + i9 + '/match',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/match/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err127];
                    } else {
                      vErrors.push(err127);
                    }
                    errors++;
                  }
                }
                if (data71.namespace !== undefined) {
                  if (typeof data71.namespace !== 'string') {
                    const err128 = {
                      instancePath: instancePath + '/spec/workloads/' + i9 + '/namespace',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/namespace/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err128];
                    } else {
                      vErrors.push(err128);
                    }
                    errors++;
                  }
                }
                if (data71.container !== undefined) {
                  if (typeof data71.container !== 'string') {
                    const err129 = {
                      instancePath: instancePath + '/spec/workloads/' + i9 + '/container',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/container/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err129];
                    } else {
                      vErrors.push(err129);
                    }
                    errors++;
                  }
                }
                if (data71.image !== undefined) {
                  let data76 = data71.image;
                  if (typeof data76 === 'string') {
                    if (func2(data76) < 1) {
                      const err130 = {
                        instancePath: instancePath + '/spec/workloads/' + i9 + '/image',
                        schemaPath: '#/properties/spec/properties/workloads/items/properties/image/minLength',
                        keyword: 'minLength',
                        params: { limit: 1 },
                        message: 'must NOT have fewer than 1 characters',
                      };
                      if (vErrors === null) {
                        vErrors = [err130];
                      } else {
                        vErrors.push(err130);
                      }
                      errors++;
                    }
                  } else {
                    const err131 = {
                      instancePath: instancePath + '/spec/workloads/' + i9 + '/image',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/image/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err131];
                    } else {
                      vErrors.push(err131);
                    }
                    errors++;
                  }
                }
                if (data71.startup !== undefined) {
                  let data77 = data71.startup;
                  const _errs187 = errors;
                  let valid46 = false;
                  const _errs188 = errors;
                  if (typeof data77 === 'string') {
                    if (!pattern0.test(data77)) {
                      const err132 = {
                        instancePath: instancePath + '/spec/workloads/' + i9 + '/startup',
                        schemaPath: '#/properties/spec/properties/workloads/items/properties/startup/anyOf/0/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err132];
                      } else {
                        vErrors.push(err132);
                      }
                      errors++;
                    }
                  } else {
                    const err133 = {
                      instancePath: instancePath + '/spec/workloads/' + i9 + '/startup',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/startup/anyOf/0/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err133];
                    } else {
                      vErrors.push(err133);
                    }
                    errors++;
                  }
                  var _valid3 = _errs188 === errors;
                  valid46 = valid46 || _valid3;
                  if (!valid46) {
                    const _errs190 = errors;
                    if (data77 && typeof data77 == 'object' && !Array.isArray(data77)) {
                      if (data77.p50 === undefined) {
                        const err134 = {
                          instancePath: instancePath + '/spec/workloads/' + i9 + '/startup',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/startup/anyOf/1/required',
                          keyword: 'required',
                          params: { missingProperty: 'p50' },
                          message: "must have required property '" + 'p50' + "'",
                        };
                        if (vErrors === null) {
                          vErrors = [err134];
                        } else {
                          vErrors.push(err134);
                        }
                        errors++;
                      }
                      for (const key23 in data77) {
                        if (!(key23 === 'p50' || key23 === 'p99')) {
                          const err135 = {
                            instancePath: instancePath + '/spec/workloads/' + i9 + '/startup',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/startup/anyOf/1/additionalProperties',
                            keyword: 'additionalProperties',
                            params: { additionalProperty: key23 },
                            message: 'must NOT have additional properties',
                          };
                          if (vErrors === null) {
                            vErrors = [err135];
                          } else {
                            vErrors.push(err135);
                          }
                          errors++;
                        }
                      }
                      if (data77.p50 !== undefined) {
                        let data78 = data77.p50;
                        if (typeof data78 === 'string') {
                          if (!pattern0.test(data78)) {
                            const err136 = {
                              instancePath: instancePath + '/spec/workloads/' + i9 + '/startup/p50',
                              schemaPath:
                                '#/properties/spec/properties/workloads/items/properties/startup/anyOf/1/properties/p50/pattern',
                              keyword: 'pattern',
                              params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                              message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                            };
                            if (vErrors === null) {
                              vErrors = [err136];
                            } else {
                              vErrors.push(err136);
                            }
                            errors++;
                          }
                        } else {
                          const err137 = {
                            instancePath: instancePath + '/spec/workloads/' + i9 + '/startup/p50',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/startup/anyOf/1/properties/p50/type',
                            keyword: 'type',
                            params: { type: 'string' },
                            message: 'must be string',
                          };
                          if (vErrors === null) {
                            vErrors = [err137];
                          } else {
                            vErrors.push(err137);
                          }
                          errors++;
                        }
                      }
                      if (data77.p99 !== undefined) {
                        let data79 = data77.p99;
                        if (typeof data79 === 'string') {
                          if (!pattern0.test(data79)) {
                            const err138 = {
                              instancePath: instancePath + '/spec/workloads/' + i9 + '/startup/p99',
                              schemaPath:
                                '#/properties/spec/properties/workloads/items/properties/startup/anyOf/1/properties/p99/pattern',
                              keyword: 'pattern',
                              params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                              message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                            };
                            if (vErrors === null) {
                              vErrors = [err138];
                            } else {
                              vErrors.push(err138);
                            }
                            errors++;
                          }
                        } else {
                          const err139 = {
                            instancePath: instancePath + '/spec/workloads/' + i9 + '/startup/p99',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/startup/anyOf/1/properties/p99/type',
                            keyword: 'type',
                            params: { type: 'string' },
                            message: 'must be string',
                          };
                          if (vErrors === null) {
                            vErrors = [err139];
                          } else {
                            vErrors.push(err139);
                          }
                          errors++;
                        }
                      }
                    } else {
                      const err140 = {
                        instancePath: instancePath + '/spec/workloads/' + i9 + '/startup',
                        schemaPath: '#/properties/spec/properties/workloads/items/properties/startup/anyOf/1/type',
                        keyword: 'type',
                        params: { type: 'object' },
                        message: 'must be object',
                      };
                      if (vErrors === null) {
                        vErrors = [err140];
                      } else {
                        vErrors.push(err140);
                      }
                      errors++;
                    }
                    var _valid3 = _errs190 === errors;
                    valid46 = valid46 || _valid3;
                  }
                  if (!valid46) {
                    const err141 = {
                      instancePath: instancePath + '/spec/workloads/' + i9 + '/startup',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/startup/anyOf',
                      keyword: 'anyOf',
                      params: {},
                      message: 'must match a schema in anyOf',
                    };
                    if (vErrors === null) {
                      vErrors = [err141];
                    } else {
                      vErrors.push(err141);
                    }
                    errors++;
                  } else {
                    errors = _errs187;
                    if (vErrors !== null) {
                      if (_errs187) {
                        vErrors.length = _errs187;
                      } else {
                        vErrors = null;
                      }
                    }
                  }
                }
                if (data71.run !== undefined) {
                  let data80 = data71.run;
                  const _errs198 = errors;
                  let valid48 = false;
                  const _errs199 = errors;
                  if (typeof data80 === 'string') {
                    if (!pattern0.test(data80)) {
                      const err142 = {
                        instancePath: instancePath + '/spec/workloads/' + i9 + '/run',
                        schemaPath: '#/properties/spec/properties/workloads/items/properties/run/anyOf/0/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err142];
                      } else {
                        vErrors.push(err142);
                      }
                      errors++;
                    }
                  } else {
                    const err143 = {
                      instancePath: instancePath + '/spec/workloads/' + i9 + '/run',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/run/anyOf/0/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err143];
                    } else {
                      vErrors.push(err143);
                    }
                    errors++;
                  }
                  var _valid4 = _errs199 === errors;
                  valid48 = valid48 || _valid4;
                  if (!valid48) {
                    const _errs201 = errors;
                    if (data80 && typeof data80 == 'object' && !Array.isArray(data80)) {
                      if (data80.p50 === undefined) {
                        const err144 = {
                          instancePath: instancePath + '/spec/workloads/' + i9 + '/run',
                          schemaPath: '#/properties/spec/properties/workloads/items/properties/run/anyOf/1/required',
                          keyword: 'required',
                          params: { missingProperty: 'p50' },
                          message: "must have required property '" + 'p50' + "'",
                        };
                        if (vErrors === null) {
                          vErrors = [err144];
                        } else {
                          vErrors.push(err144);
                        }
                        errors++;
                      }
                      for (const key24 in data80) {
                        if (!(key24 === 'p50' || key24 === 'p99')) {
                          const err145 = {
                            instancePath: instancePath + '/spec/workloads/' + i9 + '/run',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/run/anyOf/1/additionalProperties',
                            keyword: 'additionalProperties',
                            params: { additionalProperty: key24 },
                            message: 'must NOT have additional properties',
                          };
                          if (vErrors === null) {
                            vErrors = [err145];
                          } else {
                            vErrors.push(err145);
                          }
                          errors++;
                        }
                      }
                      if (data80.p50 !== undefined) {
                        let data81 = data80.p50;
                        if (typeof data81 === 'string') {
                          if (!pattern0.test(data81)) {
                            const err146 = {
                              instancePath: instancePath + '/spec/workloads/' + i9 + '/run/p50',
                              schemaPath:
                                '#/properties/spec/properties/workloads/items/properties/run/anyOf/1/properties/p50/pattern',
                              keyword: 'pattern',
                              params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                              message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                            };
                            if (vErrors === null) {
                              vErrors = [err146];
                            } else {
                              vErrors.push(err146);
                            }
                            errors++;
                          }
                        } else {
                          const err147 = {
                            instancePath: instancePath + '/spec/workloads/' + i9 + '/run/p50',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/run/anyOf/1/properties/p50/type',
                            keyword: 'type',
                            params: { type: 'string' },
                            message: 'must be string',
                          };
                          if (vErrors === null) {
                            vErrors = [err147];
                          } else {
                            vErrors.push(err147);
                          }
                          errors++;
                        }
                      }
                      if (data80.p99 !== undefined) {
                        let data82 = data80.p99;
                        if (typeof data82 === 'string') {
                          if (!pattern0.test(data82)) {
                            const err148 = {
                              instancePath: instancePath + '/spec/workloads/' + i9 + '/run/p99',
                              schemaPath:
                                '#/properties/spec/properties/workloads/items/properties/run/anyOf/1/properties/p99/pattern',
                              keyword: 'pattern',
                              params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                              message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                            };
                            if (vErrors === null) {
                              vErrors = [err148];
                            } else {
                              vErrors.push(err148);
                            }
                            errors++;
                          }
                        } else {
                          const err149 = {
                            instancePath: instancePath + '/spec/workloads/' + i9 + '/run/p99',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/run/anyOf/1/properties/p99/type',
                            keyword: 'type',
                            params: { type: 'string' },
                            message: 'must be string',
                          };
                          if (vErrors === null) {
                            vErrors = [err149];
                          } else {
                            vErrors.push(err149);
                          }
                          errors++;
                        }
                      }
                    } else {
                      const err150 = {
                        instancePath: instancePath + '/spec/workloads/' + i9 + '/run',
                        schemaPath: '#/properties/spec/properties/workloads/items/properties/run/anyOf/1/type',
                        keyword: 'type',
                        params: { type: 'object' },
                        message: 'must be object',
                      };
                      if (vErrors === null) {
                        vErrors = [err150];
                      } else {
                        vErrors.push(err150);
                      }
                      errors++;
                    }
                    var _valid4 = _errs201 === errors;
                    valid48 = valid48 || _valid4;
                  }
                  if (!valid48) {
                    const err151 = {
                      instancePath: instancePath + '/spec/workloads/' + i9 + '/run',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/run/anyOf',
                      keyword: 'anyOf',
                      params: {},
                      message: 'must match a schema in anyOf',
                    };
                    if (vErrors === null) {
                      vErrors = [err151];
                    } else {
                      vErrors.push(err151);
                    }
                    errors++;
                  } else {
                    errors = _errs198;
                    if (vErrors !== null) {
                      if (_errs198) {
                        vErrors.length = _errs198;
                      } else {
                        vErrors = null;
                      }
                    }
                  }
                }
                if (data71.exitCode !== undefined) {
                  let data83 = data71.exitCode;
                  if (!(typeof data83 == 'number' && !(data83 % 1) && !isNaN(data83))) {
                    const err152 = {
                      instancePath: instancePath + '/spec/workloads/' + i9 + '/exitCode',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/exitCode/type',
                      keyword: 'type',
                      params: { type: 'integer' },
                      message: 'must be integer',
                    };
                    if (vErrors === null) {
                      vErrors = [err152];
                    } else {
                      vErrors.push(err152);
                    }
                    errors++;
                  }
                  if (typeof data83 == 'number') {
                    if (data83 > 255 || isNaN(data83)) {
                      const err153 = {
                        instancePath: instancePath + '/spec/workloads/' + i9 + '/exitCode',
                        schemaPath: '#/properties/spec/properties/workloads/items/properties/exitCode/maximum',
                        keyword: 'maximum',
                        params: { comparison: '<=', limit: 255 },
                        message: 'must be <= 255',
                      };
                      if (vErrors === null) {
                        vErrors = [err153];
                      } else {
                        vErrors.push(err153);
                      }
                      errors++;
                    }
                    if (data83 < 0 || isNaN(data83)) {
                      const err154 = {
                        instancePath: instancePath + '/spec/workloads/' + i9 + '/exitCode',
                        schemaPath: '#/properties/spec/properties/workloads/items/properties/exitCode/minimum',
                        keyword: 'minimum',
                        params: { comparison: '>=', limit: 0 },
                        message: 'must be >= 0',
                      };
                      if (vErrors === null) {
                        vErrors = [err154];
                      } else {
                        vErrors.push(err154);
                      }
                      errors++;
                    }
                  }
                }
                if (data71.crash !== undefined) {
                  let data84 = data71.crash;
                  if (data84 && typeof data84 == 'object' && !Array.isArray(data84)) {
                    for (const key25 in data84) {
                      if (!(key25 === 'after' || key25 === 'exitCode' || key25 === 'times')) {
                        const err155 = {
                          instancePath: instancePath + '/spec/workloads/' + i9 + '/crash',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/crash/additionalProperties',
                          keyword: 'additionalProperties',
                          params: { additionalProperty: key25 },
                          message: 'must NOT have additional properties',
                        };
                        if (vErrors === null) {
                          vErrors = [err155];
                        } else {
                          vErrors.push(err155);
                        }
                        errors++;
                      }
                    }
                    if (data84.after !== undefined) {
                      let data85 = data84.after;
                      const _errs214 = errors;
                      let valid51 = false;
                      const _errs215 = errors;
                      if (typeof data85 === 'string') {
                        if (!pattern0.test(data85)) {
                          const err156 = {
                            instancePath: instancePath + '/spec/workloads/' + i9 + '/crash/after',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/crash/properties/after/anyOf/0/pattern',
                            keyword: 'pattern',
                            params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                            message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                          };
                          if (vErrors === null) {
                            vErrors = [err156];
                          } else {
                            vErrors.push(err156);
                          }
                          errors++;
                        }
                      } else {
                        const err157 = {
                          instancePath: instancePath + '/spec/workloads/' + i9 + '/crash/after',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/crash/properties/after/anyOf/0/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err157];
                        } else {
                          vErrors.push(err157);
                        }
                        errors++;
                      }
                      var _valid5 = _errs215 === errors;
                      valid51 = valid51 || _valid5;
                      if (!valid51) {
                        const _errs217 = errors;
                        if (data85 && typeof data85 == 'object' && !Array.isArray(data85)) {
                          if (data85.p50 === undefined) {
                            const err158 = {
                              instancePath: instancePath + '/spec/workloads/' + i9 + '/crash/after',
                              schemaPath:
                                '#/properties/spec/properties/workloads/items/properties/crash/properties/after/anyOf/1/required',
                              keyword: 'required',
                              params: { missingProperty: 'p50' },
                              message: "must have required property '" + 'p50' + "'",
                            };
                            if (vErrors === null) {
                              vErrors = [err158];
                            } else {
                              vErrors.push(err158);
                            }
                            errors++;
                          }
                          for (const key26 in data85) {
                            if (!(key26 === 'p50' || key26 === 'p99')) {
                              const err159 = {
                                instancePath: instancePath + '/spec/workloads/' + i9 + '/crash/after',
                                schemaPath:
                                  '#/properties/spec/properties/workloads/items/properties/crash/properties/after/anyOf/1/additionalProperties',
                                keyword: 'additionalProperties',
                                params: { additionalProperty: key26 },
                                message: 'must NOT have additional properties',
                              };
                              if (vErrors === null) {
                                vErrors = [err159];
                              } else {
                                vErrors.push(err159);
                              }
                              errors++;
                            }
                          }
                          if (data85.p50 !== undefined) {
                            let data86 = data85.p50;
                            if (typeof data86 === 'string') {
                              if (!pattern0.test(data86)) {
                                const err160 = {
                                  instancePath: instancePath + '/spec/workloads/' + i9 + '/crash/after/p50',
                                  schemaPath:
                                    '#/properties/spec/properties/workloads/items/properties/crash/properties/after/anyOf/1/properties/p50/pattern',
                                  keyword: 'pattern',
                                  params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                                  message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                                };
                                if (vErrors === null) {
                                  vErrors = [err160];
                                } else {
                                  vErrors.push(err160);
                                }
                                errors++;
                              }
                            } else {
                              const err161 = {
                                instancePath: instancePath + '/spec/workloads/' + i9 + '/crash/after/p50',
                                schemaPath:
                                  '#/properties/spec/properties/workloads/items/properties/crash/properties/after/anyOf/1/properties/p50/type',
                                keyword: 'type',
                                params: { type: 'string' },
                                message: 'must be string',
                              };
                              if (vErrors === null) {
                                vErrors = [err161];
                              } else {
                                vErrors.push(err161);
                              }
                              errors++;
                            }
                          }
                          if (data85.p99 !== undefined) {
                            let data87 = data85.p99;
                            if (typeof data87 === 'string') {
                              if (!pattern0.test(data87)) {
                                const err162 = {
                                  instancePath: instancePath + '/spec/workloads/' + i9 + '/crash/after/p99',
                                  schemaPath:
                                    '#/properties/spec/properties/workloads/items/properties/crash/properties/after/anyOf/1/properties/p99/pattern',
                                  keyword: 'pattern',
                                  params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                                  message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                                };
                                if (vErrors === null) {
                                  vErrors = [err162];
                                } else {
                                  vErrors.push(err162);
                                }
                                errors++;
                              }
                            } else {
                              const err163 = {
                                instancePath: instancePath + '/spec/workloads/' + i9 + '/crash/after/p99',
                                schemaPath:
                                  '#/properties/spec/properties/workloads/items/properties/crash/properties/after/anyOf/1/properties/p99/type',
                                keyword: 'type',
                                params: { type: 'string' },
                                message: 'must be string',
                              };
                              if (vErrors === null) {
                                vErrors = [err163];
                              } else {
                                vErrors.push(err163);
                              }
                              errors++;
                            }
                          }
                        } else {
                          const err164 = {
                            instancePath: instancePath + '/spec/workloads/' + i9 + '/crash/after',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/crash/properties/after/anyOf/1/type',
                            keyword: 'type',
                            params: { type: 'object' },
                            message: 'must be object',
                          };
                          if (vErrors === null) {
                            vErrors = [err164];
                          } else {
                            vErrors.push(err164);
                          }
                          errors++;
                        }
                        var _valid5 = _errs217 === errors;
                        valid51 = valid51 || _valid5;
                      }
                      if (!valid51) {
                        const err165 = {
                          instancePath: instancePath + '/spec/workloads/' + i9 + '/crash/after',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/crash/properties/after/anyOf',
                          keyword: 'anyOf',
                          params: {},
                          message: 'must match a schema in anyOf',
                        };
                        if (vErrors === null) {
                          vErrors = [err165];
                        } else {
                          vErrors.push(err165);
                        }
                        errors++;
                      } else {
                        errors = _errs214;
                        if (vErrors !== null) {
                          if (_errs214) {
                            vErrors.length = _errs214;
                          } else {
                            vErrors = null;
                          }
                        }
                      }
                    }
                    if (data84.exitCode !== undefined) {
                      let data88 = data84.exitCode;
                      if (!(typeof data88 == 'number' && !(data88 % 1) && !isNaN(data88))) {
                        const err166 = {
                          instancePath: instancePath + '/spec/workloads/' + i9 + '/crash/exitCode',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/crash/properties/exitCode/type',
                          keyword: 'type',
                          params: { type: 'integer' },
                          message: 'must be integer',
                        };
                        if (vErrors === null) {
                          vErrors = [err166];
                        } else {
                          vErrors.push(err166);
                        }
                        errors++;
                      }
                      if (typeof data88 == 'number') {
                        if (data88 > 255 || isNaN(data88)) {
                          const err167 = {
                            instancePath: instancePath + '/spec/workloads/' + i9 + '/crash/exitCode',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/crash/properties/exitCode/maximum',
                            keyword: 'maximum',
                            params: { comparison: '<=', limit: 255 },
                            message: 'must be <= 255',
                          };
                          if (vErrors === null) {
                            vErrors = [err167];
                          } else {
                            vErrors.push(err167);
                          }
                          errors++;
                        }
                        if (data88 < 1 || isNaN(data88)) {
                          const err168 = {
                            instancePath: instancePath + '/spec/workloads/' + i9 + '/crash/exitCode',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/crash/properties/exitCode/minimum',
                            keyword: 'minimum',
                            params: { comparison: '>=', limit: 1 },
                            message: 'must be >= 1',
                          };
                          if (vErrors === null) {
                            vErrors = [err168];
                          } else {
                            vErrors.push(err168);
                          }
                          errors++;
                        }
                      }
                    }
                    if (data84.times !== undefined) {
                      let data89 = data84.times;
                      if (!(typeof data89 == 'number' && !(data89 % 1) && !isNaN(data89))) {
                        const err169 = {
                          instancePath: instancePath + '/spec/workloads/' + i9 + '/crash/times',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/crash/properties/times/type',
                          keyword: 'type',
                          params: { type: 'integer' },
                          message: 'must be integer',
                        };
                        if (vErrors === null) {
                          vErrors = [err169];
                        } else {
                          vErrors.push(err169);
                        }
                        errors++;
                      }
                      if (typeof data89 == 'number') {
                        if (data89 < 1 || isNaN(data89)) {
                          const err170 = {
                            instancePath: instancePath + '/spec/workloads/' + i9 + '/crash/times',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/crash/properties/times/minimum',
                            keyword: 'minimum',
                            params: { comparison: '>=', limit: 1 },
                            message: 'must be >= 1',
                          };
                          if (vErrors === null) {
                            vErrors = [err170];
                          } else {
                            vErrors.push(err170);
                          }
                          errors++;
                        }
                      }
                    }
                  } else {
                    const err171 = {
                      instancePath: instancePath + '/spec/workloads/' + i9 + '/crash',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/crash/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err171];
                    } else {
                      vErrors.push(err171);
                    }
                    errors++;
                  }
                }
                if (data71.shutdown !== undefined) {
                  let data90 = data71.shutdown;
                  const _errs229 = errors;
                  let valid53 = false;
                  const _errs230 = errors;
                  if (typeof data90 === 'string') {
                    if (!pattern0.test(data90)) {
                      const err172 = {
                        instancePath: instancePath + '/spec/workloads/' + i9 + '/shutdown',
                        schemaPath: '#/properties/spec/properties/workloads/items/properties/shutdown/anyOf/0/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err172];
                      } else {
                        vErrors.push(err172);
                      }
                      errors++;
                    }
                  } else {
                    const err173 = {
                      instancePath: instancePath + '/spec/workloads/' + i9 + '/shutdown',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/shutdown/anyOf/0/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err173];
                    } else {
                      vErrors.push(err173);
                    }
                    errors++;
                  }
                  var _valid6 = _errs230 === errors;
                  valid53 = valid53 || _valid6;
                  if (!valid53) {
                    const _errs232 = errors;
                    if (data90 && typeof data90 == 'object' && !Array.isArray(data90)) {
                      if (data90.p50 === undefined) {
                        const err174 = {
                          instancePath: instancePath + '/spec/workloads/' + i9 + '/shutdown',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/shutdown/anyOf/1/required',
                          keyword: 'required',
                          params: { missingProperty: 'p50' },
                          message: "must have required property '" + 'p50' + "'",
                        };
                        if (vErrors === null) {
                          vErrors = [err174];
                        } else {
                          vErrors.push(err174);
                        }
                        errors++;
                      }
                      for (const key27 in data90) {
                        if (!(key27 === 'p50' || key27 === 'p99')) {
                          const err175 = {
                            instancePath: instancePath + '/spec/workloads/' + i9 + '/shutdown',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/shutdown/anyOf/1/additionalProperties',
                            keyword: 'additionalProperties',
                            params: { additionalProperty: key27 },
                            message: 'must NOT have additional properties',
                          };
                          if (vErrors === null) {
                            vErrors = [err175];
                          } else {
                            vErrors.push(err175);
                          }
                          errors++;
                        }
                      }
                      if (data90.p50 !== undefined) {
                        let data91 = data90.p50;
                        if (typeof data91 === 'string') {
                          if (!pattern0.test(data91)) {
                            const err176 = {
                              instancePath: instancePath + '/spec/workloads/' + i9 + '/shutdown/p50',
                              schemaPath:
                                '#/properties/spec/properties/workloads/items/properties/shutdown/anyOf/1/properties/p50/pattern',
                              keyword: 'pattern',
                              params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                              message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                            };
                            if (vErrors === null) {
                              vErrors = [err176];
                            } else {
                              vErrors.push(err176);
                            }
                            errors++;
                          }
                        } else {
                          const err177 = {
                            instancePath: instancePath + '/spec/workloads/' + i9 + '/shutdown/p50',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/shutdown/anyOf/1/properties/p50/type',
                            keyword: 'type',
                            params: { type: 'string' },
                            message: 'must be string',
                          };
                          if (vErrors === null) {
                            vErrors = [err177];
                          } else {
                            vErrors.push(err177);
                          }
                          errors++;
                        }
                      }
                      if (data90.p99 !== undefined) {
                        let data92 = data90.p99;
                        if (typeof data92 === 'string') {
                          if (!pattern0.test(data92)) {
                            const err178 = {
                              instancePath: instancePath + '/spec/workloads/' + i9 + '/shutdown/p99',
                              schemaPath:
                                '#/properties/spec/properties/workloads/items/properties/shutdown/anyOf/1/properties/p99/pattern',
                              keyword: 'pattern',
                              params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                              message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                            };
                            if (vErrors === null) {
                              vErrors = [err178];
                            } else {
                              vErrors.push(err178);
                            }
                            errors++;
                          }
                        } else {
                          const err179 = {
                            instancePath: instancePath + '/spec/workloads/' + i9 + '/shutdown/p99',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/shutdown/anyOf/1/properties/p99/type',
                            keyword: 'type',
                            params: { type: 'string' },
                            message: 'must be string',
                          };
                          if (vErrors === null) {
                            vErrors = [err179];
                          } else {
                            vErrors.push(err179);
                          }
                          errors++;
                        }
                      }
                    } else {
                      const err180 = {
                        instancePath: instancePath + '/spec/workloads/' + i9 + '/shutdown',
                        schemaPath: '#/properties/spec/properties/workloads/items/properties/shutdown/anyOf/1/type',
                        keyword: 'type',
                        params: { type: 'object' },
                        message: 'must be object',
                      };
                      if (vErrors === null) {
                        vErrors = [err180];
                      } else {
                        vErrors.push(err180);
                      }
                      errors++;
                    }
                    var _valid6 = _errs232 === errors;
                    valid53 = valid53 || _valid6;
                  }
                  if (!valid53) {
                    const err181 = {
                      instancePath: instancePath + '/spec/workloads/' + i9 + '/shutdown',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/shutdown/anyOf',
                      keyword: 'anyOf',
                      params: {},
                      message: 'must match a schema in anyOf',
                    };
                    if (vErrors === null) {
                      vErrors = [err181];
                    } else {
                      vErrors.push(err181);
                    }
                    errors++;
                  } else {
                    errors = _errs229;
                    if (vErrors !== null) {
                      if (_errs229) {
                        vErrors.length = _errs229;
                      } else {
                        vErrors = null;
                      }
                    }
                  }
                }
                if (data71.ignoreSigterm !== undefined) {
                  if (typeof data71.ignoreSigterm !== 'boolean') {
                    const err182 = {
                      instancePath: instancePath + '/spec/workloads/' + i9 + '/ignoreSigterm',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/ignoreSigterm/type',
                      keyword: 'type',
                      params: { type: 'boolean' },
                      message: 'must be boolean',
                    };
                    if (vErrors === null) {
                      vErrors = [err182];
                    } else {
                      vErrors.push(err182);
                    }
                    errors++;
                  }
                }
                if (data71.unhealthy !== undefined) {
                  let data94 = data71.unhealthy;
                  if (Array.isArray(data94)) {
                    const len10 = data94.length;
                    for (let i10 = 0; i10 < len10; i10++) {
                      let data95 = data94[i10];
                      if (data95 && typeof data95 == 'object' && !Array.isArray(data95)) {
                        if (data95.from === undefined) {
                          const err183 = {
                            instancePath: instancePath + '/spec/workloads/' + i9 + '/unhealthy/' + i10,
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/unhealthy/items/required',
                            keyword: 'required',
                            params: { missingProperty: 'from' },
                            message: "must have required property '" + 'from' + "'",
                          };
                          if (vErrors === null) {
                            vErrors = [err183];
                          } else {
                            vErrors.push(err183);
                          }
                          errors++;
                        }
                        for (const key28 in data95) {
                          if (!(key28 === 'from' || key28 === 'for' || key28 === 'probe')) {
                            const err184 = {
                              instancePath: instancePath + '/spec/workloads/' + i9 + '/unhealthy/' + i10,
                              schemaPath:
                                '#/properties/spec/properties/workloads/items/properties/unhealthy/items/additionalProperties',
                              keyword: 'additionalProperties',
                              params: { additionalProperty: key28 },
                              message: 'must NOT have additional properties',
                            };
                            if (vErrors === null) {
                              vErrors = [err184];
                            } else {
                              vErrors.push(err184);
                            }
                            errors++;
                          }
                        }
                        if (data95.from !== undefined) {
                          let data96 = data95.from;
                          if (typeof data96 === 'string') {
                            if (!pattern0.test(data96)) {
                              const err185 = {
                                instancePath: instancePath + '/spec/workloads/' + i9 + '/unhealthy/' + i10 + '/from',
                                schemaPath:
                                  '#/properties/spec/properties/workloads/items/properties/unhealthy/items/properties/from/pattern',
                                keyword: 'pattern',
                                params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                                message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                              };
                              if (vErrors === null) {
                                vErrors = [err185];
                              } else {
                                vErrors.push(err185);
                              }
                              errors++;
                            }
                          } else {
                            const err186 = {
                              instancePath: instancePath + '/spec/workloads/' + i9 + '/unhealthy/' + i10 + '/from',
                              schemaPath:
                                '#/properties/spec/properties/workloads/items/properties/unhealthy/items/properties/from/type',
                              keyword: 'type',
                              params: { type: 'string' },
                              message: 'must be string',
                            };
                            if (vErrors === null) {
                              vErrors = [err186];
                            } else {
                              vErrors.push(err186);
                            }
                            errors++;
                          }
                        }
                        if (data95.for !== undefined) {
                          let data97 = data95.for;
                          if (typeof data97 === 'string') {
                            if (!pattern0.test(data97)) {
                              const err187 = {
                                instancePath: instancePath + '/spec/workloads/' + i9 + '/unhealthy/' + i10 + '/for',
                                schemaPath:
                                  '#/properties/spec/properties/workloads/items/properties/unhealthy/items/properties/for/pattern',
                                keyword: 'pattern',
                                params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                                message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                              };
                              if (vErrors === null) {
                                vErrors = [err187];
                              } else {
                                vErrors.push(err187);
                              }
                              errors++;
                            }
                          } else {
                            const err188 = {
                              instancePath: instancePath + '/spec/workloads/' + i9 + '/unhealthy/' + i10 + '/for',
                              schemaPath:
                                '#/properties/spec/properties/workloads/items/properties/unhealthy/items/properties/for/type',
                              keyword: 'type',
                              params: { type: 'string' },
                              message: 'must be string',
                            };
                            if (vErrors === null) {
                              vErrors = [err188];
                            } else {
                              vErrors.push(err188);
                            }
                            errors++;
                          }
                        }
                        if (data95.probe !== undefined) {
                          let data98 = data95.probe;
                          if (!(data98 === 'liveness' || data98 === 'readiness' || data98 === 'startup')) {
                            const err189 = {
                              instancePath: instancePath + '/spec/workloads/' + i9 + '/unhealthy/' + i10 + '/probe',
                              schemaPath:
                                '#/properties/spec/properties/workloads/items/properties/unhealthy/items/properties/probe/enum',
                              keyword: 'enum',
                              params: {
                                allowedValues:
                                  schema11.properties.spec.properties.workloads.items.properties.unhealthy.items
                                    .properties.probe.enum,
                              },
                              message: 'must be equal to one of the allowed values',
                            };
                            if (vErrors === null) {
                              vErrors = [err189];
                            } else {
                              vErrors.push(err189);
                            }
                            errors++;
                          }
                        }
                      } else {
                        const err190 = {
                          instancePath: instancePath + '/spec/workloads/' + i9 + '/unhealthy/' + i10,
                          schemaPath: '#/properties/spec/properties/workloads/items/properties/unhealthy/items/type',
                          keyword: 'type',
                          params: { type: 'object' },
                          message: 'must be object',
                        };
                        if (vErrors === null) {
                          vErrors = [err190];
                        } else {
                          vErrors.push(err190);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err191 = {
                      instancePath: instancePath + '/spec/workloads/' + i9 + '/unhealthy',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/unhealthy/type',
                      keyword: 'type',
                      params: { type: 'array' },
                      message: 'must be array',
                    };
                    if (vErrors === null) {
                      vErrors = [err191];
                    } else {
                      vErrors.push(err191);
                    }
                    errors++;
                  }
                }
                if (data71.imageSize !== undefined) {
                  let data99 = data71.imageSize;
                  if (typeof data99 !== 'string' && !(typeof data99 == 'number' && !(data99 % 1) && !isNaN(data99))) {
                    const err192 = {
                      instancePath: instancePath + '/spec/workloads/' + i9 + '/imageSize',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/imageSize/type',
                      keyword: 'type',
                      params: { type: schema11.properties.spec.properties.workloads.items.properties.imageSize.type },
                      message: 'must be string,integer',
                    };
                    if (vErrors === null) {
                      vErrors = [err192];
                    } else {
                      vErrors.push(err192);
                    }
                    errors++;
                  }
                }
                if (data71.pullError !== undefined) {
                  let data100 = data71.pullError;
                  if (!(data100 === 'notFound' || data100 === 'unauthorized' || data100 === 'unavailable')) {
                    const err193 = {
                      instancePath: instancePath + '/spec/workloads/' + i9 + '/pullError',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/pullError/enum',
                      keyword: 'enum',
                      params: {
                        allowedValues: schema11.properties.spec.properties.workloads.items.properties.pullError.enum,
                      },
                      message: 'must be equal to one of the allowed values',
                    };
                    if (vErrors === null) {
                      vErrors = [err193];
                    } else {
                      vErrors.push(err193);
                    }
                    errors++;
                  }
                }
                if (data71.cpu !== undefined) {
                  let data101 = data71.cpu;
                  if (data101 && typeof data101 == 'object' && !Array.isArray(data101)) {
                    for (const key29 in data101) {
                      if (!(key29 === 'base' || key29 === 'perRequest')) {
                        const err194 = {
                          instancePath: instancePath + '/spec/workloads/' + i9 + '/cpu',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/cpu/additionalProperties',
                          keyword: 'additionalProperties',
                          params: { additionalProperty: key29 },
                          message: 'must NOT have additional properties',
                        };
                        if (vErrors === null) {
                          vErrors = [err194];
                        } else {
                          vErrors.push(err194);
                        }
                        errors++;
                      }
                    }
                    if (data101.base !== undefined) {
                      let data102 = data101.base;
                      if (typeof data102 !== 'string' && !(typeof data102 == 'number')) {
                        const err195 = {
                          instancePath: instancePath + '/spec/workloads/' + i9 + '/cpu/base',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/cpu/properties/base/type',
                          keyword: 'type',
                          params: {
                            type: schema11.properties.spec.properties.workloads.items.properties.cpu.properties.base
                              .type,
                          },
                          message: 'must be string,number',
                        };
                        if (vErrors === null) {
                          vErrors = [err195];
                        } else {
                          vErrors.push(err195);
                        }
                        errors++;
                      }
                    }
                    if (data101.perRequest !== undefined) {
                      let data103 = data101.perRequest;
                      if (typeof data103 !== 'string' && !(typeof data103 == 'number')) {
                        const err196 = {
                          instancePath: instancePath + '/spec/workloads/' + i9 + '/cpu/perRequest',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/cpu/properties/perRequest/type',
                          keyword: 'type',
                          params: {
                            type: schema11.properties.spec.properties.workloads.items.properties.cpu.properties
                              .perRequest.type,
                          },
                          message: 'must be string,number',
                        };
                        if (vErrors === null) {
                          vErrors = [err196];
                        } else {
                          vErrors.push(err196);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err197 = {
                      instancePath: instancePath + '/spec/workloads/' + i9 + '/cpu',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/cpu/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err197];
                    } else {
                      vErrors.push(err197);
                    }
                    errors++;
                  }
                }
                if (data71.memory !== undefined) {
                  let data104 = data71.memory;
                  if (data104 && typeof data104 == 'object' && !Array.isArray(data104)) {
                    for (const key30 in data104) {
                      if (!(key30 === 'base')) {
                        const err198 = {
                          instancePath: instancePath + '/spec/workloads/' + i9 + '/memory',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/memory/additionalProperties',
                          keyword: 'additionalProperties',
                          params: { additionalProperty: key30 },
                          message: 'must NOT have additional properties',
                        };
                        if (vErrors === null) {
                          vErrors = [err198];
                        } else {
                          vErrors.push(err198);
                        }
                        errors++;
                      }
                    }
                    if (data104.base !== undefined) {
                      let data105 = data104.base;
                      if (typeof data105 !== 'string' && !(typeof data105 == 'number')) {
                        const err199 = {
                          instancePath: instancePath + '/spec/workloads/' + i9 + '/memory/base',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/memory/properties/base/type',
                          keyword: 'type',
                          params: {
                            type: schema11.properties.spec.properties.workloads.items.properties.memory.properties.base
                              .type,
                          },
                          message: 'must be string,number',
                        };
                        if (vErrors === null) {
                          vErrors = [err199];
                        } else {
                          vErrors.push(err199);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err200 = {
                      instancePath: instancePath + '/spec/workloads/' + i9 + '/memory',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/memory/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err200];
                    } else {
                      vErrors.push(err200);
                    }
                    errors++;
                  }
                }
              } else {
                const err201 = {
                  instancePath: instancePath + '/spec/workloads/' + i9,
                  schemaPath: '#/properties/spec/properties/workloads/items/type',
                  keyword: 'type',
                  params: { type: 'object' },
                  message: 'must be object',
                };
                if (vErrors === null) {
                  vErrors = [err201];
                } else {
                  vErrors.push(err201);
                }
                errors++;
              }
            }
          } else {
            const err202 = {
              instancePath: instancePath + '/spec/workloads',
              schemaPath: '#/properties/spec/properties/workloads/type',
              keyword: 'type',
              params: { type: 'array' },
              message: 'must be array',
            };
            if (vErrors === null) {
              vErrors = [err202];
            } else {
              vErrors.push(err202);
            }
            errors++;
          }
        }
        if (data8.timeline !== undefined) {
          let data106 = data8.timeline;
          if (Array.isArray(data106)) {
            const len11 = data106.length;
            for (let i11 = 0; i11 < len11; i11++) {
              let data107 = data106[i11];
              if (data107 && typeof data107 == 'object' && !Array.isArray(data107)) {
                if (data107.at === undefined) {
                  const err203 = {
                    instancePath: instancePath + '/spec/timeline/' + i11,
                    schemaPath: '#/properties/spec/properties/timeline/items/required',
                    keyword: 'required',
                    params: { missingProperty: 'at' },
                    message: "must have required property '" + 'at' + "'",
                  };
                  if (vErrors === null) {
                    vErrors = [err203];
                  } else {
                    vErrors.push(err203);
                  }
                  errors++;
                }
                for (const key31 in data107) {
                  if (!(key31 === 'at' || key31 === 'fault' || key31 === 'kubectl' || key31 === 'note')) {
                    const err204 = {
                      instancePath: instancePath + '/spec/timeline/' + i11,
                      schemaPath: '#/properties/spec/properties/timeline/items/additionalProperties',
                      keyword: 'additionalProperties',
                      params: { additionalProperty: key31 },
                      message: 'must NOT have additional properties',
                    };
                    if (vErrors === null) {
                      vErrors = [err204];
                    } else {
                      vErrors.push(err204);
                    }
                    errors++;
                  }
                }
                if (data107.at !== undefined) {
                  let data108 = data107.at;
                  if (typeof data108 === 'string') {
                    if (!pattern0.test(data108)) {
                      const err205 = {
                        instancePath: instancePath + '/spec/timeline/' + i11 + '/at',
                        schemaPath: '#/properties/spec/properties/timeline/items/properties/at/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err205];
                      } else {
                        vErrors.push(err205);
                      }
                      errors++;
                    }
                  } else {
                    const err206 = {
                      instancePath: instancePath + '/spec/timeline/' + i11 + '/at',
                      schemaPath: '#/properties/spec/properties/timeline/items/properties/at/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err206];
                    } else {
                      vErrors.push(err206);
                    }
                    errors++;
                  }
                }
                if (data107.fault !== undefined) {
                  let data109 = data107.fault;
                  if (data109 && typeof data109 == 'object' && !Array.isArray(data109)) {
                    if (data109.kind === undefined) {
                      const err207 = {
                        instancePath: instancePath + '/spec/timeline/' + i11 + '/fault',
                        schemaPath: '#/properties/spec/properties/timeline/items/properties/fault/required',
                        keyword: 'required',
                        params: { missingProperty: 'kind' },
                        message: "must have required property '" + 'kind' + "'",
                      };
                      if (vErrors === null) {
                        vErrors = [err207];
                      } else {
                        vErrors.push(err207);
                      }
                      errors++;
                    }
                    for (const key32 in data109) {
                      if (
                        !func3.call(
                          schema11.properties.spec.properties.timeline.items.properties.fault.properties,
                          key32,
                        )
                      ) {
                        const err208 = {
                          instancePath: instancePath + '/spec/timeline/' + i11 + '/fault',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/additionalProperties',
                          keyword: 'additionalProperties',
                          params: { additionalProperty: key32 },
                          message: 'must NOT have additional properties',
                        };
                        if (vErrors === null) {
                          vErrors = [err208];
                        } else {
                          vErrors.push(err208);
                        }
                        errors++;
                      }
                    }
                    if (data109.kind !== undefined) {
                      let data110 = data109.kind;
                      if (
                        !(
                          data110 === 'NodeCrash' ||
                          data110 === 'NodeReboot' ||
                          data110 === 'ZoneOutage' ||
                          data110 === 'Partition' ||
                          data110 === 'ComponentCrash' ||
                          data110 === 'EtcdMemberCrash' ||
                          data110 === 'SlowDisk' ||
                          data110 === 'KubeletStop' ||
                          data110 === 'NetworkLatency' ||
                          data110 === 'NetworkLoss'
                        )
                      ) {
                        const err209 = {
                          instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/kind',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/kind/enum',
                          keyword: 'enum',
                          params: {
                            allowedValues:
                              schema11.properties.spec.properties.timeline.items.properties.fault.properties.kind.enum,
                          },
                          message: 'must be equal to one of the allowed values',
                        };
                        if (vErrors === null) {
                          vErrors = [err209];
                        } else {
                          vErrors.push(err209);
                        }
                        errors++;
                      }
                    }
                    if (data109.zone !== undefined) {
                      if (typeof data109.zone !== 'string') {
                        const err210 = {
                          instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/zone',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/zone/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err210];
                        } else {
                          vErrors.push(err210);
                        }
                        errors++;
                      }
                    }
                    if (data109.node !== undefined) {
                      if (typeof data109.node !== 'string') {
                        const err211 = {
                          instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/node',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/node/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err211];
                        } else {
                          vErrors.push(err211);
                        }
                        errors++;
                      }
                    }
                    if (data109.nodes !== undefined) {
                      let data113 = data109.nodes;
                      if (Array.isArray(data113)) {
                        const len12 = data113.length;
                        for (let i12 = 0; i12 < len12; i12++) {
                          if (typeof data113[i12] !== 'string') {
                            const err212 = {
                              instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/nodes/' + i12,
                              schemaPath:
                                '#/properties/spec/properties/timeline/items/properties/fault/properties/nodes/items/type',
                              keyword: 'type',
                              params: { type: 'string' },
                              message: 'must be string',
                            };
                            if (vErrors === null) {
                              vErrors = [err212];
                            } else {
                              vErrors.push(err212);
                            }
                            errors++;
                          }
                        }
                      } else {
                        const err213 = {
                          instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/nodes',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/nodes/type',
                          keyword: 'type',
                          params: { type: 'array' },
                          message: 'must be array',
                        };
                        if (vErrors === null) {
                          vErrors = [err213];
                        } else {
                          vErrors.push(err213);
                        }
                        errors++;
                      }
                    }
                    if (data109.count !== undefined) {
                      let data115 = data109.count;
                      if (!(typeof data115 == 'number' && !(data115 % 1) && !isNaN(data115))) {
                        const err214 = {
                          instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/count',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/count/type',
                          keyword: 'type',
                          params: { type: 'integer' },
                          message: 'must be integer',
                        };
                        if (vErrors === null) {
                          vErrors = [err214];
                        } else {
                          vErrors.push(err214);
                        }
                        errors++;
                      }
                      if (typeof data115 == 'number') {
                        if (data115 < 1 || isNaN(data115)) {
                          const err215 = {
                            instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/count',
                            schemaPath:
                              '#/properties/spec/properties/timeline/items/properties/fault/properties/count/minimum',
                            keyword: 'minimum',
                            params: { comparison: '>=', limit: 1 },
                            message: 'must be >= 1',
                          };
                          if (vErrors === null) {
                            vErrors = [err215];
                          } else {
                            vErrors.push(err215);
                          }
                          errors++;
                        }
                      }
                    }
                    if (data109.component !== undefined) {
                      if (typeof data109.component !== 'string') {
                        const err216 = {
                          instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/component',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/component/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err216];
                        } else {
                          vErrors.push(err216);
                        }
                        errors++;
                      }
                    }
                    if (data109.member !== undefined) {
                      let data117 = data109.member;
                      if (!(typeof data117 == 'number' && !(data117 % 1) && !isNaN(data117))) {
                        const err217 = {
                          instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/member',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/member/type',
                          keyword: 'type',
                          params: { type: 'integer' },
                          message: 'must be integer',
                        };
                        if (vErrors === null) {
                          vErrors = [err217];
                        } else {
                          vErrors.push(err217);
                        }
                        errors++;
                      }
                      if (typeof data117 == 'number') {
                        if (data117 < 0 || isNaN(data117)) {
                          const err218 = {
                            instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/member',
                            schemaPath:
                              '#/properties/spec/properties/timeline/items/properties/fault/properties/member/minimum',
                            keyword: 'minimum',
                            params: { comparison: '>=', limit: 0 },
                            message: 'must be >= 0',
                          };
                          if (vErrors === null) {
                            vErrors = [err218];
                          } else {
                            vErrors.push(err218);
                          }
                          errors++;
                        }
                      }
                    }
                    if (data109.between !== undefined) {
                      let data118 = data109.between;
                      if (Array.isArray(data118)) {
                        if (data118.length > 2) {
                          const err219 = {
                            instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/between',
                            schemaPath:
                              '#/properties/spec/properties/timeline/items/properties/fault/properties/between/maxItems',
                            keyword: 'maxItems',
                            params: { limit: 2 },
                            message: 'must NOT have more than 2 items',
                          };
                          if (vErrors === null) {
                            vErrors = [err219];
                          } else {
                            vErrors.push(err219);
                          }
                          errors++;
                        }
                        if (data118.length < 2) {
                          const err220 = {
                            instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/between',
                            schemaPath:
                              '#/properties/spec/properties/timeline/items/properties/fault/properties/between/minItems',
                            keyword: 'minItems',
                            params: { limit: 2 },
                            message: 'must NOT have fewer than 2 items',
                          };
                          if (vErrors === null) {
                            vErrors = [err220];
                          } else {
                            vErrors.push(err220);
                          }
                          errors++;
                        }
                        const len13 = data118.length;
                        for (let i13 = 0; i13 < len13; i13++) {
                          let data119 = data118[i13];
                          if (Array.isArray(data119)) {
                            const len14 = data119.length;
                            for (let i14 = 0; i14 < len14; i14++) {
                              if (typeof data119[i14] !== 'string') {
                                const err221 = {
                                  instancePath:
                                    instancePath + '/spec/timeline/' + i11 + '/fault/between/' + i13 + '/' + i14,
                                  schemaPath:
                                    '#/properties/spec/properties/timeline/items/properties/fault/properties/between/items/items/type',
                                  keyword: 'type',
                                  params: { type: 'string' },
                                  message: 'must be string',
                                };
                                if (vErrors === null) {
                                  vErrors = [err221];
                                } else {
                                  vErrors.push(err221);
                                }
                                errors++;
                              }
                            }
                          } else {
                            const err222 = {
                              instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/between/' + i13,
                              schemaPath:
                                '#/properties/spec/properties/timeline/items/properties/fault/properties/between/items/type',
                              keyword: 'type',
                              params: { type: 'array' },
                              message: 'must be array',
                            };
                            if (vErrors === null) {
                              vErrors = [err222];
                            } else {
                              vErrors.push(err222);
                            }
                            errors++;
                          }
                        }
                      } else {
                        const err223 = {
                          instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/between',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/between/type',
                          keyword: 'type',
                          params: { type: 'array' },
                          message: 'must be array',
                        };
                        if (vErrors === null) {
                          vErrors = [err223];
                        } else {
                          vErrors.push(err223);
                        }
                        errors++;
                      }
                    }
                    if (data109.oneWay !== undefined) {
                      if (typeof data109.oneWay !== 'boolean') {
                        const err224 = {
                          instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/oneWay',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/oneWay/type',
                          keyword: 'type',
                          params: { type: 'boolean' },
                          message: 'must be boolean',
                        };
                        if (vErrors === null) {
                          vErrors = [err224];
                        } else {
                          vErrors.push(err224);
                        }
                        errors++;
                      }
                    }
                    if (data109.latency !== undefined) {
                      let data122 = data109.latency;
                      const _errs300 = errors;
                      let valid70 = false;
                      const _errs301 = errors;
                      if (typeof data122 === 'string') {
                        if (!pattern0.test(data122)) {
                          const err225 = {
                            instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/latency',
                            schemaPath:
                              '#/properties/spec/properties/timeline/items/properties/fault/properties/latency/anyOf/0/pattern',
                            keyword: 'pattern',
                            params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                            message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                          };
                          if (vErrors === null) {
                            vErrors = [err225];
                          } else {
                            vErrors.push(err225);
                          }
                          errors++;
                        }
                      } else {
                        const err226 = {
                          instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/latency',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/latency/anyOf/0/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err226];
                        } else {
                          vErrors.push(err226);
                        }
                        errors++;
                      }
                      var _valid7 = _errs301 === errors;
                      valid70 = valid70 || _valid7;
                      if (!valid70) {
                        const _errs303 = errors;
                        if (data122 && typeof data122 == 'object' && !Array.isArray(data122)) {
                          if (data122.p50 === undefined) {
                            const err227 = {
                              instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/latency',
                              schemaPath:
                                '#/properties/spec/properties/timeline/items/properties/fault/properties/latency/anyOf/1/required',
                              keyword: 'required',
                              params: { missingProperty: 'p50' },
                              message: "must have required property '" + 'p50' + "'",
                            };
                            if (vErrors === null) {
                              vErrors = [err227];
                            } else {
                              vErrors.push(err227);
                            }
                            errors++;
                          }
                          for (const key33 in data122) {
                            if (!(key33 === 'p50' || key33 === 'p99')) {
                              const err228 = {
                                instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/latency',
                                schemaPath:
                                  '#/properties/spec/properties/timeline/items/properties/fault/properties/latency/anyOf/1/additionalProperties',
                                keyword: 'additionalProperties',
                                params: { additionalProperty: key33 },
                                message: 'must NOT have additional properties',
                              };
                              if (vErrors === null) {
                                vErrors = [err228];
                              } else {
                                vErrors.push(err228);
                              }
                              errors++;
                            }
                          }
                          if (data122.p50 !== undefined) {
                            let data123 = data122.p50;
                            if (typeof data123 === 'string') {
                              if (!pattern0.test(data123)) {
                                const err229 = {
                                  instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/latency/p50',
                                  schemaPath:
                                    '#/properties/spec/properties/timeline/items/properties/fault/properties/latency/anyOf/1/properties/p50/pattern',
                                  keyword: 'pattern',
                                  params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                                  message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                                };
                                if (vErrors === null) {
                                  vErrors = [err229];
                                } else {
                                  vErrors.push(err229);
                                }
                                errors++;
                              }
                            } else {
                              const err230 = {
                                instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/latency/p50',
                                schemaPath:
                                  '#/properties/spec/properties/timeline/items/properties/fault/properties/latency/anyOf/1/properties/p50/type',
                                keyword: 'type',
                                params: { type: 'string' },
                                message: 'must be string',
                              };
                              if (vErrors === null) {
                                vErrors = [err230];
                              } else {
                                vErrors.push(err230);
                              }
                              errors++;
                            }
                          }
                          if (data122.p99 !== undefined) {
                            let data124 = data122.p99;
                            if (typeof data124 === 'string') {
                              if (!pattern0.test(data124)) {
                                const err231 = {
                                  instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/latency/p99',
                                  schemaPath:
                                    '#/properties/spec/properties/timeline/items/properties/fault/properties/latency/anyOf/1/properties/p99/pattern',
                                  keyword: 'pattern',
                                  params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                                  message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                                };
                                if (vErrors === null) {
                                  vErrors = [err231];
                                } else {
                                  vErrors.push(err231);
                                }
                                errors++;
                              }
                            } else {
                              const err232 = {
                                instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/latency/p99',
                                schemaPath:
                                  '#/properties/spec/properties/timeline/items/properties/fault/properties/latency/anyOf/1/properties/p99/type',
                                keyword: 'type',
                                params: { type: 'string' },
                                message: 'must be string',
                              };
                              if (vErrors === null) {
                                vErrors = [err232];
                              } else {
                                vErrors.push(err232);
                              }
                              errors++;
                            }
                          }
                        } else {
                          const err233 = {
                            instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/latency',
                            schemaPath:
                              '#/properties/spec/properties/timeline/items/properties/fault/properties/latency/anyOf/1/type',
                            keyword: 'type',
                            params: { type: 'object' },
                            message: 'must be object',
                          };
                          if (vErrors === null) {
                            vErrors = [err233];
                          } else {
                            vErrors.push(err233);
                          }
                          errors++;
                        }
                        var _valid7 = _errs303 === errors;
                        valid70 = valid70 || _valid7;
                      }
                      if (!valid70) {
                        const err234 = {
                          instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/latency',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/latency/anyOf',
                          keyword: 'anyOf',
                          params: {},
                          message: 'must match a schema in anyOf',
                        };
                        if (vErrors === null) {
                          vErrors = [err234];
                        } else {
                          vErrors.push(err234);
                        }
                        errors++;
                      } else {
                        errors = _errs300;
                        if (vErrors !== null) {
                          if (_errs300) {
                            vErrors.length = _errs300;
                          } else {
                            vErrors = null;
                          }
                        }
                      }
                    }
                    if (data109.loss !== undefined) {
                      let data125 = data109.loss;
                      if (typeof data125 == 'number') {
                        if (data125 > 1 || isNaN(data125)) {
                          const err235 = {
                            instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/loss',
                            schemaPath:
                              '#/properties/spec/properties/timeline/items/properties/fault/properties/loss/maximum',
                            keyword: 'maximum',
                            params: { comparison: '<=', limit: 1 },
                            message: 'must be <= 1',
                          };
                          if (vErrors === null) {
                            vErrors = [err235];
                          } else {
                            vErrors.push(err235);
                          }
                          errors++;
                        }
                        if (data125 < 0 || isNaN(data125)) {
                          const err236 = {
                            instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/loss',
                            schemaPath:
                              '#/properties/spec/properties/timeline/items/properties/fault/properties/loss/minimum',
                            keyword: 'minimum',
                            params: { comparison: '>=', limit: 0 },
                            message: 'must be >= 0',
                          };
                          if (vErrors === null) {
                            vErrors = [err236];
                          } else {
                            vErrors.push(err236);
                          }
                          errors++;
                        }
                      } else {
                        const err237 = {
                          instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/loss',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/loss/type',
                          keyword: 'type',
                          params: { type: 'number' },
                          message: 'must be number',
                        };
                        if (vErrors === null) {
                          vErrors = [err237];
                        } else {
                          vErrors.push(err237);
                        }
                        errors++;
                      }
                    }
                    if (data109.for !== undefined) {
                      let data126 = data109.for;
                      if (typeof data126 === 'string') {
                        if (!pattern0.test(data126)) {
                          const err238 = {
                            instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/for',
                            schemaPath:
                              '#/properties/spec/properties/timeline/items/properties/fault/properties/for/pattern',
                            keyword: 'pattern',
                            params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                            message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                          };
                          if (vErrors === null) {
                            vErrors = [err238];
                          } else {
                            vErrors.push(err238);
                          }
                          errors++;
                        }
                      } else {
                        const err239 = {
                          instancePath: instancePath + '/spec/timeline/' + i11 + '/fault/for',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/for/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err239];
                        } else {
                          vErrors.push(err239);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err240 = {
                      instancePath: instancePath + '/spec/timeline/' + i11 + '/fault',
                      schemaPath: '#/properties/spec/properties/timeline/items/properties/fault/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err240];
                    } else {
                      vErrors.push(err240);
                    }
                    errors++;
                  }
                }
                if (data107.kubectl !== undefined) {
                  let data127 = data107.kubectl;
                  if (typeof data127 === 'string') {
                    if (func2(data127) < 1) {
                      const err241 = {
                        instancePath: instancePath + '/spec/timeline/' + i11 + '/kubectl',
                        schemaPath: '#/properties/spec/properties/timeline/items/properties/kubectl/minLength',
                        keyword: 'minLength',
                        params: { limit: 1 },
                        message: 'must NOT have fewer than 1 characters',
                      };
                      if (vErrors === null) {
                        vErrors = [err241];
                      } else {
                        vErrors.push(err241);
                      }
                      errors++;
                    }
                  } else {
                    const err242 = {
                      instancePath: instancePath + '/spec/timeline/' + i11 + '/kubectl',
                      schemaPath: '#/properties/spec/properties/timeline/items/properties/kubectl/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err242];
                    } else {
                      vErrors.push(err242);
                    }
                    errors++;
                  }
                }
                if (data107.note !== undefined) {
                  if (typeof data107.note !== 'string') {
                    const err243 = {
                      instancePath: instancePath + '/spec/timeline/' + i11 + '/note',
                      schemaPath: '#/properties/spec/properties/timeline/items/properties/note/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err243];
                    } else {
                      vErrors.push(err243);
                    }
                    errors++;
                  }
                }
              } else {
                const err244 = {
                  instancePath: instancePath + '/spec/timeline/' + i11,
                  schemaPath: '#/properties/spec/properties/timeline/items/type',
                  keyword: 'type',
                  params: { type: 'object' },
                  message: 'must be object',
                };
                if (vErrors === null) {
                  vErrors = [err244];
                } else {
                  vErrors.push(err244);
                }
                errors++;
              }
            }
          } else {
            const err245 = {
              instancePath: instancePath + '/spec/timeline',
              schemaPath: '#/properties/spec/properties/timeline/type',
              keyword: 'type',
              params: { type: 'array' },
              message: 'must be array',
            };
            if (vErrors === null) {
              vErrors = [err245];
            } else {
              vErrors.push(err245);
            }
            errors++;
          }
        }
        if (data8.failures !== undefined) {
          let data129 = data8.failures;
          if (Array.isArray(data129)) {
            const len15 = data129.length;
            for (let i15 = 0; i15 < len15; i15++) {
              let data130 = data129[i15];
              if (data130 && typeof data130 == 'object' && !Array.isArray(data130)) {
                if (data130.kind === undefined) {
                  const err246 = {
                    instancePath: instancePath + '/spec/failures/' + i15,
                    schemaPath: '#/properties/spec/properties/failures/items/required',
                    keyword: 'required',
                    params: { missingProperty: 'kind' },
                    message: "must have required property '" + 'kind' + "'",
                  };
                  if (vErrors === null) {
                    vErrors = [err246];
                  } else {
                    vErrors.push(err246);
                  }
                  errors++;
                }
                if (data130.mtbf === undefined) {
                  const err247 = {
                    instancePath: instancePath + '/spec/failures/' + i15,
                    schemaPath: '#/properties/spec/properties/failures/items/required',
                    keyword: 'required',
                    params: { missingProperty: 'mtbf' },
                    message: "must have required property '" + 'mtbf' + "'",
                  };
                  if (vErrors === null) {
                    vErrors = [err247];
                  } else {
                    vErrors.push(err247);
                  }
                  errors++;
                }
                if (data130.mttr === undefined) {
                  const err248 = {
                    instancePath: instancePath + '/spec/failures/' + i15,
                    schemaPath: '#/properties/spec/properties/failures/items/required',
                    keyword: 'required',
                    params: { missingProperty: 'mttr' },
                    message: "must have required property '" + 'mttr' + "'",
                  };
                  if (vErrors === null) {
                    vErrors = [err248];
                  } else {
                    vErrors.push(err248);
                  }
                  errors++;
                }
                for (const key34 in data130) {
                  if (!func3.call(schema11.properties.spec.properties.failures.items.properties, key34)) {
                    const err249 = {
                      instancePath: instancePath + '/spec/failures/' + i15,
                      schemaPath: '#/properties/spec/properties/failures/items/additionalProperties',
                      keyword: 'additionalProperties',
                      params: { additionalProperty: key34 },
                      message: 'must NOT have additional properties',
                    };
                    if (vErrors === null) {
                      vErrors = [err249];
                    } else {
                      vErrors.push(err249);
                    }
                    errors++;
                  }
                }
                if (data130.kind !== undefined) {
                  let data131 = data130.kind;
                  if (
                    !(
                      data131 === 'NodeCrash' ||
                      data131 === 'NodeReboot' ||
                      data131 === 'ZoneOutage' ||
                      data131 === 'Partition' ||
                      data131 === 'ComponentCrash' ||
                      data131 === 'EtcdMemberCrash' ||
                      data131 === 'SlowDisk' ||
                      data131 === 'KubeletStop' ||
                      data131 === 'NetworkLatency' ||
                      data131 === 'NetworkLoss'
                    )
                  ) {
                    const err250 = {
                      instancePath: instancePath + '/spec/failures/' + i15 + '/kind',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/kind/enum',
                      keyword: 'enum',
                      params: {
                        allowedValues: schema11.properties.spec.properties.failures.items.properties.kind.enum,
                      },
                      message: 'must be equal to one of the allowed values',
                    };
                    if (vErrors === null) {
                      vErrors = [err250];
                    } else {
                      vErrors.push(err250);
                    }
                    errors++;
                  }
                }
                if (data130.zone !== undefined) {
                  if (typeof data130.zone !== 'string') {
                    const err251 = {
                      instancePath: instancePath + '/spec/failures/' + i15 + '/zone',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/zone/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err251];
                    } else {
                      vErrors.push(err251);
                    }
                    errors++;
                  }
                }
                if (data130.node !== undefined) {
                  if (typeof data130.node !== 'string') {
                    const err252 = {
                      instancePath: instancePath + '/spec/failures/' + i15 + '/node',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/node/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err252];
                    } else {
                      vErrors.push(err252);
                    }
                    errors++;
                  }
                }
                if (data130.nodes !== undefined) {
                  let data134 = data130.nodes;
                  if (Array.isArray(data134)) {
                    const len16 = data134.length;
                    for (let i16 = 0; i16 < len16; i16++) {
                      if (typeof data134[i16] !== 'string') {
                        const err253 = {
                          instancePath: instancePath + '/spec/failures/' + i15 + '/nodes/' + i16,
                          schemaPath: '#/properties/spec/properties/failures/items/properties/nodes/items/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err253];
                        } else {
                          vErrors.push(err253);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err254 = {
                      instancePath: instancePath + '/spec/failures/' + i15 + '/nodes',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/nodes/type',
                      keyword: 'type',
                      params: { type: 'array' },
                      message: 'must be array',
                    };
                    if (vErrors === null) {
                      vErrors = [err254];
                    } else {
                      vErrors.push(err254);
                    }
                    errors++;
                  }
                }
                if (data130.count !== undefined) {
                  let data136 = data130.count;
                  if (!(typeof data136 == 'number' && !(data136 % 1) && !isNaN(data136))) {
                    const err255 = {
                      instancePath: instancePath + '/spec/failures/' + i15 + '/count',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/count/type',
                      keyword: 'type',
                      params: { type: 'integer' },
                      message: 'must be integer',
                    };
                    if (vErrors === null) {
                      vErrors = [err255];
                    } else {
                      vErrors.push(err255);
                    }
                    errors++;
                  }
                  if (typeof data136 == 'number') {
                    if (data136 < 1 || isNaN(data136)) {
                      const err256 = {
                        instancePath: instancePath + '/spec/failures/' + i15 + '/count',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/count/minimum',
                        keyword: 'minimum',
                        params: { comparison: '>=', limit: 1 },
                        message: 'must be >= 1',
                      };
                      if (vErrors === null) {
                        vErrors = [err256];
                      } else {
                        vErrors.push(err256);
                      }
                      errors++;
                    }
                  }
                }
                if (data130.component !== undefined) {
                  if (typeof data130.component !== 'string') {
                    const err257 = {
                      instancePath: instancePath + '/spec/failures/' + i15 + '/component',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/component/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err257];
                    } else {
                      vErrors.push(err257);
                    }
                    errors++;
                  }
                }
                if (data130.member !== undefined) {
                  let data138 = data130.member;
                  if (!(typeof data138 == 'number' && !(data138 % 1) && !isNaN(data138))) {
                    const err258 = {
                      instancePath: instancePath + '/spec/failures/' + i15 + '/member',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/member/type',
                      keyword: 'type',
                      params: { type: 'integer' },
                      message: 'must be integer',
                    };
                    if (vErrors === null) {
                      vErrors = [err258];
                    } else {
                      vErrors.push(err258);
                    }
                    errors++;
                  }
                  if (typeof data138 == 'number') {
                    if (data138 < 0 || isNaN(data138)) {
                      const err259 = {
                        instancePath: instancePath + '/spec/failures/' + i15 + '/member',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/member/minimum',
                        keyword: 'minimum',
                        params: { comparison: '>=', limit: 0 },
                        message: 'must be >= 0',
                      };
                      if (vErrors === null) {
                        vErrors = [err259];
                      } else {
                        vErrors.push(err259);
                      }
                      errors++;
                    }
                  }
                }
                if (data130.between !== undefined) {
                  let data139 = data130.between;
                  if (Array.isArray(data139)) {
                    if (data139.length > 2) {
                      const err260 = {
                        instancePath: instancePath + '/spec/failures/' + i15 + '/between',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/between/maxItems',
                        keyword: 'maxItems',
                        params: { limit: 2 },
                        message: 'must NOT have more than 2 items',
                      };
                      if (vErrors === null) {
                        vErrors = [err260];
                      } else {
                        vErrors.push(err260);
                      }
                      errors++;
                    }
                    if (data139.length < 2) {
                      const err261 = {
                        instancePath: instancePath + '/spec/failures/' + i15 + '/between',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/between/minItems',
                        keyword: 'minItems',
                        params: { limit: 2 },
                        message: 'must NOT have fewer than 2 items',
                      };
                      if (vErrors === null) {
                        vErrors = [err261];
                      } else {
                        vErrors.push(err261);
                      }
                      errors++;
                    }
                    const len17 = data139.length;
                    for (let i17 = 0; i17 < len17; i17++) {
                      let data140 = data139[i17];
                      if (Array.isArray(data140)) {
                        const len18 = data140.length;
                        for (let i18 = 0; i18 < len18; i18++) {
                          if (typeof data140[i18] !== 'string') {
                            const err262 = {
                              instancePath: instancePath + '/spec/failures/' + i15 + '/between/' + i17 + '/' + i18,
                              schemaPath:
                                '#/properties/spec/properties/failures/items/properties/between/items/items/type',
                              keyword: 'type',
                              params: { type: 'string' },
                              message: 'must be string',
                            };
                            if (vErrors === null) {
                              vErrors = [err262];
                            } else {
                              vErrors.push(err262);
                            }
                            errors++;
                          }
                        }
                      } else {
                        const err263 = {
                          instancePath: instancePath + '/spec/failures/' + i15 + '/between/' + i17,
                          schemaPath: '#/properties/spec/properties/failures/items/properties/between/items/type',
                          keyword: 'type',
                          params: { type: 'array' },
                          message: 'must be array',
                        };
                        if (vErrors === null) {
                          vErrors = [err263];
                        } else {
                          vErrors.push(err263);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err264 = {
                      instancePath: instancePath + '/spec/failures/' + i15 + '/between',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/between/type',
                      keyword: 'type',
                      params: { type: 'array' },
                      message: 'must be array',
                    };
                    if (vErrors === null) {
                      vErrors = [err264];
                    } else {
                      vErrors.push(err264);
                    }
                    errors++;
                  }
                }
                if (data130.oneWay !== undefined) {
                  if (typeof data130.oneWay !== 'boolean') {
                    const err265 = {
                      instancePath: instancePath + '/spec/failures/' + i15 + '/oneWay',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/oneWay/type',
                      keyword: 'type',
                      params: { type: 'boolean' },
                      message: 'must be boolean',
                    };
                    if (vErrors === null) {
                      vErrors = [err265];
                    } else {
                      vErrors.push(err265);
                    }
                    errors++;
                  }
                }
                if (data130.latency !== undefined) {
                  let data143 = data130.latency;
                  const _errs347 = errors;
                  let valid81 = false;
                  const _errs348 = errors;
                  if (typeof data143 === 'string') {
                    if (!pattern0.test(data143)) {
                      const err266 = {
                        instancePath: instancePath + '/spec/failures/' + i15 + '/latency',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/latency/anyOf/0/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err266];
                      } else {
                        vErrors.push(err266);
                      }
                      errors++;
                    }
                  } else {
                    const err267 = {
                      instancePath: instancePath + '/spec/failures/' + i15 + '/latency',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/latency/anyOf/0/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err267];
                    } else {
                      vErrors.push(err267);
                    }
                    errors++;
                  }
                  var _valid8 = _errs348 === errors;
                  valid81 = valid81 || _valid8;
                  if (!valid81) {
                    const _errs350 = errors;
                    if (data143 && typeof data143 == 'object' && !Array.isArray(data143)) {
                      if (data143.p50 === undefined) {
                        const err268 = {
                          instancePath: instancePath + '/spec/failures/' + i15 + '/latency',
                          schemaPath: '#/properties/spec/properties/failures/items/properties/latency/anyOf/1/required',
                          keyword: 'required',
                          params: { missingProperty: 'p50' },
                          message: "must have required property '" + 'p50' + "'",
                        };
                        if (vErrors === null) {
                          vErrors = [err268];
                        } else {
                          vErrors.push(err268);
                        }
                        errors++;
                      }
                      for (const key35 in data143) {
                        if (!(key35 === 'p50' || key35 === 'p99')) {
                          const err269 = {
                            instancePath: instancePath + '/spec/failures/' + i15 + '/latency',
                            schemaPath:
                              '#/properties/spec/properties/failures/items/properties/latency/anyOf/1/additionalProperties',
                            keyword: 'additionalProperties',
                            params: { additionalProperty: key35 },
                            message: 'must NOT have additional properties',
                          };
                          if (vErrors === null) {
                            vErrors = [err269];
                          } else {
                            vErrors.push(err269);
                          }
                          errors++;
                        }
                      }
                      if (data143.p50 !== undefined) {
                        let data144 = data143.p50;
                        if (typeof data144 === 'string') {
                          if (!pattern0.test(data144)) {
                            const err270 = {
                              instancePath: instancePath + '/spec/failures/' + i15 + '/latency/p50',
                              schemaPath:
                                '#/properties/spec/properties/failures/items/properties/latency/anyOf/1/properties/p50/pattern',
                              keyword: 'pattern',
                              params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                              message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                            };
                            if (vErrors === null) {
                              vErrors = [err270];
                            } else {
                              vErrors.push(err270);
                            }
                            errors++;
                          }
                        } else {
                          const err271 = {
                            instancePath: instancePath + '/spec/failures/' + i15 + '/latency/p50',
                            schemaPath:
                              '#/properties/spec/properties/failures/items/properties/latency/anyOf/1/properties/p50/type',
                            keyword: 'type',
                            params: { type: 'string' },
                            message: 'must be string',
                          };
                          if (vErrors === null) {
                            vErrors = [err271];
                          } else {
                            vErrors.push(err271);
                          }
                          errors++;
                        }
                      }
                      if (data143.p99 !== undefined) {
                        let data145 = data143.p99;
                        if (typeof data145 === 'string') {
                          if (!pattern0.test(data145)) {
                            const err272 = {
                              instancePath: instancePath + '/spec/failures/' + i15 + '/latency/p99',
                              schemaPath:
                                '#/properties/spec/properties/failures/items/properties/latency/anyOf/1/properties/p99/pattern',
                              keyword: 'pattern',
                              params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                              message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                            };
                            if (vErrors === null) {
                              vErrors = [err272];
                            } else {
                              vErrors.push(err272);
                            }
                            errors++;
                          }
                        } else {
                          const err273 = {
                            instancePath: instancePath + '/spec/failures/' + i15 + '/latency/p99',
                            schemaPath:
                              '#/properties/spec/properties/failures/items/properties/latency/anyOf/1/properties/p99/type',
                            keyword: 'type',
                            params: { type: 'string' },
                            message: 'must be string',
                          };
                          if (vErrors === null) {
                            vErrors = [err273];
                          } else {
                            vErrors.push(err273);
                          }
                          errors++;
                        }
                      }
                    } else {
                      const err274 = {
                        instancePath: instancePath + '/spec/failures/' + i15 + '/latency',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/latency/anyOf/1/type',
                        keyword: 'type',
                        params: { type: 'object' },
                        message: 'must be object',
                      };
                      if (vErrors === null) {
                        vErrors = [err274];
                      } else {
                        vErrors.push(err274);
                      }
                      errors++;
                    }
                    var _valid8 = _errs350 === errors;
                    valid81 = valid81 || _valid8;
                  }
                  if (!valid81) {
                    const err275 = {
                      instancePath: instancePath + '/spec/failures/' + i15 + '/latency',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/latency/anyOf',
                      keyword: 'anyOf',
                      params: {},
                      message: 'must match a schema in anyOf',
                    };
                    if (vErrors === null) {
                      vErrors = [err275];
                    } else {
                      vErrors.push(err275);
                    }
                    errors++;
                  } else {
                    errors = _errs347;
                    if (vErrors !== null) {
                      if (_errs347) {
                        vErrors.length = _errs347;
                      } else {
                        vErrors = null;
                      }
                    }
                  }
                }
                if (data130.loss !== undefined) {
                  let data146 = data130.loss;
                  if (typeof data146 == 'number') {
                    if (data146 > 1 || isNaN(data146)) {
                      const err276 = {
                        instancePath: instancePath + '/spec/failures/' + i15 + '/loss',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/loss/maximum',
                        keyword: 'maximum',
                        params: { comparison: '<=', limit: 1 },
                        message: 'must be <= 1',
                      };
                      if (vErrors === null) {
                        vErrors = [err276];
                      } else {
                        vErrors.push(err276);
                      }
                      errors++;
                    }
                    if (data146 < 0 || isNaN(data146)) {
                      const err277 = {
                        instancePath: instancePath + '/spec/failures/' + i15 + '/loss',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/loss/minimum',
                        keyword: 'minimum',
                        params: { comparison: '>=', limit: 0 },
                        message: 'must be >= 0',
                      };
                      if (vErrors === null) {
                        vErrors = [err277];
                      } else {
                        vErrors.push(err277);
                      }
                      errors++;
                    }
                  } else {
                    const err278 = {
                      instancePath: instancePath + '/spec/failures/' + i15 + '/loss',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/loss/type',
                      keyword: 'type',
                      params: { type: 'number' },
                      message: 'must be number',
                    };
                    if (vErrors === null) {
                      vErrors = [err278];
                    } else {
                      vErrors.push(err278);
                    }
                    errors++;
                  }
                }
                if (data130.for !== undefined) {
                  let data147 = data130.for;
                  if (typeof data147 === 'string') {
                    if (!pattern0.test(data147)) {
                      const err279 = {
                        instancePath: instancePath + '/spec/failures/' + i15 + '/for',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/for/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err279];
                      } else {
                        vErrors.push(err279);
                      }
                      errors++;
                    }
                  } else {
                    const err280 = {
                      instancePath: instancePath + '/spec/failures/' + i15 + '/for',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/for/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err280];
                    } else {
                      vErrors.push(err280);
                    }
                    errors++;
                  }
                }
                if (data130.mtbf !== undefined) {
                  let data148 = data130.mtbf;
                  if (typeof data148 === 'string') {
                    if (!pattern0.test(data148)) {
                      const err281 = {
                        instancePath: instancePath + '/spec/failures/' + i15 + '/mtbf',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/mtbf/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err281];
                      } else {
                        vErrors.push(err281);
                      }
                      errors++;
                    }
                  } else {
                    const err282 = {
                      instancePath: instancePath + '/spec/failures/' + i15 + '/mtbf',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/mtbf/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err282];
                    } else {
                      vErrors.push(err282);
                    }
                    errors++;
                  }
                }
                if (data130.mttr !== undefined) {
                  let data149 = data130.mttr;
                  if (typeof data149 === 'string') {
                    if (!pattern0.test(data149)) {
                      const err283 = {
                        instancePath: instancePath + '/spec/failures/' + i15 + '/mttr',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/mttr/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err283];
                      } else {
                        vErrors.push(err283);
                      }
                      errors++;
                    }
                  } else {
                    const err284 = {
                      instancePath: instancePath + '/spec/failures/' + i15 + '/mttr',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/mttr/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err284];
                    } else {
                      vErrors.push(err284);
                    }
                    errors++;
                  }
                }
                if (data130.from !== undefined) {
                  let data150 = data130.from;
                  if (typeof data150 === 'string') {
                    if (!pattern0.test(data150)) {
                      const err285 = {
                        instancePath: instancePath + '/spec/failures/' + i15 + '/from',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/from/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err285];
                      } else {
                        vErrors.push(err285);
                      }
                      errors++;
                    }
                  } else {
                    const err286 = {
                      instancePath: instancePath + '/spec/failures/' + i15 + '/from',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/from/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err286];
                    } else {
                      vErrors.push(err286);
                    }
                    errors++;
                  }
                }
                if (data130.until !== undefined) {
                  let data151 = data130.until;
                  if (typeof data151 === 'string') {
                    if (!pattern0.test(data151)) {
                      const err287 = {
                        instancePath: instancePath + '/spec/failures/' + i15 + '/until',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/until/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err287];
                      } else {
                        vErrors.push(err287);
                      }
                      errors++;
                    }
                  } else {
                    const err288 = {
                      instancePath: instancePath + '/spec/failures/' + i15 + '/until',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/until/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err288];
                    } else {
                      vErrors.push(err288);
                    }
                    errors++;
                  }
                }
              } else {
                const err289 = {
                  instancePath: instancePath + '/spec/failures/' + i15,
                  schemaPath: '#/properties/spec/properties/failures/items/type',
                  keyword: 'type',
                  params: { type: 'object' },
                  message: 'must be object',
                };
                if (vErrors === null) {
                  vErrors = [err289];
                } else {
                  vErrors.push(err289);
                }
                errors++;
              }
            }
          } else {
            const err290 = {
              instancePath: instancePath + '/spec/failures',
              schemaPath: '#/properties/spec/properties/failures/type',
              keyword: 'type',
              params: { type: 'array' },
              message: 'must be array',
            };
            if (vErrors === null) {
              vErrors = [err290];
            } else {
              vErrors.push(err290);
            }
            errors++;
          }
        }
        if (data8.expect !== undefined) {
          let data152 = data8.expect;
          if (Array.isArray(data152)) {
            const len19 = data152.length;
            for (let i19 = 0; i19 < len19; i19++) {
              let data153 = data152[i19];
              if (data153 && typeof data153 == 'object' && !Array.isArray(data153)) {
                if (data153.name === undefined) {
                  const err291 = {
                    instancePath: instancePath + '/spec/expect/' + i19,
                    schemaPath: '#/properties/spec/properties/expect/items/required',
                    keyword: 'required',
                    params: { missingProperty: 'name' },
                    message: "must have required property '" + 'name' + "'",
                  };
                  if (vErrors === null) {
                    vErrors = [err291];
                  } else {
                    vErrors.push(err291);
                  }
                  errors++;
                }
                if (data153.that === undefined) {
                  const err292 = {
                    instancePath: instancePath + '/spec/expect/' + i19,
                    schemaPath: '#/properties/spec/properties/expect/items/required',
                    keyword: 'required',
                    params: { missingProperty: 'that' },
                    message: "must have required property '" + 'that' + "'",
                  };
                  if (vErrors === null) {
                    vErrors = [err292];
                  } else {
                    vErrors.push(err292);
                  }
                  errors++;
                }
                for (const key36 in data153) {
                  if (
                    !(
                      key36 === 'name' ||
                      key36 === 'that' ||
                      key36 === 'eventually' ||
                      key36 === 'always' ||
                      key36 === 'never' ||
                      key36 === 'at' ||
                      key36 === 'from' ||
                      key36 === 'until'
                    )
                  ) {
                    const err293 = {
                      instancePath: instancePath + '/spec/expect/' + i19,
                      schemaPath: '#/properties/spec/properties/expect/items/additionalProperties',
                      keyword: 'additionalProperties',
                      params: { additionalProperty: key36 },
                      message: 'must NOT have additional properties',
                    };
                    if (vErrors === null) {
                      vErrors = [err293];
                    } else {
                      vErrors.push(err293);
                    }
                    errors++;
                  }
                }
                if (data153.name !== undefined) {
                  let data154 = data153.name;
                  if (typeof data154 === 'string') {
                    if (func2(data154) < 1) {
                      const err294 = {
                        instancePath: instancePath + '/spec/expect/' + i19 + '/name',
                        schemaPath: '#/properties/spec/properties/expect/items/properties/name/minLength',
                        keyword: 'minLength',
                        params: { limit: 1 },
                        message: 'must NOT have fewer than 1 characters',
                      };
                      if (vErrors === null) {
                        vErrors = [err294];
                      } else {
                        vErrors.push(err294);
                      }
                      errors++;
                    }
                  } else {
                    const err295 = {
                      instancePath: instancePath + '/spec/expect/' + i19 + '/name',
                      schemaPath: '#/properties/spec/properties/expect/items/properties/name/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err295];
                    } else {
                      vErrors.push(err295);
                    }
                    errors++;
                  }
                }
                if (data153.that !== undefined) {
                  let data155 = data153.that;
                  if (typeof data155 === 'string') {
                    if (func2(data155) < 1) {
                      const err296 = {
                        instancePath: instancePath + '/spec/expect/' + i19 + '/that',
                        schemaPath: '#/properties/spec/properties/expect/items/properties/that/minLength',
                        keyword: 'minLength',
                        params: { limit: 1 },
                        message: 'must NOT have fewer than 1 characters',
                      };
                      if (vErrors === null) {
                        vErrors = [err296];
                      } else {
                        vErrors.push(err296);
                      }
                      errors++;
                    }
                  } else {
                    const err297 = {
                      instancePath: instancePath + '/spec/expect/' + i19 + '/that',
                      schemaPath: '#/properties/spec/properties/expect/items/properties/that/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err297];
                    } else {
                      vErrors.push(err297);
                    }
                    errors++;
                  }
                }
                if (data153.eventually !== undefined) {
                  let data156 = data153.eventually;
                  if (data156 && typeof data156 == 'object' && !Array.isArray(data156)) {
                    for (const key37 in data156) {
                      if (!(key37 === 'after' || key37 === 'within')) {
                        const err298 = {
                          instancePath: instancePath + '/spec/expect/' + i19 + '/eventually',
                          schemaPath:
                            '#/properties/spec/properties/expect/items/properties/eventually/additionalProperties',
                          keyword: 'additionalProperties',
                          params: { additionalProperty: key37 },
                          message: 'must NOT have additional properties',
                        };
                        if (vErrors === null) {
                          vErrors = [err298];
                        } else {
                          vErrors.push(err298);
                        }
                        errors++;
                      }
                    }
                    if (data156.after !== undefined) {
                      let data157 = data156.after;
                      if (typeof data157 === 'string') {
                        if (!pattern0.test(data157)) {
                          const err299 = {
                            instancePath: instancePath + '/spec/expect/' + i19 + '/eventually/after',
                            schemaPath:
                              '#/properties/spec/properties/expect/items/properties/eventually/properties/after/pattern',
                            keyword: 'pattern',
                            params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                            message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                          };
                          if (vErrors === null) {
                            vErrors = [err299];
                          } else {
                            vErrors.push(err299);
                          }
                          errors++;
                        }
                      } else {
                        const err300 = {
                          instancePath: instancePath + '/spec/expect/' + i19 + '/eventually/after',
                          schemaPath:
                            '#/properties/spec/properties/expect/items/properties/eventually/properties/after/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err300];
                        } else {
                          vErrors.push(err300);
                        }
                        errors++;
                      }
                    }
                    if (data156.within !== undefined) {
                      let data158 = data156.within;
                      if (typeof data158 === 'string') {
                        if (!pattern0.test(data158)) {
                          const err301 = {
                            instancePath: instancePath + '/spec/expect/' + i19 + '/eventually/within',
                            schemaPath:
                              '#/properties/spec/properties/expect/items/properties/eventually/properties/within/pattern',
                            keyword: 'pattern',
                            params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                            message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                          };
                          if (vErrors === null) {
                            vErrors = [err301];
                          } else {
                            vErrors.push(err301);
                          }
                          errors++;
                        }
                      } else {
                        const err302 = {
                          instancePath: instancePath + '/spec/expect/' + i19 + '/eventually/within',
                          schemaPath:
                            '#/properties/spec/properties/expect/items/properties/eventually/properties/within/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err302];
                        } else {
                          vErrors.push(err302);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err303 = {
                      instancePath: instancePath + '/spec/expect/' + i19 + '/eventually',
                      schemaPath: '#/properties/spec/properties/expect/items/properties/eventually/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err303];
                    } else {
                      vErrors.push(err303);
                    }
                    errors++;
                  }
                }
                if (data153.always !== undefined) {
                  if (typeof data153.always !== 'boolean') {
                    const err304 = {
                      instancePath: instancePath + '/spec/expect/' + i19 + '/always',
                      schemaPath: '#/properties/spec/properties/expect/items/properties/always/type',
                      keyword: 'type',
                      params: { type: 'boolean' },
                      message: 'must be boolean',
                    };
                    if (vErrors === null) {
                      vErrors = [err304];
                    } else {
                      vErrors.push(err304);
                    }
                    errors++;
                  }
                }
                if (data153.never !== undefined) {
                  if (typeof data153.never !== 'boolean') {
                    const err305 = {
                      instancePath: instancePath + '/spec/expect/' + i19 + '/never',
                      schemaPath: '#/properties/spec/properties/expect/items/properties/never/type',
                      keyword: 'type',
                      params: { type: 'boolean' },
                      message: 'must be boolean',
                    };
                    if (vErrors === null) {
                      vErrors = [err305];
                    } else {
                      vErrors.push(err305);
                    }
                    errors++;
                  }
                }
                if (data153.at !== undefined) {
                  let data161 = data153.at;
                  if (typeof data161 === 'string') {
                    if (!pattern0.test(data161)) {
                      const err306 = {
                        instancePath: instancePath + '/spec/expect/' + i19 + '/at',
                        schemaPath: '#/properties/spec/properties/expect/items/properties/at/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err306];
                      } else {
                        vErrors.push(err306);
                      }
                      errors++;
                    }
                  } else {
                    const err307 = {
                      instancePath: instancePath + '/spec/expect/' + i19 + '/at',
                      schemaPath: '#/properties/spec/properties/expect/items/properties/at/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err307];
                    } else {
                      vErrors.push(err307);
                    }
                    errors++;
                  }
                }
                if (data153.from !== undefined) {
                  let data162 = data153.from;
                  if (typeof data162 === 'string') {
                    if (!pattern0.test(data162)) {
                      const err308 = {
                        instancePath: instancePath + '/spec/expect/' + i19 + '/from',
                        schemaPath: '#/properties/spec/properties/expect/items/properties/from/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err308];
                      } else {
                        vErrors.push(err308);
                      }
                      errors++;
                    }
                  } else {
                    const err309 = {
                      instancePath: instancePath + '/spec/expect/' + i19 + '/from',
                      schemaPath: '#/properties/spec/properties/expect/items/properties/from/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err309];
                    } else {
                      vErrors.push(err309);
                    }
                    errors++;
                  }
                }
                if (data153.until !== undefined) {
                  let data163 = data153.until;
                  if (typeof data163 === 'string') {
                    if (!pattern0.test(data163)) {
                      const err310 = {
                        instancePath: instancePath + '/spec/expect/' + i19 + '/until',
                        schemaPath: '#/properties/spec/properties/expect/items/properties/until/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err310];
                      } else {
                        vErrors.push(err310);
                      }
                      errors++;
                    }
                  } else {
                    const err311 = {
                      instancePath: instancePath + '/spec/expect/' + i19 + '/until',
                      schemaPath: '#/properties/spec/properties/expect/items/properties/until/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err311];
                    } else {
                      vErrors.push(err311);
                    }
                    errors++;
                  }
                }
              } else {
                const err312 = {
                  instancePath: instancePath + '/spec/expect/' + i19,
                  schemaPath: '#/properties/spec/properties/expect/items/type',
                  keyword: 'type',
                  params: { type: 'object' },
                  message: 'must be object',
                };
                if (vErrors === null) {
                  vErrors = [err312];
                } else {
                  vErrors.push(err312);
                }
                errors++;
              }
            }
          } else {
            const err313 = {
              instancePath: instancePath + '/spec/expect',
              schemaPath: '#/properties/spec/properties/expect/type',
              keyword: 'type',
              params: { type: 'array' },
              message: 'must be array',
            };
            if (vErrors === null) {
              vErrors = [err313];
            } else {
              vErrors.push(err313);
            }
            errors++;
          }
        }
      } else {
        const err314 = {
          instancePath: instancePath + '/spec',
          schemaPath: '#/properties/spec/type',
          keyword: 'type',
          params: { type: 'object' },
          message: 'must be object',
        };
        if (vErrors === null) {
          vErrors = [err314];
        } else {
          vErrors.push(err314);
        }
        errors++;
      }
    }
  } else {
    const err315 = {
      instancePath,
      schemaPath: '#/type',
      keyword: 'type',
      params: { type: 'object' },
      message: 'must be object',
    };
    if (vErrors === null) {
      vErrors = [err315];
    } else {
      vErrors.push(err315);
    }
    errors++;
  }
  validate10.errors = vErrors;
  return errors === 0;
}
