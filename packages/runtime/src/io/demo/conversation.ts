import { fail, isJsonObject, type Json, type JsonObject } from '@tabwright/protocol'
import { parseObject, textOf } from '../model-json'

/** A call of the demo together with what came of it. */
export interface Done {
  readonly name: string
  readonly input: JsonObject
  /** What the model is told; empty while there is no result. */
  readonly result: string
  readonly isError: boolean
}

/** What the demo knows when it is asked for its next step: read from the request like any model would. */
export interface Situation {
  /** What the person wrote to start the current turn. */
  readonly request: string
  /** Calls of the current turn, in order. */
  readonly done: readonly Done[]
  /** What the person wrote beside the newest results. */
  readonly steering: string
  /** Paths whose changes the person rejected, as far as this turn was told; `isNew` while the demo has not answered to it. */
  readonly rejected: readonly { readonly path: string; readonly isNew: boolean }[]
  /** No answer was ever given in this session. */
  readonly isFirst: boolean
  /** Calls of all turns: the next call's number. */
  readonly callCount: number
}

interface Message {
  readonly role: string
  readonly blocks: readonly JsonObject[]
}

/** @throws FailureError `bad_input` when the body is not a request */
export function situationOf(body: string): Situation {
  const request = parseObject(body)
  const list = request?.['messages']
  if (!Array.isArray(list)) return fail('bad_input', 'The demo model was sent something that is not a request.')
  const messages = list.map(messageOf)
  const start = messages.findLastIndex(startsTurn)
  const turn = messages.slice(Math.max(0, start))
  return {
    request: personText(turn[0]),
    done: doneIn(turn),
    steering: turn.length > 1 ? personText(turn.at(-1)) : '',
    rejected: turn.flatMap((message, at) => rejectedIn(message).map((path) => ({ path, isNew: at === turn.length - 1 }))),
    isFirst: !messages.slice(0, Math.max(0, start)).some((message) => message.role === 'assistant'),
    callCount: messages.reduce((count, message) => count + message.blocks.filter((block) => block['type'] === 'tool_use').length, 0),
  }
}

function messageOf(value: Json): Message {
  if (!isJsonObject(value)) return { role: '', blocks: [] }
  const { role, content } = value
  const blocks =
    typeof content === 'string' ? [{ type: 'text', text: content }] : Array.isArray(content) ? content.filter(isJsonObject) : []
  return { role: textOf(role), blocks }
}

/** A message of a person that is not an answer to calls, or that came after calls were stopped. */
function startsTurn(message: Message): boolean {
  if (message.role !== 'user' || personText(message) === '') return false
  const results = message.blocks.filter((block) => block['type'] === 'tool_result').map((block) => textIn(block['content']))
  return results.every((text) => /^(Interrupted|Not run)\b/.test(text))
}

function doneIn(turn: readonly Message[]): readonly Done[] {
  const results = new Map(
    turn.flatMap((message) =>
      message.blocks.filter((block) => block['type'] === 'tool_result').map((block) => [block['tool_use_id'], block]),
    ),
  )
  return turn.flatMap((message) =>
    message.blocks
      .filter((block) => block['type'] === 'tool_use')
      .map((block) => {
        const result = results.get(block['id'])
        const input = block['input']
        return {
          name: textOf(block['name']),
          input: isJsonObject(input) ? input : {},
          result: textIn(result?.['content']),
          isError: result?.['is_error'] === true,
        }
      }),
  )
}

const INSTRUCTIONS = /^(<workspace-instructions |The workspace file .+ is gone; its instructions)/
const REVIEW = /^The person reviewed your changes and rejected those to: (.+?)\. They were undone/

/** What a person wrote, without instruction files and notes of a review. */
function personText(message: Message | undefined): string {
  return textsOf(message)
    .filter((text) => !INSTRUCTIONS.test(text) && !REVIEW.test(text))
    .join('\n')
    .trim()
}

function rejectedIn(message: Message): readonly string[] {
  return textsOf(message).flatMap((text) => REVIEW.exec(text)?.[1]?.split(', ') ?? [])
}

function textsOf(message: Message | undefined): readonly string[] {
  return message?.role === 'user' ? message.blocks.filter((block) => block['type'] === 'text').map((block) => textIn(block['text'])) : []
}

/** Results are a string or a list of text blocks. */
function textIn(content: Json | undefined): string {
  if (typeof content === 'string') return content
  return Array.isArray(content) ? content.map((block) => (isJsonObject(block) ? textIn(block['text']) : '')).join('\n') : ''
}
