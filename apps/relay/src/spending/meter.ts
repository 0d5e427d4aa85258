import { Transform } from 'node:stream'
import { costOf, isJsonObject, NO_BILLING, parseJson, withUsage, type Billing, type JsonObject } from '@tabwright/protocol'
import type { Spent } from './ledger'

export interface MeterOptions {
  /** Media type of the answer. */
  readonly type: string
  readonly now: () => number
  /** Told what an answer costs as soon as that is known, in parts; the sum is what it cost. */
  readonly add: (spent: Spent) => void
  /** Of an answer in one piece that was cut, which says nothing. */
  readonly estimate: () => Spent
}

/** An answer in one piece is looked at whole; a larger one than any model gives is not. */
const MOST_BODY = 32 * 1024 * 1024
/** An event that says usage is short. */
const MOST_LINE = 1024 * 1024
/** What stands around the text in the line of a delta: an estimate, for answers that were cut. */
const AROUND_DELTA = 90
/** Characters of text. */
export const PER_TOKEN = 4

/**
 * Passes an answer of the Messages API on, each chunk as it came and at once, and counts what the provider says that it used. An answer
 * that is cut never says how much it was in the end: then it is estimated.
 */
export function createMeter(options: MeterOptions): Transform {
  let isEnding = false
  const count = options.type.includes('event-stream') ? countEvents(options, () => isEnding) : countBody(options)
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, chunk)
      count.chunk(chunk)
    },
    flush(done) {
      isEnding = true
      // Where all of an answer came at once its bytes are only on their way now: the disk holds up its end, not them.
      setImmediate(() => {
        count.end(false)
        done()
      })
    },
    destroy(error, done) {
      count.end(error !== null)
      done(error)
    },
  })
}

interface Count {
  chunk(chunk: Buffer): void
  /** Whichever way it ended; what comes after the first time changes nothing. */
  end(isCut: boolean): void
}

/** Tells of each part once: what was told before is taken off. */
function teller({ now, add }: MeterOptions): (model: string, billing: Billing) => void {
  let told: Spent = { dollars: 0, tokens: 0 }
  return (model, billing) => {
    const spent = spentOf(model, billing, now())
    add({ dollars: Math.max(0, spent.dollars - told.dollars), tokens: Math.max(0, spent.tokens - told.tokens) })
    told = spent
  }
}

/** @param asked the model that a bill without a name is of */
export function spentOf(asked: string, { usage, bills, servedBy }: Billing, at: number): Spent {
  let [dollars, tokens] = [0, 0]
  for (const bill of bills ?? [{ model: servedBy ?? asked, usage }]) {
    const cost = costOf({ ...bill, model: bill.model === '' ? asked : bill.model }, at)
    const { input, output, cacheRead, cacheWrite } = bill.usage
    if (cost === undefined) tokens += input + output + cacheRead + cacheWrite
    else dollars += cost
  }
  return { dollars, tokens }
}

/** @param isEnding whether all of it is known in a moment, so that its beginning need not be told */
function countEvents(options: MeterOptions, isEnding: () => boolean): Count {
  const tell = teller(options)
  const decoder = new TextDecoder()
  let [line, model, billing, estimate] = ['', '', NO_BILLING, 0]
  let isTold = true
  let isOver = false

  function event(data: string): void {
    if (data.includes('"content_block_delta"')) {
      estimate += Math.max(0, data.length - AROUND_DELTA) / PER_TOKEN
      isTold = false
      return
    }
    if (!data.includes('"usage"')) return
    const value = parseJson(data)
    if (!isJsonObject(value)) return
    if (value['type'] === 'message_start' && isJsonObject(value['message'])) {
      model = modelOf(value['message'])
      billing = withUsage(billing, value['message']['usage'])
      const begun = billing
      // Waiting for the disk must not keep the first byte from the page.
      setImmediate(() => isOver || isEnding() || tell(model, begun))
    } else if (value['type'] === 'message_delta') {
      billing = withUsage(billing, value['usage'])
      isTold = true
    }
  }

  return {
    chunk: (chunk) => {
      const [rest = '', ...begun] = decoder.decode(chunk, { stream: true }).split('\n')
      // What came before is not looked through again with each part of a line that does not end.
      if (line.length < MOST_LINE) line += rest
      for (const one of begun) {
        if (line.startsWith('data:')) event(line.slice(5))
        line = one
      }
    },
    end: () => {
      if (isOver) return
      isOver = true
      // What came after the last word on it was billed too.
      const output = isTold ? billing.usage.output : Math.max(billing.usage.output, Math.ceil(estimate))
      if (model !== '') tell(model, { ...billing, usage: { ...billing.usage, output } })
    },
  }
}

function countBody(options: MeterOptions): Count {
  let parts: Buffer[] = []
  let size = 0
  let isOver = false
  return {
    chunk: (chunk) => {
      size += chunk.length
      if (size <= MOST_BODY) parts.push(chunk)
      else parts = []
    },
    end: (isCut) => {
      if (isOver) return
      isOver = true
      const value = parseJson(Buffer.concat(parts).toString())
      parts = []
      if (isJsonObject(value) && value['type'] === 'message') teller(options)(modelOf(value), withUsage(NO_BILLING, value['usage']))
      else if (isCut) options.add(options.estimate())
    },
  }
}

/** Of a request or an answer. A server that does not say who answered is one whose price nobody knows. */
export function modelOf(message: JsonObject): string {
  const { model } = message
  return typeof model === 'string' && model !== '' ? model : 'unknown'
}
