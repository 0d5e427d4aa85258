import * as z from 'zod/mini'
import { json } from './names'

/** The three kinds of telemetry that a program sends, by the four bytes in front of each message. */
export const OTLP_PREFIXES = { OTLP: 'traces', MTRC: 'metrics', LOGS: 'logs' } as const

// OTLP as JSON, of which we read what follows; fields beside it are passed over. Lists are cut to size where they are read, because a
// program that tells too much is no broken one.
const text = z.optional(z.nullable(z.string()))
const attributes = z.optional(z.nullable(z.array(z.object({ key: z.string(), value: z.optional(json) }))))
const number = z.union([z.string(), z.number()])
const moment = z.optional(z.nullable(number))
const TRACE = /^[0-9a-f]{32}$/i
const SPAN = /^[0-9a-f]{16}$/i

const resource = z.optional(z.nullable(z.object({ attributes })))

const span = z.object({
  traceId: z.string().check(z.regex(TRACE)),
  spanId: z.string().check(z.regex(SPAN)),
  parentSpanId: text,
  flags: z.optional(z.nullable(z.number())),
  name: z.string(),
  kind: z.optional(z.nullable(z.number())),
  startTimeUnixNano: number,
  endTimeUnixNano: number,
  attributes,
  events: z.optional(z.nullable(z.array(z.object({ name: z.string(), timeUnixNano: moment, attributes })))),
  status: z.optional(z.nullable(z.object({ code: z.optional(z.nullable(z.number())), message: text }))),
})
export type OtlpSpan = z.infer<typeof span>

const logRecord = z.object({
  timeUnixNano: moment,
  observedTimeUnixNano: moment,
  severityNumber: z.optional(z.nullable(z.number())),
  body: z.optional(json),
  attributes,
  traceId: text,
  spanId: text,
})
export type OtlpLog = z.infer<typeof logRecord>

const points = z.optional(
  z.nullable(
    z.object({
      dataPoints: z.array(
        z.object({
          attributes,
          timeUnixNano: moment,
          asDouble: z.optional(z.nullable(z.number())),
          asInt: moment,
          count: moment,
          sum: z.optional(z.nullable(z.number())),
        }),
      ),
    }),
  ),
)
const metric = z.object({ name: z.string(), unit: text, gauge: points, sum: points, histogram: points })
export type OtlpMetric = z.infer<typeof metric>

/** What each kind of message holds. */
export const otlpTraces = z.object({
  resourceSpans: z.array(z.object({ resource, scopeSpans: z.array(z.object({ spans: z.array(span) })) })),
})
export const otlpLogs = z.object({
  resourceLogs: z.array(z.object({ resource, scopeLogs: z.array(z.object({ logRecords: z.array(logRecord) })) })),
})
export const otlpMetrics = z.object({
  resourceMetrics: z.array(z.object({ resource, scopeMetrics: z.array(z.object({ metrics: z.array(metric) })) })),
})
export type OtlpAttributes = z.infer<typeof attributes>
