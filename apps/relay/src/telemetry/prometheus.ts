import type { Tally } from './tally'

/** What the relay says of itself, read at one moment. */
export interface RelayGauges {
  readonly workers: number
  readonly functions: number
  readonly inFlight: number
  readonly channels: number
  readonly telemetry: { readonly spans: number; readonly logs: number; readonly series: number; readonly dropped: number }
}

/** In the text format of Prometheus. */
export function prometheusText(tally: Tally, gauges: RelayGauges): string {
  const { sum, buckets } = tally.durations
  const total = buckets.at(-1)?.count ?? 0
  const { telemetry } = gauges
  const blocks = [
    block(
      'tabwright_calls_total',
      ['counter', 'Calls that ended, by how.'],
      [...tally.counts].map(([code, count]) => [`{code="${label(code)}"}`, count] as const),
    ),
    block(
      'tabwright_call_seconds',
      ['histogram', 'How long calls took.'],
      [
        ...buckets.map(({ seconds, count }) => [`_bucket{le="${Number.isFinite(seconds) ? seconds : '+Inf'}"}`, count] as const),
        ['_sum', sum],
        ['_count', total],
      ],
    ),
    gauge('tabwright_calls_in_flight', 'Calls that wait for an answer.', gauges.inFlight),
    gauge('tabwright_workers', 'Connected workers.', gauges.workers),
    gauge('tabwright_functions', 'Functions that can be called, without those of the relay.', gauges.functions),
    gauge('tabwright_channels', 'Open channels.', gauges.channels),
    gauge('tabwright_spans_kept', 'Spans in memory.', telemetry.spans),
    gauge('tabwright_logs_kept', 'Lines of workers in memory.', telemetry.logs),
    gauge('tabwright_series_kept', 'Series of metrics of workers in memory.', telemetry.series),
    block('tabwright_telemetry_dropped_total', ['counter', 'Records that are not kept, or no longer.'], [['', telemetry.dropped]]),
    gauge('process_resident_memory_bytes', 'Resident memory.', process.memoryUsage.rss()),
    block('process_cpu_seconds_total', ['counter', 'Processor time used.'], [['', cpuSeconds()]]),
  ]
  return `${blocks.join('\n')}\n`
}

function gauge(name: string, help: string, value: number): string {
  return block(name, ['gauge', help], [['', value]])
}

type Sample = readonly [labels: string, value: number]

function block(name: string, [type, help]: readonly [type: string, help: string], samples: readonly Sample[]): string {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples.map(([more, value]) => `${name}${more} ${value}`)].join('\n')
}

/** Codes of functions are their own words. */
function label(text: string): string {
  return text.slice(0, 64).replaceAll(/[^\w.:-]/g, '_')
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
