import { isJsonObject, type Json, type JsonObject } from '@tabwright/protocol'
import {
  OTLP_PREFIXES,
  otlpLogs,
  otlpMetrics,
  otlpTraces,
  type OtlpAttributes,
  type OtlpLog,
  type OtlpMetric,
  type OtlpSpan,
} from '@tabwright/protocol/relay'
import { spanIdOf, traceIdOf } from '../engine/trace'
import { LOG_LEVELS, type Batch, type LogRecord, type MetricPoint, type Source, type SpanKind, type SpanRecord } from './records'

/** Of one message: records, with the lists that they are in, and what the records have in lists of their own. A batch of the SDK is 512. */
const RECORDS = 1000
const DETAILS = 16_000
/** Of one record: attributes, events, and characters of one text. */
const ATTRIBUTES = 64
const EVENTS = 32
const TEXT = 1024
const MESSAGE = 8192
const LEVELS_OF_VALUE = 4
/** The SDK notes what a function was given and what it answered. Bodies are nobody's business here, and are not kept. */
const PAYLOAD = /^iii\.payload\.json$/

/**
 * What one message of a program's telemetry says, for the identity whose socket brought it. What is beyond its bounds is left out and counted.
 * @returns a sentence where it is none
 */
export function readOtlp(message: Buffer, by: string): Batch | string {
  const kind = Object.entries(OTLP_PREFIXES).find(([prefix]) => prefix === message.toString('latin1', 0, 4))?.[1]
  if (kind === undefined) return 'A message of telemetry begins with OTLP, LOGS or MTRC.'
  let value: Json
  try {
    value = JSON.parse(message.toString('utf8', 4))
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return 'The telemetry is not JSON.'
    throw thrown
  }
  const bounds = { records: RECORDS, details: DETAILS, dropped: 0 }
  const cut = cutToSize(value, bounds, 0)
  const batch = kind === 'traces' ? tracesOf(cut, by) : kind === 'logs' ? logsOf(cut, by) : metricsOf(cut, by)
  return typeof batch === 'string' ? batch : { ...batch, dropped: bounds.dropped }
}

/** What holds records, or more of one, by what its parts count as. */
const CONTENTS: readonly (readonly [name: string, as: 'records' | 'details'])[] = [
  ...['resourceSpans', 'scopeSpans', 'spans', 'resourceLogs', 'scopeLogs', 'logRecords'].map((name) => [name, 'records'] as const),
  ...['resourceMetrics', 'scopeMetrics', 'metrics', 'gauge', 'sum', 'histogram', 'dataPoints'].map((name) => [name, 'records'] as const),
  ...['resource', 'attributes', 'events'].map((name) => [name, 'details'] as const),
]
/** From the message to the attributes of a point of a metric; what lies deeper is not OTLP and is looked at by nobody. */
const LEVELS = 6

interface Bounds {
  records: number
  details: number
  /** Records that were left out, or lists of them. */
  dropped: number
}

/** Before anything is checked: that takes a hundred times as long as reading the JSON did, and nothing else of the relay runs meanwhile. */
function cutToSize(value: Json, bounds: Bounds, level: number): Json {
  if (!isJsonObject(value) || level > LEVELS) return value
  const cut: Record<string, Json> = {}
  for (const [name, as] of CONTENTS) {
    const held = value[name]
    if (Array.isArray(held)) cut[name] = firstOf(held, as, bounds).map((one) => cutToSize(one, bounds, level + 1))
    else if (isJsonObject(held)) cut[name] = cutToSize(held, bounds, level + 1)
  }
  return { ...value, ...cut }
}

function firstOf(list: readonly Json[], as: 'records' | 'details', bounds: Bounds): readonly Json[] {
  const first = list.slice(0, bounds[as])
  bounds[as] -= first.length
  if (as === 'records') bounds.dropped += list.length - first.length
  return first
}

const NOTHING: Batch = { spans: [], logs: [], points: [], dropped: 0 }
const UNREADABLE = 'The telemetry is not OTLP as JSON.'

function tracesOf(value: Json, by: string): Batch | string {
  const read = otlpTraces.safeParse(value)
  if (!read.success) return UNREADABLE
  const spans = read.data.resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const source = sourceOf(resource?.attributes, by)
    return scopeSpans.flatMap((scope) => scope.spans.map((one) => spanOf(one, source)))
  })
  return { ...NOTHING, spans }
}

function logsOf(value: Json, by: string): Batch | string {
  const read = otlpLogs.safeParse(value)
  if (!read.success) return UNREADABLE
  const logs = read.data.resourceLogs.flatMap(({ resource, scopeLogs }) => {
    const source = sourceOf(resource?.attributes, by)
    return scopeLogs.flatMap((scope) => scope.logRecords.map((one) => logOf(one, source)))
  })
  return { ...NOTHING, logs }
}

