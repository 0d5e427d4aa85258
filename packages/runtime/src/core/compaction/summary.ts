import { fail, failureOf, isJsonObject, type Answer, type Bill, type CompactionWay, type Failure, type Model } from '@tabwright/protocol'

export interface SummaryRequest {
  readonly way: CompactionWay
  /** The exact bytes. */
  readonly body: string
  readonly betas: readonly string[]
}

/** What came of asking for a summary. It was billed either way. */
export type Summarised =
  /** `wire`: the message that holds the API's own block, byte for byte; for a summary in words it is not used. */
  | { readonly type: 'done'; readonly summary: string; readonly wire: string; readonly bills: readonly Bill[] }
  | { readonly type: 'failed'; readonly failure: Failure; readonly bills: readonly Bill[] }

/** One request for a summary. Never throws: whatever goes wrong leaves the conversation as it is. */
export async function askSummary(model: Model, asked: SummaryRequest, signal: AbortSignal): Promise<Summarised> {
  let begun: Bill | undefined
  let streamed = 0
  try {
    for await (const event of model.stream(asked.body, signal, asked.betas)) {
      if (event.type === 'started' && event.model !== undefined && event.usage)
        begun = { model: event.model, usage: event.usage, estimated: true }
      if (event.type === 'delta') streamed += event.text.length
      if (event.type === 'complete') return judge(asked.way, event.answer, event.wire)
    }
    return fail('cut', 'The summary was cut off before it was whole; the conversation is as it was.')
  } catch (error) {
    const failure: Failure = signal.aborted
      ? { code: 'aborted', message: 'The summary was stopped; the conversation is as it was.' }
      : failureOf(error)
    return { type: 'failed', failure, bills: begun ? [withOutput(begun, streamed)] : [] }
  }
}

/** What streamed before the end was paid for, too. About four characters a token. */
function withOutput(bill: Bill, characters: number): Bill {
  return { ...bill, usage: { ...bill.usage, output: Math.max(bill.usage.output, Math.ceil(characters / 4)) } }
}

function judge(way: CompactionWay, answer: Answer, wire: string): Summarised {
  const bills = answer.bills ?? [{ model: answer.model, usage: answer.usage }]
  const summary = way === 'block' ? blockSummary(answer) : wordSummary(answer)
  if (summary !== undefined) return { type: 'done', summary, wire, bills }
  return { type: 'failed', failure: noSummary(answer.stopReason), bills }
}

/** First the stop reason: a block beside any other one is none. */
function blockSummary({ stopReason, content }: Answer): string | undefined {
  const [block] = content
  if (stopReason !== 'compaction' || content.length !== 1 || block?.type !== 'unknown' || !isJsonObject(block.raw)) return undefined
  const { type, content: summary } = block.raw
  return type === 'compaction' && typeof summary === 'string' && summary.trim() !== '' ? summary : undefined
}

function wordSummary({ stopReason, content }: Answer): string | undefined {
  if (stopReason !== 'end_turn' || content.some((block) => block.type === 'call')) return undefined
  const text = content
    .flatMap((block) => (block.type === 'text' ? [block.text] : []))
    .join('\n')
    .trim()
  return text === '' ? undefined : text
}

function noSummary(stopReason: string): Failure {
  const why =
    stopReason === 'refusal'
      ? 'The model declined to summarise'
      : stopReason === 'compaction'
        ? 'The model’s summary was empty'
        : `The model gave no summary, it stopped for ${stopReason}`
  return { code: 'bad_response', message: `${why}; the conversation is as it was.` }
}
