import { utf8Bytes } from '../machinery/gotext.ts';
import { at, each, fill, type Piece, pipe, put } from './draft.ts';
import { defaultResourceList, defaultVolumeSource } from './pods.ts';

/** Defaults of the other kinds (Kubernetes pkg/apis/<group>/v1/defaults.go). */

const onSpec =
  (edit: (spec: Piece) => Piece) =>
  (object: Piece): Piece =>
    at(object, 'spec', edit);

function defaultServicePort(port: Piece): Piece {
  const filled = fill(port, { protocol: 'TCP' });
  return filled.targetPort === undefined || filled.targetPort === 0 || filled.targetPort === ''
    ? put(filled, 'targetPort', filled.port)
    : filled;
}

/** Addresses of a load balancer are reached as they are. */
function defaultIngress(service: Piece): Piece {
  return at(service, 'status', (status) =>
    at(status, 'loadBalancer', (balancer) =>
      each(balancer, 'ingress', (one) => (one.ip ? fill(one, { ipMode: 'VIP' }) : one)),
    ),
  );
}

export const defaultService = (service: Piece): Piece => defaultIngress(defaultServiceSpec(service));

const defaultServiceSpec = onSpec((given) => {
  const spec = fill(given, { sessionAffinity: 'None', type: 'ClusterIP' });
  const proxied = spec.type === 'NodePort' || spec.type === 'LoadBalancer' || spec.type === 'ClusterIP';
  const external = spec.type === 'NodePort' || spec.type === 'LoadBalancer' || (proxied && spec.externalIPs?.length);
  return pipe(
    fill(spec, {
      ...(external && { externalTrafficPolicy: 'Cluster' }),
      ...(proxied && { internalTrafficPolicy: 'Cluster' }),
      ...(spec.type === 'LoadBalancer' && { allocateLoadBalancerNodePorts: true }),
    }),
    (s) => (s.sessionAffinity === 'None' && s.sessionAffinityConfig ? withoutField(s, 'sessionAffinityConfig') : s),
    (s) => {
      if (s.sessionAffinity !== 'ClientIP') return s;
      const clientIP = fill(s.sessionAffinityConfig?.clientIP ?? {}, { timeoutSeconds: 10800 });
      return put(s, 'sessionAffinityConfig', { ...s.sessionAffinityConfig, clientIP });
    },
    (s) => each(s, 'ports', defaultServicePort),
  );
});

function withoutField(piece: Piece, field: string): Piece {
  const { [field]: _, ...rest } = piece;
  return rest;
}

export function defaultEndpoints(object: Piece): Piece {
  return each(object, 'subsets', (subset) => each(subset, 'ports', (port) => fill(port, { protocol: 'TCP' })));
}

export function defaultEndpointSlice(object: Piece): Piece {
  return each(object, 'ports', (port) => fill(port, { name: '', protocol: 'TCP' }));
}

export function defaultNamespace(object: Piece): Piece {
  const name = object.metadata?.name;
  const phase = put(object, 'status', fill(object.status ?? {}, { phase: 'Active' }));
  if (!name) return phase;
  return put(
    phase,
    'metadata',
    put(phase.metadata, 'labels', fill(phase.metadata.labels ?? {}, { 'kubernetes.io/metadata.name': name })),
  );
}

/** podCIDR is the first of podCIDRs. */
function podCidrTwins(spec: Piece): Piece {
  if (spec.podCIDR && !spec.podCIDRs?.length) return put(spec, 'podCIDRs', [spec.podCIDR]);
  return spec.podCIDRs?.length ? put(spec, 'podCIDR', spec.podCIDRs[0]) : spec;
}

export function defaultNode(object: Piece): Piece {
  return at(at(object, 'spec', podCidrTwins), 'status', (status) =>
    pipe(
      defaultResourceList(status, 'capacity'),
      (s) => defaultResourceList(s, 'allocatable'),
      (s) => (s.capacity && !s.allocatable ? put(s, 'allocatable', s.capacity) : s),
    ),
  );
}

/** stringData is written over data, in base64, and goes away (Convert_v1_Secret_To_core_Secret). */
export function defaultSecret(object: Piece): Piece {
  const typed = fill(object, { type: 'Opaque' });
  if (!typed.stringData) return typed;
  const { stringData, ...rest } = typed;
  const data: Record<string, string> = { ...typed.data };
  for (const [key, text] of Object.entries(stringData as Record<string, string>)) data[key] = base64(utf8Bytes(text));
  return { ...rest, data };
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const word = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += DIGITS[word >> 18] + DIGITS[(word >> 12) & 63];
    text += left > 1 ? DIGITS[(word >> 6) & 63] : '=';
    text += left > 2 ? DIGITS[word & 63] : '=';
  }
  return text;
}

export function defaultPersistentVolume(object: Piece): Piece {
  return pipe(
    object,
    (o) =>
      at(o, 'spec', (spec) =>
        defaultVolumeSource(
          fill(defaultResourceList(spec, 'capacity'), {
            persistentVolumeReclaimPolicy: 'Retain',
            volumeMode: 'Filesystem',
          }),
        ),
      ),
    (o) => put(o, 'status', fill(o.status ?? {}, { phase: 'Pending' })),
  );
}

