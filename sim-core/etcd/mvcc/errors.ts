import type { EtcdError } from '../../contracts/index.ts';

const error = (text: string, code: string): EtcdError => Object.freeze({ error: `etcdserver: ${text}`, code });

/** Errors that clients see: gRPC status message and code (etcd 3.6 api/v3rpc/rpctypes/error.go). */
export const ERR = {
  emptyKey: error('key is not provided', 'InvalidArgument'),
  keyNotFound: error('key not found', 'InvalidArgument'),
  valueProvided: error('value is provided', 'InvalidArgument'),
  leaseProvided: error('lease is provided', 'InvalidArgument'),
  tooManyOps: error('too many operations in txn request', 'InvalidArgument'),
  duplicateKey: error('duplicate key given in txn request', 'InvalidArgument'),
  compacted: error('mvcc: required revision has been compacted', 'OutOfRange'),
  futureRevision: error('mvcc: required revision is a future revision', 'OutOfRange'),
  noSpace: error('mvcc: database space exceeded', 'ResourceExhausted'),
  leaseNotFound: error('requested lease not found', 'NotFound'),
  leaseExists: error('lease already exists', 'FailedPrecondition'),
  leaseTtlTooLarge: error('too large lease TTL', 'OutOfRange'),
  requestTooLarge: error('request is too large', 'InvalidArgument'),
  tooManyRequests: error('too many requests', 'ResourceExhausted'),
  noLeader: error('no leader', 'Unavailable'),
  notLeader: error('not leader', 'FailedPrecondition'),
  leaderChanged: error('leader changed', 'Unavailable'),
  timeout: error('request timed out', 'Unavailable'),
  timeoutLeaderFail: error('request timed out, possibly due to previous leader failure', 'Unavailable'),
  timeoutConnectionLost: error('request timed out, possibly due to connection lost', 'Unavailable'),
  stopped: error('server stopped', 'Unavailable'),
  /** Of the client's connection, not of a server. */
  refused: Object.freeze({
    error: 'connection error: desc = "transport: Error while dialing: connect: connection refused"',
    code: 'Unavailable',
  }) as EtcdError,
} as const;

export function isError(answer: object): answer is EtcdError {
  return 'error' in answer;
}
