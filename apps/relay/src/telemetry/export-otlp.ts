import { diag, DiagLogLevel, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags, type Attributes } from '@opentelemetry/api'
import { SeverityNumber, type Logger as OtelLogger } from '@opentelemetry/api-logs'
import { millisToHrTime } from '@opentelemetry/core'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace'
import type { JsonObject } from '@tabwright/protocol'
import type { Logger } from 'pino'
import type { LogRecord, SpanKind as OwnKind, SpanRecord, TelemetryLevel } from './records'
import type { TelemetrySink } from './telemetry-store'

/** How long the end of the process waits for a collector. */
const LAST_MS = 2000
const EXPORT_MS = 5000
/** Programs choose their names; so many are kept apart. */
const SERVICES = 256
const SCOPE = { name: 'tabwright' }

/** What is exported under one name. */
interface Service {
  readonly resource: Resource
  readonly logger: OtelLogger
}

/**
 * Sends spans and lines to a collector, in batches. Headers, compression and time-outs are the exporters' own to read from `OTEL_*`.
 * Loaded only where an address is set: the libraries are larger than the relay.
 */
export function exportTo(endpoint: string, log: Logger): TelemetrySink {
  diag.setLogger(loggerOf(log), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true })
  const base = endpoint.replace(/\/+$/, '')
  const spans = new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${base}/v1/traces` }), exportTimeoutMillis: EXPORT_MS })
  const logs = new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${base}/v1/logs` }), exportTimeoutMillis: EXPORT_MS })
  const services = new Map<string, Service>()

  function serviceOf(name: string): Service {
    const known = services.get(services.has(name) || services.size < SERVICES ? name : 'other')
    if (known !== undefined) return known
    const named = services.size < SERVICES ? name : 'other'
    const resource = resourceFromAttributes({ 'service.name': named })
    const made = { resource, logger: new LoggerProvider({ resource, processors: [logs] }).getLogger(SCOPE.name) }
    services.set(named, made)
    return made
  }

  return {
    span: (span) => spans.onEnd(readable(span, serviceOf(span.service).resource)),
    log: (line) => emit(line, serviceOf(line.service).logger),
    close: async () => {
      const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), LAST_MS).unref())
      const sent = Promise.all([spans.shutdown(), logs.shutdown()])
      // Whoever is late is not waited for, and its failure is told by the diagnostics as any other.
      sent.catch((thrown: unknown) => log.warn({ err: thrown }, 'telemetry was not sent'))
      if ((await Promise.race([sent, late])) === 'late') log.warn({ endpoint: base }, 'the last telemetry was not sent in time')
    },
  }
}

const KINDS: { readonly [kind in OwnKind]: SpanKind } = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
}

function readable(span: SpanRecord, resource: Resource): ReadableSpan {
  const traceFlags = span.isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE
  const context = { traceId: span.trace, spanId: span.span, traceFlags }
  return {
    name: span.name,
    kind: KINDS[span.kind],
    spanContext: () => context,
    ...(span.parent !== undefined && { parentSpanContext: { ...context, spanId: span.parent, isRemote: true } }),
    startTime: millisToHrTime(span.start),
    endTime: millisToHrTime(span.start + span.ms),
    duration: millisToHrTime(span.ms),
    status: span.error === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: span.error },
    attributes: { ...flat(span.attributes), 'tabwright.by': span.by },
    links: [],
    events: span.events.map(({ name, at, attributes }) => ({ name, time: millisToHrTime(at), attributes: flat(attributes) })),
    ended: true,
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }
}

const SEVERITY: { readonly [level in TelemetryLevel]: SeverityNumber } = {
  trace: SeverityNumber.TRACE,
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
  fatal: SeverityNumber.FATAL,
}

function emit(line: LogRecord, logger: OtelLogger): void {
  const { trace: traceId, span: spanId } = line
  const isPlaced = traceId !== undefined && spanId !== undefined
  logger.emit({
    timestamp: line.at,
    severityNumber: SEVERITY[line.level],
    severityText: line.level,
    body: line.message,
    attributes: { ...flat(line.attributes), 'tabwright.by': line.by },
    context: isPlaced ? trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: TraceFlags.SAMPLED }) : ROOT_CONTEXT,
  })
}

/** Attributes hold no objects there: what is one goes as its text. */
function flat(attributes: JsonObject): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([key, value]): [string, string | number | boolean][] => {
      if (value === null) return []
      return [[key, typeof value === 'object' ? JSON.stringify(value) : value]]
    }),
  )
}

function loggerOf(log: Logger): Parameters<typeof diag.setLogger>[0] {
  const at = (level: 'debug' | 'warn' | 'error') => (message: string) => log[level]({ note: message.slice(0, 500) }, 'telemetry')
  return { verbose: at('debug'), debug: at('debug'), info: at('debug'), warn: at('warn'), error: at('error') }
}