/** Container limits: default := max, defaultRequest := default, then := min. */
export const defaultLimitRange = onSpec((spec) =>
  each(spec, 'limits', (given) => {
    let item = given;
    for (const field of ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'])
      item = defaultResourceList(item, field);
    if (item.type !== 'Container') return item;
    const limits = fill(item.default ?? {}, item.max ?? {});
    const requests = fill(fill(item.defaultRequest ?? {}, limits), item.min ?? {});
    return {
      ...item,
      ...(Object.keys(limits).length && { default: limits }),
      ...(Object.keys(requests).length && { defaultRequest: requests }),
    };
  }),
);

export const defaultResourceQuota = onSpec((spec) => defaultResourceList(spec, 'hard'));

export const defaultNetworkPolicy = onSpec((spec) => {
  const ports = (rule: Piece): Piece => each(rule, 'ports', (port) => fill(port, { protocol: 'TCP' }));
  return pipe(
    fill(spec, { policyTypes: spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress'] }),
    (s) => each(s, 'ingress', ports),
    (s) => each(s, 'egress', ports),
  );
});

const RBAC = 'rbac.authorization.k8s.io';

export function defaultBinding(object: Piece): Piece {
  return pipe(
    at(object, 'roleRef', (ref) => (ref.apiGroup ? ref : put(ref, 'apiGroup', RBAC))),
    (o) =>
      each(o, 'subjects', (subject) =>
        subject.kind === 'User' || subject.kind === 'Group' ? fill(subject, { apiGroup: RBAC }) : subject,
      ),
  );
}

export function defaultStorageClass(object: Piece): Piece {
  return fill(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' });
}

export const defaultCsiDriver = onSpec((spec) =>
  fill(spec, {
    attachRequired: true,
    podInfoOnMount: false,
    storageCapacity: false,
    fsGroupPolicy: 'ReadWriteOnceWithFSType',
    volumeLifecycleModes: ['Persistent'],
    requiresRepublish: false,
    seLinuxMount: false,
  }),
);

export function defaultPriorityClass(object: Piece): Piece {
  return fill(object, { preemptionPolicy: 'PreemptLowerPriority' });
}

const defaultRule = (rule: Piece): Piece => fill(rule, { scope: '*' });

function defaultWebhook(webhook: Piece): Piece {
  return pipe(
    fill(webhook, {
      failurePolicy: 'Fail',
      matchPolicy: 'Equivalent',
      namespaceSelector: {},
      objectSelector: {},
      timeoutSeconds: 10,
    }),
    (w) => at(w, 'clientConfig', (config) => at(config, 'service', (service) => fill(service, { port: 443 }))),
    (w) => each(w, 'rules', defaultRule),
  );
}

export function defaultValidatingWebhooks(object: Piece): Piece {
  return each(object, 'webhooks', defaultWebhook);
}

export function defaultMutatingWebhooks(object: Piece): Piece {
  return each(object, 'webhooks', (webhook) => fill(defaultWebhook(webhook), { reinvocationPolicy: 'Never' }));
}

function defaultMatchResources(match: Piece): Piece {
  return pipe(
    fill(match, { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} }),
    (m) => each(m, 'resourceRules', defaultRule),
    (m) => each(m, 'excludeResourceRules', defaultRule),
  );
}

export const defaultAdmissionPolicy = onSpec((spec) =>
  at(fill(spec, { failurePolicy: 'Fail' }), 'matchConstraints', defaultMatchResources),
);

export const defaultAdmissionPolicyBinding = onSpec((spec) => at(spec, 'matchResources', defaultMatchResources));

export const defaultFlowSchema = onSpec((spec) =>
  spec.matchingPrecedence ? spec : put(spec, 'matchingPrecedence', 1000),
);

export const defaultPriorityLevel = onSpec((spec) =>
  pipe(
    at(spec, 'exempt', (exempt) => fill(exempt, { nominalConcurrencyShares: 0, lendablePercent: 0 })),
    (s) =>
      at(s, 'limited', (limited) =>
        at(fill(limited, { nominalConcurrencyShares: 30, lendablePercent: 0 }), 'limitResponse', (response) =>
          at(response, 'queuing', (queuing) => ({
            queues: queuing.queues || 64,
            handSize: queuing.handSize || 8,
            queueLengthLimit: queuing.queueLengthLimit || 50,
          })),
        ),
      ),
  ),
);

export const defaultApiService = onSpec((spec) => at(spec, 'service', (service) => fill(service, { port: 443 })));

export const defaultCustomResourceDefinition = onSpec((spec) =>
  pipe(
    at(spec, 'names', (names) =>
      fill(names, {
        singular: names.kind ? String(names.kind).toLowerCase() : undefined,
        listKind: names.kind ? `${names.kind}List` : undefined,
      }),
    ),
    (s) => put(s, 'conversion', s.conversion ?? { strategy: 'None' }),
    (s) =>
      at(s, 'conversion', (conversion) =>
        at(conversion, 'webhook', (webhook) =>
          at(webhook, 'clientConfig', (config) => at(config, 'service', (service) => fill(service, { port: 443 }))),
        ),
      ),
  ),
);

const defaultExact = (request: Piece): Piece => {
  const filled = fill(request, { allocationMode: 'ExactCount' });
  const counted = filled.allocationMode === 'ExactCount' && !filled.count ? put(filled, 'count', 1) : filled;
  return each(counted, 'tolerations', (toleration) => fill(toleration, { operator: 'Equal' }));
};

function defaultClaimDevices(spec: Piece): Piece {
  return at(spec, 'devices', (devices) =>
    each(devices, 'requests', (request) => each(at(request, 'exactly', defaultExact), 'firstAvailable', defaultExact)),
  );
}

export const defaultResourceClaim = onSpec(defaultClaimDevices);

export const defaultResourceClaimTemplate = onSpec((spec) => at(spec, 'spec', defaultClaimDevices));

export const defaultIngressClass = onSpec((spec) =>
  at(spec, 'parameters', (parameters) => fill(parameters, { scope: 'Cluster' })),
);
