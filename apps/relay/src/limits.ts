import { ENGINE_LIMITS, type ByPlace, type EngineLimits } from './engine/engine-limits'
import { SERVICE_LIMITS, type ServiceLimits } from './services/bounds'

/** Defaults of every limit at the front door. Configurable as a whole; tests that change one print what they used. */
export interface Limits {
  /** Connections of one address, whatever they ask, and whether they ask at all. From this machine they come from everybody behind a proxy. */
  readonly connectionsOfAddress: ByPlace
  /** Bytes of a JSON body that is fields: keys, names, addresses. Whoever has no bearer yet sends one too. */
  readonly body: number
  /** The longest wait for a further part of a body that has not ended, and for a whole request. */
  readonly bodySilenceMs: number
  readonly requestMs: number
  /** Bytes of a request to the model: the provider's own limit. */
  readonly modelBody: number
  /** Bytes of one part or head of a mirror, and of all mirrors together. */
  readonly mirrorPart: number
  readonly mirrorBytes: number
  readonly mirrorSessions: number
  /** Bytes of one shared session and of all, how many there may be, and requests for them in a minute from one address. */
  readonly sharePart: number
  readonly shareBytes: number
  readonly shares: number
  readonly shareReads: number
  readonly shareWrites: number
  /** Bytes of shared sessions that wait for their readers, for all and for one address, and how long a reader may take nothing. */
  readonly shareWaiting: number
  readonly shareWaitingEach: number
  readonly shareSilenceMs: number
  /** Sessions that are followed live: bytes of a frame, of the frames of one and of all, how many there may be, what owners send in a minute. */
  readonly liveFrame: number
  readonly liveEach: number
  readonly liveBytes: number
  readonly lives: number
  readonly liveWrites: number
  /** Who follows: of one session, from one address, in all; and bytes under way to one of them before the next frame is sent. */
  readonly liveViewers: number
  readonly liveViewersEach: number
  readonly liveViewersAll: number
  readonly liveAhead: number
  /** An owner who was not heard for so long is away. */
  readonly liveAwayMs: number
  /** So often it is looked who is still there. */
  readonly liveLookMs: number
  /** Bytes of all request headers together. */
  readonly headers: number
  /** Model requests at the same time; each may hold `modelBody` bytes. */
  readonly modelRequests: number
  /** Wrong credentials from one address within the window; then 429, twice as long each time. */
  readonly failedLogins: number
  readonly failedLoginWindowMs: number
  /** Bearers alive at the same time; the oldest goes first. */
  readonly sessions: number
  readonly sessionMs: number
  /** Wait for a connection to the model server, and for its first and every further byte. */
  readonly connectMs: number
  readonly silenceMs: number
  /** Bytes that a guarded fetch may send and receive (a pack of git is the largest), and how many may run at once. */
  readonly fetchBody: number
  readonly fetchAnswer: number
  readonly fetches: number
  /** Wait for the first and every further byte of a guarded fetch. */
  readonly fetchSilenceMs: number
  /** Open answers may finish for this long after a stop was asked for. */
  readonly drainMs: number
  /** Workers. */
  readonly engine: EngineLimits
  readonly services: ServiceLimits
}

export const LIMITS: Limits = {
  connectionsOfAddress: { own: 5000, other: 512 },
  body: 64 * 1024,
  bodySilenceMs: 30_000,
  requestMs: 5 * 60_000,
  modelBody: 32 * 1024 * 1024,
  mirrorPart: 4 * 1024 * 1024,
  mirrorBytes: 4 * 1024 * 1024 * 1024,
  mirrorSessions: 5_000,
  // An archive of 25 MiB and what is put around it.
  sharePart: 26 * 1024 * 1024,
  shareBytes: 1024 * 1024 * 1024,
  shares: 1_000,
  shareReads: 120,
  shareWrites: 30,
  shareWaiting: 256 * 1024 * 1024,
  shareWaitingEach: 80 * 1024 * 1024,
  shareSilenceMs: 30_000,
  liveFrame: 4 * 1024 * 1024,
  liveEach: 32 * 1024 * 1024,
  liveBytes: 512 * 1024 * 1024,
  lives: 100,
  liveWrites: 900,
  liveViewers: 100,
  liveViewersEach: 64,
  liveViewersAll: 1_000,
  liveAhead: 1024 * 1024,
  liveAwayMs: 10_000,
  liveLookMs: 1_000,
  headers: 16 * 1024,
  modelRequests: 64,
  failedLogins: 10,
  failedLoginWindowMs: 10 * 60_000,
  sessions: 256,
  sessionMs: 24 * 60 * 60_000,
  connectMs: 15_000,
  // Longer than the tab's own watchdog (300 s), which gives the better message; an answer without streaming may take 10 minutes.
  silenceMs: 15 * 60_000,
  fetchBody: 64 * 1024 * 1024,
  fetchAnswer: 256 * 1024 * 1024,
  fetches: 16,
  fetchSilenceMs: 60_000,
  drainMs: 5_000,
  engine: ENGINE_LIMITS,
  services: SERVICE_LIMITS,
}
