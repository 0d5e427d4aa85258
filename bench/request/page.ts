import { callId, type CallContent, type WireRow } from '@tabwright/protocol'
import { headerRow, requestBody, userRows } from '../../packages/runtime/src/core/wire'

/** Milliseconds of one request, medians of one round. */
interface Sample {
  readonly ours: number
  /** JSON.stringify of the two new messages alone. */
  readonly limit: number
  /** JSON.stringify of the whole conversation. */
  readonly rebuild: number
}

declare global {
  interface Window {
    measureRequest: (rounds: number, steps: number) => readonly Sample[]
  }
}

/** Four facts for each message: 10,000 facts are about this many. */
const MESSAGES = 2500
const INFO = { id: 'claude-opus-5-5', label: 'Opus', maxOutput: 128_000, adaptiveThinking: true }
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

interface Message {
  readonly role: 'user' | 'assistant'
  readonly content: readonly object[]
}

const text = (n: number): string => `Step ${n}: ${'some words of an ordinary answer, '.repeat(20)}`
const idOf = (n: number): CallContent['id'] => callId(`toolu_${n}`)
const answerOf = (n: number): Message => ({
  role: 'assistant',
  content: [
    { type: 'text', text: text(n) },
    { type: 'tool_use', id: idOf(n), name: 'read_file', input: { path: `src/file-${n}.ts` } },
  ],
})
const resultOf = (n: number): Message => ({ role: 'user', content: [{ type: 'tool_result', tool_use_id: idOf(n), content: text(n) }] })

/** What the request holds that the one before it did not: an answer, and the result of its call. */
function grow(rows: WireRow[], n: number): void {
  const call: CallContent = { type: 'call', id: idOf(n), name: 'read_file', input: '{}' }
  rows.push({ role: 'assistant', text: JSON.stringify(answerOf(n)) })
  rows.push(...userRows([{ type: 'result', call: call.id, outcome: { type: 'done', text: text(n) } }], { calls: [call] }))
}

/** The body must be one flat string for whoever sends it: reading its last character makes it so. */
const flat = (body: string): number => body.charCodeAt(body.length - 1)

function timed(work: () => number): number {
  const start = performance.now()
  if (work() !== '}'.charCodeAt(0)) throw new Error('this is no request')
  return performance.now() - start
}

window.measureRequest = (rounds, steps) => {
  const samples: Sample[] = []
  for (let round = 0; round < rounds; round++) {
    const rows: WireRow[] = [headerRow('You are an agent. '.repeat(200), [])]
    const messages: Message[] = [{ role: 'user', content: [{ type: 'text', text: 'go' }] }]
    rows.push(...userRows([{ type: 'message', content: [{ type: 'text', text: 'go' }], wakes: true }], { calls: [] }))
    for (let n = 0; n < MESSAGES / 2; n++) {
      grow(rows, n)
      messages.push(answerOf(n), resultOf(n))
    }
    flat(requestBody(rows, INFO))
    const times: { readonly [who in keyof Sample]: number[] } = { ours: [], limit: [], rebuild: [] }
    for (let n = MESSAGES; n < MESSAGES + steps; n++) {
      messages.push(answerOf(n), resultOf(n))
      times.limit.push(timed(() => flat(`{${JSON.stringify(messages.at(-2))},${JSON.stringify(messages.at(-1))}}`)))
      times.ours.push(
        timed(() => {
          grow(rows, n)
          return flat(requestBody(rows, INFO, { previousTail: rows.length - 3 }))
        }),
      )
      times.rebuild.push(timed(() => flat(JSON.stringify({ model: INFO.id, messages }))))
    }
    samples.push({ ours: median(times.ours), limit: median(times.limit), rebuild: median(times.rebuild) })
  }
  return samples
}
