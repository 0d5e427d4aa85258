import type { Json, JsonObject } from '@tabwright/protocol'
import { EngineError, type BuiltIn } from '../engine/built-in'
import { fieldsOf, type Fields } from '../engine/fields'
import { LOG_LEVELS, type LogRecord, type MetricPoint, type SpanRecord } from './records'
import type { TelemetryStore, Trace } from './telemetry-store'

/** Rows of one answer. */
const ROWS = 200
const MOST_ROWS = 1000

/** Reads what happened: from a slow trace to its spans, and to the lines that were logged meanwhile. Needs the right to call them. */
export function telemetryFunctions(store: TelemetryStore): readonly BuiltIn[] {
  return [tracesList(store), tracesTree(store), logsList(store), metricsList(store)]
}

const TEXT = { type: 'string' } as const
const LIMIT = { type: 'integer', minimum: 1, maximum: MOST_ROWS } as const

interface Reading {
  readonly id: string
  readonly description: string
  readonly properties: JsonObject
  readonly read: (fields: Fields) => Json
}

function reading({ id, description, properties, read }: Reading): BuiltIn {
  const request = { type: 'object', properties }
  // Internal, so that no agent is offered them as a tool; quiet, so that reading does not write.
  return { id, description, request, internal: true, quiet: true, run: async (data) => read(fieldsOf(id, data)) }
}

function tracesList(store: TelemetryStore): BuiltIn {
  return reading({
    id: 'engine::traces::list',
    description: 'Traces, newest first: those in which a span of that service or with that text was, that failed, or took that long.',
    properties: { service: TEXT, search: TEXT, errors: { type: 'boolean' }, min_ms: { type: 'number' }, limit: LIMIT },
    read: (fields) => {
      const [service, search] = [fields.maybeText('service'), fields.maybeText('search')?.toLowerCase()]
      const [least, onlyErrors] = [fields.maybeNumber('min_ms') ?? 0, fields.isTrue('errors')]
      const traces = store
        .traces()
        .filter(({ spans }) => service === undefined || spans.some((one) => one.service === service))
        .filter(({ spans }) => search === undefined || spans.some((one) => one.name.toLowerCase().includes(search)))
        .map(summary)
        .filter((row) => row.duration_ms >= least && (!onlyErrors || row.errors > 0))
      return { traces: traces.slice(0, limitOf(fields)).map((row) => ({ ...row })), total: traces.length }
    },
  })
}

function summary({ id, spans }: Trace) {
  const start = Math.min(...spans.map((one) => one.start))
  const end = Math.max(...spans.map((one) => one.start + one.ms))
  const ids = new Set(spans.map((one) => one.span))
  const root = spans.find((one) => one.parent === undefined || !ids.has(one.parent)) ?? spans[0]
  return {
    trace_id: id,
    name: root?.name ?? '',
    services: [...new Set(spans.map((one) => one.service))],
    start_ms: start,
    duration_ms: end - start,
    spans: spans.length,
    errors: spans.filter((one) => one.error !== undefined).length,
  }
}

function tracesTree(store: TelemetryStore): BuiltIn {
  return reading({
    id: 'engine::traces::tree',
    description: 'One trace: its spans, each behind the one that led to it and one level below, with the lines that were logged in it.',
    properties: { trace_id: TEXT, limit: LIMIT, offset: { type: 'integer', minimum: 0 } },
    read: (fields) => {
      const found = store.trace(fields.text('trace_id').toLowerCase())
      if (found === undefined) throw new EngineError('NOT_FOUND', 'There is no such trace here, or none any more.')
      const logs = store.logs({ trace: found.id })
      const ordered = inTreeOrder(found.spans)
      const offset = Math.max(0, Math.floor(fields.maybeNumber('offset') ?? 0))
      const known = new Set(found.spans.map((one) => one.span))
      return {
        trace_id: found.id,
        spans: ordered.slice(offset, offset + limitOf(fields)).map(({ span, level }) => ({
          ...spanRow(span),
          level,
          logs: logs.filter((one) => one.span === span.span).map(logRow),
        })),
        total: ordered.length,
        // Without a span, or with one that was not told to us.
        logs: logs.filter((one) => one.span === undefined || !known.has(one.span)).map(logRow),
      }
    },
  })
}

