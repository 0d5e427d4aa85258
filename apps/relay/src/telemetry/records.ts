import type { Json, JsonObject } from '@tabwright/protocol'

/** Who says so: the identity of the token, and the name that the program gives itself. */
export interface Source {
  readonly by: string
  readonly service: string
}

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer'

/** Something that happened within a span. */
export interface SpanEvent {
  readonly name: string
  readonly at: number
  readonly attributes: JsonObject
}

/** One piece of work of a trace. Moments are milliseconds since 1970, with fractions. */
export interface SpanRecord extends Source {
  readonly trace: string
  readonly span: string
  /** Undefined: the trace begins here, or with somebody who tells us nothing. */
  readonly parent: string | undefined
  readonly name: string
  readonly kind: SpanKind
  readonly start: number
  readonly ms: number
  /** Why it failed: a code of ours, or what the program said. */
  readonly error: string | undefined
  /** Whether whoever began the trace wants it to be sent on. */
  readonly isSampled: boolean
  readonly attributes: JsonObject
  readonly events: readonly SpanEvent[]
}

/** From quiet to loud. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const
export type TelemetryLevel = (typeof LOG_LEVELS)[number]

export interface LogRecord extends Source {
  readonly at: number
  readonly level: TelemetryLevel
  readonly message: string
  readonly trace: string | undefined
  readonly span: string | undefined
  readonly attributes: JsonObject
}

/** The newest value of one series. Of a histogram: how many, and their sum. */
export interface MetricPoint extends Source {
  readonly name: string
  readonly type: 'gauge' | 'sum' | 'histogram'
  readonly unit: string
  readonly at: number
  readonly value: number
  readonly count: number | undefined
  readonly attributes: JsonObject
}

/** What one message of a program's telemetry brought. */
export interface Batch {
  readonly spans: readonly SpanRecord[]
  readonly logs: readonly LogRecord[]
  readonly points: readonly MetricPoint[]
  /** How many were left out because the message had too many. */
  readonly dropped: number
}

/** About how much is kept in memory for it, in characters. */
export function sizeOf(record: { readonly attributes: Json }, ...texts: readonly (string | undefined)[]): number {
  return texts.reduce((sum, text) => sum + (text?.length ?? 0), 200 + JSON.stringify(record.attributes).length)
}
