import { WIRE_LIMITS } from '@tabwright/protocol/relay'
import { isStranger, type Identity } from './identity'

/** A limit that identities have in different sizes. */
export interface ByKind {
  /** Of a page that was paired, which is one person, and of a stranger. */
  readonly tab: number
  /** Of a token. */
  readonly worker: number
  /** Of a token that the operator says a whole backend works with; as `worker` where nothing is said. */
  readonly backend?: number
}

/** A limit that is another for this machine, where the person's own programs and a proxy in front of the relay are. */
export interface ByPlace {
  readonly own: number
  readonly other: number
}

/** Bounds of the sockets of workers and of what goes through them. */
export interface EngineLimits {
  /** Bytes of a frame of a worker, and of a message of a channel. */
  readonly frame: number
  /** Parts that one message may come in. */
  readonly fragments: number
  /** Frames a second that a socket may keep up, and twice as many at once. */
  readonly messages: ByKind
  /** How long a socket that sent more is not read from. */
  readonly pauseMs: number
  /** Frames that were none, then the socket is closed. */
  readonly badFrames: number
  /** Bytes that wait for a socket to take them: with more it gets no further calls, with twice as many it is closed. */
  readonly waiting: number
  /** Calls that were made and not answered yet, of one socket and of one identity. */
  readonly calls: ByKind
  readonly callsOfIdentity: ByKind
  /** Calls that one socket has to answer. */
  readonly serves: number
  readonly sockets: number
  readonly socketsOfIdentity: ByKind
  readonly socketsOfAddress: ByPlace
  /** Names of tokens that whole backends work with; `default` is the fixed one. */
  readonly backends: ReadonlySet<string>
  /** Functions and trigger types of one worker. */
  readonly registrations: number
  /** Bytes of what one function, type or binding says of itself: schemas, metadata, config. */
  readonly registration: number
  readonly bindingsOfIdentity: ByKind
  /** A call without a deadline of its own, and the longest one may ask for. */
  readonly deadlineMs: number
  readonly longestDeadlineMs: number
  /** How long calls in flight outlive a broken socket. */
  readonly graceMs: number
  /** Answers kept in case a socket breaks before they arrive: characters of one worker. */
  readonly keptAnswers: number
  /** Calls of one worker of which it stays known that they were answered when the answer is not kept: so many at least, twice as many at most. */
  readonly keptIds: number
  /** Characters of a call that is kept in case its owner's socket breaks before it arrives. */
  readonly keptCall: number
  /** Calls that wait for tabs that are closed or asleep, of all callers. */
  readonly away: number
  readonly pingMs: number
  readonly silenceMs: number
  readonly tickets: number
  readonly ticketMs: number
  readonly channels: number
  /** Of one identity; strangers without a prefix are one. */
  readonly channelsOfIdentity: ByKind
  /** Bytes of a channel that wait for its reader, then the writer's socket is not read from. */
  readonly channelBytes: number
  /** A channel whose ends were not opened is gone after this. */
  readonly channelIdleMs: number
  /** Bytes of the answer of a function behind an address. */
  readonly httpAnswer: number
  /** How soon a revoked token is noticed. */
  readonly tokenPollMs: number
  /** Bytes of telemetry a second that one identity may send, and twice as many at once; what is above is dropped. */
  readonly telemetryBytes: number
  /** Sockets for telemetry of one identity. */
  readonly telemetrySockets: number
}

export const ENGINE_LIMITS: EngineLimits = {
  frame: WIRE_LIMITS.frame,
  fragments: 1024,
  messages: { tab: 200, worker: 20_000 },
  pauseMs: 1_000,
  badFrames: 3,
  waiting: 4 * 1024 * 1024,
  calls: { tab: 64, worker: 64, backend: 1024 },
  callsOfIdentity: { tab: 256, worker: 256, backend: 8192 },
  serves: 4096,
  sockets: 4000,
  socketsOfIdentity: { tab: 16, worker: 16, backend: 1000 },
  // Strangers to this machine are counted as security says; of our own address, see rfc 0008.
  socketsOfAddress: { own: 1000, other: 64 },
  backends: new Set(),
  registrations: 500,
  registration: 128 * 1024,
  bindingsOfIdentity: { tab: 100, worker: 100, backend: 2000 },
  deadlineMs: 30_000,
  longestDeadlineMs: 120_000,
  graceMs: 10_000,
  keptAnswers: 128 * 1024,
  keptIds: 4096,
  keptCall: 64 * 1024,
  away: 256,
  pingMs: 20_000,
  silenceMs: 60_000,
  tickets: 256,
  ticketMs: 30_000,
  channels: 1024,
  channelsOfIdentity: { tab: 64, worker: 256, backend: 1024 },
  channelBytes: 256 * 1024,
  channelIdleMs: 5 * 60_000,
  httpAnswer: 1024 * 1024,
  tokenPollMs: 500,
  telemetryBytes: 2 * 1024 * 1024,
  telemetrySockets: 64,
}

type Sized = 'messages' | 'calls' | 'callsOfIdentity' | 'socketsOfIdentity' | 'bindingsOfIdentity' | 'channelsOfIdentity'

/** The size of a limit for an identity. */
export function limitFor<K extends Sized>(
  limits: Pick<EngineLimits, K | 'backends'>,
  name: K,
  { id, kind }: Pick<Identity, 'id' | 'kind'>,
): number {
  const { tab, worker, backend = worker }: ByKind = limits[name]
  if (kind === 'relay' || limits.backends.has(id)) return backend
  return kind === 'tab' || isStranger(id) ? tab : worker
}

/** @param address as limits count it */
export function socketsFrom({ socketsOfAddress }: Pick<EngineLimits, 'socketsOfAddress'>, address: string): number {
  return address === 'loopback' ? socketsOfAddress.own : socketsOfAddress.other
}
