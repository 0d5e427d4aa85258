/** Bounds of what services keep. */
export interface ServiceLimits {
  /** Bytes of the file of the stores. */
  readonly storeBytes: number
  /** Bytes of the payload of an item. */
  readonly item: number
  /** Subscriptions of one identity, those included that wait for their worker; strangers without a prefix are one. */
  readonly subscriptionsOfIdentity: number
  /** Jobs of cron of one identity, those included that wait for their worker; strangers without a prefix are one. */
  readonly cronJobsOfIdentity: number
  /** Bytes of the body of a request under `/http/`, which its function reads as a stream. */
  readonly httpBody: number
  /** The longest wait for a further part of it before an answer has begun. */
  readonly httpBodySilenceMs: number
  /** Bytes of a value in state: two of them, before and after, go into one frame of a trigger. */
  readonly value: number
  /** Characters of a scope, key, queue, group. */
  readonly name: number
  /** Bytes and values of a list that state gives at once. */
  readonly listBytes: number
  readonly listValues: number
  /** Steps of one update. */
  readonly ops: number
}

export const SERVICE_LIMITS: ServiceLimits = {
  storeBytes: 4 * 1024 * 1024 * 1024,
  item: 256 * 1024,
  subscriptionsOfIdentity: 500,
  cronJobsOfIdentity: 500,
  httpBody: 64 * 1024 * 1024,
  httpBodySilenceMs: 30_000,
  value: 480 * 1024,
  name: 512,
  listBytes: 900 * 1024,
  listValues: 10_000,
  ops: 1000,
}
