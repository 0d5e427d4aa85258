/** One event of a stream of them. */
export interface StreamEvent {
  readonly type: string
  readonly data: string
  /** The last that the program named, of this event or one before. */
  readonly id: string
}

/** Reads `text/event-stream` as it comes, however it is cut. */
export class EventText {
  /** Of the newest event that named one. */
  id = ''
  /** Milliseconds that the program wants between two tries. */
  retry: number | undefined
  #left = ''
  #hasBegun = false
  #type = ''
  #data: string[] = []

  /** Events that are whole now. */
  feed(text: string): readonly StreamEvent[] {
    const all = this.#left + (this.#hasBegun ? text : text.replace(/^\uFEFF/, ''))
    this.#hasBegun ||= text !== ''
    const events: StreamEvent[] = []
    let at = 0
    for (const end of all.matchAll(/\r\n|\n|\r/g)) {
      // Its other half may come with the next piece.
      if (end[0] === '\r' && end.index === all.length - 1) break
      this.#line(all.slice(at, end.index), events)
      at = end.index + end[0].length
    }
    this.#left = all.slice(at)
    return events
  }

  #line(line: string, events: StreamEvent[]): void {
    if (line === '') return this.#dispatch(events)
    const colon = line.indexOf(':')
    if (colon === 0) return
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') this.#data.push(value)
    else if (field === 'event') this.#type = value
    else if (field === 'id' && !value.includes('\0')) this.id = value
    else if (field === 'retry' && /^\d{1,9}$/.test(value)) this.retry = Number(value)
  }

  #dispatch(events: StreamEvent[]): void {
    if (this.#data.length > 0) events.push({ type: this.#type || 'message', data: this.#data.join('\n'), id: this.id })
    this.#data = []
    this.#type = ''
  }
}
