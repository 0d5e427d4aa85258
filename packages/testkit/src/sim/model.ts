import { callId, FailureError, type Content, type FailureCode, type Model, type ModelEvent, type SessionEvent } from '@tabwright/protocol'
import type { Life } from './schedule'
import type { Answering, Trouble } from './scenario'
import { CANARY, type Sent, type World } from './world'

export const MODEL_ID = 'sim-model'

interface Block {
  readonly type: string
  readonly text?: string
}

interface Message {
  readonly role: string
  readonly content: readonly Block[] | string
}

/** The model as one life of a tab reaches it: asking and every event of the stream are points. */
export function simulatedModel(world: World, life: Life): Model {
  return { id: MODEL_ID, label: 'Simulated', stream: (body, signal) => stream(world, { life, body, signal }) }
}

interface Stream {
  readonly life: Life
  readonly body: string
  readonly signal: AbortSignal
}

async function* stream(world: World, { life, body, signal }: Stream): AsyncGenerator<ModelEvent, void, undefined> {
  const { schedule } = world
  const dead = new AbortController()
  const cut = (): void => dead.abort()
  const next = async (name: string): Promise<void> => {
    try {
      await schedule.pause(life, `model.${name}`, AbortSignal.any([signal, dead.signal]))
    } catch (error) {
      throw told(dead.signal.aborted && !signal.aborted ? 'offline' : codeOf(error))
    }
  }
  if (signal.aborted) throw told('aborted')
  world.sent.push(sentNow(world, life, body))
  const content = answerTo(world, body)
  life.streams.add(cut)
  try {
    await next('open')
    if (content.trouble) throw told(content.trouble.code, content.trouble.retryAfterMs)
    yield { type: 'started' }
    for (const [index, block] of content.blocks.entries()) {
      await next('delta')
      if (block.type === 'text') yield { type: 'delta', index, kind: 'text', text: block.text }
      else if (block.type === 'call') yield { type: 'delta', index, kind: 'input', text: block.input, name: block.name, id: block.id }
    }
    await next('stop')
    world.answers.add(content.wire)
    const usage = { input: Math.ceil(body.length / 4), output: 40, cacheRead: 0, cacheWrite: 0 }
    yield { type: 'complete', answer: { content: content.blocks, stopReason: content.stop, usage, model: MODEL_ID }, wire: content.wire }
  } finally {
    life.streams.delete(cut)
  }
}

function sentNow(world: World, life: Life, body: string): World['sent'][number] {
  const { schedule, disk } = world
  const { head, wireEpoch } = disk.rows.record
  const wire = agentWire(disk.events, body) ?? { epoch: wireEpoch, rows: disk.wire() }
  return { body, life: life.name, wall: schedule.now(), mono: schedule.mono(), cuts: world.cuts, head, ...wire }
}

/** What a sub-agent was sent lies with its facts; its epochs are told from the session's by their sign. */
function agentWire(events: readonly SessionEvent[], body: string): Pick<Sent, 'epoch' | 'rows'> | undefined {
  const own = events.find((event) => event.type === 'agent.started' && body.includes(`"text":${JSON.stringify(event.data.prompt)}`))
  if (own?.type !== 'agent.started') return undefined
  const { call } = own.data
  return {
    epoch: -own.seq,
    rows: events.flatMap((event) => (event.type === 'agent.noted' && event.data.call === call ? (event.data.wire ?? []) : [])),
  }
}

function codeOf(error: unknown): FailureCode {
  return error instanceof FailureError ? error.failure.code : 'unexpected'
}

/** The key is in what caused it, as in a real client: nothing of that may be kept. */
function told(code: FailureCode, retryAfterMs?: number): FailureError {
  const cause = new Error(`request failed, authorization: Bearer ${CANARY}`)
  return new FailureError(
    { code, message: `The model's side said: ${code}.`, ...(retryAfterMs !== undefined && { retryAfterMs }) },
    { cause },
  )
}

interface Scripted {
  readonly blocks: readonly Content[]
  readonly wire: string
  readonly stop: string
  readonly trouble: Trouble | undefined
}

/** Knows only what is in the request, as a real one. */
function answerTo(world: World, body: string): Scripted {
  const request: { readonly messages: readonly Message[]; readonly compaction?: object } = JSON.parse(body)
  if (isSummary(body)) return summaryOf(world, request)
  const { mark, since } = lastMark(request.messages)
  const plan: Answering = world.scenario.answers[mark]?.[since] ?? { text: `Done with ${mark}.` }
  const place = `${mark}${since}`
  const times = world.asked.get(place) ?? 0
  world.asked.set(place, times + 1)
  const calls = (plan.calls ?? []).map(({ tool, input }, at) => ({
    type: 'call' as const,
    id: callId(`toolu_${mark}.${since}.${at}${times > 0 ? `.${times}` : ''}`),
    name: tool,
    input: JSON.stringify(input),
  }))
  const text = plan.text ?? (calls.length > 0 ? `On it: ${place}.` : 'Done.')
  const wire = [
    { type: 'text', text },
    ...calls.map(({ id, name, input }) => ({ type: 'tool_use', id, name, input: JSON.parse(input) as unknown })),
  ]
  return {
    blocks: [{ type: 'text', text }, ...calls],
    wire: `{"role":"assistant","content":${JSON.stringify(wire)}}`,
    trouble: plan.fails?.[times],
    stop: plan.stop ?? (calls.length > 0 ? 'tool_use' : 'end_turn'),
  }
}

/** Whether a request asks for a summary, by the API's parameter or in words. */
export function isSummary(body: string): boolean {
  return body.includes('"compaction":{"type":"summarize"') || body.includes('Write a summary of this conversation')
}

function summaryOf(world: World, request: { readonly messages: readonly Message[]; readonly compaction?: object }): Scripted {
  const text = `Summary of ${request.messages.length} messages.`
  const inWords = { blocks: [{ type: 'text' as const, text }], stop: 'end_turn', trouble: undefined }
  if (request.compaction === undefined)
    return { ...inWords, wire: JSON.stringify({ role: 'assistant', content: [{ type: 'text', text }] }) }
  if (world.scenario.knowsNoBlocks) return { ...inWords, wire: '', trouble: { code: 'bad_input' } }
  const raw = { type: 'compaction', content: text }
  return {
    blocks: [{ type: 'unknown', raw }],
    wire: JSON.stringify({ role: 'assistant', content: [raw] }),
    stop: 'compaction',
    trouble: undefined,
  }
}

/** The newest mark that a person wrote, and how often the model spoke since. */
function lastMark(messages: readonly Message[]): { readonly mark: string; readonly since: number } {
  let since = 0
  for (const message of messages.toReversed()) {
    if (message.role === 'assistant') {
      since++
      continue
    }
    const blocks = typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : message.content
    const marks = blocks.flatMap((block) => [...(block.type === 'text' ? (block.text ?? '').matchAll(/\[([a-z]\d?)\]/g) : [])])
    const mark = marks.at(-1)?.[1]
    if (mark !== undefined) return { mark, since }
  }
  return { mark: 'none', since }
}
