import { LOG_LEVELS, sizeOf, type Batch, type LogRecord, type MetricPoint, type SpanRecord, type TelemetryLevel } from './records'

/** Bounds of what is kept in memory. What is oldest goes first; nothing of it is on the disk. */
export interface TelemetryLimits {
  readonly spans: number
  readonly spansOfTrace: number
  readonly logs: number
  readonly series: number
  /** Characters of spans, and as many of log lines. */
  readonly chars: number
}

export const TELEMETRY_LIMITS: TelemetryLimits = {
  spans: 20_000,
  spansOfTrace: 1000,
  logs: 10_000,
  series: 2000,
  chars: 8 * 1024 * 1024,
}

/** Where records go besides, as they come. */
export interface TelemetrySink {
  span(span: SpanRecord): void
  log(log: LogRecord): void
  /** Sends what is left. */
  close(): Promise<void>
}

/** The spans of one trace, as they came. */
export interface Trace {
  readonly id: string
  readonly spans: readonly SpanRecord[]
}

export interface LogFilter {
  readonly trace?: string | undefined
  readonly span?: string | undefined
  readonly service?: string | undefined
  /** And what is louder. */
  readonly level?: TelemetryLevel | undefined
  readonly search?: string | undefined
}

interface KeptTrace extends Trace {
  readonly spans: SpanRecord[]
  chars: number
}

/** The newest traces, log lines and values of metrics, in memory. */
export class TelemetryStore {
  readonly #limits: TelemetryLimits
  readonly #traces = new Map<string, KeptTrace>()
  readonly #series = new Map<string, MetricPoint>()
  #logs: LogRecord[] = []
  #spanCount = 0
  #spanChars = 0
  #logChars = 0
  #dropped = 0
  #sink: TelemetrySink | undefined

  constructor(limits: TelemetryLimits = TELEMETRY_LIMITS) {
    this.#limits = limits
  }

  /** From now on everything goes there too. */
  passTo(sink: TelemetrySink): void {
    this.#sink = sink
  }

  /** How much is kept, and how many records were never or are no longer kept. */
  get counts(): { readonly spans: number; readonly logs: number; readonly series: number; readonly dropped: number } {
    return { spans: this.#spanCount, logs: this.#logs.length, series: this.#series.size, dropped: this.#dropped }
  }

  add({ spans, logs, points, dropped }: Batch): void {
    this.drop(dropped)
    for (const span of spans) this.addSpan(span, sizeOf(span, span.name, span.error, JSON.stringify(span.events)))
    for (const log of logs) this.addLog(log)
    for (const point of points) this.#addPoint(point)
  }

  /** Records that were refused before they came here. */
  drop(count: number): void {
    this.#dropped += count
  }

  addSpan(span: SpanRecord, chars: number): void {
    this.#sink?.span(span)
    const { spans, spansOfTrace } = this.#limits
    const trace = this.#traces.get(span.trace) ?? { id: span.trace, spans: [], chars: 0 }
    if (trace.spans.length >= spansOfTrace) return this.drop(1)
    if (trace.spans.length === 0) this.#traces.set(span.trace, trace)
    trace.spans.push(span)
    trace.chars += chars
    this.#spanCount += 1
    this.#spanChars += chars
    for (const [id, oldest] of this.#traces) {
      if (this.#spanCount <= spans && this.#spanChars <= this.#limits.chars) break
      this.#traces.delete(id)
      this.#spanCount -= oldest.spans.length
      this.#spanChars -= oldest.chars
      this.drop(oldest.spans.length)
    }
  }

  addLog(log: LogRecord): void {
    this.#sink?.log(log)
    this.#logs.push(log)
    this.#logChars += charsOf(log)
    if (this.#logs.length <= this.#limits.logs && this.#logChars <= this.#limits.chars) return
    // A tenth at once: taking one from the front of a long list with each new one would cost more than keeping it.
    const gone = this.#logs.slice(0, Math.ceil(this.#logs.length / 10))
    this.#logs = this.#logs.slice(gone.length)
    this.#logChars -= gone.reduce((sum, one) => sum + charsOf(one), 0)
    this.drop(gone.length)
  }

  /** Newest first. */
  traces(): readonly Trace[] {
    return [...this.#traces.values()].toReversed()
  }

  trace(id: string): Trace | undefined {
    return this.#traces.get(id)
  }

  /** Newest last. */
  logs({ trace, span, service, level = 'trace', search }: LogFilter): readonly LogRecord[] {
    const least = LOG_LEVELS.indexOf(level)
    const wanted = search?.toLowerCase()
    return this.#logs.filter(
      (one) =>
        (trace === undefined || one.trace === trace) &&
        (span === undefined || one.span === span) &&
        (service === undefined || one.service === service) &&
        LOG_LEVELS.indexOf(one.level) >= least &&
        (wanted === undefined || one.message.toLowerCase().includes(wanted)),
    )
  }

  metrics(): readonly MetricPoint[] {
    return [...this.#series.values()]
  }

  async close(): Promise<void> {
    await this.#sink?.close()
  }

  #addPoint(point: MetricPoint): void {
    const key = JSON.stringify([point.by, point.service, point.name, point.attributes])
    // Written anew at the end, so that a series that nobody reports any more is the first to go.
    this.#series.delete(key)
    this.#series.set(key, point)
    const [oldest] = this.#series.keys()
    if (this.#series.size <= this.#limits.series || oldest === undefined) return
    this.#series.delete(oldest)
    this.drop(1)
  }
}

function charsOf(log: LogRecord): number {
  return sizeOf(log, log.message)
}