function metricsOf(value: Json, by: string): Batch | string {
  const read = otlpMetrics.safeParse(value)
  if (!read.success) return UNREADABLE
  const points = read.data.resourceMetrics.flatMap(({ resource, scopeMetrics }) => {
    const source = sourceOf(resource?.attributes, by)
    return scopeMetrics.flatMap((scope) => scope.metrics.flatMap((one) => pointsOf(one, source)))
  })
  return { ...NOTHING, points }
}

function sourceOf(attributes: OtlpAttributes, by: string): Source {
  const name = attributesOf(attributes)['service.name']
  return { by, service: typeof name === 'string' && name !== '' ? name : 'unknown' }
}

const KINDS: readonly SpanKind[] = ['internal', 'internal', 'server', 'client', 'producer', 'consumer']
const FAILED = 2

function spanOf(span: OtlpSpan, source: Source): SpanRecord {
  const start = millis(span.startTimeUnixNano)
  return {
    ...source,
    trace: span.traceId.toLowerCase(),
    span: span.spanId.toLowerCase(),
    parent: spanIdOf(span.parentSpanId),
    name: span.name.slice(0, TEXT),
    kind: KINDS[span.kind ?? 0] ?? 'internal',
    start,
    ms: Math.max(0, millis(span.endTimeUnixNano) - start),
    error: span.status?.code === FAILED ? (span.status.message ?? 'failed').slice(0, TEXT) : undefined,
    // What is sent at all is sampled, where the flags do not say otherwise.
    isSampled: ((span.flags ?? 1) & 1) === 1,
    attributes: attributesOf(span.attributes),
    events: (span.events ?? []).slice(0, EVENTS).map(({ name, timeUnixNano, attributes }) => ({
      name: name.slice(0, TEXT),
      at: millis(timeUnixNano ?? 0),
      attributes: attributesOf(attributes),
    })),
  }
}

function logOf(log: OtlpLog, source: Source): LogRecord {
  const { body, severityNumber, traceId, spanId } = log
  const message = plain(body, 0)
  return {
    ...source,
    at: millis(log.timeUnixNano ?? log.observedTimeUnixNano ?? 0),
    // Four numbers a level, from 1 on; 0 is "not said".
    level: LOG_LEVELS[Math.floor(((severityNumber ?? 0) - 1) / 4)] ?? 'info',
    message: (typeof message === 'string' ? message : JSON.stringify(message)).slice(0, MESSAGE),
    trace: traceIdOf(traceId),
    span: spanIdOf(spanId),
    attributes: attributesOf(log.attributes),
  }
}

function pointsOf(metric: OtlpMetric, source: Source): readonly MetricPoint[] {
  const { name, unit } = metric
  return (['gauge', 'sum', 'histogram'] as const).flatMap((type) =>
    (metric[type]?.dataPoints ?? []).map((point) => ({
      ...source,
      name: name.slice(0, TEXT),
      type,
      unit: (unit ?? '').slice(0, 64),
      at: millis(point.timeUnixNano ?? 0),
      value: finite(type === 'histogram' ? (point.sum ?? 0) : (point.asDouble ?? point.asInt ?? 0)),
      count: type === 'histogram' ? finite(point.count ?? 0) : undefined,
      attributes: attributesOf(point.attributes),
    })),
  )
}

function finite(value: string | number): number {
  const number = Number(value)
  return Number.isFinite(number) ? number : 0
}

/** Nanoseconds have more digits than a number holds; what is lost is less than a microsecond. */
function millis(nanoseconds: string | number): number {
  return finite(nanoseconds) / 1e6
}

function attributesOf(list: OtlpAttributes): JsonObject {
  const entries = (list ?? []).filter(({ key }) => !PAYLOAD.test(key)).slice(0, ATTRIBUTES)
  return Object.fromEntries(entries.map(({ key, value }): [string, Json] => [key.slice(0, 128), plain(value, 0)]))
}

/** The value itself, without the name of its type around it. */
function plain(value: Json | undefined, level: number): Json {
  if (!isJsonObject(value) || level > LEVELS_OF_VALUE) return null
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue } = value
  if (typeof stringValue === 'string') return stringValue.slice(0, level === 0 ? MESSAGE : TEXT)
  if (typeof boolValue === 'boolean') return boolValue
  if (typeof intValue === 'string' || typeof intValue === 'number') return finite(intValue)
  if (typeof doubleValue === 'number') return finite(doubleValue)
  if (isJsonObject(arrayValue) && Array.isArray(arrayValue['values']))
    return arrayValue['values'].slice(0, ATTRIBUTES).map((one: Json) => plain(one, level + 1))
  if (!isJsonObject(kvlistValue) || !Array.isArray(kvlistValue['values'])) return null
  return Object.fromEntries(
    kvlistValue['values'].slice(0, ATTRIBUTES).flatMap((one: Json): [string, Json][] => {
      const key = isJsonObject(one) ? one['key'] : undefined
      return isJsonObject(one) && typeof key === 'string' ? [[key.slice(0, 128), plain(one['value'], level + 1)]] : []
    }),
  )
}
