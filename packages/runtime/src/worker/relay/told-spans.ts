import type { Span } from '../../core/spans'

/** What spans need of the connection. */
export interface Telling {
  tell(telemetry: () => Uint8Array<ArrayBuffer>): boolean
}

/** So many wait for a connection; of more the oldest are forgotten, as the relay itself forgets. */
const MOST_KEPT = 500
/** Of one message: far below what the relay takes as one. */
const AT_ONCE = 100

const KINDS = { internal: 1, server: 2, client: 3 } as const
const FAILED = 2

/** What sessions did, on its way to the relay's telemetry. It waits for a connection, and nobody waits for it. */
export class ToldSpans {
  #kept: Span[] = []
  #to: { readonly connection: Telling; readonly service: string } | undefined

  /** @param service the name of this tab */
  join(connection: Telling, service: string): void {
    this.#to = { connection, service }
  }

  /** What a person does not join to a relay is told to none. */
  leave(): void {
    this.#to = undefined
    this.#kept = []
  }

  add(spans: readonly Span[]): void {
    if (this.#to === undefined) return
    this.#kept = [...this.#kept, ...spans].slice(-MOST_KEPT)
    this.flush()
  }

  /** The connection stands. */
  flush(): void {
    while (this.#to !== undefined && this.#kept.length > 0) {
      const { connection, service } = this.#to
      if (!connection.tell(() => otlpOf(this.#kept.slice(0, AT_ONCE), service))) return
      this.#kept = this.#kept.slice(AT_ONCE)
    }
  }
}

/** A message of telemetry: four letters, then OTLP as JSON. */
function otlpOf(spans: readonly Span[], service: string): Uint8Array<ArrayBuffer> {
  const resource = { attributes: [attribute('service.name', service)] }
  const scopeSpans = [{ spans: spans.map(otlpSpan) }]
  return new TextEncoder().encode(`OTLP${JSON.stringify({ resourceSpans: [{ resource, scopeSpans }] })}`)
}

function otlpSpan({ trace, span, parent, flags, name, kind, start, end, error, attributes }: Span): object {
  return {
    traceId: trace,
    spanId: span,
    ...(parent !== undefined && { parentSpanId: parent }),
    flags: Number.parseInt(flags, 16),
    name,
    kind: KINDS[kind],
    startTimeUnixNano: nanos(start),
    endTimeUnixNano: nanos(end),
    attributes: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
    ...(error !== undefined && { status: { code: FAILED, message: error } }),
  }
}

/** A clock that was turned back between two facts makes no time that is none. */
const nanos = (ms: number): string => `${Math.max(0, Math.round(ms))}000000`

function attribute(key: string, value: string | number): object {
  return { key, value: typeof value === 'string' ? { stringValue: value } : { doubleValue: value } }
}
