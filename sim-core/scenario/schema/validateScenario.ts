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
                    anyOf: [{ type: 'string', minLength: 1 }, { type: 'object' }],
                    description: 'A KubeSchedulerConfiguration, inline or as a file.',
                  },
                  extenders: {
                    type: 'array',
                    items: {
                      type: 'object',
                      additionalProperties: false,
                      required: ['urlPrefix'],
                      properties: {
                        urlPrefix: {
                          type: 'string',
                          description: 'Whose calls it answers: the urlPrefix in the configuration.',
                        },
                        latency: {
                          description:
                            'A constant duration, or the median and 99th percentile of a log-normal distribution.',
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
                        filter: {
                          type: 'array',
                          items: {
                            type: 'object',
                            additionalProperties: false,
                            required: ['reason'],
                            properties: {
                              nodes: { type: 'string', description: 'Label selector of nodes; absent: all.' },
                              pods: { type: 'string', description: 'Label selector of pods; absent: all.' },
                              reason: { type: 'string' },
                              unresolvable: { type: 'boolean' },
                            },
                          },
                        },
                        prioritize: {
                          type: 'array',
                          items: {
                            type: 'object',
                            additionalProperties: false,
                            required: ['score'],
                            properties: {
                              nodes: { type: 'string', description: 'Label selector of nodes; absent: all.' },
                              pods: { type: 'string', description: 'Label selector of pods; absent: all.' },
                              score: { type: 'integer', minimum: 0, maximum: 10 },
                            },
                          },
                        },
                        preempt: {
                          type: 'array',
                          items: {
                            type: 'object',
                            additionalProperties: false,
                            required: [],
                            properties: {
                              nodes: { type: 'string', description: 'Label selector of nodes; absent: all.' },
                              pods: { type: 'string', description: 'Label selector of pods; absent: all.' },
                            },
                          },
                        },
                        bind: {
                          type: 'array',
                          items: {
                            type: 'object',
                            additionalProperties: false,
                            required: ['error'],
                            properties: {
                              nodes: { type: 'string', description: 'Label selector of nodes; absent: all.' },
                              pods: { type: 'string', description: 'Label selector of pods; absent: all.' },
                              error: { type: 'string' },
                            },
                          },
                        },
                        failures: {
                          type: 'array',
                          items: {
                            type: 'object',
                            additionalProperties: false,
                            required: ['kind'],
                            properties: {
                              kind: { enum: ['timeout', 'refused', 'status', 'error'] },
                              verb: { enum: ['filter', 'prioritize', 'preempt', 'bind'] },
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
                              code: { type: 'integer', minimum: 100, maximum: 599 },
                              message: { type: 'string' },
                            },
                          },
                        },
                      },
                    },
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
              staticPods: {
                type: 'array',
                items: { type: 'string', minLength: 1 },
                description: 'Manifests that each kubelet of the pool runs as static pods.',
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
                      'NodeResize',
                      'RuntimeHang',
                    ],
                    description: 'What breaks.',
                  },
                  zone: {
                    type: 'string',
                    description: 'ZoneOutage: every node and control-plane member of this zone.',
                  },
                  node: {
                    type: 'string',
                    description: 'NodeCrash, NodeReboot, KubeletStop, RuntimeHang, NodeResize: one node.',
                  },
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
                  allocatable: {
                    type: 'object',
                    additionalProperties: { type: ['string', 'number'] },
                    description: 'NodeResize: what pods may use of the node from then on, by resource.',
                  },
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
                  boot: {
                    description: 'From the request until the kubelet of a new machine starts.',
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
                    anyOf: [{ type: 'string', minLength: 1 }, { type: 'object' }],
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
                  'NodeResize',
                  'RuntimeHang',
                ],
                description: 'What breaks.',
              },
              zone: { type: 'string', description: 'ZoneOutage: every node and control-plane member of this zone.' },
              node: {
                type: 'string',
                description: 'NodeCrash, NodeReboot, KubeletStop, RuntimeHang, NodeResize: one node.',
              },
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
const pattern10 = new RegExp('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', 'u');

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
                  key5 === 'featureGates' ||
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
            if (data13.featureGates !== undefined) {
              let data22 = data13.featureGates;
              if (data22 && typeof data22 == 'object' && !Array.isArray(data22)) {
                for (const key9 in data22) {
                  let data23 = data22[key9];
                  if (typeof data23 !== 'boolean' && typeof data23 !== 'string') {
                    const err37 = {
                      instancePath:
                        instancePath +
                        '/spec/controlPlane/featureGates/' +
                        key9.replace(/~/g, '~0').replace(/\//g, '~1'),
                      schemaPath:
                        '#/properties/spec/properties/controlPlane/properties/featureGates/additionalProperties/type',
                      keyword: 'type',
                      params: {
                        type: schema11.properties.spec.properties.controlPlane.properties.featureGates
                          .additionalProperties.type,
                      },
                      message: 'must be boolean,string',
                    };
                    if (vErrors === null) {
                      vErrors = [err37];
                    } else {
                      vErrors.push(err37);
                    }
                    errors++;
                  }
                }
              } else {
                const err38 = {
                  instancePath: instancePath + '/spec/controlPlane/featureGates',
                  schemaPath: '#/properties/spec/properties/controlPlane/properties/featureGates/type',
                  keyword: 'type',
                  params: { type: 'object' },
                  message: 'must be object',
                };
                if (vErrors === null) {
                  vErrors = [err38];
                } else {
                  vErrors.push(err38);
                }
                errors++;
              }
            }
            if (data13.schedulers !== undefined) {
              let data24 = data13.schedulers;
              if (Array.isArray(data24)) {
                const len0 = data24.length;
                for (let i0 = 0; i0 < len0; i0++) {
                  let data25 = data24[i0];
                  if (data25 && typeof data25 == 'object' && !Array.isArray(data25)) {
                    for (const key10 in data25) {
                      if (!(key10 === 'replicas' || key10 === 'config' || key10 === 'extenders')) {
                        const err39 = {
                          instancePath: instancePath + '/spec/controlPlane/schedulers/' + i0,
                          schemaPath:
                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/additionalProperties',
                          keyword: 'additionalProperties',
                          params: { additionalProperty: key10 },
                          message: 'must NOT have additional properties',
                        };
                        if (vErrors === null) {
                          vErrors = [err39];
                        } else {
                          vErrors.push(err39);
                        }
                        errors++;
                      }
                    }
                    if (data25.replicas !== undefined) {
                      let data26 = data25.replicas;
                      if (!(typeof data26 == 'number' && !(data26 % 1) && !isNaN(data26))) {
                        const err40 = {
                          instancePath: instancePath + '/spec/controlPlane/schedulers/' + i0 + '/replicas',
                          schemaPath:
                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/replicas/type',
                          keyword: 'type',
                          params: { type: 'integer' },
                          message: 'must be integer',
                        };
                        if (vErrors === null) {
                          vErrors = [err40];
                        } else {
                          vErrors.push(err40);
                        }
                        errors++;
                      }
                      if (typeof data26 == 'number') {
                        if (data26 > 5 || isNaN(data26)) {
                          const err41 = {
                            instancePath: instancePath + '/spec/controlPlane/schedulers/' + i0 + '/replicas',
                            schemaPath:
                              '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/replicas/maximum',
                            keyword: 'maximum',
                            params: { comparison: '<=', limit: 5 },
                            message: 'must be <= 5',
                          };
                          if (vErrors === null) {
                            vErrors = [err41];
                          } else {
                            vErrors.push(err41);
                          }
                          errors++;
                        }
                        if (data26 < 1 || isNaN(data26)) {
                          const err42 = {
                            instancePath: instancePath + '/spec/controlPlane/schedulers/' + i0 + '/replicas',
                            schemaPath:
                              '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/replicas/minimum',
                            keyword: 'minimum',
                            params: { comparison: '>=', limit: 1 },
                            message: 'must be >= 1',
                          };
                          if (vErrors === null) {
                            vErrors = [err42];
                          } else {
                            vErrors.push(err42);
                          }
                          errors++;
                        }
                      }
                    }
                    if (data25.config !== undefined) {
                      let data27 = data25.config;
                      const _errs64 = errors;
                      let valid13 = false;
                      const _errs65 = errors;
                      if (typeof data27 === 'string') {
                        if (func2(data27) < 1) {
                          const err43 = {
                            instancePath: instancePath + '/spec/controlPlane/schedulers/' + i0 + '/config',
                            schemaPath:
                              '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/config/anyOf/0/minLength',
                            keyword: 'minLength',
                            params: { limit: 1 },
                            message: 'must NOT have fewer than 1 characters',
                          };
                          if (vErrors === null) {
                            vErrors = [err43];
                          } else {
                            vErrors.push(err43);
                          }
                          errors++;
                        }
                      } else {
                        const err44 = {
                          instancePath: instancePath + '/spec/controlPlane/schedulers/' + i0 + '/config',
                          schemaPath:
                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/config/anyOf/0/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err44];
                        } else {
                          vErrors.push(err44);
                        }
                        errors++;
                      }
                      var _valid0 = _errs65 === errors;
                      valid13 = valid13 || _valid0;
                      if (!valid13) {
                        const _errs67 = errors;
                        if (!(data27 && typeof data27 == 'object' && !Array.isArray(data27))) {
                          const err45 = {
                            instancePath: instancePath + '/spec/controlPlane/schedulers/' + i0 + '/config',
                            schemaPath:
                              '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/config/anyOf/1/type',
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
                        var _valid0 = _errs67 === errors;
                        valid13 = valid13 || _valid0;
                      }
                      if (!valid13) {
                        const err46 = {
                          instancePath: instancePath + '/spec/controlPlane/schedulers/' + i0 + '/config',
                          schemaPath:
                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/config/anyOf',
                          keyword: 'anyOf',
                          params: {},
                          message: 'must match a schema in anyOf',
                        };
                        if (vErrors === null) {
                          vErrors = [err46];
                        } else {
                          vErrors.push(err46);
                        }
                        errors++;
                      } else {
                        errors = _errs64;
                        if (vErrors !== null) {
                          if (_errs64) {
                            vErrors.length = _errs64;
                          } else {
                            vErrors = null;
                          }
                        }
                      }
                    }
                    if (data25.extenders !== undefined) {
                      let data28 = data25.extenders;
                      if (Array.isArray(data28)) {
                        const len1 = data28.length;
                        for (let i1 = 0; i1 < len1; i1++) {
                          let data29 = data28[i1];
                          if (data29 && typeof data29 == 'object' && !Array.isArray(data29)) {
                            if (data29.urlPrefix === undefined) {
                              const err47 = {
                                instancePath: instancePath + '/spec/controlPlane/schedulers/' + i0 + '/extenders/' + i1,
                                schemaPath:
                                  '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/required',
                                keyword: 'required',
                                params: { missingProperty: 'urlPrefix' },
                                message: "must have required property '" + 'urlPrefix' + "'",
                              };
                              if (vErrors === null) {
                                vErrors = [err47];
                              } else {
                                vErrors.push(err47);
                              }
                              errors++;
                            }
                            for (const key11 in data29) {
                              if (
                                !(
                                  key11 === 'urlPrefix' ||
                                  key11 === 'latency' ||
                                  key11 === 'filter' ||
                                  key11 === 'prioritize' ||
                                  key11 === 'preempt' ||
                                  key11 === 'bind' ||
                                  key11 === 'failures'
                                )
                              ) {
                                const err48 = {
                                  instancePath:
                                    instancePath + '/spec/controlPlane/schedulers/' + i0 + '/extenders/' + i1,
                                  schemaPath:
                                    '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/additionalProperties',
                                  keyword: 'additionalProperties',
                                  params: { additionalProperty: key11 },
                                  message: 'must NOT have additional properties',
                                };
                                if (vErrors === null) {
                                  vErrors = [err48];
                                } else {
                                  vErrors.push(err48);
                                }
                                errors++;
                              }
                            }
                            if (data29.urlPrefix !== undefined) {
                              if (typeof data29.urlPrefix !== 'string') {
                                const err49 = {
                                  instancePath:
                                    instancePath +
                                    '/spec/controlPlane/schedulers/' +
                                    i0 +
                                    '/extenders/' +
                                    i1 +
                                    '/urlPrefix',
                                  schemaPath:
                                    '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/urlPrefix/type',
                                  keyword: 'type',
                                  params: { type: 'string' },
                                  message: 'must be string',
                                };
                                if (vErrors === null) {
                                  vErrors = [err49];
                                } else {
                                  vErrors.push(err49);
                                }
                                errors++;
                              }
                            }
                            if (data29.latency !== undefined) {
                              let data31 = data29.latency;
                              const _errs77 = errors;
                              let valid17 = false;
                              const _errs78 = errors;
                              if (typeof data31 === 'string') {
                                if (!pattern0.test(data31)) {
                                  const err50 = {
                                    instancePath:
                                      instancePath +
                                      '/spec/controlPlane/schedulers/' +
                                      i0 +
                                      '/extenders/' +
                                      i1 +
                                      '/latency',
                                    schemaPath:
                                      '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/latency/anyOf/0/pattern',
                                    keyword: 'pattern',
                                    params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                                    message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                                  };
                                  if (vErrors === null) {
                                    vErrors = [err50];
                                  } else {
                                    vErrors.push(err50);
                                  }
                                  errors++;
                                }
                              } else {
                                const err51 = {
                                  instancePath:
                                    instancePath +
                                    '/spec/controlPlane/schedulers/' +
                                    i0 +
                                    '/extenders/' +
                                    i1 +
                                    '/latency',
                                  schemaPath:
                                    '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/latency/anyOf/0/type',
                                  keyword: 'type',
                                  params: { type: 'string' },
                                  message: 'must be string',
                                };
                                if (vErrors === null) {
                                  vErrors = [err51];
                                } else {
                                  vErrors.push(err51);
                                }
                                errors++;
                              }
                              var _valid1 = _errs78 === errors;
                              valid17 = valid17 || _valid1;
                              if (!valid17) {
                                const _errs80 = errors;
                                if (data31 && typeof data31 == 'object' && !Array.isArray(data31)) {
                                  if (data31.p50 === undefined) {
                                    const err52 = {
                                      instancePath:
                                        instancePath +
                                        '/spec/controlPlane/schedulers/' +
                                        i0 +
                                        '/extenders/' +
                                        i1 +
                                        '/latency',
                                      schemaPath:
                                        '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/latency/anyOf/1/required',
                                      keyword: 'required',
                                      params: { missingProperty: 'p50' },
                                      message: "must have required property '" + 'p50' + "'",
                                    };
                                    if (vErrors === null) {
                                      vErrors = [err52];
                                    } else {
                                      vErrors.push(err52);
                                    }
                                    errors++;
                                  }
                                  for (const key12 in data31) {
                                    if (!(key12 === 'p50' || key12 === 'p99')) {
                                      const err53 = {
                                        instancePath:
                                          instancePath +
                                          '/spec/controlPlane/schedulers/' +
                                          i0 +
                                          '/extenders/' +
                                          i1 +
                                          '/latency',
                                        schemaPath:
                                          '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/latency/anyOf/1/additionalProperties',
                                        keyword: 'additionalProperties',
                                        params: { additionalProperty: key12 },
                                        message: 'must NOT have additional properties',
                                      };
                                      if (vErrors === null) {
                                        vErrors = [err53];
                                      } else {
                                        vErrors.push(err53);
                                      }
                                      errors++;
                                    }
                                  }
                                  if (data31.p50 !== undefined) {
                                    let data32 = data31.p50;
                                    if (typeof data32 === 'string') {
                                      if (!pattern0.test(data32)) {
                                        const err54 = {
                                          instancePath:
                                            instancePath +
                                            '/spec/controlPlane/schedulers/' +
                                            i0 +
                                            '/extenders/' +
                                            i1 +
                                            '/latency/p50',
                                          schemaPath:
                                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/latency/anyOf/1/properties/p50/pattern',
                                          keyword: 'pattern',
                                          params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                                          message:
                                            'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                                        };
                                        if (vErrors === null) {
                                          vErrors = [err54];
                                        } else {
                                          vErrors.push(err54);
                                        }
                                        errors++;
                                      }
                                    } else {
                                      const err55 = {
                                        instancePath:
                                          instancePath +
                                          '/spec/controlPlane/schedulers/' +
                                          i0 +
                                          '/extenders/' +
                                          i1 +
                                          '/latency/p50',
                                        schemaPath:
                                          '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/latency/anyOf/1/properties/p50/type',
                                        keyword: 'type',
                                        params: { type: 'string' },
                                        message: 'must be string',
                                      };
                                      if (vErrors === null) {
                                        vErrors = [err55];
                                      } else {
                                        vErrors.push(err55);
                                      }
                                      errors++;
                                    }
                                  }
                                  if (data31.p99 !== undefined) {
                                    let data33 = data31.p99;
                                    if (typeof data33 === 'string') {
                                      if (!pattern0.test(data33)) {
                                        const err56 = {
                                          instancePath:
                                            instancePath +
                                            '/spec/controlPlane/schedulers/' +
                                            i0 +
                                            '/extenders/' +
                                            i1 +
                                            '/latency/p99',
                                          schemaPath:
                                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/latency/anyOf/1/properties/p99/pattern',
                                          keyword: 'pattern',
                                          params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                                          message:
                                            'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                                        };
                                        if (vErrors === null) {
                                          vErrors = [err56];
                                        } else {
                                          vErrors.push(err56);
                                        }
                                        errors++;
                                      }
                                    } else {
                                      const err57 = {
                                        instancePath:
                                          instancePath +
                                          '/spec/controlPlane/schedulers/' +
                                          i0 +
                                          '/extenders/' +
                                          i1 +
                                          '/latency/p99',
                                        schemaPath:
                                          '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/latency/anyOf/1/properties/p99/type',
                                        keyword: 'type',
                                        params: { type: 'string' },
                                        message: 'must be string',
                                      };
                                      if (vErrors === null) {
                                        vErrors = [err57];
                                      } else {
                                        vErrors.push(err57);
                                      }
                                      errors++;
                                    }
                                  }
                                } else {
                                  const err58 = {
                                    instancePath:
                                      instancePath +
                                      '/spec/controlPlane/schedulers/' +
                                      i0 +
                                      '/extenders/' +
                                      i1 +
                                      '/latency',
                                    schemaPath:
                                      '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/latency/anyOf/1/type',
                                    keyword: 'type',
                                    params: { type: 'object' },
                                    message: 'must be object',
                                  };
                                  if (vErrors === null) {
                                    vErrors = [err58];
                                  } else {
                                    vErrors.push(err58);
                                  }
                                  errors++;
                                }
                                var _valid1 = _errs80 === errors;
                                valid17 = valid17 || _valid1;
                              }
                              if (!valid17) {
                                const err59 = {
                                  instancePath:
                                    instancePath +
                                    '/spec/controlPlane/schedulers/' +
                                    i0 +
                                    '/extenders/' +
                                    i1 +
                                    '/latency',
                                  schemaPath:
                                    '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/latency/anyOf',
                                  keyword: 'anyOf',
                                  params: {},
                                  message: 'must match a schema in anyOf',
                                };
                                if (vErrors === null) {
                                  vErrors = [err59];
                                } else {
                                  vErrors.push(err59);
                                }
                                errors++;
                              } else {
                                errors = _errs77;
                                if (vErrors !== null) {
                                  if (_errs77) {
                                    vErrors.length = _errs77;
                                  } else {
                                    vErrors = null;
                                  }
                                }
                              }
                            }
                            if (data29.filter !== undefined) {
                              let data34 = data29.filter;
                              if (Array.isArray(data34)) {
                                const len2 = data34.length;
                                for (let i2 = 0; i2 < len2; i2++) {
                                  let data35 = data34[i2];
                                  if (data35 && typeof data35 == 'object' && !Array.isArray(data35)) {
                                    if (data35.reason === undefined) {
                                      const err60 = {
                                        instancePath:
                                          instancePath +
                                          '/spec/controlPlane/schedulers/' +
                                          i0 +
                                          '/extenders/' +
                                          i1 +
                                          '/filter/' +
                                          i2,
                                        schemaPath:
                                          '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/filter/items/required',
                                        keyword: 'required',
                                        params: { missingProperty: 'reason' },
                                        message: "must have required property '" + 'reason' + "'",
                                      };
                                      if (vErrors === null) {
                                        vErrors = [err60];
                                      } else {
                                        vErrors.push(err60);
                                      }
                                      errors++;
                                    }
                                    for (const key13 in data35) {
                                      if (
                                        !(
                                          key13 === 'nodes' ||
                                          key13 === 'pods' ||
                                          key13 === 'reason' ||
                                          key13 === 'unresolvable'
                                        )
                                      ) {
                                        const err61 = {
                                          instancePath:
                                            instancePath +
                                            '/spec/controlPlane/schedulers/' +
                                            i0 +
                                            '/extenders/' +
                                            i1 +
                                            '/filter/' +
                                            i2,
                                          schemaPath:
                                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/filter/items/additionalProperties',
                                          keyword: 'additionalProperties',
                                          params: { additionalProperty: key13 },
                                          message: 'must NOT have additional properties',
                                        };
                                        if (vErrors === null) {
                                          vErrors = [err61];
                                        } else {
                                          vErrors.push(err61);
                                        }
                                        errors++;
                                      }
                                    }
                                    if (data35.nodes !== undefined) {
                                      if (typeof data35.nodes !== 'string') {
                                        const err62 = {
                                          instancePath:
                                            instancePath +
                                            '/spec/controlPlane/schedulers/' +
                                            i0 +
                                            '/extenders/' +
                                            i1 +
                                            '/filter/' +
                                            i2 +
                                            '/nodes',
                                          schemaPath:
                                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/filter/items/properties/nodes/type',
                                          keyword: 'type',
                                          params: { type: 'string' },
                                          message: 'must be string',
                                        };
                                        if (vErrors === null) {
                                          vErrors = [err62];
                                        } else {
                                          vErrors.push(err62);
                                        }
                                        errors++;
                                      }
                                    }
                                    if (data35.pods !== undefined) {
                                      if (typeof data35.pods !== 'string') {
                                        const err63 = {
                                          instancePath:
                                            instancePath +
                                            '/spec/controlPlane/schedulers/' +
                                            i0 +
                                            '/extenders/' +
                                            i1 +
                                            '/filter/' +
                                            i2 +
                                            '/pods',
                                          schemaPath:
                                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/filter/items/properties/pods/type',
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
                                    if (data35.reason !== undefined) {
                                      if (typeof data35.reason !== 'string') {
                                        const err64 = {
                                          instancePath:
                                            instancePath +
                                            '/spec/controlPlane/schedulers/' +
                                            i0 +
                                            '/extenders/' +
                                            i1 +
                                            '/filter/' +
                                            i2 +
                                            '/reason',
                                          schemaPath:
                                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/filter/items/properties/reason/type',
                                          keyword: 'type',
                                          params: { type: 'string' },
                                          message: 'must be string',
                                        };
                                        if (vErrors === null) {
                                          vErrors = [err64];
                                        } else {
                                          vErrors.push(err64);
                                        }
                                        errors++;
                                      }
                                    }
                                    if (data35.unresolvable !== undefined) {
                                      if (typeof data35.unresolvable !== 'boolean') {
                                        const err65 = {
                                          instancePath:
                                            instancePath +
                                            '/spec/controlPlane/schedulers/' +
                                            i0 +
                                            '/extenders/' +
                                            i1 +
                                            '/filter/' +
                                            i2 +
                                            '/unresolvable',
                                          schemaPath:
                                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/filter/items/properties/unresolvable/type',
                                          keyword: 'type',
                                          params: { type: 'boolean' },
                                          message: 'must be boolean',
                                        };
                                        if (vErrors === null) {
                                          vErrors = [err65];
                                        } else {
                                          vErrors.push(err65);
                                        }
                                        errors++;
                                      }
                                    }
                                  } else {
                                    const err66 = {
                                      instancePath:
                                        instancePath +
                                        '/spec/controlPlane/schedulers/' +
                                        i0 +
                                        '/extenders/' +
                                        i1 +
                                        '/filter/' +
                                        i2,
                                      schemaPath:
                                        '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/filter/items/type',
                                      keyword: 'type',
                                      params: { type: 'object' },
                                      message: 'must be object',
                                    };
                                    if (vErrors === null) {
                                      vErrors = [err66];
                                    } else {
                                      vErrors.push(err66);
                                    }
                                    errors++;
                                  }
                                }
                              } else {
                                const err67 = {
                                  instancePath:
                                    instancePath +
                                    '/spec/controlPlane/schedulers/' +
                                    i0 +
                                    '/extenders/' +
                                    i1 +
                                    '/filter',
                                  schemaPath:
                                    '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/filter/type',
                                  keyword: 'type',
                                  params: { type: 'array' },
                                  message: 'must be array',
                                };
                                if (vErrors === null) {
                                  vErrors = [err67];
                                } else {
                                  vErrors.push(err67);
                                }
                                errors++;
                              }
                            }
                            if (data29.prioritize !== undefined) {
                              let data40 = data29.prioritize;
                              if (Array.isArray(data40)) {
                                const len3 = data40.length;
                                for (let i3 = 0; i3 < len3; i3++) {
                                  let data41 = data40[i3];
                                  if (data41 && typeof data41 == 'object' && !Array.isArray(data41)) {
                                    if (data41.score === undefined) {
                                      const err68 = {
                                        instancePath:
                                          instancePath +
                                          '/spec/controlPlane/schedulers/' +
                                          i0 +
                                          '/extenders/' +
                                          i1 +
                                          '/prioritize/' +
                                          i3,
                                        schemaPath:
                                          '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/prioritize/items/required',
                                        keyword: 'required',
                                        params: { missingProperty: 'score' },
                                        message: "must have required property '" + 'score' + "'",
                                      };
                                      if (vErrors === null) {
                                        vErrors = [err68];
                                      } else {
                                        vErrors.push(err68);
                                      }
                                      errors++;
                                    }
                                    for (const key14 in data41) {
                                      if (!(key14 === 'nodes' || key14 === 'pods' || key14 === 'score')) {
                                        const err69 = {
                                          instancePath:
                                            instancePath +
                                            '/spec/controlPlane/schedulers/' +
                                            i0 +
                                            '/extenders/' +
                                            i1 +
                                            '/prioritize/' +
                                            i3,
                                          schemaPath:
                                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/prioritize/items/additionalProperties',
                                          keyword: 'additionalProperties',
                                          params: { additionalProperty: key14 },
                                          message: 'must NOT have additional properties',
                                        };
                                        if (vErrors === null) {
                                          vErrors = [err69];
                                        } else {
                                          vErrors.push(err69);
                                        }
                                        errors++;
                                      }
                                    }
                                    if (data41.nodes !== undefined) {
                                      if (typeof data41.nodes !== 'string') {
                                        const err70 = {
                                          instancePath:
                                            instancePath +
                                            '/spec/controlPlane/schedulers/' +
                                            i0 +
                                            '/extenders/' +
                                            i1 +
                                            '/prioritize/' +
                                            i3 +
                                            '/nodes',
                                          schemaPath:
                                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/prioritize/items/properties/nodes/type',
                                          keyword: 'type',
                                          params: { type: 'string' },
                                          message: 'must be string',
                                        };
                                        if (vErrors === null) {
                                          vErrors = [err70];
                                        } else {
                                          vErrors.push(err70);
                                        }
                                        errors++;
                                      }
                                    }
                                    if (data41.pods !== undefined) {
                                      if (typeof data41.pods !== 'string') {
                                        const err71 = {
                                          instancePath:
                                            instancePath +
                                            '/spec/controlPlane/schedulers/' +
                                            i0 +
                                            '/extenders/' +
                                            i1 +
                                            '/prioritize/' +
                                            i3 +
                                            '/pods',
                                          schemaPath:
                                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/prioritize/items/properties/pods/type',
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
                                    if (data41.score !== undefined) {
                                      let data44 = data41.score;
                                      if (!(typeof data44 == 'number' && !(data44 % 1) && !isNaN(data44))) {
                                        const err72 = {
                                          instancePath:
                                            instancePath +
                                            '/spec/controlPlane/schedulers/' +
                                            i0 +
                                            '/extenders/' +
                                            i1 +
                                            '/prioritize/' +
                                            i3 +
                                            '/score',
                                          schemaPath:
                                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/prioritize/items/properties/score/type',
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
                                      if (typeof data44 == 'number') {
                                        if (data44 > 10 || isNaN(data44)) {
                                          const err73 = {
                                            instancePath:
                                              instancePath +
                                              '/spec/controlPlane/schedulers/' +
                                              i0 +
                                              '/extenders/' +
                                              i1 +
                                              '/prioritize/' +
                                              i3 +
                                              '/score',
                                            schemaPath:
                                              '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/prioritize/items/properties/score/maximum',
                                            keyword: 'maximum',
                                            params: { comparison: '<=', limit: 10 },
                                            message: 'must be <= 10',
                                          };
                                          if (vErrors === null) {
                                            vErrors = [err73];
                                          } else {
                                            vErrors.push(err73);
                                          }
                                          errors++;
                                        }
                                        if (data44 < 0 || isNaN(data44)) {
                                          const err74 = {
                                            instancePath:
                                              instancePath +
                                              '/spec/controlPlane/schedulers/' +
                                              i0 +
                                              '/extenders/' +
                                              i1 +
                                              '/prioritize/' +
                                              i3 +
                                              '/score',
                                            schemaPath:
                                              '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/prioritize/items/properties/score/minimum',
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
                                  } else {
                                    const err75 = {
                                      instancePath:
                                        instancePath +
                                        '/spec/controlPlane/schedulers/' +
                                        i0 +
                                        '/extenders/' +
                                        i1 +
                                        '/prioritize/' +
                                        i3,
                                      schemaPath:
                                        '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/prioritize/items/type',
                                      keyword: 'type',
                                      params: { type: 'object' },
                                      message: 'must be object',
                                    };
                                    if (vErrors === null) {
                                      vErrors = [err75];
                                    } else {
                                      vErrors.push(err75);
                                    }
                                    errors++;
                                  }
                                }
                              } else {
                                const err76 = {
                                  instancePath:
                                    instancePath +
                                    '/spec/controlPlane/schedulers/' +
                                    i0 +
                                    '/extenders/' +
                                    i1 +
                                    '/prioritize',
                                  schemaPath:
                                    '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/prioritize/type',
                                  keyword: 'type',
                                  params: { type: 'array' },
                                  message: 'must be array',
                                };
                                if (vErrors === null) {
                                  vErrors = [err76];
                                } else {
                                  vErrors.push(err76);
                                }
                                errors++;
                              }
                            }
                            if (data29.preempt !== undefined) {
                              let data45 = data29.preempt;
                              if (Array.isArray(data45)) {
                                const len4 = data45.length;
                                for (let i4 = 0; i4 < len4; i4++) {
                                  let data46 = data45[i4];
                                  if (data46 && typeof data46 == 'object' && !Array.isArray(data46)) {
                                    for (const key15 in data46) {
                                      if (!(key15 === 'nodes' || key15 === 'pods')) {
                                        const err77 = {
                                          instancePath:
                                            instancePath +
                                            '/spec/controlPlane/schedulers/' +
                                            i0 +
                                            '/extenders/' +
                                            i1 +
                                            '/preempt/' +
                                            i4,
                                          schemaPath:
                                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/preempt/items/additionalProperties',
                                          keyword: 'additionalProperties',
                                          params: { additionalProperty: key15 },
                                          message: 'must NOT have additional properties',
                                        };
                                        if (vErrors === null) {
                                          vErrors = [err77];
                                        } else {
                                          vErrors.push(err77);
                                        }
                                        errors++;
                                      }
                                    }
                                    if (data46.nodes !== undefined) {
                                      if (typeof data46.nodes !== 'string') {
                                        const err78 = {
                                          instancePath:
                                            instancePath +
                                            '/spec/controlPlane/schedulers/' +
                                            i0 +
                                            '/extenders/' +
                                            i1 +
                                            '/preempt/' +
                                            i4 +
                                            '/nodes',
                                          schemaPath:
                                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/preempt/items/properties/nodes/type',
                                          keyword: 'type',
                                          params: { type: 'string' },
                                          message: 'must be string',
                                        };
                                        if (vErrors === null) {
                                          vErrors = [err78];
                                        } else {
                                          vErrors.push(err78);
                                        }
                                        errors++;
                                      }
                                    }
                                    if (data46.pods !== undefined) {
                                      if (typeof data46.pods !== 'string') {
                                        const err79 = {
                                          instancePath:
                                            instancePath +
                                            '/spec/controlPlane/schedulers/' +
                                            i0 +
                                            '/extenders/' +
                                            i1 +
                                            '/preempt/' +
                                            i4 +
                                            '/pods',
                                          schemaPath:
                                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/preempt/items/properties/pods/type',
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
                                  } else {
                                    const err80 = {
                                      instancePath:
                                        instancePath +
                                        '/spec/controlPlane/schedulers/' +
                                        i0 +
                                        '/extenders/' +
                                        i1 +
                                        '/preempt/' +
                                        i4,
                                      schemaPath:
                                        '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/preempt/items/type',
                                      keyword: 'type',
                                      params: { type: 'object' },
                                      message: 'must be object',
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
                                  instancePath:
                                    instancePath +
                                    '/spec/controlPlane/schedulers/' +
                                    i0 +
                                    '/extenders/' +
                                    i1 +
                                    '/preempt',
                                  schemaPath:
                                    '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/preempt/type',
                                  keyword: 'type',
                                  params: { type: 'array' },
                                  message: 'must be array',
                                };
                                if (vErrors === null) {
                                  vErrors = [err81];
                                } else {
                                  vErrors.push(err81);
                                }
                                errors++;
                              }
                            }
                            if (data29.bind !== undefined) {
                              let data49 = data29.bind;
                              if (Array.isArray(data49)) {
                                const len5 = data49.length;
                                for (let i5 = 0; i5 < len5; i5++) {
                                  let data50 = data49[i5];
                                  if (data50 && typeof data50 == 'object' && !Array.isArray(data50)) {
                                    if (data50.error === undefined) {
                                      const err82 = {
                                        instancePath:
                                          instancePath +
                                          '/spec/controlPlane/schedulers/' +
                                          i0 +
                                          '/extenders/' +
                                          i1 +
                                          '/bind/' +
                                          i5,
                                        schemaPath:
                                          '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/bind/items/required',
                                        keyword: 'required',
                                        params: { missingProperty: 'error' },
                                        message: "must have required property '" + 'error' + "'",
                                      };
                                      if (vErrors === null) {
                                        vErrors = [err82];
                                      } else {
                                        vErrors.push(err82);
                                      }
                                      errors++;
                                    }
                                    for (const key16 in data50) {
                                      if (!(key16 === 'nodes' || key16 === 'pods' || key16 === 'error')) {
                                        const err83 = {
                                          instancePath:
                                            instancePath +
                                            '/spec/controlPlane/schedulers/' +
                                            i0 +
                                            '/extenders/' +
                                            i1 +
                                            '/bind/' +
                                            i5,
                                          schemaPath:
                                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/bind/items/additionalProperties',
                                          keyword: 'additionalProperties',
                                          params: { additionalProperty: key16 },
                                          message: 'must NOT have additional properties',
                                        };
                                        if (vErrors === null) {
                                          vErrors = [err83];
                                        } else {
                                          vErrors.push(err83);
                                        }
                                        errors++;
                                      }
                                    }
                                    if (data50.nodes !== undefined) {
                                      if (typeof data50.nodes !== 'string') {
                                        const err84 = {
                                          instancePath:
                                            instancePath +
                                            '/spec/controlPlane/schedulers/' +
                                            i0 +
                                            '/extenders/' +
                                            i1 +
                                            '/bind/' +
                                            i5 +
                                            '/nodes',
                                          schemaPath:
                                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/bind/items/properties/nodes/type',
                                          keyword: 'type',
                                          params: { type: 'string' },
                                          message: 'must be string',
                                        };
                                        if (vErrors === null) {
                                          vErrors = [err84];
                                        } else {
                                          vErrors.push(err84);
                                        }
                                        errors++;
                                      }
                                    }
                                    if (data50.pods !== undefined) {
                                      if (typeof data50.pods !== 'string') {
                                        const err85 = {
                                          instancePath:
                                            instancePath +
                                            '/spec/controlPlane/schedulers/' +
                                            i0 +
                                            '/extenders/' +
                                            i1 +
                                            '/bind/' +
                                            i5 +
                                            '/pods',
                                          schemaPath:
                                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/bind/items/properties/pods/type',
                                          keyword: 'type',
                                          params: { type: 'string' },
                                          message: 'must be string',
                                        };
                                        if (vErrors === null) {
                                          vErrors = [err85];
                                        } else {
                                          vErrors.push(err85);
                                        }
                                        errors++;
                                      }
                                    }
                                    if (data50.error !== undefined) {
                                      if (typeof data50.error !== 'string') {
                                        const err86 = {
                                          instancePath:
                                            instancePath +
                                            '/spec/controlPlane/schedulers/' +
                                            i0 +
                                            '/extenders/' +
                                            i1 +
                                            '/bind/' +
                                            i5 +
                                            '/error',
                                          schemaPath:
                                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/bind/items/properties/error/type',
                                          keyword: 'type',
                                          params: { type: 'string' },
                                          message: 'must be string',
                                        };
                                        if (vErrors === null) {
                                          vErrors = [err86];
                                        } else {
                                          vErrors.push(err86);
                                        }
                                        errors++;
                                      }
                                    }
                                  } else {
                                    const err87 = {
                                      instancePath:
                                        instancePath +
                                        '/spec/controlPlane/schedulers/' +
                                        i0 +
                                        '/extenders/' +
                                        i1 +
                                        '/bind/' +
                                        i5,
                                      schemaPath:
                                        '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/bind/items/type',
                                      keyword: 'type',
                                      params: { type: 'object' },
                                      message: 'must be object',
                                    };
                                    if (vErrors === null) {
                                      vErrors = [err87];
                                    } else {
                                      vErrors.push(err87);
                                    }
                                    errors++;
                                  }
                                }
                              } else {
                                const err88 = {
                                  instancePath:
                                    instancePath + '/spec/controlPlane/schedulers/' + i0 + '/extenders/' + i1 + '/bind',
                                  schemaPath:
                                    '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/bind/type',
                                  keyword: 'type',
                                  params: { type: 'array' },
                                  message: 'must be array',
                                };
                                if (vErrors === null) {
                                  vErrors = [err88];
                                } else {
                                  vErrors.push(err88);
                                }
                                errors++;
                              }
                            }
                            if (data29.failures !== undefined) {
                              let data54 = data29.failures;
                              if (Array.isArray(data54)) {
                                const len6 = data54.length;
                                for (let i6 = 0; i6 < len6; i6++) {
                                  let data55 = data54[i6];
                                  if (data55 && typeof data55 == 'object' && !Array.isArray(data55)) {
                                    if (data55.kind === undefined) {
                                      const err89 = {
                                        instancePath:
                                          instancePath +
                                          '/spec/controlPlane/schedulers/' +
                                          i0 +
                                          '/extenders/' +
                                          i1 +
                                          '/failures/' +
                                          i6,
                                        schemaPath:
                                          '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/failures/items/required',
                                        keyword: 'required',
                                        params: { missingProperty: 'kind' },
                                        message: "must have required property '" + 'kind' + "'",
                                      };
                                      if (vErrors === null) {
                                        vErrors = [err89];
                                      } else {
                                        vErrors.push(err89);
                                      }
                                      errors++;
                                    }
                                    for (const key17 in data55) {
                                      if (
                                        !(
                                          key17 === 'kind' ||
                                          key17 === 'verb' ||
                                          key17 === 'from' ||
                                          key17 === 'for' ||
                                          key17 === 'code' ||
                                          key17 === 'message'
                                        )
                                      ) {
                                        const err90 = {
                                          instancePath:
                                            instancePath +
                                            '/spec/controlPlane/schedulers/' +
                                            i0 +
                                            '/extenders/' +
                                            i1 +
                                            '/failures/' +
                                            i6,
                                          schemaPath:
                                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/failures/items/additionalProperties',
                                          keyword: 'additionalProperties',
                                          params: { additionalProperty: key17 },
                                          message: 'must NOT have additional properties',
                                        };
                                        if (vErrors === null) {
                                          vErrors = [err90];
                                        } else {
                                          vErrors.push(err90);
                                        }
                                        errors++;
                                      }
                                    }
                                    if (data55.kind !== undefined) {
                                      let data56 = data55.kind;
                                      if (
                                        !(
                                          data56 === 'timeout' ||
                                          data56 === 'refused' ||
                                          data56 === 'status' ||
                                          data56 === 'error'
                                        )
                                      ) {
                                        const err91 = {
                                          instancePath:
                                            instancePath +
                                            '/spec/controlPlane/schedulers/' +
                                            i0 +
                                            '/extenders/' +
                                            i1 +
                                            '/failures/' +
                                            i6 +
                                            '/kind',
                                          schemaPath:
                                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/failures/items/properties/kind/enum',
                                          keyword: 'enum',
                                          params: {
                                            allowedValues:
                                              schema11.properties.spec.properties.controlPlane.properties.schedulers
                                                .items.properties.extenders.items.properties.failures.items.properties
                                                .kind.enum,
                                          },
                                          message: 'must be equal to one of the allowed values',
                                        };
                                        if (vErrors === null) {
                                          vErrors = [err91];
                                        } else {
                                          vErrors.push(err91);
                                        }
                                        errors++;
                                      }
                                    }
                                    if (data55.verb !== undefined) {
                                      let data57 = data55.verb;
                                      if (
                                        !(
                                          data57 === 'filter' ||
                                          data57 === 'prioritize' ||
                                          data57 === 'preempt' ||
                                          data57 === 'bind'
                                        )
                                      ) {
                                        const err92 = {
                                          instancePath:
                                            instancePath +
                                            '/spec/controlPlane/schedulers/' +
                                            i0 +
                                            '/extenders/' +
                                            i1 +
                                            '/failures/' +
                                            i6 +
                                            '/verb',
                                          schemaPath:
                                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/failures/items/properties/verb/enum',
                                          keyword: 'enum',
                                          params: {
                                            allowedValues:
                                              schema11.properties.spec.properties.controlPlane.properties.schedulers
                                                .items.properties.extenders.items.properties.failures.items.properties
                                                .verb.enum,
                                          },
                                          message: 'must be equal to one of the allowed values',
                                        };
                                        if (vErrors === null) {
                                          vErrors = [err92];
                                        } else {
                                          vErrors.push(err92);
                                        }
                                        errors++;
                                      }
                                    }
                                    if (data55.from !== undefined) {
                                      let data58 = data55.from;
                                      if (typeof data58 === 'string') {
                                        if (!pattern0.test(data58)) {
                                          const err93 = {
                                            instancePath:
                                              instancePath +
                                              '/spec/controlPlane/schedulers/' +
                                              i0 +
                                              '/extenders/' +
                                              i1 +
                                              '/failures/' +
                                              i6 +
                                              '/from',
                                            schemaPath:
                                              '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/failures/items/properties/from/pattern',
                                            keyword: 'pattern',
                                            params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                                            message:
                                              'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                                          };
                                          if (vErrors === null) {
                                            vErrors = [err93];
                                          } else {
                                            vErrors.push(err93);
                                          }
                                          errors++;
                                        }
                                      } else {
                                        const err94 = {
                                          instancePath:
                                            instancePath +
                                            '/spec/controlPlane/schedulers/' +
                                            i0 +
                                            '/extenders/' +
                                            i1 +
                                            '/failures/' +
                                            i6 +
                                            '/from',
                                          schemaPath:
                                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/failures/items/properties/from/type',
                                          keyword: 'type',
                                          params: { type: 'string' },
                                          message: 'must be string',
                                        };
                                        if (vErrors === null) {
                                          vErrors = [err94];
                                        } else {
                                          vErrors.push(err94);
                                        }
                                        errors++;
                                      }
                                    }
                                    if (data55.for !== undefined) {
                                      let data59 = data55.for;
                                      if (typeof data59 === 'string') {
                                        if (!pattern0.test(data59)) {
                                          const err95 = {
                                            instancePath:
                                              instancePath +
                                              '/spec/controlPlane/schedulers/' +
                                              i0 +
                                              '/extenders/' +
                                              i1 +
                                              '/failures/' +
                                              i6 +
                                              '/for',
                                            schemaPath:
                                              '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/failures/items/properties/for/pattern',
                                            keyword: 'pattern',
                                            params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                                            message:
                                              'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                                          };
                                          if (vErrors === null) {
                                            vErrors = [err95];
                                          } else {
                                            vErrors.push(err95);
                                          }
                                          errors++;
                                        }
                                      } else {
                                        const err96 = {
                                          instancePath:
                                            instancePath +
                                            '/spec/controlPlane/schedulers/' +
                                            i0 +
                                            '/extenders/' +
                                            i1 +
                                            '/failures/' +
                                            i6 +
                                            '/for',
                                          schemaPath:
                                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/failures/items/properties/for/type',
                                          keyword: 'type',
                                          params: { type: 'string' },
                                          message: 'must be string',
                                        };
                                        if (vErrors === null) {
                                          vErrors = [err96];
                                        } else {
                                          vErrors.push(err96);
                                        }
                                        errors++;
                                      }
                                    }
                                    if (data55.code !== undefined) {
                                      let data60 = data55.code;
                                      if (!(typeof data60 == 'number' && !(data60 % 1) && !isNaN(data60))) {
                                        const err97 = {
                                          instancePath:
                                            instancePath +
                                            '/spec/controlPlane/schedulers/' +
                                            i0 +
                                            '/extenders/' +
                                            i1 +
                                            '/failures/' +
                                            i6 +
                                            '/code',
                                          schemaPath:
                                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/failures/items/properties/code/type',
                                          keyword: 'type',
                                          params: { type: 'integer' },
                                          message: 'must be integer',
                                        };
                                        if (vErrors === null) {
                                          vErrors = [err97];
                                        } else {
                                          vErrors.push(err97);
                                        }
                                        errors++;
                                      }
                                      if (typeof data60 == 'number') {
                                        if (data60 > 599 || isNaN(data60)) {
                                          const err98 = {
                                            instancePath:
                                              instancePath +
                                              '/spec/controlPlane/schedulers/' +
                                              i0 +
                                              '/extenders/' +
                                              i1 +
                                              '/failures/' +
                                              i6 +
                                              '/code',
                                            schemaPath:
                                              '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/failures/items/properties/code/maximum',
                                            keyword: 'maximum',
                                            params: { comparison: '<=', limit: 599 },
                                            message: 'must be <= 599',
                                          };
                                          if (vErrors === null) {
                                            vErrors = [err98];
                                          } else {
                                            vErrors.push(err98);
                                          }
                                          errors++;
                                        }
                                        if (data60 < 100 || isNaN(data60)) {
                                          const err99 = {
                                            instancePath:
                                              instancePath +
                                              '/spec/controlPlane/schedulers/' +
                                              i0 +
                                              '/extenders/' +
                                              i1 +
                                              '/failures/' +
                                              i6 +
                                              '/code',
                                            schemaPath:
                                              '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/failures/items/properties/code/minimum',
                                            keyword: 'minimum',
                                            params: { comparison: '>=', limit: 100 },
                                            message: 'must be >= 100',
                                          };
                                          if (vErrors === null) {
                                            vErrors = [err99];
                                          } else {
                                            vErrors.push(err99);
                                          }
                                          errors++;
                                        }
                                      }
                                    }
                                    if (data55.message !== undefined) {
                                      if (typeof data55.message !== 'string') {
                                        const err100 = {
                                          instancePath:
                                            instancePath +
                                            '/spec/controlPlane/schedulers/' +
                                            i0 +
                                            '/extenders/' +
                                            i1 +
                                            '/failures/' +
                                            i6 +
                                            '/message',
                                          schemaPath:
                                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/failures/items/properties/message/type',
                                          keyword: 'type',
                                          params: { type: 'string' },
                                          message: 'must be string',
                                        };
                                        if (vErrors === null) {
                                          vErrors = [err100];
                                        } else {
                                          vErrors.push(err100);
                                        }
                                        errors++;
                                      }
                                    }
                                  } else {
                                    const err101 = {
                                      instancePath:
                                        instancePath +
                                        '/spec/controlPlane/schedulers/' +
                                        i0 +
                                        '/extenders/' +
                                        i1 +
                                        '/failures/' +
                                        i6,
                                      schemaPath:
                                        '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/failures/items/type',
                                      keyword: 'type',
                                      params: { type: 'object' },
                                      message: 'must be object',
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
                                  instancePath:
                                    instancePath +
                                    '/spec/controlPlane/schedulers/' +
                                    i0 +
                                    '/extenders/' +
                                    i1 +
                                    '/failures',
                                  schemaPath:
                                    '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/properties/failures/type',
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
                              instancePath: instancePath + '/spec/controlPlane/schedulers/' + i0 + '/extenders/' + i1,
                              schemaPath:
                                '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/items/type',
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
                          instancePath: instancePath + '/spec/controlPlane/schedulers/' + i0 + '/extenders',
                          schemaPath:
                            '#/properties/spec/properties/controlPlane/properties/schedulers/items/properties/extenders/type',
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
                  } else {
                    const err105 = {
                      instancePath: instancePath + '/spec/controlPlane/schedulers/' + i0,
                      schemaPath: '#/properties/spec/properties/controlPlane/properties/schedulers/items/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err105];
                    } else {
                      vErrors.push(err105);
                    }
                    errors++;
                  }
                }
              } else {
                const err106 = {
                  instancePath: instancePath + '/spec/controlPlane/schedulers',
                  schemaPath: '#/properties/spec/properties/controlPlane/properties/schedulers/type',
                  keyword: 'type',
                  params: { type: 'array' },
                  message: 'must be array',
                };
                if (vErrors === null) {
                  vErrors = [err106];
                } else {
                  vErrors.push(err106);
                }
                errors++;
              }
            }
            if (data13.zones !== undefined) {
              let data62 = data13.zones;
              if (Array.isArray(data62)) {
                const len7 = data62.length;
                for (let i7 = 0; i7 < len7; i7++) {
                  if (typeof data62[i7] !== 'string') {
                    const err107 = {
                      instancePath: instancePath + '/spec/controlPlane/zones/' + i7,
                      schemaPath: '#/properties/spec/properties/controlPlane/properties/zones/items/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err107];
                    } else {
                      vErrors.push(err107);
                    }
                    errors++;
                  }
                }
              } else {
                const err108 = {
                  instancePath: instancePath + '/spec/controlPlane/zones',
                  schemaPath: '#/properties/spec/properties/controlPlane/properties/zones/type',
                  keyword: 'type',
                  params: { type: 'array' },
                  message: 'must be array',
                };
                if (vErrors === null) {
                  vErrors = [err108];
                } else {
                  vErrors.push(err108);
                }
                errors++;
              }
            }
          } else {
            const err109 = {
              instancePath: instancePath + '/spec/controlPlane',
              schemaPath: '#/properties/spec/properties/controlPlane/type',
              keyword: 'type',
              params: { type: 'object' },
              message: 'must be object',
            };
            if (vErrors === null) {
              vErrors = [err109];
            } else {
              vErrors.push(err109);
            }
            errors++;
          }
        }
        if (data8.network !== undefined) {
          let data64 = data8.network;
          if (data64 && typeof data64 == 'object' && !Array.isArray(data64)) {
            for (const key18 in data64) {
              if (!(key18 === 'sameZone' || key18 === 'crossZone')) {
                const err110 = {
                  instancePath: instancePath + '/spec/network',
                  schemaPath: '#/properties/spec/properties/network/additionalProperties',
                  keyword: 'additionalProperties',
                  params: { additionalProperty: key18 },
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
            if (data64.sameZone !== undefined) {
              let data65 = data64.sameZone;
              if (data65 && typeof data65 == 'object' && !Array.isArray(data65)) {
                if (data65.p50 === undefined) {
                  const err111 = {
                    instancePath: instancePath + '/spec/network/sameZone',
                    schemaPath: '#/properties/spec/properties/network/properties/sameZone/required',
                    keyword: 'required',
                    params: { missingProperty: 'p50' },
                    message: "must have required property '" + 'p50' + "'",
                  };
                  if (vErrors === null) {
                    vErrors = [err111];
                  } else {
                    vErrors.push(err111);
                  }
                  errors++;
                }
                for (const key19 in data65) {
                  if (!(key19 === 'p50' || key19 === 'p99')) {
                    const err112 = {
                      instancePath: instancePath + '/spec/network/sameZone',
                      schemaPath: '#/properties/spec/properties/network/properties/sameZone/additionalProperties',
                      keyword: 'additionalProperties',
                      params: { additionalProperty: key19 },
                      message: 'must NOT have additional properties',
                    };
                    if (vErrors === null) {
                      vErrors = [err112];
                    } else {
                      vErrors.push(err112);
                    }
                    errors++;
                  }
                }
                if (data65.p50 !== undefined) {
                  let data66 = data65.p50;
                  if (typeof data66 === 'string') {
                    if (!pattern0.test(data66)) {
                      const err113 = {
                        instancePath: instancePath + '/spec/network/sameZone/p50',
                        schemaPath: '#/properties/spec/properties/network/properties/sameZone/properties/p50/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err113];
                      } else {
                        vErrors.push(err113);
                      }
                      errors++;
                    }
                  } else {
                    const err114 = {
                      instancePath: instancePath + '/spec/network/sameZone/p50',
                      schemaPath: '#/properties/spec/properties/network/properties/sameZone/properties/p50/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err114];
                    } else {
                      vErrors.push(err114);
                    }
                    errors++;
                  }
                }
                if (data65.p99 !== undefined) {
                  let data67 = data65.p99;
                  if (typeof data67 === 'string') {
                    if (!pattern0.test(data67)) {
                      const err115 = {
                        instancePath: instancePath + '/spec/network/sameZone/p99',
                        schemaPath: '#/properties/spec/properties/network/properties/sameZone/properties/p99/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err115];
                      } else {
                        vErrors.push(err115);
                      }
                      errors++;
                    }
                  } else {
                    const err116 = {
                      instancePath: instancePath + '/spec/network/sameZone/p99',
                      schemaPath: '#/properties/spec/properties/network/properties/sameZone/properties/p99/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err116];
                    } else {
                      vErrors.push(err116);
                    }
                    errors++;
                  }
                }
              } else {
                const err117 = {
                  instancePath: instancePath + '/spec/network/sameZone',
                  schemaPath: '#/properties/spec/properties/network/properties/sameZone/type',
                  keyword: 'type',
                  params: { type: 'object' },
                  message: 'must be object',
                };
                if (vErrors === null) {
                  vErrors = [err117];
                } else {
                  vErrors.push(err117);
                }
                errors++;
              }
            }
            if (data64.crossZone !== undefined) {
              let data68 = data64.crossZone;
              if (data68 && typeof data68 == 'object' && !Array.isArray(data68)) {
                if (data68.p50 === undefined) {
                  const err118 = {
                    instancePath: instancePath + '/spec/network/crossZone',
                    schemaPath: '#/properties/spec/properties/network/properties/crossZone/required',
                    keyword: 'required',
                    params: { missingProperty: 'p50' },
                    message: "must have required property '" + 'p50' + "'",
                  };
                  if (vErrors === null) {
                    vErrors = [err118];
                  } else {
                    vErrors.push(err118);
                  }
                  errors++;
                }
                for (const key20 in data68) {
                  if (!(key20 === 'p50' || key20 === 'p99')) {
                    const err119 = {
                      instancePath: instancePath + '/spec/network/crossZone',
                      schemaPath: '#/properties/spec/properties/network/properties/crossZone/additionalProperties',
                      keyword: 'additionalProperties',
                      params: { additionalProperty: key20 },
                      message: 'must NOT have additional properties',
                    };
                    if (vErrors === null) {
                      vErrors = [err119];
                    } else {
                      vErrors.push(err119);
                    }
                    errors++;
                  }
                }
                if (data68.p50 !== undefined) {
                  let data69 = data68.p50;
                  if (typeof data69 === 'string') {
                    if (!pattern0.test(data69)) {
                      const err120 = {
                        instancePath: instancePath + '/spec/network/crossZone/p50',
                        schemaPath: '#/properties/spec/properties/network/properties/crossZone/properties/p50/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err120];
                      } else {
                        vErrors.push(err120);
                      }
                      errors++;
                    }
                  } else {
                    const err121 = {
                      instancePath: instancePath + '/spec/network/crossZone/p50',
                      schemaPath: '#/properties/spec/properties/network/properties/crossZone/properties/p50/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err121];
                    } else {
                      vErrors.push(err121);
                    }
                    errors++;
                  }
                }
                if (data68.p99 !== undefined) {
                  let data70 = data68.p99;
                  if (typeof data70 === 'string') {
                    if (!pattern0.test(data70)) {
                      const err122 = {
                        instancePath: instancePath + '/spec/network/crossZone/p99',
                        schemaPath: '#/properties/spec/properties/network/properties/crossZone/properties/p99/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
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
                      instancePath: instancePath + '/spec/network/crossZone/p99',
                      schemaPath: '#/properties/spec/properties/network/properties/crossZone/properties/p99/type',
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
                  instancePath: instancePath + '/spec/network/crossZone',
                  schemaPath: '#/properties/spec/properties/network/properties/crossZone/type',
                  keyword: 'type',
                  params: { type: 'object' },
                  message: 'must be object',
                };
                if (vErrors === null) {
                  vErrors = [err124];
                } else {
                  vErrors.push(err124);
                }
                errors++;
              }
            }
          } else {
            const err125 = {
              instancePath: instancePath + '/spec/network',
              schemaPath: '#/properties/spec/properties/network/type',
              keyword: 'type',
              params: { type: 'object' },
              message: 'must be object',
            };
            if (vErrors === null) {
              vErrors = [err125];
            } else {
              vErrors.push(err125);
            }
            errors++;
          }
        }
        if (data8.nodePools !== undefined) {
          let data71 = data8.nodePools;
          if (Array.isArray(data71)) {
            const len8 = data71.length;
            for (let i8 = 0; i8 < len8; i8++) {
              let data72 = data71[i8];
              if (data72 && typeof data72 == 'object' && !Array.isArray(data72)) {
                if (data72.name === undefined) {
                  const err126 = {
                    instancePath: instancePath + '/spec/nodePools/' + i8,
                    schemaPath: '#/properties/spec/properties/nodePools/items/required',
                    keyword: 'required',
                    params: { missingProperty: 'name' },
                    message: "must have required property '" + 'name' + "'",
                  };
                  if (vErrors === null) {
                    vErrors = [err126];
                  } else {
                    vErrors.push(err126);
                  }
                  errors++;
                }
                if (data72.count === undefined) {
                  const err127 = {
                    instancePath: instancePath + '/spec/nodePools/' + i8,
                    schemaPath: '#/properties/spec/properties/nodePools/items/required',
                    keyword: 'required',
                    params: { missingProperty: 'count' },
                    message: "must have required property '" + 'count' + "'",
                  };
                  if (vErrors === null) {
                    vErrors = [err127];
                  } else {
                    vErrors.push(err127);
                  }
                  errors++;
                }
                for (const key21 in data72) {
                  if (!func3.call(schema11.properties.spec.properties.nodePools.items.properties, key21)) {
                    const err128 = {
                      instancePath: instancePath + '/spec/nodePools/' + i8,
                      schemaPath: '#/properties/spec/properties/nodePools/items/additionalProperties',
                      keyword: 'additionalProperties',
                      params: { additionalProperty: key21 },
                      message: 'must NOT have additional properties',
                    };
                    if (vErrors === null) {
                      vErrors = [err128];
                    } else {
                      vErrors.push(err128);
                    }
                    errors++;
                  }
                }
                if (data72.name !== undefined) {
                  let data73 = data72.name;
                  if (typeof data73 === 'string') {
                    if (func2(data73) > 50) {
                      const err129 = {
                        instancePath: instancePath + '/spec/nodePools/' + i8 + '/name',
                        schemaPath: '#/properties/spec/properties/nodePools/items/properties/name/maxLength',
                        keyword: 'maxLength',
                        params: { limit: 50 },
                        message: 'must NOT have more than 50 characters',
                      };
                      if (vErrors === null) {
                        vErrors = [err129];
                      } else {
                        vErrors.push(err129);
                      }
                      errors++;
                    }
                    if (!pattern10.test(data73)) {
                      const err130 = {
                        instancePath: instancePath + '/spec/nodePools/' + i8 + '/name',
                        schemaPath: '#/properties/spec/properties/nodePools/items/properties/name/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' },
                        message: 'must match pattern "' + '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' + '"',
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
                      instancePath: instancePath + '/spec/nodePools/' + i8 + '/name',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/name/type',
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
                if (data72.count !== undefined) {
                  let data74 = data72.count;
                  if (!(typeof data74 == 'number' && !(data74 % 1) && !isNaN(data74))) {
                    const err132 = {
                      instancePath: instancePath + '/spec/nodePools/' + i8 + '/count',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/count/type',
                      keyword: 'type',
                      params: { type: 'integer' },
                      message: 'must be integer',
                    };
                    if (vErrors === null) {
                      vErrors = [err132];
                    } else {
                      vErrors.push(err132);
                    }
                    errors++;
                  }
                  if (typeof data74 == 'number') {
                    if (data74 > 200000 || isNaN(data74)) {
                      const err133 = {
                        instancePath: instancePath + '/spec/nodePools/' + i8 + '/count',
                        schemaPath: '#/properties/spec/properties/nodePools/items/properties/count/maximum',
                        keyword: 'maximum',
                        params: { comparison: '<=', limit: 200000 },
                        message: 'must be <= 200000',
                      };
                      if (vErrors === null) {
                        vErrors = [err133];
                      } else {
                        vErrors.push(err133);
                      }
                      errors++;
                    }
                    if (data74 < 0 || isNaN(data74)) {
                      const err134 = {
                        instancePath: instancePath + '/spec/nodePools/' + i8 + '/count',
                        schemaPath: '#/properties/spec/properties/nodePools/items/properties/count/minimum',
                        keyword: 'minimum',
                        params: { comparison: '>=', limit: 0 },
                        message: 'must be >= 0',
                      };
                      if (vErrors === null) {
                        vErrors = [err134];
                      } else {
                        vErrors.push(err134);
                      }
                      errors++;
                    }
                  }
                }
                if (data72.machine !== undefined) {
                  if (typeof data72.machine !== 'string') {
                    const err135 = {
                      instancePath: instancePath + '/spec/nodePools/' + i8 + '/machine',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/machine/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err135];
                    } else {
                      vErrors.push(err135);
                    }
                    errors++;
                  }
                }
                if (data72.zones !== undefined) {
                  let data76 = data72.zones;
                  if (Array.isArray(data76)) {
                    if (data76.length < 1) {
                      const err136 = {
                        instancePath: instancePath + '/spec/nodePools/' + i8 + '/zones',
                        schemaPath: '#/properties/spec/properties/nodePools/items/properties/zones/minItems',
                        keyword: 'minItems',
                        params: { limit: 1 },
                        message: 'must NOT have fewer than 1 items',
                      };
                      if (vErrors === null) {
                        vErrors = [err136];
                      } else {
                        vErrors.push(err136);
                      }
                      errors++;
                    }
                    const len9 = data76.length;
                    for (let i9 = 0; i9 < len9; i9++) {
                      if (typeof data76[i9] !== 'string') {
                        const err137 = {
                          instancePath: instancePath + '/spec/nodePools/' + i8 + '/zones/' + i9,
                          schemaPath: '#/properties/spec/properties/nodePools/items/properties/zones/items/type',
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
                  } else {
                    const err138 = {
                      instancePath: instancePath + '/spec/nodePools/' + i8 + '/zones',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/zones/type',
                      keyword: 'type',
                      params: { type: 'array' },
                      message: 'must be array',
                    };
                    if (vErrors === null) {
                      vErrors = [err138];
                    } else {
                      vErrors.push(err138);
                    }
                    errors++;
                  }
                }
                if (data72.region !== undefined) {
                  if (typeof data72.region !== 'string') {
                    const err139 = {
                      instancePath: instancePath + '/spec/nodePools/' + i8 + '/region',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/region/type',
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
                if (data72.labels !== undefined) {
                  let data79 = data72.labels;
                  if (data79 && typeof data79 == 'object' && !Array.isArray(data79)) {
                    for (const key22 in data79) {
                      if (typeof data79[key22] !== 'string') {
                        const err140 = {
                          instancePath:
                            instancePath +
                            '/spec/nodePools/' +
                            i8 +
                            '/labels/' +
                            key22.replace(/~/g, '~0').replace(/\//g, '~1'),
                          schemaPath:
                            '#/properties/spec/properties/nodePools/items/properties/labels/additionalProperties/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err140];
                        } else {
                          vErrors.push(err140);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err141 = {
                      instancePath: instancePath + '/spec/nodePools/' + i8 + '/labels',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/labels/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err141];
                    } else {
                      vErrors.push(err141);
                    }
                    errors++;
                  }
                }
                if (data72.annotations !== undefined) {
                  let data81 = data72.annotations;
                  if (data81 && typeof data81 == 'object' && !Array.isArray(data81)) {
                    for (const key23 in data81) {
                      if (typeof data81[key23] !== 'string') {
                        const err142 = {
                          instancePath:
                            instancePath +
                            '/spec/nodePools/' +
                            i8 +
                            '/annotations/' +
                            key23.replace(/~/g, '~0').replace(/\//g, '~1'),
                          schemaPath:
                            '#/properties/spec/properties/nodePools/items/properties/annotations/additionalProperties/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err142];
                        } else {
                          vErrors.push(err142);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err143 = {
                      instancePath: instancePath + '/spec/nodePools/' + i8 + '/annotations',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/annotations/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err143];
                    } else {
                      vErrors.push(err143);
                    }
                    errors++;
                  }
                }
                if (data72.taints !== undefined) {
                  let data83 = data72.taints;
                  if (Array.isArray(data83)) {
                    const len10 = data83.length;
                    for (let i10 = 0; i10 < len10; i10++) {
                      let data84 = data83[i10];
                      if (data84 && typeof data84 == 'object' && !Array.isArray(data84)) {
                        if (data84.key === undefined) {
                          const err144 = {
                            instancePath: instancePath + '/spec/nodePools/' + i8 + '/taints/' + i10,
                            schemaPath: '#/properties/spec/properties/nodePools/items/properties/taints/items/required',
                            keyword: 'required',
                            params: { missingProperty: 'key' },
                            message: "must have required property '" + 'key' + "'",
                          };
                          if (vErrors === null) {
                            vErrors = [err144];
                          } else {
                            vErrors.push(err144);
                          }
                          errors++;
                        }
                        if (data84.effect === undefined) {
                          const err145 = {
                            instancePath: instancePath + '/spec/nodePools/' + i8 + '/taints/' + i10,
                            schemaPath: '#/properties/spec/properties/nodePools/items/properties/taints/items/required',
                            keyword: 'required',
                            params: { missingProperty: 'effect' },
                            message: "must have required property '" + 'effect' + "'",
                          };
                          if (vErrors === null) {
                            vErrors = [err145];
                          } else {
                            vErrors.push(err145);
                          }
                          errors++;
                        }
                        for (const key24 in data84) {
                          if (!(key24 === 'key' || key24 === 'value' || key24 === 'effect')) {
                            const err146 = {
                              instancePath: instancePath + '/spec/nodePools/' + i8 + '/taints/' + i10,
                              schemaPath:
                                '#/properties/spec/properties/nodePools/items/properties/taints/items/additionalProperties',
                              keyword: 'additionalProperties',
                              params: { additionalProperty: key24 },
                              message: 'must NOT have additional properties',
                            };
                            if (vErrors === null) {
                              vErrors = [err146];
                            } else {
                              vErrors.push(err146);
                            }
                            errors++;
                          }
                        }
                        if (data84.key !== undefined) {
                          if (typeof data84.key !== 'string') {
                            const err147 = {
                              instancePath: instancePath + '/spec/nodePools/' + i8 + '/taints/' + i10 + '/key',
                              schemaPath:
                                '#/properties/spec/properties/nodePools/items/properties/taints/items/properties/key/type',
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
                        if (data84.value !== undefined) {
                          if (typeof data84.value !== 'string') {
                            const err148 = {
                              instancePath: instancePath + '/spec/nodePools/' + i8 + '/taints/' + i10 + '/value',
                              schemaPath:
                                '#/properties/spec/properties/nodePools/items/properties/taints/items/properties/value/type',
                              keyword: 'type',
                              params: { type: 'string' },
                              message: 'must be string',
                            };
                            if (vErrors === null) {
                              vErrors = [err148];
                            } else {
                              vErrors.push(err148);
                            }
                            errors++;
                          }
                        }
                        if (data84.effect !== undefined) {
                          let data87 = data84.effect;
                          if (!(data87 === 'NoSchedule' || data87 === 'PreferNoSchedule' || data87 === 'NoExecute')) {
                            const err149 = {
                              instancePath: instancePath + '/spec/nodePools/' + i8 + '/taints/' + i10 + '/effect',
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
                              vErrors = [err149];
                            } else {
                              vErrors.push(err149);
                            }
                            errors++;
                          }
                        }
                      } else {
                        const err150 = {
                          instancePath: instancePath + '/spec/nodePools/' + i8 + '/taints/' + i10,
                          schemaPath: '#/properties/spec/properties/nodePools/items/properties/taints/items/type',
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
                    }
                  } else {
                    const err151 = {
                      instancePath: instancePath + '/spec/nodePools/' + i8 + '/taints',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/taints/type',
                      keyword: 'type',
                      params: { type: 'array' },
                      message: 'must be array',
                    };
                    if (vErrors === null) {
                      vErrors = [err151];
                    } else {
                      vErrors.push(err151);
                    }
                    errors++;
                  }
                }
                if (data72.capacity !== undefined) {
                  let data88 = data72.capacity;
                  if (data88 && typeof data88 == 'object' && !Array.isArray(data88)) {
                    for (const key25 in data88) {
                      let data89 = data88[key25];
                      if (typeof data89 !== 'string' && !(typeof data89 == 'number')) {
                        const err152 = {
                          instancePath:
                            instancePath +
                            '/spec/nodePools/' +
                            i8 +
                            '/capacity/' +
                            key25.replace(/~/g, '~0').replace(/\//g, '~1'),
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
                          vErrors = [err152];
                        } else {
                          vErrors.push(err152);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err153 = {
                      instancePath: instancePath + '/spec/nodePools/' + i8 + '/capacity',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/capacity/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err153];
                    } else {
                      vErrors.push(err153);
                    }
                    errors++;
                  }
                }
                if (data72.reserved !== undefined) {
                  let data90 = data72.reserved;
                  if (data90 && typeof data90 == 'object' && !Array.isArray(data90)) {
                    for (const key26 in data90) {
                      let data91 = data90[key26];
                      if (typeof data91 !== 'string' && !(typeof data91 == 'number')) {
                        const err154 = {
                          instancePath:
                            instancePath +
                            '/spec/nodePools/' +
                            i8 +
                            '/reserved/' +
                            key26.replace(/~/g, '~0').replace(/\//g, '~1'),
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
                          vErrors = [err154];
                        } else {
                          vErrors.push(err154);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err155 = {
                      instancePath: instancePath + '/spec/nodePools/' + i8 + '/reserved',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/reserved/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err155];
                    } else {
                      vErrors.push(err155);
                    }
                    errors++;
                  }
                }
                if (data72.kubelet !== undefined) {
                  let data92 = data72.kubelet;
                  const _errs215 = errors;
                  let valid51 = false;
                  const _errs216 = errors;
                  if (typeof data92 === 'string') {
                    if (func2(data92) < 1) {
                      const err156 = {
                        instancePath: instancePath + '/spec/nodePools/' + i8 + '/kubelet',
                        schemaPath: '#/properties/spec/properties/nodePools/items/properties/kubelet/anyOf/0/minLength',
                        keyword: 'minLength',
                        params: { limit: 1 },
                        message: 'must NOT have fewer than 1 characters',
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
                      instancePath: instancePath + '/spec/nodePools/' + i8 + '/kubelet',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/kubelet/anyOf/0/type',
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
                  var _valid2 = _errs216 === errors;
                  valid51 = valid51 || _valid2;
                  if (!valid51) {
                    const _errs218 = errors;
                    if (!(data92 && typeof data92 == 'object' && !Array.isArray(data92))) {
                      const err158 = {
                        instancePath: instancePath + '/spec/nodePools/' + i8 + '/kubelet',
                        schemaPath: '#/properties/spec/properties/nodePools/items/properties/kubelet/anyOf/1/type',
                        keyword: 'type',
                        params: { type: 'object' },
                        message: 'must be object',
                      };
                      if (vErrors === null) {
                        vErrors = [err158];
                      } else {
                        vErrors.push(err158);
                      }
                      errors++;
                    }
                    var _valid2 = _errs218 === errors;
                    valid51 = valid51 || _valid2;
                  }
                  if (!valid51) {
                    const err159 = {
                      instancePath: instancePath + '/spec/nodePools/' + i8 + '/kubelet',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/kubelet/anyOf',
                      keyword: 'anyOf',
                      params: {},
                      message: 'must match a schema in anyOf',
                    };
                    if (vErrors === null) {
                      vErrors = [err159];
                    } else {
                      vErrors.push(err159);
                    }
                    errors++;
                  } else {
                    errors = _errs215;
                    if (vErrors !== null) {
                      if (_errs215) {
                        vErrors.length = _errs215;
                      } else {
                        vErrors = null;
                      }
                    }
                  }
                }
                if (data72.staticPods !== undefined) {
                  let data93 = data72.staticPods;
                  if (Array.isArray(data93)) {
                    const len11 = data93.length;
                    for (let i11 = 0; i11 < len11; i11++) {
                      let data94 = data93[i11];
                      if (typeof data94 === 'string') {
                        if (func2(data94) < 1) {
                          const err160 = {
                            instancePath: instancePath + '/spec/nodePools/' + i8 + '/staticPods/' + i11,
                            schemaPath:
                              '#/properties/spec/properties/nodePools/items/properties/staticPods/items/minLength',
                            keyword: 'minLength',
                            params: { limit: 1 },
                            message: 'must NOT have fewer than 1 characters',
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
                          instancePath: instancePath + '/spec/nodePools/' + i8 + '/staticPods/' + i11,
                          schemaPath: '#/properties/spec/properties/nodePools/items/properties/staticPods/items/type',
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
                  } else {
                    const err162 = {
                      instancePath: instancePath + '/spec/nodePools/' + i8 + '/staticPods',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/staticPods/type',
                      keyword: 'type',
                      params: { type: 'array' },
                      message: 'must be array',
                    };
                    if (vErrors === null) {
                      vErrors = [err162];
                    } else {
                      vErrors.push(err162);
                    }
                    errors++;
                  }
                }
                if (data72.stages !== undefined) {
                  let data95 = data72.stages;
                  if (Array.isArray(data95)) {
                    const len12 = data95.length;
                    for (let i12 = 0; i12 < len12; i12++) {
                      let data96 = data95[i12];
                      if (typeof data96 === 'string') {
                        if (func2(data96) < 1) {
                          const err163 = {
                            instancePath: instancePath + '/spec/nodePools/' + i8 + '/stages/' + i12,
                            schemaPath:
                              '#/properties/spec/properties/nodePools/items/properties/stages/items/minLength',
                            keyword: 'minLength',
                            params: { limit: 1 },
                            message: 'must NOT have fewer than 1 characters',
                          };
                          if (vErrors === null) {
                            vErrors = [err163];
                          } else {
                            vErrors.push(err163);
                          }
                          errors++;
                        }
                      } else {
                        const err164 = {
                          instancePath: instancePath + '/spec/nodePools/' + i8 + '/stages/' + i12,
                          schemaPath: '#/properties/spec/properties/nodePools/items/properties/stages/items/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err164];
                        } else {
                          vErrors.push(err164);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err165 = {
                      instancePath: instancePath + '/spec/nodePools/' + i8 + '/stages',
                      schemaPath: '#/properties/spec/properties/nodePools/items/properties/stages/type',
                      keyword: 'type',
                      params: { type: 'array' },
                      message: 'must be array',
                    };
                    if (vErrors === null) {
                      vErrors = [err165];
                    } else {
                      vErrors.push(err165);
                    }
                    errors++;
                  }
                }
              } else {
                const err166 = {
                  instancePath: instancePath + '/spec/nodePools/' + i8,
                  schemaPath: '#/properties/spec/properties/nodePools/items/type',
                  keyword: 'type',
                  params: { type: 'object' },
                  message: 'must be object',
                };
                if (vErrors === null) {
                  vErrors = [err166];
                } else {
                  vErrors.push(err166);
                }
                errors++;
              }
            }
          } else {
            const err167 = {
              instancePath: instancePath + '/spec/nodePools',
              schemaPath: '#/properties/spec/properties/nodePools/type',
              keyword: 'type',
              params: { type: 'array' },
              message: 'must be array',
            };
            if (vErrors === null) {
              vErrors = [err167];
            } else {
              vErrors.push(err167);
            }
            errors++;
          }
        }
        if (data8.initialState !== undefined) {
          let data97 = data8.initialState;
          if (Array.isArray(data97)) {
            const len13 = data97.length;
            for (let i13 = 0; i13 < len13; i13++) {
              let data98 = data97[i13];
              if (typeof data98 === 'string') {
                if (func2(data98) < 1) {
                  const err168 = {
                    instancePath: instancePath + '/spec/initialState/' + i13,
                    schemaPath: '#/properties/spec/properties/initialState/items/minLength',
                    keyword: 'minLength',
                    params: { limit: 1 },
                    message: 'must NOT have fewer than 1 characters',
                  };
                  if (vErrors === null) {
                    vErrors = [err168];
                  } else {
                    vErrors.push(err168);
                  }
                  errors++;
                }
              } else {
                const err169 = {
                  instancePath: instancePath + '/spec/initialState/' + i13,
                  schemaPath: '#/properties/spec/properties/initialState/items/type',
                  keyword: 'type',
                  params: { type: 'string' },
                  message: 'must be string',
                };
                if (vErrors === null) {
                  vErrors = [err169];
                } else {
                  vErrors.push(err169);
                }
                errors++;
              }
            }
          } else {
            const err170 = {
              instancePath: instancePath + '/spec/initialState',
              schemaPath: '#/properties/spec/properties/initialState/type',
              keyword: 'type',
              params: { type: 'array' },
              message: 'must be array',
            };
            if (vErrors === null) {
              vErrors = [err170];
            } else {
              vErrors.push(err170);
            }
            errors++;
          }
        }
        if (data8.generate !== undefined) {
          let data99 = data8.generate;
          if (Array.isArray(data99)) {
            const len14 = data99.length;
            for (let i14 = 0; i14 < len14; i14++) {
              let data100 = data99[i14];
              if (data100 && typeof data100 == 'object' && !Array.isArray(data100)) {
                if (data100.template === undefined) {
                  const err171 = {
                    instancePath: instancePath + '/spec/generate/' + i14,
                    schemaPath: '#/properties/spec/properties/generate/items/required',
                    keyword: 'required',
                    params: { missingProperty: 'template' },
                    message: "must have required property '" + 'template' + "'",
                  };
                  if (vErrors === null) {
                    vErrors = [err171];
                  } else {
                    vErrors.push(err171);
                  }
                  errors++;
                }
                if (data100.count === undefined) {
                  const err172 = {
                    instancePath: instancePath + '/spec/generate/' + i14,
                    schemaPath: '#/properties/spec/properties/generate/items/required',
                    keyword: 'required',
                    params: { missingProperty: 'count' },
                    message: "must have required property '" + 'count' + "'",
                  };
                  if (vErrors === null) {
                    vErrors = [err172];
                  } else {
                    vErrors.push(err172);
                  }
                  errors++;
                }
                for (const key27 in data100) {
                  if (!(key27 === 'template' || key27 === 'count' || key27 === 'initialState')) {
                    const err173 = {
                      instancePath: instancePath + '/spec/generate/' + i14,
                      schemaPath: '#/properties/spec/properties/generate/items/additionalProperties',
                      keyword: 'additionalProperties',
                      params: { additionalProperty: key27 },
                      message: 'must NOT have additional properties',
                    };
                    if (vErrors === null) {
                      vErrors = [err173];
                    } else {
                      vErrors.push(err173);
                    }
                    errors++;
                  }
                }
                if (data100.template !== undefined) {
                  let data101 = data100.template;
                  const _errs238 = errors;
                  let valid61 = false;
                  const _errs239 = errors;
                  if (typeof data101 === 'string') {
                    if (func2(data101) < 1) {
                      const err174 = {
                        instancePath: instancePath + '/spec/generate/' + i14 + '/template',
                        schemaPath: '#/properties/spec/properties/generate/items/properties/template/anyOf/0/minLength',
                        keyword: 'minLength',
                        params: { limit: 1 },
                        message: 'must NOT have fewer than 1 characters',
                      };
                      if (vErrors === null) {
                        vErrors = [err174];
                      } else {
                        vErrors.push(err174);
                      }
                      errors++;
                    }
                  } else {
                    const err175 = {
                      instancePath: instancePath + '/spec/generate/' + i14 + '/template',
                      schemaPath: '#/properties/spec/properties/generate/items/properties/template/anyOf/0/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err175];
                    } else {
                      vErrors.push(err175);
                    }
                    errors++;
                  }
                  var _valid3 = _errs239 === errors;
                  valid61 = valid61 || _valid3;
                  if (!valid61) {
                    const _errs241 = errors;
                    if (!(data101 && typeof data101 == 'object' && !Array.isArray(data101))) {
                      const err176 = {
                        instancePath: instancePath + '/spec/generate/' + i14 + '/template',
                        schemaPath: '#/properties/spec/properties/generate/items/properties/template/anyOf/1/type',
                        keyword: 'type',
                        params: { type: 'object' },
                        message: 'must be object',
                      };
                      if (vErrors === null) {
                        vErrors = [err176];
                      } else {
                        vErrors.push(err176);
                      }
                      errors++;
                    }
                    var _valid3 = _errs241 === errors;
                    valid61 = valid61 || _valid3;
                  }
                  if (!valid61) {
                    const err177 = {
                      instancePath: instancePath + '/spec/generate/' + i14 + '/template',
                      schemaPath: '#/properties/spec/properties/generate/items/properties/template/anyOf',
                      keyword: 'anyOf',
                      params: {},
                      message: 'must match a schema in anyOf',
                    };
                    if (vErrors === null) {
                      vErrors = [err177];
                    } else {
                      vErrors.push(err177);
                    }
                    errors++;
                  } else {
                    errors = _errs238;
                    if (vErrors !== null) {
                      if (_errs238) {
                        vErrors.length = _errs238;
                      } else {
                        vErrors = null;
                      }
                    }
                  }
                }
                if (data100.count !== undefined) {
                  let data102 = data100.count;
                  if (
                    !(typeof data102 == 'number' && !(data102 % 1) && !isNaN(data102)) &&
                    typeof data102 !== 'string'
                  ) {
                    const err178 = {
                      instancePath: instancePath + '/spec/generate/' + i14 + '/count',
                      schemaPath: '#/properties/spec/properties/generate/items/properties/count/type',
                      keyword: 'type',
                      params: { type: schema11.properties.spec.properties.generate.items.properties.count.type },
                      message: 'must be integer,string',
                    };
                    if (vErrors === null) {
                      vErrors = [err178];
                    } else {
                      vErrors.push(err178);
                    }
                    errors++;
                  }
                  if (typeof data102 == 'number') {
                    if (data102 < 0 || isNaN(data102)) {
                      const err179 = {
                        instancePath: instancePath + '/spec/generate/' + i14 + '/count',
                        schemaPath: '#/properties/spec/properties/generate/items/properties/count/minimum',
                        keyword: 'minimum',
                        params: { comparison: '>=', limit: 0 },
                        message: 'must be >= 0',
                      };
                      if (vErrors === null) {
                        vErrors = [err179];
                      } else {
                        vErrors.push(err179);
                      }
                      errors++;
                    }
                  }
                }
                if (data100.initialState !== undefined) {
                  if (typeof data100.initialState !== 'boolean') {
                    const err180 = {
                      instancePath: instancePath + '/spec/generate/' + i14 + '/initialState',
                      schemaPath: '#/properties/spec/properties/generate/items/properties/initialState/type',
                      keyword: 'type',
                      params: { type: 'boolean' },
                      message: 'must be boolean',
                    };
                    if (vErrors === null) {
                      vErrors = [err180];
                    } else {
                      vErrors.push(err180);
                    }
                    errors++;
                  }
                }
              } else {
                const err181 = {
                  instancePath: instancePath + '/spec/generate/' + i14,
                  schemaPath: '#/properties/spec/properties/generate/items/type',
                  keyword: 'type',
                  params: { type: 'object' },
                  message: 'must be object',
                };
                if (vErrors === null) {
                  vErrors = [err181];
                } else {
                  vErrors.push(err181);
                }
                errors++;
              }
            }
          } else {
            const err182 = {
              instancePath: instancePath + '/spec/generate',
              schemaPath: '#/properties/spec/properties/generate/type',
              keyword: 'type',
              params: { type: 'array' },
              message: 'must be array',
            };
            if (vErrors === null) {
              vErrors = [err182];
            } else {
              vErrors.push(err182);
            }
            errors++;
          }
        }
        if (data8.parameters !== undefined) {
          let data104 = data8.parameters;
          if (data104 && typeof data104 == 'object' && !Array.isArray(data104)) {
            for (const key28 in data104) {
              let data105 = data104[key28];
              if (typeof data105 !== 'string' && !(typeof data105 == 'number') && typeof data105 !== 'boolean') {
                const err183 = {
                  instancePath: instancePath + '/spec/parameters/' + key28.replace(/~/g, '~0').replace(/\//g, '~1'),
                  schemaPath: '#/properties/spec/properties/parameters/additionalProperties/type',
                  keyword: 'type',
                  params: { type: schema11.properties.spec.properties.parameters.additionalProperties.type },
                  message: 'must be string,number,boolean',
                };
                if (vErrors === null) {
                  vErrors = [err183];
                } else {
                  vErrors.push(err183);
                }
                errors++;
              }
            }
          } else {
            const err184 = {
              instancePath: instancePath + '/spec/parameters',
              schemaPath: '#/properties/spec/properties/parameters/type',
              keyword: 'type',
              params: { type: 'object' },
              message: 'must be object',
            };
            if (vErrors === null) {
              vErrors = [err184];
            } else {
              vErrors.push(err184);
            }
            errors++;
          }
        }
        if (data8.manifests !== undefined) {
          let data106 = data8.manifests;
          if (Array.isArray(data106)) {
            const len15 = data106.length;
            for (let i15 = 0; i15 < len15; i15++) {
              let data107 = data106[i15];
              if (typeof data107 === 'string') {
                if (func2(data107) < 1) {
                  const err185 = {
                    instancePath: instancePath + '/spec/manifests/' + i15,
                    schemaPath: '#/properties/spec/properties/manifests/items/minLength',
                    keyword: 'minLength',
                    params: { limit: 1 },
                    message: 'must NOT have fewer than 1 characters',
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
                  instancePath: instancePath + '/spec/manifests/' + i15,
                  schemaPath: '#/properties/spec/properties/manifests/items/type',
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
          } else {
            const err187 = {
              instancePath: instancePath + '/spec/manifests',
              schemaPath: '#/properties/spec/properties/manifests/type',
              keyword: 'type',
              params: { type: 'array' },
              message: 'must be array',
            };
            if (vErrors === null) {
              vErrors = [err187];
            } else {
              vErrors.push(err187);
            }
            errors++;
          }
        }
        if (data8.workloads !== undefined) {
          let data108 = data8.workloads;
          if (Array.isArray(data108)) {
            const len16 = data108.length;
            for (let i16 = 0; i16 < len16; i16++) {
              let data109 = data108[i16];
              if (data109 && typeof data109 == 'object' && !Array.isArray(data109)) {
                for (const key29 in data109) {
                  if (!func3.call(schema11.properties.spec.properties.workloads.items.properties, key29)) {
                    const err188 = {
                      instancePath: instancePath + '/spec/workloads/' + i16,
                      schemaPath: '#/properties/spec/properties/workloads/items/additionalProperties',
                      keyword: 'additionalProperties',
                      params: { additionalProperty: key29 },
                      message: 'must NOT have additional properties',
                    };
                    if (vErrors === null) {
                      vErrors = [err188];
                    } else {
                      vErrors.push(err188);
                    }
                    errors++;
                  }
                }
                if (data109.match !== undefined) {
                  let data110 = data109.match;
                  if (data110 && typeof data110 == 'object' && !Array.isArray(data110)) {
                    for (const key30 in data110) {
                      if (typeof data110[key30] !== 'string') {
                        const err189 = {
                          instancePath:
                            instancePath +
                            '/spec/workloads/' +
                            i16 +
                            '/match/' +
                            key30.replace(/~/g, '~0').replace(/\//g, '~1'),
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/match/additionalProperties/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
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
                      instancePath: instancePath + '/spec/workloads/' + i16 + '/match',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/match/type',
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
                if (data109.namespace !== undefined) {
                  if (typeof data109.namespace !== 'string') {
                    const err191 = {
                      instancePath: instancePath + '/spec/workloads/' + i16 + '/namespace',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/namespace/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err191];
                    } else {
                      vErrors.push(err191);
                    }
                    errors++;
                  }
                }
                if (data109.container !== undefined) {
                  if (typeof data109.container !== 'string') {
                    const err192 = {
                      instancePath: instancePath + '/spec/workloads/' + i16 + '/container',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/container/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err192];
                    } else {
                      vErrors.push(err192);
                    }
                    errors++;
                  }
                }
                if (data109.image !== undefined) {
                  let data114 = data109.image;
                  if (typeof data114 === 'string') {
                    if (func2(data114) < 1) {
                      const err193 = {
                        instancePath: instancePath + '/spec/workloads/' + i16 + '/image',
                        schemaPath: '#/properties/spec/properties/workloads/items/properties/image/minLength',
                        keyword: 'minLength',
                        params: { limit: 1 },
                        message: 'must NOT have fewer than 1 characters',
                      };
                      if (vErrors === null) {
                        vErrors = [err193];
                      } else {
                        vErrors.push(err193);
                      }
                      errors++;
                    }
                  } else {
                    const err194 = {
                      instancePath: instancePath + '/spec/workloads/' + i16 + '/image',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/image/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err194];
                    } else {
                      vErrors.push(err194);
                    }
                    errors++;
                  }
                }
                if (data109.startup !== undefined) {
                  let data115 = data109.startup;
                  const _errs273 = errors;
                  let valid69 = false;
                  const _errs274 = errors;
                  if (typeof data115 === 'string') {
                    if (!pattern0.test(data115)) {
                      const err195 = {
                        instancePath: instancePath + '/spec/workloads/' + i16 + '/startup',
                        schemaPath: '#/properties/spec/properties/workloads/items/properties/startup/anyOf/0/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err195];
                      } else {
                        vErrors.push(err195);
                      }
                      errors++;
                    }
                  } else {
                    const err196 = {
                      instancePath: instancePath + '/spec/workloads/' + i16 + '/startup',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/startup/anyOf/0/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err196];
                    } else {
                      vErrors.push(err196);
                    }
                    errors++;
                  }
                  var _valid4 = _errs274 === errors;
                  valid69 = valid69 || _valid4;
                  if (!valid69) {
                    const _errs276 = errors;
                    if (data115 && typeof data115 == 'object' && !Array.isArray(data115)) {
                      if (data115.p50 === undefined) {
                        const err197 = {
                          instancePath: instancePath + '/spec/workloads/' + i16 + '/startup',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/startup/anyOf/1/required',
                          keyword: 'required',
                          params: { missingProperty: 'p50' },
                          message: "must have required property '" + 'p50' + "'",
                        };
                        if (vErrors === null) {
                          vErrors = [err197];
                        } else {
                          vErrors.push(err197);
                        }
                        errors++;
                      }
                      for (const key31 in data115) {
                        if (!(key31 === 'p50' || key31 === 'p99')) {
                          const err198 = {
                            instancePath: instancePath + '/spec/workloads/' + i16 + '/startup',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/startup/anyOf/1/additionalProperties',
                            keyword: 'additionalProperties',
                            params: { additionalProperty: key31 },
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
                      if (data115.p50 !== undefined) {
                        let data116 = data115.p50;
                        if (typeof data116 === 'string') {
                          if (!pattern0.test(data116)) {
                            const err199 = {
                              instancePath: instancePath + '/spec/workloads/' + i16 + '/startup/p50',
                              schemaPath:
                                '#/properties/spec/properties/workloads/items/properties/startup/anyOf/1/properties/p50/pattern',
                              keyword: 'pattern',
                              params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                              message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                            };
                            if (vErrors === null) {
                              vErrors = [err199];
                            } else {
                              vErrors.push(err199);
                            }
                            errors++;
                          }
                        } else {
                          const err200 = {
                            instancePath: instancePath + '/spec/workloads/' + i16 + '/startup/p50',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/startup/anyOf/1/properties/p50/type',
                            keyword: 'type',
                            params: { type: 'string' },
                            message: 'must be string',
                          };
                          if (vErrors === null) {
                            vErrors = [err200];
                          } else {
                            vErrors.push(err200);
                          }
                          errors++;
                        }
                      }
                      if (data115.p99 !== undefined) {
                        let data117 = data115.p99;
                        if (typeof data117 === 'string') {
                          if (!pattern0.test(data117)) {
                            const err201 = {
                              instancePath: instancePath + '/spec/workloads/' + i16 + '/startup/p99',
                              schemaPath:
                                '#/properties/spec/properties/workloads/items/properties/startup/anyOf/1/properties/p99/pattern',
                              keyword: 'pattern',
                              params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                              message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                            };
                            if (vErrors === null) {
                              vErrors = [err201];
                            } else {
                              vErrors.push(err201);
                            }
                            errors++;
                          }
                        } else {
                          const err202 = {
                            instancePath: instancePath + '/spec/workloads/' + i16 + '/startup/p99',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/startup/anyOf/1/properties/p99/type',
                            keyword: 'type',
                            params: { type: 'string' },
                            message: 'must be string',
                          };
                          if (vErrors === null) {
                            vErrors = [err202];
                          } else {
                            vErrors.push(err202);
                          }
                          errors++;
                        }
                      }
                    } else {
                      const err203 = {
                        instancePath: instancePath + '/spec/workloads/' + i16 + '/startup',
                        schemaPath: '#/properties/spec/properties/workloads/items/properties/startup/anyOf/1/type',
                        keyword: 'type',
                        params: { type: 'object' },
                        message: 'must be object',
                      };
                      if (vErrors === null) {
                        vErrors = [err203];
                      } else {
                        vErrors.push(err203);
                      }
                      errors++;
                    }
                    var _valid4 = _errs276 === errors;
                    valid69 = valid69 || _valid4;
                  }
                  if (!valid69) {
                    const err204 = {
                      instancePath: instancePath + '/spec/workloads/' + i16 + '/startup',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/startup/anyOf',
                      keyword: 'anyOf',
                      params: {},
                      message: 'must match a schema in anyOf',
                    };
                    if (vErrors === null) {
                      vErrors = [err204];
                    } else {
                      vErrors.push(err204);
                    }
                    errors++;
                  } else {
                    errors = _errs273;
                    if (vErrors !== null) {
                      if (_errs273) {
                        vErrors.length = _errs273;
                      } else {
                        vErrors = null;
                      }
                    }
                  }
                }
                if (data109.run !== undefined) {
                  let data118 = data109.run;
                  const _errs284 = errors;
                  let valid71 = false;
                  const _errs285 = errors;
                  if (typeof data118 === 'string') {
                    if (!pattern0.test(data118)) {
                      const err205 = {
                        instancePath: instancePath + '/spec/workloads/' + i16 + '/run',
                        schemaPath: '#/properties/spec/properties/workloads/items/properties/run/anyOf/0/pattern',
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
                      instancePath: instancePath + '/spec/workloads/' + i16 + '/run',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/run/anyOf/0/type',
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
                  var _valid5 = _errs285 === errors;
                  valid71 = valid71 || _valid5;
                  if (!valid71) {
                    const _errs287 = errors;
                    if (data118 && typeof data118 == 'object' && !Array.isArray(data118)) {
                      if (data118.p50 === undefined) {
                        const err207 = {
                          instancePath: instancePath + '/spec/workloads/' + i16 + '/run',
                          schemaPath: '#/properties/spec/properties/workloads/items/properties/run/anyOf/1/required',
                          keyword: 'required',
                          params: { missingProperty: 'p50' },
                          message: "must have required property '" + 'p50' + "'",
                        };
                        if (vErrors === null) {
                          vErrors = [err207];
                        } else {
                          vErrors.push(err207);
                        }
                        errors++;
                      }
                      for (const key32 in data118) {
                        if (!(key32 === 'p50' || key32 === 'p99')) {
                          const err208 = {
                            instancePath: instancePath + '/spec/workloads/' + i16 + '/run',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/run/anyOf/1/additionalProperties',
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
                      if (data118.p50 !== undefined) {
                        let data119 = data118.p50;
                        if (typeof data119 === 'string') {
                          if (!pattern0.test(data119)) {
                            const err209 = {
                              instancePath: instancePath + '/spec/workloads/' + i16 + '/run/p50',
                              schemaPath:
                                '#/properties/spec/properties/workloads/items/properties/run/anyOf/1/properties/p50/pattern',
                              keyword: 'pattern',
                              params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                              message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                            };
                            if (vErrors === null) {
                              vErrors = [err209];
                            } else {
                              vErrors.push(err209);
                            }
                            errors++;
                          }
                        } else {
                          const err210 = {
                            instancePath: instancePath + '/spec/workloads/' + i16 + '/run/p50',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/run/anyOf/1/properties/p50/type',
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
                      if (data118.p99 !== undefined) {
                        let data120 = data118.p99;
                        if (typeof data120 === 'string') {
                          if (!pattern0.test(data120)) {
                            const err211 = {
                              instancePath: instancePath + '/spec/workloads/' + i16 + '/run/p99',
                              schemaPath:
                                '#/properties/spec/properties/workloads/items/properties/run/anyOf/1/properties/p99/pattern',
                              keyword: 'pattern',
                              params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                              message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                            };
                            if (vErrors === null) {
                              vErrors = [err211];
                            } else {
                              vErrors.push(err211);
                            }
                            errors++;
                          }
                        } else {
                          const err212 = {
                            instancePath: instancePath + '/spec/workloads/' + i16 + '/run/p99',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/run/anyOf/1/properties/p99/type',
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
                        instancePath: instancePath + '/spec/workloads/' + i16 + '/run',
                        schemaPath: '#/properties/spec/properties/workloads/items/properties/run/anyOf/1/type',
                        keyword: 'type',
                        params: { type: 'object' },
                        message: 'must be object',
                      };
                      if (vErrors === null) {
                        vErrors = [err213];
                      } else {
                        vErrors.push(err213);
                      }
                      errors++;
                    }
                    var _valid5 = _errs287 === errors;
                    valid71 = valid71 || _valid5;
                  }
                  if (!valid71) {
                    const err214 = {
                      instancePath: instancePath + '/spec/workloads/' + i16 + '/run',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/run/anyOf',
                      keyword: 'anyOf',
                      params: {},
                      message: 'must match a schema in anyOf',
                    };
                    if (vErrors === null) {
                      vErrors = [err214];
                    } else {
                      vErrors.push(err214);
                    }
                    errors++;
                  } else {
                    errors = _errs284;
                    if (vErrors !== null) {
                      if (_errs284) {
                        vErrors.length = _errs284;
                      } else {
                        vErrors = null;
                      }
                    }
                  }
                }
                if (data109.exitCode !== undefined) {
                  let data121 = data109.exitCode;
                  if (!(typeof data121 == 'number' && !(data121 % 1) && !isNaN(data121))) {
                    const err215 = {
                      instancePath: instancePath + '/spec/workloads/' + i16 + '/exitCode',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/exitCode/type',
                      keyword: 'type',
                      params: { type: 'integer' },
                      message: 'must be integer',
                    };
                    if (vErrors === null) {
                      vErrors = [err215];
                    } else {
                      vErrors.push(err215);
                    }
                    errors++;
                  }
                  if (typeof data121 == 'number') {
                    if (data121 > 255 || isNaN(data121)) {
                      const err216 = {
                        instancePath: instancePath + '/spec/workloads/' + i16 + '/exitCode',
                        schemaPath: '#/properties/spec/properties/workloads/items/properties/exitCode/maximum',
                        keyword: 'maximum',
                        params: { comparison: '<=', limit: 255 },
                        message: 'must be <= 255',
                      };
                      if (vErrors === null) {
                        vErrors = [err216];
                      } else {
                        vErrors.push(err216);
                      }
                      errors++;
                    }
                    if (data121 < 0 || isNaN(data121)) {
                      const err217 = {
                        instancePath: instancePath + '/spec/workloads/' + i16 + '/exitCode',
                        schemaPath: '#/properties/spec/properties/workloads/items/properties/exitCode/minimum',
                        keyword: 'minimum',
                        params: { comparison: '>=', limit: 0 },
                        message: 'must be >= 0',
                      };
                      if (vErrors === null) {
                        vErrors = [err217];
                      } else {
                        vErrors.push(err217);
                      }
                      errors++;
                    }
                  }
                }
                if (data109.crash !== undefined) {
                  let data122 = data109.crash;
                  if (data122 && typeof data122 == 'object' && !Array.isArray(data122)) {
                    for (const key33 in data122) {
                      if (!(key33 === 'after' || key33 === 'exitCode' || key33 === 'times')) {
                        const err218 = {
                          instancePath: instancePath + '/spec/workloads/' + i16 + '/crash',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/crash/additionalProperties',
                          keyword: 'additionalProperties',
                          params: { additionalProperty: key33 },
                          message: 'must NOT have additional properties',
                        };
                        if (vErrors === null) {
                          vErrors = [err218];
                        } else {
                          vErrors.push(err218);
                        }
                        errors++;
                      }
                    }
                    if (data122.after !== undefined) {
                      let data123 = data122.after;
                      const _errs300 = errors;
                      let valid74 = false;
                      const _errs301 = errors;
                      if (typeof data123 === 'string') {
                        if (!pattern0.test(data123)) {
                          const err219 = {
                            instancePath: instancePath + '/spec/workloads/' + i16 + '/crash/after',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/crash/properties/after/anyOf/0/pattern',
                            keyword: 'pattern',
                            params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                            message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                          };
                          if (vErrors === null) {
                            vErrors = [err219];
                          } else {
                            vErrors.push(err219);
                          }
                          errors++;
                        }
                      } else {
                        const err220 = {
                          instancePath: instancePath + '/spec/workloads/' + i16 + '/crash/after',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/crash/properties/after/anyOf/0/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err220];
                        } else {
                          vErrors.push(err220);
                        }
                        errors++;
                      }
                      var _valid6 = _errs301 === errors;
                      valid74 = valid74 || _valid6;
                      if (!valid74) {
                        const _errs303 = errors;
                        if (data123 && typeof data123 == 'object' && !Array.isArray(data123)) {
                          if (data123.p50 === undefined) {
                            const err221 = {
                              instancePath: instancePath + '/spec/workloads/' + i16 + '/crash/after',
                              schemaPath:
                                '#/properties/spec/properties/workloads/items/properties/crash/properties/after/anyOf/1/required',
                              keyword: 'required',
                              params: { missingProperty: 'p50' },
                              message: "must have required property '" + 'p50' + "'",
                            };
                            if (vErrors === null) {
                              vErrors = [err221];
                            } else {
                              vErrors.push(err221);
                            }
                            errors++;
                          }
                          for (const key34 in data123) {
                            if (!(key34 === 'p50' || key34 === 'p99')) {
                              const err222 = {
                                instancePath: instancePath + '/spec/workloads/' + i16 + '/crash/after',
                                schemaPath:
                                  '#/properties/spec/properties/workloads/items/properties/crash/properties/after/anyOf/1/additionalProperties',
                                keyword: 'additionalProperties',
                                params: { additionalProperty: key34 },
                                message: 'must NOT have additional properties',
                              };
                              if (vErrors === null) {
                                vErrors = [err222];
                              } else {
                                vErrors.push(err222);
                              }
                              errors++;
                            }
                          }
                          if (data123.p50 !== undefined) {
                            let data124 = data123.p50;
                            if (typeof data124 === 'string') {
                              if (!pattern0.test(data124)) {
                                const err223 = {
                                  instancePath: instancePath + '/spec/workloads/' + i16 + '/crash/after/p50',
                                  schemaPath:
                                    '#/properties/spec/properties/workloads/items/properties/crash/properties/after/anyOf/1/properties/p50/pattern',
                                  keyword: 'pattern',
                                  params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                                  message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                                };
                                if (vErrors === null) {
                                  vErrors = [err223];
                                } else {
                                  vErrors.push(err223);
                                }
                                errors++;
                              }
                            } else {
                              const err224 = {
                                instancePath: instancePath + '/spec/workloads/' + i16 + '/crash/after/p50',
                                schemaPath:
                                  '#/properties/spec/properties/workloads/items/properties/crash/properties/after/anyOf/1/properties/p50/type',
                                keyword: 'type',
                                params: { type: 'string' },
                                message: 'must be string',
                              };
                              if (vErrors === null) {
                                vErrors = [err224];
                              } else {
                                vErrors.push(err224);
                              }
                              errors++;
                            }
                          }
                          if (data123.p99 !== undefined) {
                            let data125 = data123.p99;
                            if (typeof data125 === 'string') {
                              if (!pattern0.test(data125)) {
                                const err225 = {
                                  instancePath: instancePath + '/spec/workloads/' + i16 + '/crash/after/p99',
                                  schemaPath:
                                    '#/properties/spec/properties/workloads/items/properties/crash/properties/after/anyOf/1/properties/p99/pattern',
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
                                instancePath: instancePath + '/spec/workloads/' + i16 + '/crash/after/p99',
                                schemaPath:
                                  '#/properties/spec/properties/workloads/items/properties/crash/properties/after/anyOf/1/properties/p99/type',
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
                          }
                        } else {
                          const err227 = {
                            instancePath: instancePath + '/spec/workloads/' + i16 + '/crash/after',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/crash/properties/after/anyOf/1/type',
                            keyword: 'type',
                            params: { type: 'object' },
                            message: 'must be object',
                          };
                          if (vErrors === null) {
                            vErrors = [err227];
                          } else {
                            vErrors.push(err227);
                          }
                          errors++;
                        }
                        var _valid6 = _errs303 === errors;
                        valid74 = valid74 || _valid6;
                      }
                      if (!valid74) {
                        const err228 = {
                          instancePath: instancePath + '/spec/workloads/' + i16 + '/crash/after',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/crash/properties/after/anyOf',
                          keyword: 'anyOf',
                          params: {},
                          message: 'must match a schema in anyOf',
                        };
                        if (vErrors === null) {
                          vErrors = [err228];
                        } else {
                          vErrors.push(err228);
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
                    if (data122.exitCode !== undefined) {
                      let data126 = data122.exitCode;
                      if (!(typeof data126 == 'number' && !(data126 % 1) && !isNaN(data126))) {
                        const err229 = {
                          instancePath: instancePath + '/spec/workloads/' + i16 + '/crash/exitCode',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/crash/properties/exitCode/type',
                          keyword: 'type',
                          params: { type: 'integer' },
                          message: 'must be integer',
                        };
                        if (vErrors === null) {
                          vErrors = [err229];
                        } else {
                          vErrors.push(err229);
                        }
                        errors++;
                      }
                      if (typeof data126 == 'number') {
                        if (data126 > 255 || isNaN(data126)) {
                          const err230 = {
                            instancePath: instancePath + '/spec/workloads/' + i16 + '/crash/exitCode',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/crash/properties/exitCode/maximum',
                            keyword: 'maximum',
                            params: { comparison: '<=', limit: 255 },
                            message: 'must be <= 255',
                          };
                          if (vErrors === null) {
                            vErrors = [err230];
                          } else {
                            vErrors.push(err230);
                          }
                          errors++;
                        }
                        if (data126 < 1 || isNaN(data126)) {
                          const err231 = {
                            instancePath: instancePath + '/spec/workloads/' + i16 + '/crash/exitCode',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/crash/properties/exitCode/minimum',
                            keyword: 'minimum',
                            params: { comparison: '>=', limit: 1 },
                            message: 'must be >= 1',
                          };
                          if (vErrors === null) {
                            vErrors = [err231];
                          } else {
                            vErrors.push(err231);
                          }
                          errors++;
                        }
                      }
                    }
                    if (data122.times !== undefined) {
                      let data127 = data122.times;
                      if (!(typeof data127 == 'number' && !(data127 % 1) && !isNaN(data127))) {
                        const err232 = {
                          instancePath: instancePath + '/spec/workloads/' + i16 + '/crash/times',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/crash/properties/times/type',
                          keyword: 'type',
                          params: { type: 'integer' },
                          message: 'must be integer',
                        };
                        if (vErrors === null) {
                          vErrors = [err232];
                        } else {
                          vErrors.push(err232);
                        }
                        errors++;
                      }
                      if (typeof data127 == 'number') {
                        if (data127 < 1 || isNaN(data127)) {
                          const err233 = {
                            instancePath: instancePath + '/spec/workloads/' + i16 + '/crash/times',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/crash/properties/times/minimum',
                            keyword: 'minimum',
                            params: { comparison: '>=', limit: 1 },
                            message: 'must be >= 1',
                          };
                          if (vErrors === null) {
                            vErrors = [err233];
                          } else {
                            vErrors.push(err233);
                          }
                          errors++;
                        }
                      }
                    }
                  } else {
                    const err234 = {
                      instancePath: instancePath + '/spec/workloads/' + i16 + '/crash',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/crash/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err234];
                    } else {
                      vErrors.push(err234);
                    }
                    errors++;
                  }
                }
                if (data109.shutdown !== undefined) {
                  let data128 = data109.shutdown;
                  const _errs315 = errors;
                  let valid76 = false;
                  const _errs316 = errors;
                  if (typeof data128 === 'string') {
                    if (!pattern0.test(data128)) {
                      const err235 = {
                        instancePath: instancePath + '/spec/workloads/' + i16 + '/shutdown',
                        schemaPath: '#/properties/spec/properties/workloads/items/properties/shutdown/anyOf/0/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err235];
                      } else {
                        vErrors.push(err235);
                      }
                      errors++;
                    }
                  } else {
                    const err236 = {
                      instancePath: instancePath + '/spec/workloads/' + i16 + '/shutdown',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/shutdown/anyOf/0/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err236];
                    } else {
                      vErrors.push(err236);
                    }
                    errors++;
                  }
                  var _valid7 = _errs316 === errors;
                  valid76 = valid76 || _valid7;
                  if (!valid76) {
                    const _errs318 = errors;
                    if (data128 && typeof data128 == 'object' && !Array.isArray(data128)) {
                      if (data128.p50 === undefined) {
                        const err237 = {
                          instancePath: instancePath + '/spec/workloads/' + i16 + '/shutdown',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/shutdown/anyOf/1/required',
                          keyword: 'required',
                          params: { missingProperty: 'p50' },
                          message: "must have required property '" + 'p50' + "'",
                        };
                        if (vErrors === null) {
                          vErrors = [err237];
                        } else {
                          vErrors.push(err237);
                        }
                        errors++;
                      }
                      for (const key35 in data128) {
                        if (!(key35 === 'p50' || key35 === 'p99')) {
                          const err238 = {
                            instancePath: instancePath + '/spec/workloads/' + i16 + '/shutdown',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/shutdown/anyOf/1/additionalProperties',
                            keyword: 'additionalProperties',
                            params: { additionalProperty: key35 },
                            message: 'must NOT have additional properties',
                          };
                          if (vErrors === null) {
                            vErrors = [err238];
                          } else {
                            vErrors.push(err238);
                          }
                          errors++;
                        }
                      }
                      if (data128.p50 !== undefined) {
                        let data129 = data128.p50;
                        if (typeof data129 === 'string') {
                          if (!pattern0.test(data129)) {
                            const err239 = {
                              instancePath: instancePath + '/spec/workloads/' + i16 + '/shutdown/p50',
                              schemaPath:
                                '#/properties/spec/properties/workloads/items/properties/shutdown/anyOf/1/properties/p50/pattern',
                              keyword: 'pattern',
                              params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                              message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                            };
                            if (vErrors === null) {
                              vErrors = [err239];
                            } else {
                              vErrors.push(err239);
                            }
                            errors++;
                          }
                        } else {
                          const err240 = {
                            instancePath: instancePath + '/spec/workloads/' + i16 + '/shutdown/p50',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/shutdown/anyOf/1/properties/p50/type',
                            keyword: 'type',
                            params: { type: 'string' },
                            message: 'must be string',
                          };
                          if (vErrors === null) {
                            vErrors = [err240];
                          } else {
                            vErrors.push(err240);
                          }
                          errors++;
                        }
                      }
                      if (data128.p99 !== undefined) {
                        let data130 = data128.p99;
                        if (typeof data130 === 'string') {
                          if (!pattern0.test(data130)) {
                            const err241 = {
                              instancePath: instancePath + '/spec/workloads/' + i16 + '/shutdown/p99',
                              schemaPath:
                                '#/properties/spec/properties/workloads/items/properties/shutdown/anyOf/1/properties/p99/pattern',
                              keyword: 'pattern',
                              params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                              message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
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
                            instancePath: instancePath + '/spec/workloads/' + i16 + '/shutdown/p99',
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/shutdown/anyOf/1/properties/p99/type',
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
                    } else {
                      const err243 = {
                        instancePath: instancePath + '/spec/workloads/' + i16 + '/shutdown',
                        schemaPath: '#/properties/spec/properties/workloads/items/properties/shutdown/anyOf/1/type',
                        keyword: 'type',
                        params: { type: 'object' },
                        message: 'must be object',
                      };
                      if (vErrors === null) {
                        vErrors = [err243];
                      } else {
                        vErrors.push(err243);
                      }
                      errors++;
                    }
                    var _valid7 = _errs318 === errors;
                    valid76 = valid76 || _valid7;
                  }
                  if (!valid76) {
                    const err244 = {
                      instancePath: instancePath + '/spec/workloads/' + i16 + '/shutdown',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/shutdown/anyOf',
                      keyword: 'anyOf',
                      params: {},
                      message: 'must match a schema in anyOf',
                    };
                    if (vErrors === null) {
                      vErrors = [err244];
                    } else {
                      vErrors.push(err244);
                    }
                    errors++;
                  } else {
                    errors = _errs315;
                    if (vErrors !== null) {
                      if (_errs315) {
                        vErrors.length = _errs315;
                      } else {
                        vErrors = null;
                      }
                    }
                  }
                }
                if (data109.ignoreSigterm !== undefined) {
                  if (typeof data109.ignoreSigterm !== 'boolean') {
                    const err245 = {
                      instancePath: instancePath + '/spec/workloads/' + i16 + '/ignoreSigterm',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/ignoreSigterm/type',
                      keyword: 'type',
                      params: { type: 'boolean' },
                      message: 'must be boolean',
                    };
                    if (vErrors === null) {
                      vErrors = [err245];
                    } else {
                      vErrors.push(err245);
                    }
                    errors++;
                  }
                }
                if (data109.unhealthy !== undefined) {
                  let data132 = data109.unhealthy;
                  if (Array.isArray(data132)) {
                    const len17 = data132.length;
                    for (let i17 = 0; i17 < len17; i17++) {
                      let data133 = data132[i17];
                      if (data133 && typeof data133 == 'object' && !Array.isArray(data133)) {
                        if (data133.from === undefined) {
                          const err246 = {
                            instancePath: instancePath + '/spec/workloads/' + i16 + '/unhealthy/' + i17,
                            schemaPath:
                              '#/properties/spec/properties/workloads/items/properties/unhealthy/items/required',
                            keyword: 'required',
                            params: { missingProperty: 'from' },
                            message: "must have required property '" + 'from' + "'",
                          };
                          if (vErrors === null) {
                            vErrors = [err246];
                          } else {
                            vErrors.push(err246);
                          }
                          errors++;
                        }
                        for (const key36 in data133) {
                          if (!(key36 === 'from' || key36 === 'for' || key36 === 'probe')) {
                            const err247 = {
                              instancePath: instancePath + '/spec/workloads/' + i16 + '/unhealthy/' + i17,
                              schemaPath:
                                '#/properties/spec/properties/workloads/items/properties/unhealthy/items/additionalProperties',
                              keyword: 'additionalProperties',
                              params: { additionalProperty: key36 },
                              message: 'must NOT have additional properties',
                            };
                            if (vErrors === null) {
                              vErrors = [err247];
                            } else {
                              vErrors.push(err247);
                            }
                            errors++;
                          }
                        }
                        if (data133.from !== undefined) {
                          let data134 = data133.from;
                          if (typeof data134 === 'string') {
                            if (!pattern0.test(data134)) {
                              const err248 = {
                                instancePath: instancePath + '/spec/workloads/' + i16 + '/unhealthy/' + i17 + '/from',
                                schemaPath:
                                  '#/properties/spec/properties/workloads/items/properties/unhealthy/items/properties/from/pattern',
                                keyword: 'pattern',
                                params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                                message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                              };
                              if (vErrors === null) {
                                vErrors = [err248];
                              } else {
                                vErrors.push(err248);
                              }
                              errors++;
                            }
                          } else {
                            const err249 = {
                              instancePath: instancePath + '/spec/workloads/' + i16 + '/unhealthy/' + i17 + '/from',
                              schemaPath:
                                '#/properties/spec/properties/workloads/items/properties/unhealthy/items/properties/from/type',
                              keyword: 'type',
                              params: { type: 'string' },
                              message: 'must be string',
                            };
                            if (vErrors === null) {
                              vErrors = [err249];
                            } else {
                              vErrors.push(err249);
                            }
                            errors++;
                          }
                        }
                        if (data133.for !== undefined) {
                          let data135 = data133.for;
                          if (typeof data135 === 'string') {
                            if (!pattern0.test(data135)) {
                              const err250 = {
                                instancePath: instancePath + '/spec/workloads/' + i16 + '/unhealthy/' + i17 + '/for',
                                schemaPath:
                                  '#/properties/spec/properties/workloads/items/properties/unhealthy/items/properties/for/pattern',
                                keyword: 'pattern',
                                params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                                message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                              };
                              if (vErrors === null) {
                                vErrors = [err250];
                              } else {
                                vErrors.push(err250);
                              }
                              errors++;
                            }
                          } else {
                            const err251 = {
                              instancePath: instancePath + '/spec/workloads/' + i16 + '/unhealthy/' + i17 + '/for',
                              schemaPath:
                                '#/properties/spec/properties/workloads/items/properties/unhealthy/items/properties/for/type',
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
                        if (data133.probe !== undefined) {
                          let data136 = data133.probe;
                          if (!(data136 === 'liveness' || data136 === 'readiness' || data136 === 'startup')) {
                            const err252 = {
                              instancePath: instancePath + '/spec/workloads/' + i16 + '/unhealthy/' + i17 + '/probe',
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
                              vErrors = [err252];
                            } else {
                              vErrors.push(err252);
                            }
                            errors++;
                          }
                        }
                      } else {
                        const err253 = {
                          instancePath: instancePath + '/spec/workloads/' + i16 + '/unhealthy/' + i17,
                          schemaPath: '#/properties/spec/properties/workloads/items/properties/unhealthy/items/type',
                          keyword: 'type',
                          params: { type: 'object' },
                          message: 'must be object',
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
                      instancePath: instancePath + '/spec/workloads/' + i16 + '/unhealthy',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/unhealthy/type',
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
                if (data109.imageSize !== undefined) {
                  let data137 = data109.imageSize;
                  if (
                    typeof data137 !== 'string' &&
                    !(typeof data137 == 'number' && !(data137 % 1) && !isNaN(data137))
                  ) {
                    const err255 = {
                      instancePath: instancePath + '/spec/workloads/' + i16 + '/imageSize',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/imageSize/type',
                      keyword: 'type',
                      params: { type: schema11.properties.spec.properties.workloads.items.properties.imageSize.type },
                      message: 'must be string,integer',
                    };
                    if (vErrors === null) {
                      vErrors = [err255];
                    } else {
                      vErrors.push(err255);
                    }
                    errors++;
                  }
                }
                if (data109.pullError !== undefined) {
                  let data138 = data109.pullError;
                  if (!(data138 === 'notFound' || data138 === 'unauthorized' || data138 === 'unavailable')) {
                    const err256 = {
                      instancePath: instancePath + '/spec/workloads/' + i16 + '/pullError',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/pullError/enum',
                      keyword: 'enum',
                      params: {
                        allowedValues: schema11.properties.spec.properties.workloads.items.properties.pullError.enum,
                      },
                      message: 'must be equal to one of the allowed values',
                    };
                    if (vErrors === null) {
                      vErrors = [err256];
                    } else {
                      vErrors.push(err256);
                    }
                    errors++;
                  }
                }
                if (data109.cpu !== undefined) {
                  let data139 = data109.cpu;
                  if (data139 && typeof data139 == 'object' && !Array.isArray(data139)) {
                    for (const key37 in data139) {
                      if (!(key37 === 'base' || key37 === 'perRequest')) {
                        const err257 = {
                          instancePath: instancePath + '/spec/workloads/' + i16 + '/cpu',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/cpu/additionalProperties',
                          keyword: 'additionalProperties',
                          params: { additionalProperty: key37 },
                          message: 'must NOT have additional properties',
                        };
                        if (vErrors === null) {
                          vErrors = [err257];
                        } else {
                          vErrors.push(err257);
                        }
                        errors++;
                      }
                    }
                    if (data139.base !== undefined) {
                      let data140 = data139.base;
                      if (typeof data140 !== 'string' && !(typeof data140 == 'number')) {
                        const err258 = {
                          instancePath: instancePath + '/spec/workloads/' + i16 + '/cpu/base',
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
                          vErrors = [err258];
                        } else {
                          vErrors.push(err258);
                        }
                        errors++;
                      }
                    }
                    if (data139.perRequest !== undefined) {
                      let data141 = data139.perRequest;
                      if (typeof data141 !== 'string' && !(typeof data141 == 'number')) {
                        const err259 = {
                          instancePath: instancePath + '/spec/workloads/' + i16 + '/cpu/perRequest',
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
                          vErrors = [err259];
                        } else {
                          vErrors.push(err259);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err260 = {
                      instancePath: instancePath + '/spec/workloads/' + i16 + '/cpu',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/cpu/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err260];
                    } else {
                      vErrors.push(err260);
                    }
                    errors++;
                  }
                }
                if (data109.memory !== undefined) {
                  let data142 = data109.memory;
                  if (data142 && typeof data142 == 'object' && !Array.isArray(data142)) {
                    for (const key38 in data142) {
                      if (!(key38 === 'base' || key38 === 'growth')) {
                        const err261 = {
                          instancePath: instancePath + '/spec/workloads/' + i16 + '/memory',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/memory/additionalProperties',
                          keyword: 'additionalProperties',
                          params: { additionalProperty: key38 },
                          message: 'must NOT have additional properties',
                        };
                        if (vErrors === null) {
                          vErrors = [err261];
                        } else {
                          vErrors.push(err261);
                        }
                        errors++;
                      }
                    }
                    if (data142.base !== undefined) {
                      let data143 = data142.base;
                      if (typeof data143 !== 'string' && !(typeof data143 == 'number')) {
                        const err262 = {
                          instancePath: instancePath + '/spec/workloads/' + i16 + '/memory/base',
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
                          vErrors = [err262];
                        } else {
                          vErrors.push(err262);
                        }
                        errors++;
                      }
                    }
                    if (data142.growth !== undefined) {
                      let data144 = data142.growth;
                      if (typeof data144 !== 'string' && !(typeof data144 == 'number')) {
                        const err263 = {
                          instancePath: instancePath + '/spec/workloads/' + i16 + '/memory/growth',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/memory/properties/growth/type',
                          keyword: 'type',
                          params: {
                            type: schema11.properties.spec.properties.workloads.items.properties.memory.properties
                              .growth.type,
                          },
                          message: 'must be string,number',
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
                      instancePath: instancePath + '/spec/workloads/' + i16 + '/memory',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/memory/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err264];
                    } else {
                      vErrors.push(err264);
                    }
                    errors++;
                  }
                }
                if (data109.disk !== undefined) {
                  let data145 = data109.disk;
                  if (data145 && typeof data145 == 'object' && !Array.isArray(data145)) {
                    for (const key39 in data145) {
                      if (!(key39 === 'base' || key39 === 'growth' || key39 === 'volume')) {
                        const err265 = {
                          instancePath: instancePath + '/spec/workloads/' + i16 + '/disk',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/disk/additionalProperties',
                          keyword: 'additionalProperties',
                          params: { additionalProperty: key39 },
                          message: 'must NOT have additional properties',
                        };
                        if (vErrors === null) {
                          vErrors = [err265];
                        } else {
                          vErrors.push(err265);
                        }
                        errors++;
                      }
                    }
                    if (data145.base !== undefined) {
                      let data146 = data145.base;
                      if (typeof data146 !== 'string' && !(typeof data146 == 'number')) {
                        const err266 = {
                          instancePath: instancePath + '/spec/workloads/' + i16 + '/disk/base',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/disk/properties/base/type',
                          keyword: 'type',
                          params: {
                            type: schema11.properties.spec.properties.workloads.items.properties.disk.properties.base
                              .type,
                          },
                          message: 'must be string,number',
                        };
                        if (vErrors === null) {
                          vErrors = [err266];
                        } else {
                          vErrors.push(err266);
                        }
                        errors++;
                      }
                    }
                    if (data145.growth !== undefined) {
                      let data147 = data145.growth;
                      if (typeof data147 !== 'string' && !(typeof data147 == 'number')) {
                        const err267 = {
                          instancePath: instancePath + '/spec/workloads/' + i16 + '/disk/growth',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/disk/properties/growth/type',
                          keyword: 'type',
                          params: {
                            type: schema11.properties.spec.properties.workloads.items.properties.disk.properties.growth
                              .type,
                          },
                          message: 'must be string,number',
                        };
                        if (vErrors === null) {
                          vErrors = [err267];
                        } else {
                          vErrors.push(err267);
                        }
                        errors++;
                      }
                    }
                    if (data145.volume !== undefined) {
                      if (typeof data145.volume !== 'string') {
                        const err268 = {
                          instancePath: instancePath + '/spec/workloads/' + i16 + '/disk/volume',
                          schemaPath:
                            '#/properties/spec/properties/workloads/items/properties/disk/properties/volume/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err268];
                        } else {
                          vErrors.push(err268);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err269 = {
                      instancePath: instancePath + '/spec/workloads/' + i16 + '/disk',
                      schemaPath: '#/properties/spec/properties/workloads/items/properties/disk/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err269];
                    } else {
                      vErrors.push(err269);
                    }
                    errors++;
                  }
                }
              } else {
                const err270 = {
                  instancePath: instancePath + '/spec/workloads/' + i16,
                  schemaPath: '#/properties/spec/properties/workloads/items/type',
                  keyword: 'type',
                  params: { type: 'object' },
                  message: 'must be object',
                };
                if (vErrors === null) {
                  vErrors = [err270];
                } else {
                  vErrors.push(err270);
                }
                errors++;
              }
            }
          } else {
            const err271 = {
              instancePath: instancePath + '/spec/workloads',
              schemaPath: '#/properties/spec/properties/workloads/type',
              keyword: 'type',
              params: { type: 'array' },
              message: 'must be array',
            };
            if (vErrors === null) {
              vErrors = [err271];
            } else {
              vErrors.push(err271);
            }
            errors++;
          }
        }
        if (data8.timeline !== undefined) {
          let data149 = data8.timeline;
          if (Array.isArray(data149)) {
            const len18 = data149.length;
            for (let i18 = 0; i18 < len18; i18++) {
              let data150 = data149[i18];
              if (data150 && typeof data150 == 'object' && !Array.isArray(data150)) {
                if (data150.at === undefined) {
                  const err272 = {
                    instancePath: instancePath + '/spec/timeline/' + i18,
                    schemaPath: '#/properties/spec/properties/timeline/items/required',
                    keyword: 'required',
                    params: { missingProperty: 'at' },
                    message: "must have required property '" + 'at' + "'",
                  };
                  if (vErrors === null) {
                    vErrors = [err272];
                  } else {
                    vErrors.push(err272);
                  }
                  errors++;
                }
                for (const key40 in data150) {
                  if (
                    !(
                      key40 === 'at' ||
                      key40 === 'fault' ||
                      key40 === 'kubectl' ||
                      key40 === 'note' ||
                      key40 === 'reseed' ||
                      key40 === 'scale' ||
                      key40 === 'scheduler'
                    )
                  ) {
                    const err273 = {
                      instancePath: instancePath + '/spec/timeline/' + i18,
                      schemaPath: '#/properties/spec/properties/timeline/items/additionalProperties',
                      keyword: 'additionalProperties',
                      params: { additionalProperty: key40 },
                      message: 'must NOT have additional properties',
                    };
                    if (vErrors === null) {
                      vErrors = [err273];
                    } else {
                      vErrors.push(err273);
                    }
                    errors++;
                  }
                }
                if (data150.at !== undefined) {
                  let data151 = data150.at;
                  if (typeof data151 === 'string') {
                    if (!pattern0.test(data151)) {
                      const err274 = {
                        instancePath: instancePath + '/spec/timeline/' + i18 + '/at',
                        schemaPath: '#/properties/spec/properties/timeline/items/properties/at/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err274];
                      } else {
                        vErrors.push(err274);
                      }
                      errors++;
                    }
                  } else {
                    const err275 = {
                      instancePath: instancePath + '/spec/timeline/' + i18 + '/at',
                      schemaPath: '#/properties/spec/properties/timeline/items/properties/at/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err275];
                    } else {
                      vErrors.push(err275);
                    }
                    errors++;
                  }
                }
                if (data150.fault !== undefined) {
                  let data152 = data150.fault;
                  if (data152 && typeof data152 == 'object' && !Array.isArray(data152)) {
                    if (data152.kind === undefined) {
                      const err276 = {
                        instancePath: instancePath + '/spec/timeline/' + i18 + '/fault',
                        schemaPath: '#/properties/spec/properties/timeline/items/properties/fault/required',
                        keyword: 'required',
                        params: { missingProperty: 'kind' },
                        message: "must have required property '" + 'kind' + "'",
                      };
                      if (vErrors === null) {
                        vErrors = [err276];
                      } else {
                        vErrors.push(err276);
                      }
                      errors++;
                    }
                    for (const key41 in data152) {
                      if (
                        !func3.call(
                          schema11.properties.spec.properties.timeline.items.properties.fault.properties,
                          key41,
                        )
                      ) {
                        const err277 = {
                          instancePath: instancePath + '/spec/timeline/' + i18 + '/fault',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/additionalProperties',
                          keyword: 'additionalProperties',
                          params: { additionalProperty: key41 },
                          message: 'must NOT have additional properties',
                        };
                        if (vErrors === null) {
                          vErrors = [err277];
                        } else {
                          vErrors.push(err277);
                        }
                        errors++;
                      }
                    }
                    if (data152.kind !== undefined) {
                      let data153 = data152.kind;
                      if (
                        !(
                          data153 === 'NodeCrash' ||
                          data153 === 'NodeReboot' ||
                          data153 === 'ZoneOutage' ||
                          data153 === 'Partition' ||
                          data153 === 'ComponentCrash' ||
                          data153 === 'EtcdMemberCrash' ||
                          data153 === 'SlowDisk' ||
                          data153 === 'KubeletStop' ||
                          data153 === 'NetworkLatency' ||
                          data153 === 'NetworkLoss' ||
                          data153 === 'NodeResize' ||
                          data153 === 'RuntimeHang'
                        )
                      ) {
                        const err278 = {
                          instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/kind',
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
                          vErrors = [err278];
                        } else {
                          vErrors.push(err278);
                        }
                        errors++;
                      }
                    }
                    if (data152.zone !== undefined) {
                      if (typeof data152.zone !== 'string') {
                        const err279 = {
                          instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/zone',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/zone/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err279];
                        } else {
                          vErrors.push(err279);
                        }
                        errors++;
                      }
                    }
                    if (data152.node !== undefined) {
                      if (typeof data152.node !== 'string') {
                        const err280 = {
                          instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/node',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/node/type',
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
                    if (data152.nodes !== undefined) {
                      let data156 = data152.nodes;
                      if (Array.isArray(data156)) {
                        const len19 = data156.length;
                        for (let i19 = 0; i19 < len19; i19++) {
                          if (typeof data156[i19] !== 'string') {
                            const err281 = {
                              instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/nodes/' + i19,
                              schemaPath:
                                '#/properties/spec/properties/timeline/items/properties/fault/properties/nodes/items/type',
                              keyword: 'type',
                              params: { type: 'string' },
                              message: 'must be string',
                            };
                            if (vErrors === null) {
                              vErrors = [err281];
                            } else {
                              vErrors.push(err281);
                            }
                            errors++;
                          }
                        }
                      } else {
                        const err282 = {
                          instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/nodes',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/nodes/type',
                          keyword: 'type',
                          params: { type: 'array' },
                          message: 'must be array',
                        };
                        if (vErrors === null) {
                          vErrors = [err282];
                        } else {
                          vErrors.push(err282);
                        }
                        errors++;
                      }
                    }
                    if (data152.count !== undefined) {
                      let data158 = data152.count;
                      if (!(typeof data158 == 'number' && !(data158 % 1) && !isNaN(data158))) {
                        const err283 = {
                          instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/count',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/count/type',
                          keyword: 'type',
                          params: { type: 'integer' },
                          message: 'must be integer',
                        };
                        if (vErrors === null) {
                          vErrors = [err283];
                        } else {
                          vErrors.push(err283);
                        }
                        errors++;
                      }
                      if (typeof data158 == 'number') {
                        if (data158 < 1 || isNaN(data158)) {
                          const err284 = {
                            instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/count',
                            schemaPath:
                              '#/properties/spec/properties/timeline/items/properties/fault/properties/count/minimum',
                            keyword: 'minimum',
                            params: { comparison: '>=', limit: 1 },
                            message: 'must be >= 1',
                          };
                          if (vErrors === null) {
                            vErrors = [err284];
                          } else {
                            vErrors.push(err284);
                          }
                          errors++;
                        }
                      }
                    }
                    if (data152.component !== undefined) {
                      if (typeof data152.component !== 'string') {
                        const err285 = {
                          instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/component',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/component/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err285];
                        } else {
                          vErrors.push(err285);
                        }
                        errors++;
                      }
                    }
                    if (data152.member !== undefined) {
                      let data160 = data152.member;
                      if (!(typeof data160 == 'number' && !(data160 % 1) && !isNaN(data160))) {
                        const err286 = {
                          instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/member',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/member/type',
                          keyword: 'type',
                          params: { type: 'integer' },
                          message: 'must be integer',
                        };
                        if (vErrors === null) {
                          vErrors = [err286];
                        } else {
                          vErrors.push(err286);
                        }
                        errors++;
                      }
                      if (typeof data160 == 'number') {
                        if (data160 < 0 || isNaN(data160)) {
                          const err287 = {
                            instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/member',
                            schemaPath:
                              '#/properties/spec/properties/timeline/items/properties/fault/properties/member/minimum',
                            keyword: 'minimum',
                            params: { comparison: '>=', limit: 0 },
                            message: 'must be >= 0',
                          };
                          if (vErrors === null) {
                            vErrors = [err287];
                          } else {
                            vErrors.push(err287);
                          }
                          errors++;
                        }
                      }
                    }
                    if (data152.between !== undefined) {
                      let data161 = data152.between;
                      if (Array.isArray(data161)) {
                        if (data161.length > 2) {
                          const err288 = {
                            instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/between',
                            schemaPath:
                              '#/properties/spec/properties/timeline/items/properties/fault/properties/between/maxItems',
                            keyword: 'maxItems',
                            params: { limit: 2 },
                            message: 'must NOT have more than 2 items',
                          };
                          if (vErrors === null) {
                            vErrors = [err288];
                          } else {
                            vErrors.push(err288);
                          }
                          errors++;
                        }
                        if (data161.length < 2) {
                          const err289 = {
                            instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/between',
                            schemaPath:
                              '#/properties/spec/properties/timeline/items/properties/fault/properties/between/minItems',
                            keyword: 'minItems',
                            params: { limit: 2 },
                            message: 'must NOT have fewer than 2 items',
                          };
                          if (vErrors === null) {
                            vErrors = [err289];
                          } else {
                            vErrors.push(err289);
                          }
                          errors++;
                        }
                        const len20 = data161.length;
                        for (let i20 = 0; i20 < len20; i20++) {
                          let data162 = data161[i20];
                          if (Array.isArray(data162)) {
                            const len21 = data162.length;
                            for (let i21 = 0; i21 < len21; i21++) {
                              if (typeof data162[i21] !== 'string') {
                                const err290 = {
                                  instancePath:
                                    instancePath + '/spec/timeline/' + i18 + '/fault/between/' + i20 + '/' + i21,
                                  schemaPath:
                                    '#/properties/spec/properties/timeline/items/properties/fault/properties/between/items/items/type',
                                  keyword: 'type',
                                  params: { type: 'string' },
                                  message: 'must be string',
                                };
                                if (vErrors === null) {
                                  vErrors = [err290];
                                } else {
                                  vErrors.push(err290);
                                }
                                errors++;
                              }
                            }
                          } else {
                            const err291 = {
                              instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/between/' + i20,
                              schemaPath:
                                '#/properties/spec/properties/timeline/items/properties/fault/properties/between/items/type',
                              keyword: 'type',
                              params: { type: 'array' },
                              message: 'must be array',
                            };
                            if (vErrors === null) {
                              vErrors = [err291];
                            } else {
                              vErrors.push(err291);
                            }
                            errors++;
                          }
                        }
                      } else {
                        const err292 = {
                          instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/between',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/between/type',
                          keyword: 'type',
                          params: { type: 'array' },
                          message: 'must be array',
                        };
                        if (vErrors === null) {
                          vErrors = [err292];
                        } else {
                          vErrors.push(err292);
                        }
                        errors++;
                      }
                    }
                    if (data152.oneWay !== undefined) {
                      if (typeof data152.oneWay !== 'boolean') {
                        const err293 = {
                          instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/oneWay',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/oneWay/type',
                          keyword: 'type',
                          params: { type: 'boolean' },
                          message: 'must be boolean',
                        };
                        if (vErrors === null) {
                          vErrors = [err293];
                        } else {
                          vErrors.push(err293);
                        }
                        errors++;
                      }
                    }
                    if (data152.allocatable !== undefined) {
                      let data165 = data152.allocatable;
                      if (data165 && typeof data165 == 'object' && !Array.isArray(data165)) {
                        for (const key42 in data165) {
                          let data166 = data165[key42];
                          if (typeof data166 !== 'string' && !(typeof data166 == 'number')) {
                            const err294 = {
                              instancePath:
                                instancePath +
                                '/spec/timeline/' +
                                i18 +
                                '/fault/allocatable/' +
                                key42.replace(/~/g, '~0').replace(/\//g, '~1'),
                              schemaPath:
                                '#/properties/spec/properties/timeline/items/properties/fault/properties/allocatable/additionalProperties/type',
                              keyword: 'type',
                              params: {
                                type: schema11.properties.spec.properties.timeline.items.properties.fault.properties
                                  .allocatable.additionalProperties.type,
                              },
                              message: 'must be string,number',
                            };
                            if (vErrors === null) {
                              vErrors = [err294];
                            } else {
                              vErrors.push(err294);
                            }
                            errors++;
                          }
                        }
                      } else {
                        const err295 = {
                          instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/allocatable',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/allocatable/type',
                          keyword: 'type',
                          params: { type: 'object' },
                          message: 'must be object',
                        };
                        if (vErrors === null) {
                          vErrors = [err295];
                        } else {
                          vErrors.push(err295);
                        }
                        errors++;
                      }
                    }
                    if (data152.latency !== undefined) {
                      let data167 = data152.latency;
                      const _errs402 = errors;
                      let valid95 = false;
                      const _errs403 = errors;
                      if (typeof data167 === 'string') {
                        if (!pattern0.test(data167)) {
                          const err296 = {
                            instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/latency',
                            schemaPath:
                              '#/properties/spec/properties/timeline/items/properties/fault/properties/latency/anyOf/0/pattern',
                            keyword: 'pattern',
                            params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                            message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
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
                          instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/latency',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/latency/anyOf/0/type',
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
                      var _valid8 = _errs403 === errors;
                      valid95 = valid95 || _valid8;
                      if (!valid95) {
                        const _errs405 = errors;
                        if (data167 && typeof data167 == 'object' && !Array.isArray(data167)) {
                          if (data167.p50 === undefined) {
                            const err298 = {
                              instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/latency',
                              schemaPath:
                                '#/properties/spec/properties/timeline/items/properties/fault/properties/latency/anyOf/1/required',
                              keyword: 'required',
                              params: { missingProperty: 'p50' },
                              message: "must have required property '" + 'p50' + "'",
                            };
                            if (vErrors === null) {
                              vErrors = [err298];
                            } else {
                              vErrors.push(err298);
                            }
                            errors++;
                          }
                          for (const key43 in data167) {
                            if (!(key43 === 'p50' || key43 === 'p99')) {
                              const err299 = {
                                instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/latency',
                                schemaPath:
                                  '#/properties/spec/properties/timeline/items/properties/fault/properties/latency/anyOf/1/additionalProperties',
                                keyword: 'additionalProperties',
                                params: { additionalProperty: key43 },
                                message: 'must NOT have additional properties',
                              };
                              if (vErrors === null) {
                                vErrors = [err299];
                              } else {
                                vErrors.push(err299);
                              }
                              errors++;
                            }
                          }
                          if (data167.p50 !== undefined) {
                            let data168 = data167.p50;
                            if (typeof data168 === 'string') {
                              if (!pattern0.test(data168)) {
                                const err300 = {
                                  instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/latency/p50',
                                  schemaPath:
                                    '#/properties/spec/properties/timeline/items/properties/fault/properties/latency/anyOf/1/properties/p50/pattern',
                                  keyword: 'pattern',
                                  params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                                  message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                                };
                                if (vErrors === null) {
                                  vErrors = [err300];
                                } else {
                                  vErrors.push(err300);
                                }
                                errors++;
                              }
                            } else {
                              const err301 = {
                                instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/latency/p50',
                                schemaPath:
                                  '#/properties/spec/properties/timeline/items/properties/fault/properties/latency/anyOf/1/properties/p50/type',
                                keyword: 'type',
                                params: { type: 'string' },
                                message: 'must be string',
                              };
                              if (vErrors === null) {
                                vErrors = [err301];
                              } else {
                                vErrors.push(err301);
                              }
                              errors++;
                            }
                          }
                          if (data167.p99 !== undefined) {
                            let data169 = data167.p99;
                            if (typeof data169 === 'string') {
                              if (!pattern0.test(data169)) {
                                const err302 = {
                                  instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/latency/p99',
                                  schemaPath:
                                    '#/properties/spec/properties/timeline/items/properties/fault/properties/latency/anyOf/1/properties/p99/pattern',
                                  keyword: 'pattern',
                                  params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                                  message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                                };
                                if (vErrors === null) {
                                  vErrors = [err302];
                                } else {
                                  vErrors.push(err302);
                                }
                                errors++;
                              }
                            } else {
                              const err303 = {
                                instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/latency/p99',
                                schemaPath:
                                  '#/properties/spec/properties/timeline/items/properties/fault/properties/latency/anyOf/1/properties/p99/type',
                                keyword: 'type',
                                params: { type: 'string' },
                                message: 'must be string',
                              };
                              if (vErrors === null) {
                                vErrors = [err303];
                              } else {
                                vErrors.push(err303);
                              }
                              errors++;
                            }
                          }
                        } else {
                          const err304 = {
                            instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/latency',
                            schemaPath:
                              '#/properties/spec/properties/timeline/items/properties/fault/properties/latency/anyOf/1/type',
                            keyword: 'type',
                            params: { type: 'object' },
                            message: 'must be object',
                          };
                          if (vErrors === null) {
                            vErrors = [err304];
                          } else {
                            vErrors.push(err304);
                          }
                          errors++;
                        }
                        var _valid8 = _errs405 === errors;
                        valid95 = valid95 || _valid8;
                      }
                      if (!valid95) {
                        const err305 = {
                          instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/latency',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/latency/anyOf',
                          keyword: 'anyOf',
                          params: {},
                          message: 'must match a schema in anyOf',
                        };
                        if (vErrors === null) {
                          vErrors = [err305];
                        } else {
                          vErrors.push(err305);
                        }
                        errors++;
                      } else {
                        errors = _errs402;
                        if (vErrors !== null) {
                          if (_errs402) {
                            vErrors.length = _errs402;
                          } else {
                            vErrors = null;
                          }
                        }
                      }
                    }
                    if (data152.loss !== undefined) {
                      let data170 = data152.loss;
                      if (typeof data170 == 'number') {
                        if (data170 > 1 || isNaN(data170)) {
                          const err306 = {
                            instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/loss',
                            schemaPath:
                              '#/properties/spec/properties/timeline/items/properties/fault/properties/loss/maximum',
                            keyword: 'maximum',
                            params: { comparison: '<=', limit: 1 },
                            message: 'must be <= 1',
                          };
                          if (vErrors === null) {
                            vErrors = [err306];
                          } else {
                            vErrors.push(err306);
                          }
                          errors++;
                        }
                        if (data170 < 0 || isNaN(data170)) {
                          const err307 = {
                            instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/loss',
                            schemaPath:
                              '#/properties/spec/properties/timeline/items/properties/fault/properties/loss/minimum',
                            keyword: 'minimum',
                            params: { comparison: '>=', limit: 0 },
                            message: 'must be >= 0',
                          };
                          if (vErrors === null) {
                            vErrors = [err307];
                          } else {
                            vErrors.push(err307);
                          }
                          errors++;
                        }
                      } else {
                        const err308 = {
                          instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/loss',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/loss/type',
                          keyword: 'type',
                          params: { type: 'number' },
                          message: 'must be number',
                        };
                        if (vErrors === null) {
                          vErrors = [err308];
                        } else {
                          vErrors.push(err308);
                        }
                        errors++;
                      }
                    }
                    if (data152.for !== undefined) {
                      let data171 = data152.for;
                      if (typeof data171 === 'string') {
                        if (!pattern0.test(data171)) {
                          const err309 = {
                            instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/for',
                            schemaPath:
                              '#/properties/spec/properties/timeline/items/properties/fault/properties/for/pattern',
                            keyword: 'pattern',
                            params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                            message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                          };
                          if (vErrors === null) {
                            vErrors = [err309];
                          } else {
                            vErrors.push(err309);
                          }
                          errors++;
                        }
                      } else {
                        const err310 = {
                          instancePath: instancePath + '/spec/timeline/' + i18 + '/fault/for',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/fault/properties/for/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err310];
                        } else {
                          vErrors.push(err310);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err311 = {
                      instancePath: instancePath + '/spec/timeline/' + i18 + '/fault',
                      schemaPath: '#/properties/spec/properties/timeline/items/properties/fault/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err311];
                    } else {
                      vErrors.push(err311);
                    }
                    errors++;
                  }
                }
                if (data150.kubectl !== undefined) {
                  let data172 = data150.kubectl;
                  if (typeof data172 === 'string') {
                    if (func2(data172) < 1) {
                      const err312 = {
                        instancePath: instancePath + '/spec/timeline/' + i18 + '/kubectl',
                        schemaPath: '#/properties/spec/properties/timeline/items/properties/kubectl/minLength',
                        keyword: 'minLength',
                        params: { limit: 1 },
                        message: 'must NOT have fewer than 1 characters',
                      };
                      if (vErrors === null) {
                        vErrors = [err312];
                      } else {
                        vErrors.push(err312);
                      }
                      errors++;
                    }
                  } else {
                    const err313 = {
                      instancePath: instancePath + '/spec/timeline/' + i18 + '/kubectl',
                      schemaPath: '#/properties/spec/properties/timeline/items/properties/kubectl/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err313];
                    } else {
                      vErrors.push(err313);
                    }
                    errors++;
                  }
                }
                if (data150.note !== undefined) {
                  if (typeof data150.note !== 'string') {
                    const err314 = {
                      instancePath: instancePath + '/spec/timeline/' + i18 + '/note',
                      schemaPath: '#/properties/spec/properties/timeline/items/properties/note/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err314];
                    } else {
                      vErrors.push(err314);
                    }
                    errors++;
                  }
                }
                if (data150.reseed !== undefined) {
                  let data174 = data150.reseed;
                  if (
                    typeof data174 !== 'string' &&
                    !(typeof data174 == 'number' && !(data174 % 1) && !isNaN(data174))
                  ) {
                    const err315 = {
                      instancePath: instancePath + '/spec/timeline/' + i18 + '/reseed',
                      schemaPath: '#/properties/spec/properties/timeline/items/properties/reseed/type',
                      keyword: 'type',
                      params: { type: schema11.properties.spec.properties.timeline.items.properties.reseed.type },
                      message: 'must be string,integer',
                    };
                    if (vErrors === null) {
                      vErrors = [err315];
                    } else {
                      vErrors.push(err315);
                    }
                    errors++;
                  }
                }
                if (data150.scale !== undefined) {
                  let data175 = data150.scale;
                  if (data175 && typeof data175 == 'object' && !Array.isArray(data175)) {
                    if (data175.nodePool === undefined) {
                      const err316 = {
                        instancePath: instancePath + '/spec/timeline/' + i18 + '/scale',
                        schemaPath: '#/properties/spec/properties/timeline/items/properties/scale/required',
                        keyword: 'required',
                        params: { missingProperty: 'nodePool' },
                        message: "must have required property '" + 'nodePool' + "'",
                      };
                      if (vErrors === null) {
                        vErrors = [err316];
                      } else {
                        vErrors.push(err316);
                      }
                      errors++;
                    }
                    if (data175.count === undefined) {
                      const err317 = {
                        instancePath: instancePath + '/spec/timeline/' + i18 + '/scale',
                        schemaPath: '#/properties/spec/properties/timeline/items/properties/scale/required',
                        keyword: 'required',
                        params: { missingProperty: 'count' },
                        message: "must have required property '" + 'count' + "'",
                      };
                      if (vErrors === null) {
                        vErrors = [err317];
                      } else {
                        vErrors.push(err317);
                      }
                      errors++;
                    }
                    for (const key44 in data175) {
                      if (!(key44 === 'nodePool' || key44 === 'count' || key44 === 'remove' || key44 === 'boot')) {
                        const err318 = {
                          instancePath: instancePath + '/spec/timeline/' + i18 + '/scale',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/scale/additionalProperties',
                          keyword: 'additionalProperties',
                          params: { additionalProperty: key44 },
                          message: 'must NOT have additional properties',
                        };
                        if (vErrors === null) {
                          vErrors = [err318];
                        } else {
                          vErrors.push(err318);
                        }
                        errors++;
                      }
                    }
                    if (data175.nodePool !== undefined) {
                      if (typeof data175.nodePool !== 'string') {
                        const err319 = {
                          instancePath: instancePath + '/spec/timeline/' + i18 + '/scale/nodePool',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/scale/properties/nodePool/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err319];
                        } else {
                          vErrors.push(err319);
                        }
                        errors++;
                      }
                    }
                    if (data175.count !== undefined) {
                      let data177 = data175.count;
                      if (!(typeof data177 == 'number' && !(data177 % 1) && !isNaN(data177))) {
                        const err320 = {
                          instancePath: instancePath + '/spec/timeline/' + i18 + '/scale/count',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/scale/properties/count/type',
                          keyword: 'type',
                          params: { type: 'integer' },
                          message: 'must be integer',
                        };
                        if (vErrors === null) {
                          vErrors = [err320];
                        } else {
                          vErrors.push(err320);
                        }
                        errors++;
                      }
                      if (typeof data177 == 'number') {
                        if (data177 > 200000 || isNaN(data177)) {
                          const err321 = {
                            instancePath: instancePath + '/spec/timeline/' + i18 + '/scale/count',
                            schemaPath:
                              '#/properties/spec/properties/timeline/items/properties/scale/properties/count/maximum',
                            keyword: 'maximum',
                            params: { comparison: '<=', limit: 200000 },
                            message: 'must be <= 200000',
                          };
                          if (vErrors === null) {
                            vErrors = [err321];
                          } else {
                            vErrors.push(err321);
                          }
                          errors++;
                        }
                        if (data177 < 0 || isNaN(data177)) {
                          const err322 = {
                            instancePath: instancePath + '/spec/timeline/' + i18 + '/scale/count',
                            schemaPath:
                              '#/properties/spec/properties/timeline/items/properties/scale/properties/count/minimum',
                            keyword: 'minimum',
                            params: { comparison: '>=', limit: 0 },
                            message: 'must be >= 0',
                          };
                          if (vErrors === null) {
                            vErrors = [err322];
                          } else {
                            vErrors.push(err322);
                          }
                          errors++;
                        }
                      }
                    }
                    if (data175.remove !== undefined) {
                      let data178 = data175.remove;
                      if (Array.isArray(data178)) {
                        const len22 = data178.length;
                        for (let i22 = 0; i22 < len22; i22++) {
                          if (typeof data178[i22] !== 'string') {
                            const err323 = {
                              instancePath: instancePath + '/spec/timeline/' + i18 + '/scale/remove/' + i22,
                              schemaPath:
                                '#/properties/spec/properties/timeline/items/properties/scale/properties/remove/items/type',
                              keyword: 'type',
                              params: { type: 'string' },
                              message: 'must be string',
                            };
                            if (vErrors === null) {
                              vErrors = [err323];
                            } else {
                              vErrors.push(err323);
                            }
                            errors++;
                          }
                        }
                      } else {
                        const err324 = {
                          instancePath: instancePath + '/spec/timeline/' + i18 + '/scale/remove',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/scale/properties/remove/type',
                          keyword: 'type',
                          params: { type: 'array' },
                          message: 'must be array',
                        };
                        if (vErrors === null) {
                          vErrors = [err324];
                        } else {
                          vErrors.push(err324);
                        }
                        errors++;
                      }
                    }
                    if (data175.boot !== undefined) {
                      let data180 = data175.boot;
                      const _errs434 = errors;
                      let valid100 = false;
                      const _errs435 = errors;
                      if (typeof data180 === 'string') {
                        if (!pattern0.test(data180)) {
                          const err325 = {
                            instancePath: instancePath + '/spec/timeline/' + i18 + '/scale/boot',
                            schemaPath:
                              '#/properties/spec/properties/timeline/items/properties/scale/properties/boot/anyOf/0/pattern',
                            keyword: 'pattern',
                            params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                            message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                          };
                          if (vErrors === null) {
                            vErrors = [err325];
                          } else {
                            vErrors.push(err325);
                          }
                          errors++;
                        }
                      } else {
                        const err326 = {
                          instancePath: instancePath + '/spec/timeline/' + i18 + '/scale/boot',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/scale/properties/boot/anyOf/0/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err326];
                        } else {
                          vErrors.push(err326);
                        }
                        errors++;
                      }
                      var _valid9 = _errs435 === errors;
                      valid100 = valid100 || _valid9;
                      if (!valid100) {
                        const _errs437 = errors;
                        if (data180 && typeof data180 == 'object' && !Array.isArray(data180)) {
                          if (data180.p50 === undefined) {
                            const err327 = {
                              instancePath: instancePath + '/spec/timeline/' + i18 + '/scale/boot',
                              schemaPath:
                                '#/properties/spec/properties/timeline/items/properties/scale/properties/boot/anyOf/1/required',
                              keyword: 'required',
                              params: { missingProperty: 'p50' },
                              message: "must have required property '" + 'p50' + "'",
                            };
                            if (vErrors === null) {
                              vErrors = [err327];
                            } else {
                              vErrors.push(err327);
                            }
                            errors++;
                          }
                          for (const key45 in data180) {
                            if (!(key45 === 'p50' || key45 === 'p99')) {
                              const err328 = {
                                instancePath: instancePath + '/spec/timeline/' + i18 + '/scale/boot',
                                schemaPath:
                                  '#/properties/spec/properties/timeline/items/properties/scale/properties/boot/anyOf/1/additionalProperties',
                                keyword: 'additionalProperties',
                                params: { additionalProperty: key45 },
                                message: 'must NOT have additional properties',
                              };
                              if (vErrors === null) {
                                vErrors = [err328];
                              } else {
                                vErrors.push(err328);
                              }
                              errors++;
                            }
                          }
                          if (data180.p50 !== undefined) {
                            let data181 = data180.p50;
                            if (typeof data181 === 'string') {
                              if (!pattern0.test(data181)) {
                                const err329 = {
                                  instancePath: instancePath + '/spec/timeline/' + i18 + '/scale/boot/p50',
                                  schemaPath:
                                    '#/properties/spec/properties/timeline/items/properties/scale/properties/boot/anyOf/1/properties/p50/pattern',
                                  keyword: 'pattern',
                                  params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                                  message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                                };
                                if (vErrors === null) {
                                  vErrors = [err329];
                                } else {
                                  vErrors.push(err329);
                                }
                                errors++;
                              }
                            } else {
                              const err330 = {
                                instancePath: instancePath + '/spec/timeline/' + i18 + '/scale/boot/p50',
                                schemaPath:
                                  '#/properties/spec/properties/timeline/items/properties/scale/properties/boot/anyOf/1/properties/p50/type',
                                keyword: 'type',
                                params: { type: 'string' },
                                message: 'must be string',
                              };
                              if (vErrors === null) {
                                vErrors = [err330];
                              } else {
                                vErrors.push(err330);
                              }
                              errors++;
                            }
                          }
                          if (data180.p99 !== undefined) {
                            let data182 = data180.p99;
                            if (typeof data182 === 'string') {
                              if (!pattern0.test(data182)) {
                                const err331 = {
                                  instancePath: instancePath + '/spec/timeline/' + i18 + '/scale/boot/p99',
                                  schemaPath:
                                    '#/properties/spec/properties/timeline/items/properties/scale/properties/boot/anyOf/1/properties/p99/pattern',
                                  keyword: 'pattern',
                                  params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                                  message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                                };
                                if (vErrors === null) {
                                  vErrors = [err331];
                                } else {
                                  vErrors.push(err331);
                                }
                                errors++;
                              }
                            } else {
                              const err332 = {
                                instancePath: instancePath + '/spec/timeline/' + i18 + '/scale/boot/p99',
                                schemaPath:
                                  '#/properties/spec/properties/timeline/items/properties/scale/properties/boot/anyOf/1/properties/p99/type',
                                keyword: 'type',
                                params: { type: 'string' },
                                message: 'must be string',
                              };
                              if (vErrors === null) {
                                vErrors = [err332];
                              } else {
                                vErrors.push(err332);
                              }
                              errors++;
                            }
                          }
                        } else {
                          const err333 = {
                            instancePath: instancePath + '/spec/timeline/' + i18 + '/scale/boot',
                            schemaPath:
                              '#/properties/spec/properties/timeline/items/properties/scale/properties/boot/anyOf/1/type',
                            keyword: 'type',
                            params: { type: 'object' },
                            message: 'must be object',
                          };
                          if (vErrors === null) {
                            vErrors = [err333];
                          } else {
                            vErrors.push(err333);
                          }
                          errors++;
                        }
                        var _valid9 = _errs437 === errors;
                        valid100 = valid100 || _valid9;
                      }
                      if (!valid100) {
                        const err334 = {
                          instancePath: instancePath + '/spec/timeline/' + i18 + '/scale/boot',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/scale/properties/boot/anyOf',
                          keyword: 'anyOf',
                          params: {},
                          message: 'must match a schema in anyOf',
                        };
                        if (vErrors === null) {
                          vErrors = [err334];
                        } else {
                          vErrors.push(err334);
                        }
                        errors++;
                      } else {
                        errors = _errs434;
                        if (vErrors !== null) {
                          if (_errs434) {
                            vErrors.length = _errs434;
                          } else {
                            vErrors = null;
                          }
                        }
                      }
                    }
                  } else {
                    const err335 = {
                      instancePath: instancePath + '/spec/timeline/' + i18 + '/scale',
                      schemaPath: '#/properties/spec/properties/timeline/items/properties/scale/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err335];
                    } else {
                      vErrors.push(err335);
                    }
                    errors++;
                  }
                }
                if (data150.scheduler !== undefined) {
                  let data183 = data150.scheduler;
                  if (data183 && typeof data183 == 'object' && !Array.isArray(data183)) {
                    if (data183.config === undefined) {
                      const err336 = {
                        instancePath: instancePath + '/spec/timeline/' + i18 + '/scheduler',
                        schemaPath: '#/properties/spec/properties/timeline/items/properties/scheduler/required',
                        keyword: 'required',
                        params: { missingProperty: 'config' },
                        message: "must have required property '" + 'config' + "'",
                      };
                      if (vErrors === null) {
                        vErrors = [err336];
                      } else {
                        vErrors.push(err336);
                      }
                      errors++;
                    }
                    for (const key46 in data183) {
                      if (!(key46 === 'name' || key46 === 'config')) {
                        const err337 = {
                          instancePath: instancePath + '/spec/timeline/' + i18 + '/scheduler',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/scheduler/additionalProperties',
                          keyword: 'additionalProperties',
                          params: { additionalProperty: key46 },
                          message: 'must NOT have additional properties',
                        };
                        if (vErrors === null) {
                          vErrors = [err337];
                        } else {
                          vErrors.push(err337);
                        }
                        errors++;
                      }
                    }
                    if (data183.name !== undefined) {
                      if (typeof data183.name !== 'string') {
                        const err338 = {
                          instancePath: instancePath + '/spec/timeline/' + i18 + '/scheduler/name',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/scheduler/properties/name/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err338];
                        } else {
                          vErrors.push(err338);
                        }
                        errors++;
                      }
                    }
                    if (data183.config !== undefined) {
                      let data185 = data183.config;
                      const _errs450 = errors;
                      let valid103 = false;
                      const _errs451 = errors;
                      if (typeof data185 === 'string') {
                        if (func2(data185) < 1) {
                          const err339 = {
                            instancePath: instancePath + '/spec/timeline/' + i18 + '/scheduler/config',
                            schemaPath:
                              '#/properties/spec/properties/timeline/items/properties/scheduler/properties/config/anyOf/0/minLength',
                            keyword: 'minLength',
                            params: { limit: 1 },
                            message: 'must NOT have fewer than 1 characters',
                          };
                          if (vErrors === null) {
                            vErrors = [err339];
                          } else {
                            vErrors.push(err339);
                          }
                          errors++;
                        }
                      } else {
                        const err340 = {
                          instancePath: instancePath + '/spec/timeline/' + i18 + '/scheduler/config',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/scheduler/properties/config/anyOf/0/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err340];
                        } else {
                          vErrors.push(err340);
                        }
                        errors++;
                      }
                      var _valid10 = _errs451 === errors;
                      valid103 = valid103 || _valid10;
                      if (!valid103) {
                        const _errs453 = errors;
                        if (!(data185 && typeof data185 == 'object' && !Array.isArray(data185))) {
                          const err341 = {
                            instancePath: instancePath + '/spec/timeline/' + i18 + '/scheduler/config',
                            schemaPath:
                              '#/properties/spec/properties/timeline/items/properties/scheduler/properties/config/anyOf/1/type',
                            keyword: 'type',
                            params: { type: 'object' },
                            message: 'must be object',
                          };
                          if (vErrors === null) {
                            vErrors = [err341];
                          } else {
                            vErrors.push(err341);
                          }
                          errors++;
                        }
                        var _valid10 = _errs453 === errors;
                        valid103 = valid103 || _valid10;
                      }
                      if (!valid103) {
                        const err342 = {
                          instancePath: instancePath + '/spec/timeline/' + i18 + '/scheduler/config',
                          schemaPath:
                            '#/properties/spec/properties/timeline/items/properties/scheduler/properties/config/anyOf',
                          keyword: 'anyOf',
                          params: {},
                          message: 'must match a schema in anyOf',
                        };
                        if (vErrors === null) {
                          vErrors = [err342];
                        } else {
                          vErrors.push(err342);
                        }
                        errors++;
                      } else {
                        errors = _errs450;
                        if (vErrors !== null) {
                          if (_errs450) {
                            vErrors.length = _errs450;
                          } else {
                            vErrors = null;
                          }
                        }
                      }
                    }
                  } else {
                    const err343 = {
                      instancePath: instancePath + '/spec/timeline/' + i18 + '/scheduler',
                      schemaPath: '#/properties/spec/properties/timeline/items/properties/scheduler/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err343];
                    } else {
                      vErrors.push(err343);
                    }
                    errors++;
                  }
                }
              } else {
                const err344 = {
                  instancePath: instancePath + '/spec/timeline/' + i18,
                  schemaPath: '#/properties/spec/properties/timeline/items/type',
                  keyword: 'type',
                  params: { type: 'object' },
                  message: 'must be object',
                };
                if (vErrors === null) {
                  vErrors = [err344];
                } else {
                  vErrors.push(err344);
                }
                errors++;
              }
            }
          } else {
            const err345 = {
              instancePath: instancePath + '/spec/timeline',
              schemaPath: '#/properties/spec/properties/timeline/type',
              keyword: 'type',
              params: { type: 'array' },
              message: 'must be array',
            };
            if (vErrors === null) {
              vErrors = [err345];
            } else {
              vErrors.push(err345);
            }
            errors++;
          }
        }
        if (data8.failures !== undefined) {
          let data186 = data8.failures;
          if (Array.isArray(data186)) {
            const len23 = data186.length;
            for (let i23 = 0; i23 < len23; i23++) {
              let data187 = data186[i23];
              if (data187 && typeof data187 == 'object' && !Array.isArray(data187)) {
                if (data187.kind === undefined) {
                  const err346 = {
                    instancePath: instancePath + '/spec/failures/' + i23,
                    schemaPath: '#/properties/spec/properties/failures/items/required',
                    keyword: 'required',
                    params: { missingProperty: 'kind' },
                    message: "must have required property '" + 'kind' + "'",
                  };
                  if (vErrors === null) {
                    vErrors = [err346];
                  } else {
                    vErrors.push(err346);
                  }
                  errors++;
                }
                if (data187.mtbf === undefined) {
                  const err347 = {
                    instancePath: instancePath + '/spec/failures/' + i23,
                    schemaPath: '#/properties/spec/properties/failures/items/required',
                    keyword: 'required',
                    params: { missingProperty: 'mtbf' },
                    message: "must have required property '" + 'mtbf' + "'",
                  };
                  if (vErrors === null) {
                    vErrors = [err347];
                  } else {
                    vErrors.push(err347);
                  }
                  errors++;
                }
                if (data187.mttr === undefined) {
                  const err348 = {
                    instancePath: instancePath + '/spec/failures/' + i23,
                    schemaPath: '#/properties/spec/properties/failures/items/required',
                    keyword: 'required',
                    params: { missingProperty: 'mttr' },
                    message: "must have required property '" + 'mttr' + "'",
                  };
                  if (vErrors === null) {
                    vErrors = [err348];
                  } else {
                    vErrors.push(err348);
                  }
                  errors++;
                }
                for (const key47 in data187) {
                  if (!func3.call(schema11.properties.spec.properties.failures.items.properties, key47)) {
                    const err349 = {
                      instancePath: instancePath + '/spec/failures/' + i23,
                      schemaPath: '#/properties/spec/properties/failures/items/additionalProperties',
                      keyword: 'additionalProperties',
                      params: { additionalProperty: key47 },
                      message: 'must NOT have additional properties',
                    };
                    if (vErrors === null) {
                      vErrors = [err349];
                    } else {
                      vErrors.push(err349);
                    }
                    errors++;
                  }
                }
                if (data187.kind !== undefined) {
                  let data188 = data187.kind;
                  if (
                    !(
                      data188 === 'NodeCrash' ||
                      data188 === 'NodeReboot' ||
                      data188 === 'ZoneOutage' ||
                      data188 === 'Partition' ||
                      data188 === 'ComponentCrash' ||
                      data188 === 'EtcdMemberCrash' ||
                      data188 === 'SlowDisk' ||
                      data188 === 'KubeletStop' ||
                      data188 === 'NetworkLatency' ||
                      data188 === 'NetworkLoss' ||
                      data188 === 'NodeResize' ||
                      data188 === 'RuntimeHang'
                    )
                  ) {
                    const err350 = {
                      instancePath: instancePath + '/spec/failures/' + i23 + '/kind',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/kind/enum',
                      keyword: 'enum',
                      params: {
                        allowedValues: schema11.properties.spec.properties.failures.items.properties.kind.enum,
                      },
                      message: 'must be equal to one of the allowed values',
                    };
                    if (vErrors === null) {
                      vErrors = [err350];
                    } else {
                      vErrors.push(err350);
                    }
                    errors++;
                  }
                }
                if (data187.zone !== undefined) {
                  if (typeof data187.zone !== 'string') {
                    const err351 = {
                      instancePath: instancePath + '/spec/failures/' + i23 + '/zone',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/zone/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err351];
                    } else {
                      vErrors.push(err351);
                    }
                    errors++;
                  }
                }
                if (data187.node !== undefined) {
                  if (typeof data187.node !== 'string') {
                    const err352 = {
                      instancePath: instancePath + '/spec/failures/' + i23 + '/node',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/node/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err352];
                    } else {
                      vErrors.push(err352);
                    }
                    errors++;
                  }
                }
                if (data187.nodes !== undefined) {
                  let data191 = data187.nodes;
                  if (Array.isArray(data191)) {
                    const len24 = data191.length;
                    for (let i24 = 0; i24 < len24; i24++) {
                      if (typeof data191[i24] !== 'string') {
                        const err353 = {
                          instancePath: instancePath + '/spec/failures/' + i23 + '/nodes/' + i24,
                          schemaPath: '#/properties/spec/properties/failures/items/properties/nodes/items/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err353];
                        } else {
                          vErrors.push(err353);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err354 = {
                      instancePath: instancePath + '/spec/failures/' + i23 + '/nodes',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/nodes/type',
                      keyword: 'type',
                      params: { type: 'array' },
                      message: 'must be array',
                    };
                    if (vErrors === null) {
                      vErrors = [err354];
                    } else {
                      vErrors.push(err354);
                    }
                    errors++;
                  }
                }
                if (data187.count !== undefined) {
                  let data193 = data187.count;
                  if (!(typeof data193 == 'number' && !(data193 % 1) && !isNaN(data193))) {
                    const err355 = {
                      instancePath: instancePath + '/spec/failures/' + i23 + '/count',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/count/type',
                      keyword: 'type',
                      params: { type: 'integer' },
                      message: 'must be integer',
                    };
                    if (vErrors === null) {
                      vErrors = [err355];
                    } else {
                      vErrors.push(err355);
                    }
                    errors++;
                  }
                  if (typeof data193 == 'number') {
                    if (data193 < 1 || isNaN(data193)) {
                      const err356 = {
                        instancePath: instancePath + '/spec/failures/' + i23 + '/count',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/count/minimum',
                        keyword: 'minimum',
                        params: { comparison: '>=', limit: 1 },
                        message: 'must be >= 1',
                      };
                      if (vErrors === null) {
                        vErrors = [err356];
                      } else {
                        vErrors.push(err356);
                      }
                      errors++;
                    }
                  }
                }
                if (data187.component !== undefined) {
                  if (typeof data187.component !== 'string') {
                    const err357 = {
                      instancePath: instancePath + '/spec/failures/' + i23 + '/component',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/component/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err357];
                    } else {
                      vErrors.push(err357);
                    }
                    errors++;
                  }
                }
                if (data187.member !== undefined) {
                  let data195 = data187.member;
                  if (!(typeof data195 == 'number' && !(data195 % 1) && !isNaN(data195))) {
                    const err358 = {
                      instancePath: instancePath + '/spec/failures/' + i23 + '/member',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/member/type',
                      keyword: 'type',
                      params: { type: 'integer' },
                      message: 'must be integer',
                    };
                    if (vErrors === null) {
                      vErrors = [err358];
                    } else {
                      vErrors.push(err358);
                    }
                    errors++;
                  }
                  if (typeof data195 == 'number') {
                    if (data195 < 0 || isNaN(data195)) {
                      const err359 = {
                        instancePath: instancePath + '/spec/failures/' + i23 + '/member',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/member/minimum',
                        keyword: 'minimum',
                        params: { comparison: '>=', limit: 0 },
                        message: 'must be >= 0',
                      };
                      if (vErrors === null) {
                        vErrors = [err359];
                      } else {
                        vErrors.push(err359);
                      }
                      errors++;
                    }
                  }
                }
                if (data187.between !== undefined) {
                  let data196 = data187.between;
                  if (Array.isArray(data196)) {
                    if (data196.length > 2) {
                      const err360 = {
                        instancePath: instancePath + '/spec/failures/' + i23 + '/between',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/between/maxItems',
                        keyword: 'maxItems',
                        params: { limit: 2 },
                        message: 'must NOT have more than 2 items',
                      };
                      if (vErrors === null) {
                        vErrors = [err360];
                      } else {
                        vErrors.push(err360);
                      }
                      errors++;
                    }
                    if (data196.length < 2) {
                      const err361 = {
                        instancePath: instancePath + '/spec/failures/' + i23 + '/between',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/between/minItems',
                        keyword: 'minItems',
                        params: { limit: 2 },
                        message: 'must NOT have fewer than 2 items',
                      };
                      if (vErrors === null) {
                        vErrors = [err361];
                      } else {
                        vErrors.push(err361);
                      }
                      errors++;
                    }
                    const len25 = data196.length;
                    for (let i25 = 0; i25 < len25; i25++) {
                      let data197 = data196[i25];
                      if (Array.isArray(data197)) {
                        const len26 = data197.length;
                        for (let i26 = 0; i26 < len26; i26++) {
                          if (typeof data197[i26] !== 'string') {
                            const err362 = {
                              instancePath: instancePath + '/spec/failures/' + i23 + '/between/' + i25 + '/' + i26,
                              schemaPath:
                                '#/properties/spec/properties/failures/items/properties/between/items/items/type',
                              keyword: 'type',
                              params: { type: 'string' },
                              message: 'must be string',
                            };
                            if (vErrors === null) {
                              vErrors = [err362];
                            } else {
                              vErrors.push(err362);
                            }
                            errors++;
                          }
                        }
                      } else {
                        const err363 = {
                          instancePath: instancePath + '/spec/failures/' + i23 + '/between/' + i25,
                          schemaPath: '#/properties/spec/properties/failures/items/properties/between/items/type',
                          keyword: 'type',
                          params: { type: 'array' },
                          message: 'must be array',
                        };
                        if (vErrors === null) {
                          vErrors = [err363];
                        } else {
                          vErrors.push(err363);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err364 = {
                      instancePath: instancePath + '/spec/failures/' + i23 + '/between',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/between/type',
                      keyword: 'type',
                      params: { type: 'array' },
                      message: 'must be array',
                    };
                    if (vErrors === null) {
                      vErrors = [err364];
                    } else {
                      vErrors.push(err364);
                    }
                    errors++;
                  }
                }
                if (data187.oneWay !== undefined) {
                  if (typeof data187.oneWay !== 'boolean') {
                    const err365 = {
                      instancePath: instancePath + '/spec/failures/' + i23 + '/oneWay',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/oneWay/type',
                      keyword: 'type',
                      params: { type: 'boolean' },
                      message: 'must be boolean',
                    };
                    if (vErrors === null) {
                      vErrors = [err365];
                    } else {
                      vErrors.push(err365);
                    }
                    errors++;
                  }
                }
                if (data187.allocatable !== undefined) {
                  let data200 = data187.allocatable;
                  if (data200 && typeof data200 == 'object' && !Array.isArray(data200)) {
                    for (const key48 in data200) {
                      let data201 = data200[key48];
                      if (typeof data201 !== 'string' && !(typeof data201 == 'number')) {
                        const err366 = {
                          instancePath:
                            instancePath +
                            '/spec/failures/' +
                            i23 +
                            '/allocatable/' +
                            key48.replace(/~/g, '~0').replace(/\//g, '~1'),
                          schemaPath:
                            '#/properties/spec/properties/failures/items/properties/allocatable/additionalProperties/type',
                          keyword: 'type',
                          params: {
                            type: schema11.properties.spec.properties.failures.items.properties.allocatable
                              .additionalProperties.type,
                          },
                          message: 'must be string,number',
                        };
                        if (vErrors === null) {
                          vErrors = [err366];
                        } else {
                          vErrors.push(err366);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err367 = {
                      instancePath: instancePath + '/spec/failures/' + i23 + '/allocatable',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/allocatable/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err367];
                    } else {
                      vErrors.push(err367);
                    }
                    errors++;
                  }
                }
                if (data187.latency !== undefined) {
                  let data202 = data187.latency;
                  const _errs489 = errors;
                  let valid114 = false;
                  const _errs490 = errors;
                  if (typeof data202 === 'string') {
                    if (!pattern0.test(data202)) {
                      const err368 = {
                        instancePath: instancePath + '/spec/failures/' + i23 + '/latency',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/latency/anyOf/0/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err368];
                      } else {
                        vErrors.push(err368);
                      }
                      errors++;
                    }
                  } else {
                    const err369 = {
                      instancePath: instancePath + '/spec/failures/' + i23 + '/latency',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/latency/anyOf/0/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err369];
                    } else {
                      vErrors.push(err369);
                    }
                    errors++;
                  }
                  var _valid11 = _errs490 === errors;
                  valid114 = valid114 || _valid11;
                  if (!valid114) {
                    const _errs492 = errors;
                    if (data202 && typeof data202 == 'object' && !Array.isArray(data202)) {
                      if (data202.p50 === undefined) {
                        const err370 = {
                          instancePath: instancePath + '/spec/failures/' + i23 + '/latency',
                          schemaPath: '#/properties/spec/properties/failures/items/properties/latency/anyOf/1/required',
                          keyword: 'required',
                          params: { missingProperty: 'p50' },
                          message: "must have required property '" + 'p50' + "'",
                        };
                        if (vErrors === null) {
                          vErrors = [err370];
                        } else {
                          vErrors.push(err370);
                        }
                        errors++;
                      }
                      for (const key49 in data202) {
                        if (!(key49 === 'p50' || key49 === 'p99')) {
                          const err371 = {
                            instancePath: instancePath + '/spec/failures/' + i23 + '/latency',
                            schemaPath:
                              '#/properties/spec/properties/failures/items/properties/latency/anyOf/1/additionalProperties',
                            keyword: 'additionalProperties',
                            params: { additionalProperty: key49 },
                            message: 'must NOT have additional properties',
                          };
                          if (vErrors === null) {
                            vErrors = [err371];
                          } else {
                            vErrors.push(err371);
                          }
                          errors++;
                        }
                      }
                      if (data202.p50 !== undefined) {
                        let data203 = data202.p50;
                        if (typeof data203 === 'string') {
                          if (!pattern0.test(data203)) {
                            const err372 = {
                              instancePath: instancePath + '/spec/failures/' + i23 + '/latency/p50',
                              schemaPath:
                                '#/properties/spec/properties/failures/items/properties/latency/anyOf/1/properties/p50/pattern',
                              keyword: 'pattern',
                              params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                              message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                            };
                            if (vErrors === null) {
                              vErrors = [err372];
                            } else {
                              vErrors.push(err372);
                            }
                            errors++;
                          }
                        } else {
                          const err373 = {
                            instancePath: instancePath + '/spec/failures/' + i23 + '/latency/p50',
                            schemaPath:
                              '#/properties/spec/properties/failures/items/properties/latency/anyOf/1/properties/p50/type',
                            keyword: 'type',
                            params: { type: 'string' },
                            message: 'must be string',
                          };
                          if (vErrors === null) {
                            vErrors = [err373];
                          } else {
                            vErrors.push(err373);
                          }
                          errors++;
                        }
                      }
                      if (data202.p99 !== undefined) {
                        let data204 = data202.p99;
                        if (typeof data204 === 'string') {
                          if (!pattern0.test(data204)) {
                            const err374 = {
                              instancePath: instancePath + '/spec/failures/' + i23 + '/latency/p99',
                              schemaPath:
                                '#/properties/spec/properties/failures/items/properties/latency/anyOf/1/properties/p99/pattern',
                              keyword: 'pattern',
                              params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                              message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                            };
                            if (vErrors === null) {
                              vErrors = [err374];
                            } else {
                              vErrors.push(err374);
                            }
                            errors++;
                          }
                        } else {
                          const err375 = {
                            instancePath: instancePath + '/spec/failures/' + i23 + '/latency/p99',
                            schemaPath:
                              '#/properties/spec/properties/failures/items/properties/latency/anyOf/1/properties/p99/type',
                            keyword: 'type',
                            params: { type: 'string' },
                            message: 'must be string',
                          };
                          if (vErrors === null) {
                            vErrors = [err375];
                          } else {
                            vErrors.push(err375);
                          }
                          errors++;
                        }
                      }
                    } else {
                      const err376 = {
                        instancePath: instancePath + '/spec/failures/' + i23 + '/latency',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/latency/anyOf/1/type',
                        keyword: 'type',
                        params: { type: 'object' },
                        message: 'must be object',
                      };
                      if (vErrors === null) {
                        vErrors = [err376];
                      } else {
                        vErrors.push(err376);
                      }
                      errors++;
                    }
                    var _valid11 = _errs492 === errors;
                    valid114 = valid114 || _valid11;
                  }
                  if (!valid114) {
                    const err377 = {
                      instancePath: instancePath + '/spec/failures/' + i23 + '/latency',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/latency/anyOf',
                      keyword: 'anyOf',
                      params: {},
                      message: 'must match a schema in anyOf',
                    };
                    if (vErrors === null) {
                      vErrors = [err377];
                    } else {
                      vErrors.push(err377);
                    }
                    errors++;
                  } else {
                    errors = _errs489;
                    if (vErrors !== null) {
                      if (_errs489) {
                        vErrors.length = _errs489;
                      } else {
                        vErrors = null;
                      }
                    }
                  }
                }
                if (data187.loss !== undefined) {
                  let data205 = data187.loss;
                  if (typeof data205 == 'number') {
                    if (data205 > 1 || isNaN(data205)) {
                      const err378 = {
                        instancePath: instancePath + '/spec/failures/' + i23 + '/loss',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/loss/maximum',
                        keyword: 'maximum',
                        params: { comparison: '<=', limit: 1 },
                        message: 'must be <= 1',
                      };
                      if (vErrors === null) {
                        vErrors = [err378];
                      } else {
                        vErrors.push(err378);
                      }
                      errors++;
                    }
                    if (data205 < 0 || isNaN(data205)) {
                      const err379 = {
                        instancePath: instancePath + '/spec/failures/' + i23 + '/loss',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/loss/minimum',
                        keyword: 'minimum',
                        params: { comparison: '>=', limit: 0 },
                        message: 'must be >= 0',
                      };
                      if (vErrors === null) {
                        vErrors = [err379];
                      } else {
                        vErrors.push(err379);
                      }
                      errors++;
                    }
                  } else {
                    const err380 = {
                      instancePath: instancePath + '/spec/failures/' + i23 + '/loss',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/loss/type',
                      keyword: 'type',
                      params: { type: 'number' },
                      message: 'must be number',
                    };
                    if (vErrors === null) {
                      vErrors = [err380];
                    } else {
                      vErrors.push(err380);
                    }
                    errors++;
                  }
                }
                if (data187.for !== undefined) {
                  let data206 = data187.for;
                  if (typeof data206 === 'string') {
                    if (!pattern0.test(data206)) {
                      const err381 = {
                        instancePath: instancePath + '/spec/failures/' + i23 + '/for',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/for/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err381];
                      } else {
                        vErrors.push(err381);
                      }
                      errors++;
                    }
                  } else {
                    const err382 = {
                      instancePath: instancePath + '/spec/failures/' + i23 + '/for',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/for/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err382];
                    } else {
                      vErrors.push(err382);
                    }
                    errors++;
                  }
                }
                if (data187.mtbf !== undefined) {
                  let data207 = data187.mtbf;
                  if (typeof data207 === 'string') {
                    if (!pattern0.test(data207)) {
                      const err383 = {
                        instancePath: instancePath + '/spec/failures/' + i23 + '/mtbf',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/mtbf/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err383];
                      } else {
                        vErrors.push(err383);
                      }
                      errors++;
                    }
                  } else {
                    const err384 = {
                      instancePath: instancePath + '/spec/failures/' + i23 + '/mtbf',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/mtbf/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err384];
                    } else {
                      vErrors.push(err384);
                    }
                    errors++;
                  }
                }
                if (data187.mttr !== undefined) {
                  let data208 = data187.mttr;
                  if (typeof data208 === 'string') {
                    if (!pattern0.test(data208)) {
                      const err385 = {
                        instancePath: instancePath + '/spec/failures/' + i23 + '/mttr',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/mttr/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err385];
                      } else {
                        vErrors.push(err385);
                      }
                      errors++;
                    }
                  } else {
                    const err386 = {
                      instancePath: instancePath + '/spec/failures/' + i23 + '/mttr',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/mttr/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err386];
                    } else {
                      vErrors.push(err386);
                    }
                    errors++;
                  }
                }
                if (data187.from !== undefined) {
                  let data209 = data187.from;
                  if (typeof data209 === 'string') {
                    if (!pattern0.test(data209)) {
                      const err387 = {
                        instancePath: instancePath + '/spec/failures/' + i23 + '/from',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/from/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err387];
                      } else {
                        vErrors.push(err387);
                      }
                      errors++;
                    }
                  } else {
                    const err388 = {
                      instancePath: instancePath + '/spec/failures/' + i23 + '/from',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/from/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err388];
                    } else {
                      vErrors.push(err388);
                    }
                    errors++;
                  }
                }
                if (data187.until !== undefined) {
                  let data210 = data187.until;
                  if (typeof data210 === 'string') {
                    if (!pattern0.test(data210)) {
                      const err389 = {
                        instancePath: instancePath + '/spec/failures/' + i23 + '/until',
                        schemaPath: '#/properties/spec/properties/failures/items/properties/until/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err389];
                      } else {
                        vErrors.push(err389);
                      }
                      errors++;
                    }
                  } else {
                    const err390 = {
                      instancePath: instancePath + '/spec/failures/' + i23 + '/until',
                      schemaPath: '#/properties/spec/properties/failures/items/properties/until/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err390];
                    } else {
                      vErrors.push(err390);
                    }
                    errors++;
                  }
                }
              } else {
                const err391 = {
                  instancePath: instancePath + '/spec/failures/' + i23,
                  schemaPath: '#/properties/spec/properties/failures/items/type',
                  keyword: 'type',
                  params: { type: 'object' },
                  message: 'must be object',
                };
                if (vErrors === null) {
                  vErrors = [err391];
                } else {
                  vErrors.push(err391);
                }
                errors++;
              }
            }
          } else {
            const err392 = {
              instancePath: instancePath + '/spec/failures',
              schemaPath: '#/properties/spec/properties/failures/type',
              keyword: 'type',
              params: { type: 'array' },
              message: 'must be array',
            };
            if (vErrors === null) {
              vErrors = [err392];
            } else {
              vErrors.push(err392);
            }
            errors++;
          }
        }
        if (data8.expect !== undefined) {
          let data211 = data8.expect;
          if (Array.isArray(data211)) {
            const len27 = data211.length;
            for (let i27 = 0; i27 < len27; i27++) {
              let data212 = data211[i27];
              if (data212 && typeof data212 == 'object' && !Array.isArray(data212)) {
                if (data212.name === undefined) {
                  const err393 = {
                    instancePath: instancePath + '/spec/expect/' + i27,
                    schemaPath: '#/properties/spec/properties/expect/items/required',
                    keyword: 'required',
                    params: { missingProperty: 'name' },
                    message: "must have required property '" + 'name' + "'",
                  };
                  if (vErrors === null) {
                    vErrors = [err393];
                  } else {
                    vErrors.push(err393);
                  }
                  errors++;
                }
                if (data212.that === undefined) {
                  const err394 = {
                    instancePath: instancePath + '/spec/expect/' + i27,
                    schemaPath: '#/properties/spec/properties/expect/items/required',
                    keyword: 'required',
                    params: { missingProperty: 'that' },
                    message: "must have required property '" + 'that' + "'",
                  };
                  if (vErrors === null) {
                    vErrors = [err394];
                  } else {
                    vErrors.push(err394);
                  }
                  errors++;
                }
                for (const key50 in data212) {
                  if (
                    !(
                      key50 === 'name' ||
                      key50 === 'that' ||
                      key50 === 'eventually' ||
                      key50 === 'always' ||
                      key50 === 'never' ||
                      key50 === 'at' ||
                      key50 === 'from' ||
                      key50 === 'until'
                    )
                  ) {
                    const err395 = {
                      instancePath: instancePath + '/spec/expect/' + i27,
                      schemaPath: '#/properties/spec/properties/expect/items/additionalProperties',
                      keyword: 'additionalProperties',
                      params: { additionalProperty: key50 },
                      message: 'must NOT have additional properties',
                    };
                    if (vErrors === null) {
                      vErrors = [err395];
                    } else {
                      vErrors.push(err395);
                    }
                    errors++;
                  }
                }
                if (data212.name !== undefined) {
                  let data213 = data212.name;
                  if (typeof data213 === 'string') {
                    if (func2(data213) < 1) {
                      const err396 = {
                        instancePath: instancePath + '/spec/expect/' + i27 + '/name',
                        schemaPath: '#/properties/spec/properties/expect/items/properties/name/minLength',
                        keyword: 'minLength',
                        params: { limit: 1 },
                        message: 'must NOT have fewer than 1 characters',
                      };
                      if (vErrors === null) {
                        vErrors = [err396];
                      } else {
                        vErrors.push(err396);
                      }
                      errors++;
                    }
                  } else {
                    const err397 = {
                      instancePath: instancePath + '/spec/expect/' + i27 + '/name',
                      schemaPath: '#/properties/spec/properties/expect/items/properties/name/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err397];
                    } else {
                      vErrors.push(err397);
                    }
                    errors++;
                  }
                }
                if (data212.that !== undefined) {
                  let data214 = data212.that;
                  if (typeof data214 === 'string') {
                    if (func2(data214) < 1) {
                      const err398 = {
                        instancePath: instancePath + '/spec/expect/' + i27 + '/that',
                        schemaPath: '#/properties/spec/properties/expect/items/properties/that/minLength',
                        keyword: 'minLength',
                        params: { limit: 1 },
                        message: 'must NOT have fewer than 1 characters',
                      };
                      if (vErrors === null) {
                        vErrors = [err398];
                      } else {
                        vErrors.push(err398);
                      }
                      errors++;
                    }
                  } else {
                    const err399 = {
                      instancePath: instancePath + '/spec/expect/' + i27 + '/that',
                      schemaPath: '#/properties/spec/properties/expect/items/properties/that/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err399];
                    } else {
                      vErrors.push(err399);
                    }
                    errors++;
                  }
                }
                if (data212.eventually !== undefined) {
                  let data215 = data212.eventually;
                  if (data215 && typeof data215 == 'object' && !Array.isArray(data215)) {
                    for (const key51 in data215) {
                      if (!(key51 === 'after' || key51 === 'within')) {
                        const err400 = {
                          instancePath: instancePath + '/spec/expect/' + i27 + '/eventually',
                          schemaPath:
                            '#/properties/spec/properties/expect/items/properties/eventually/additionalProperties',
                          keyword: 'additionalProperties',
                          params: { additionalProperty: key51 },
                          message: 'must NOT have additional properties',
                        };
                        if (vErrors === null) {
                          vErrors = [err400];
                        } else {
                          vErrors.push(err400);
                        }
                        errors++;
                      }
                    }
                    if (data215.after !== undefined) {
                      let data216 = data215.after;
                      if (typeof data216 === 'string') {
                        if (!pattern0.test(data216)) {
                          const err401 = {
                            instancePath: instancePath + '/spec/expect/' + i27 + '/eventually/after',
                            schemaPath:
                              '#/properties/spec/properties/expect/items/properties/eventually/properties/after/pattern',
                            keyword: 'pattern',
                            params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                            message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                          };
                          if (vErrors === null) {
                            vErrors = [err401];
                          } else {
                            vErrors.push(err401);
                          }
                          errors++;
                        }
                      } else {
                        const err402 = {
                          instancePath: instancePath + '/spec/expect/' + i27 + '/eventually/after',
                          schemaPath:
                            '#/properties/spec/properties/expect/items/properties/eventually/properties/after/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err402];
                        } else {
                          vErrors.push(err402);
                        }
                        errors++;
                      }
                    }
                    if (data215.within !== undefined) {
                      let data217 = data215.within;
                      if (typeof data217 === 'string') {
                        if (!pattern0.test(data217)) {
                          const err403 = {
                            instancePath: instancePath + '/spec/expect/' + i27 + '/eventually/within',
                            schemaPath:
                              '#/properties/spec/properties/expect/items/properties/eventually/properties/within/pattern',
                            keyword: 'pattern',
                            params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                            message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                          };
                          if (vErrors === null) {
                            vErrors = [err403];
                          } else {
                            vErrors.push(err403);
                          }
                          errors++;
                        }
                      } else {
                        const err404 = {
                          instancePath: instancePath + '/spec/expect/' + i27 + '/eventually/within',
                          schemaPath:
                            '#/properties/spec/properties/expect/items/properties/eventually/properties/within/type',
                          keyword: 'type',
                          params: { type: 'string' },
                          message: 'must be string',
                        };
                        if (vErrors === null) {
                          vErrors = [err404];
                        } else {
                          vErrors.push(err404);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err405 = {
                      instancePath: instancePath + '/spec/expect/' + i27 + '/eventually',
                      schemaPath: '#/properties/spec/properties/expect/items/properties/eventually/type',
                      keyword: 'type',
                      params: { type: 'object' },
                      message: 'must be object',
                    };
                    if (vErrors === null) {
                      vErrors = [err405];
                    } else {
                      vErrors.push(err405);
                    }
                    errors++;
                  }
                }
                if (data212.always !== undefined) {
                  if (typeof data212.always !== 'boolean') {
                    const err406 = {
                      instancePath: instancePath + '/spec/expect/' + i27 + '/always',
                      schemaPath: '#/properties/spec/properties/expect/items/properties/always/type',
                      keyword: 'type',
                      params: { type: 'boolean' },
                      message: 'must be boolean',
                    };
                    if (vErrors === null) {
                      vErrors = [err406];
                    } else {
                      vErrors.push(err406);
                    }
                    errors++;
                  }
                }
                if (data212.never !== undefined) {
                  if (typeof data212.never !== 'boolean') {
                    const err407 = {
                      instancePath: instancePath + '/spec/expect/' + i27 + '/never',
                      schemaPath: '#/properties/spec/properties/expect/items/properties/never/type',
                      keyword: 'type',
                      params: { type: 'boolean' },
                      message: 'must be boolean',
                    };
                    if (vErrors === null) {
                      vErrors = [err407];
                    } else {
                      vErrors.push(err407);
                    }
                    errors++;
                  }
                }
                if (data212.at !== undefined) {
                  let data220 = data212.at;
                  if (typeof data220 === 'string') {
                    if (!pattern0.test(data220)) {
                      const err408 = {
                        instancePath: instancePath + '/spec/expect/' + i27 + '/at',
                        schemaPath: '#/properties/spec/properties/expect/items/properties/at/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err408];
                      } else {
                        vErrors.push(err408);
                      }
                      errors++;
                    }
                  } else {
                    const err409 = {
                      instancePath: instancePath + '/spec/expect/' + i27 + '/at',
                      schemaPath: '#/properties/spec/properties/expect/items/properties/at/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err409];
                    } else {
                      vErrors.push(err409);
                    }
                    errors++;
                  }
                }
                if (data212.from !== undefined) {
                  let data221 = data212.from;
                  if (typeof data221 === 'string') {
                    if (!pattern0.test(data221)) {
                      const err410 = {
                        instancePath: instancePath + '/spec/expect/' + i27 + '/from',
                        schemaPath: '#/properties/spec/properties/expect/items/properties/from/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err410];
                      } else {
                        vErrors.push(err410);
                      }
                      errors++;
                    }
                  } else {
                    const err411 = {
                      instancePath: instancePath + '/spec/expect/' + i27 + '/from',
                      schemaPath: '#/properties/spec/properties/expect/items/properties/from/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err411];
                    } else {
                      vErrors.push(err411);
                    }
                    errors++;
                  }
                }
                if (data212.until !== undefined) {
                  let data222 = data212.until;
                  if (typeof data222 === 'string') {
                    if (!pattern0.test(data222)) {
                      const err412 = {
                        instancePath: instancePath + '/spec/expect/' + i27 + '/until',
                        schemaPath: '#/properties/spec/properties/expect/items/properties/until/pattern',
                        keyword: 'pattern',
                        params: { pattern: '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' },
                        message: 'must match pattern "' + '^([0-9]+(\\.[0-9]+)?(us|ms|s|m|h))+$|^0$' + '"',
                      };
                      if (vErrors === null) {
                        vErrors = [err412];
                      } else {
                        vErrors.push(err412);
                      }
                      errors++;
                    }
                  } else {
                    const err413 = {
                      instancePath: instancePath + '/spec/expect/' + i27 + '/until',
                      schemaPath: '#/properties/spec/properties/expect/items/properties/until/type',
                      keyword: 'type',
                      params: { type: 'string' },
                      message: 'must be string',
                    };
                    if (vErrors === null) {
                      vErrors = [err413];
                    } else {
                      vErrors.push(err413);
                    }
                    errors++;
                  }
                }
              } else {
                const err414 = {
                  instancePath: instancePath + '/spec/expect/' + i27,
                  schemaPath: '#/properties/spec/properties/expect/items/type',
                  keyword: 'type',
                  params: { type: 'object' },
                  message: 'must be object',
                };
                if (vErrors === null) {
                  vErrors = [err414];
                } else {
                  vErrors.push(err414);
                }
                errors++;
              }
            }
          } else {
            const err415 = {
              instancePath: instancePath + '/spec/expect',
              schemaPath: '#/properties/spec/properties/expect/type',
              keyword: 'type',
              params: { type: 'array' },
              message: 'must be array',
            };
            if (vErrors === null) {
              vErrors = [err415];
            } else {
              vErrors.push(err415);
            }
            errors++;
          }
        }
      } else {
        const err416 = {
          instancePath: instancePath + '/spec',
          schemaPath: '#/properties/spec/type',
          keyword: 'type',
          params: { type: 'object' },
          message: 'must be object',
        };
        if (vErrors === null) {
          vErrors = [err416];
        } else {
          vErrors.push(err416);
        }
        errors++;
      }
    }
  } else {
    const err417 = {
      instancePath,
      schemaPath: '#/type',
      keyword: 'type',
      params: { type: 'object' },
      message: 'must be object',
    };
    if (vErrors === null) {
      vErrors = [err417];
    } else {
      vErrors.push(err417);
    }
    errors++;
  }
  validate10.errors = vErrors;
  return errors === 0;
}