interface Placed {
  readonly span: SpanRecord
  readonly level: number
}

/** As a tree is read, siblings by when they began. Flat, because a chain may be longer than what reads JSON likes to nest. */
function inTreeOrder(spans: readonly SpanRecord[]): readonly Placed[] {
  const known = new Set(spans.map((one) => one.span))
  const below = new Map<string, SpanRecord[]>()
  const tops: SpanRecord[] = []
  for (const one of spans.toSorted((a, b) => a.start - b.start)) {
    const isBelow = one.parent !== undefined && known.has(one.parent)
    const siblings = isBelow ? (below.get(one.parent ?? '') ?? []) : tops
    siblings.push(one)
    if (isBelow) below.set(one.parent ?? '', siblings)
  }
  const placed: Placed[] = []
  const seen = new Set<SpanRecord>()
  const place = (from: readonly SpanRecord[]) => {
    const waiting: Placed[] = from.map((span) => ({ span, level: 0 })).toReversed()
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (seen.has(next.span)) continue
      seen.add(next.span)
      placed.push(next)
      const level = next.level + 1
      waiting.push(...(below.get(next.span.span) ?? []).map((span) => ({ span, level })).toReversed())
    }
  }
  place(tops)
  // Programs can name each other as parents; such a ring has no top, and is told all the same.
  for (const one of spans) if (!seen.has(one)) place([one])
  return placed
}

function spanRow(span: SpanRecord): JsonObject {
  return {
    span_id: span.span,
    parent_span_id: span.parent ?? null,
    name: span.name,
    kind: span.kind,
    service: span.service,
    by: span.by,
    start_ms: span.start,
    duration_ms: span.ms,
    error: span.error ?? null,
    attributes: span.attributes,
    events: span.events.map(({ name, at, attributes }) => ({ name, at_ms: at, attributes })),
  }
}

function logsList(store: TelemetryStore): BuiltIn {
  const id = 'engine::logs::list'
  return reading({
    id,
    description: 'Lines that workers logged, newest first: of a trace, a span, a service, from a level on, with a text.',
    properties: { trace_id: TEXT, span_id: TEXT, service: TEXT, level: { enum: [...LOG_LEVELS] }, search: TEXT, limit: LIMIT },
    read: (fields) => {
      const named = fields.maybeText('level')
      const level = LOG_LEVELS.find((one) => one === named)
      if (named !== undefined && level === undefined)
        throw new EngineError('deserialization_error', `${id} was not called: "level" is one of ${LOG_LEVELS.join(', ')}.`)
      const found = store.logs({
        trace: fields.maybeText('trace_id')?.toLowerCase(),
        span: fields.maybeText('span_id')?.toLowerCase(),
        service: fields.maybeText('service'),
        search: fields.maybeText('search'),
        level,
      })
      return { logs: found.toReversed().slice(0, limitOf(fields)).map(logRow), total: found.length }
    },
  })
}

function logRow(log: LogRecord): JsonObject {
  const { at, level, message, service, by, trace, span, attributes } = log
  return { at_ms: at, level, message, service, by, trace_id: trace ?? null, span_id: span ?? null, attributes }
}

function metricsList(store: TelemetryStore): BuiltIn {
  return reading({
    id: 'engine::metrics::list',
    description: 'The newest value of each metric that workers report.',
    properties: { service: TEXT, name: TEXT, limit: LIMIT },
    read: (fields) => {
      const [service, name] = [fields.maybeText('service'), fields.maybeText('name')]
      const found = store
        .metrics()
        .filter((one) => (service === undefined || one.service === service) && (name === undefined || one.name === name))
      return { metrics: found.slice(0, limitOf(fields)).map(metricRow), total: found.length }
    },
  })
}

function metricRow({ at, name, type, unit, value, count, service, by, attributes }: MetricPoint): JsonObject {
  return { name, type, unit, value, ...(count !== undefined && { count }), at_ms: at, service, by, attributes }
}

function limitOf(fields: Fields): number {
  return Math.min(Math.max(Math.floor(fields.maybeNumber('limit') ?? ROWS), 1), MOST_ROWS)
}
