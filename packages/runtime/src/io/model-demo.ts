import {
  assertNever,
  callId,
  DEMO_MODEL_ID,
  FailureError,
  type Answer,
  type CallContent,
  type Clock,
  type Content,
  type Model,
  type ModelEvent,
  type ModelInfo,
  type Usage,
} from '@tabwright/protocol'
import { systemClock } from './clock-system'
import { situationOf, type Situation } from './demo/conversation'
import { guideStep } from './demo/guide'
import type { DemoStep } from './demo/step'
import { tourStep } from './demo/tour'

/** How fast the demo seems to type. */
export interface Pace {
  /** Before the first piece. */
  readonly firstMs: number
  readonly pieceMs: number
  readonly pieceChars: number
}

/** The whole tour in about 20 seconds: slow enough to follow, fast enough not to bore. */
export const WATCHABLE: Pace = { firstMs: 400, pieceMs: 24, pieceChars: 9 }
/** No waiting at all. */
export const INSTANT: Pace = { firstMs: 0, pieceMs: 0, pieceChars: 40 }

/** As the model menu shows it. No limits: it has no window. */
const DEMO_MODEL: ModelInfo = { id: DEMO_MODEL_ID, label: 'Demo (scripted)', refuses: ['image', 'document'] }

/**
 * The scripted model behind the same port as a real one. No network, no key, no state: like a real model it knows only
 * what is in the request, and computes its next step from what the tools returned.
 */
export function demoModel(options: { readonly clock?: Clock; readonly pace?: Pace } = {}): Model {
  const { clock = systemClock, pace = WATCHABLE } = options
  return { ...DEMO_MODEL, stream: (body, signal) => play({ body, clock, pace, signal }) }
}

interface Play {
  readonly body: string
  readonly clock: Clock
  readonly pace: Pace
  readonly signal: AbortSignal
}

async function* play(run: Play): AsyncGenerator<ModelEvent, void, undefined> {
  const situation = situationOf(run.body)
  const step = situation.isFirst ? tourStep(situation) : guideStep(situation)
  const content = contentOf(step, situation)
  let partial = ''
  // The text is one block; once a call streams, it is closed.
  let completedBlock = false
  try {
    await pause(run, run.pace.firstMs)
    yield { type: 'started' }
    for (const delta of content.flatMap((block, index) => deltasOf(block, index, run.pace.pieceChars))) {
      yield delta
      if (delta.kind === 'text') partial += delta.text
      else if (delta.kind === 'input') completedBlock = true
      await pause(run, run.pace.pieceMs)
    }
  } catch (error) {
    if (!run.signal.aborted) throw error
    const detail = { ...(partial !== '' && { partial }), completedBlock }
    throw new FailureError({ code: 'aborted', message: 'The answer was stopped.', detail }, { cause: error })
  }
  yield { type: 'complete', answer: answerOf(content, run.body), wire: wireOf(content) }
}

async function pause({ clock, signal }: Play, ms: number): Promise<void> {
  if (ms > 0 || signal.aborted) await clock.sleep(ms, signal)
}

function contentOf(step: DemoStep, situation: Situation): readonly Content[] {
  const thinking: Content[] = step.thinking === undefined ? [] : [{ type: 'thinking', text: step.thinking }]
  const calls = step.calls.map(({ name, input }, at): CallContent => ({
    type: 'call',
    id: callId(`toolu_demo_${situation.callCount + at + 1}`),
    name,
    input: JSON.stringify(input),
  }))
  return [...thinking, { type: 'text', text: step.text }, ...calls]
}

type Delta = Extract<ModelEvent, { type: 'delta' }>

function deltasOf(block: Content, index: number, size: number): readonly Delta[] {
  switch (block.type) {
    case 'text':
    case 'thinking':
      return split(block.text, size).map((text): Delta => ({ type: 'delta', index, kind: block.type, text }))
    case 'call':
      return ['', ...split(block.input, size * 2)].map((text): Delta => ({
        type: 'delta',
        index,
        kind: 'input',
        text,
        name: block.name,
        id: block.id,
      }))
    case 'image':
    case 'document':
    case 'unknown':
      return []
    default:
      return assertNever(block)
  }
}

/** Pieces of whole characters. */
function split(text: string, size: number): readonly string[] {
  const chars = Array.from(text)
  return Array.from({ length: Math.ceil(chars.length / size) }, (_, at) => chars.slice(at * size, (at + 1) * size).join(''))
}

/** Without the thinking: it carries no provider's signature, and a real model that takes the session over would be refused. */
function wireOf(content: readonly Content[]): string {
  const blocks = content.flatMap((block) => {
    if (block.type === 'text') return [JSON.stringify({ type: 'text', text: block.text })]
    if (block.type === 'call')
      return [`{"type":"tool_use","id":${JSON.stringify(block.id)},"name":${JSON.stringify(block.name)},"input":${block.input}}`]
    return []
  })
  return `{"role":"assistant","content":[${blocks.join(',')}]}`
}

function answerOf(content: readonly Content[], body: string): Answer {
  const stopReason = content.some((block) => block.type === 'call') ? 'tool_use' : 'end_turn'
  return { content, stopReason, usage: estimatedUsage(body, content), model: DEMO_MODEL.id }
}

/** An estimate of four characters a token: there is nobody who counts. */
function estimatedUsage(body: string, content: readonly Content[]): Usage {
  return { input: Math.ceil(body.length / 4), output: Math.ceil(JSON.stringify(content).length / 4), cacheRead: 0, cacheWrite: 0 }
}
