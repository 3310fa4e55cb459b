// @ts-nocheck
import { build, runTo } from './measure.ts';
import { p4Scenario } from './p4.ts';
const { cluster } = build(p4Scenario(100, 500)); runTo(cluster, 16);
const pods = cluster.truth.list(cluster.world, 'pods').map((v) => v.object);
console.log(new Set(pods.map((p) => p.spec.containers)).size, new Set(pods.map((p) => p.spec.containers[0])).size, new Set(pods.map((p) => p.spec.containers[0].resources)).size, pods.length, new Set(pods.map(p=>p.status.conditions)).size);
console.log(JSON.stringify(pods[3], null, 1));
