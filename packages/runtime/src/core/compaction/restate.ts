import type { SessionEvent, WireRow } from '@tabwright/protocol'
import { nameOfBlock, ownWords } from '../attached'
import type { SessionState } from '../session-state'
import { modeNote } from '../modes'
import { handsNote, type Place } from '../places'
import { todosOf } from '../todos'
import { instructionText } from '../wire'

/** What can be said again after a summary took the place of the conversation. */
interface Lost {
  readonly state: SessionState
  /** The header of the wire: which tools the model really has. */
  readonly header: WireRow
  /** Everything of the conversation, in order. */
  readonly events: readonly SessionEvent[]
  /** A turn is open. */
  readonly isWorking: boolean
  /** Where commands run; undefined: in the sandbox of the tab. */
  readonly place?: Place | undefined
}

/** One thing that a summary cannot carry; undefined where there is nothing of it. */
type Restating = (lost: Lost) => string | undefined

/** A feature that tells the model something which must outlive a summary adds its line here. */
const RESTATED: readonly Restating[] = [
  wherePastIs,
  instructionFiles,
  personsWords,
  attachments,
  callsOfUnknownEnd,
  tasks,
  planning,
  placeOfCommands,
  goOn,
]

/** What a summary cannot carry, as one text. */
export function restated(lost: Lost): string {
  return RESTATED.flatMap((restating) => restating(lost) ?? []).join('\n\n')
}

function wherePastIs({ header, state }: Lost): string {
  const said = 'The conversation up to here was replaced by the summary in front of it. The files are as they were.'
  if (!header.text.includes('"name":"read_session"')) return said
  return `${said} Nothing is lost: read_session reads the whole past, facts 1 to ${state.head}, word for word.`
}

/** As they were last told: repository text has the person's authority only as a block of its own. */
function instructionFiles({ state }: Lost): string | undefined {
  const files = [...state.instructions].map(([path, text]) => instructionText(path, text))
  return files.length > 0 ? files.join('\n\n') : undefined
}

/** Newest first until this many characters: constraints that a person named vanish from summaries first. */
const MAX_WORDS = 8000

function personsWords({ events }: Lost): string | undefined {
  const kept: string[] = []
  let room = MAX_WORDS
  for (const event of events.toReversed()) {
    if (event.type !== 'message.user' || (event.data.from !== 'user' && event.data.from !== 'agent')) continue
    const text = ownWords(event.data.content)
    if (text === '') continue
    if (text.length > room) break
    room -= text.length
    kept.unshift(text)
  }
  if (kept.length === 0) return undefined
  return ['What the person wrote, word for word, oldest first:', ...kept.map((text) => `<person>\n${text}\n</person>`)].join('\n')
}

/** Pictures and documents are in no summary, and attached texts only as far as it repeats them. */
function attachments({ events }: Lost): string | undefined {
  const names = events.flatMap((event) => {
    if (event.type !== 'message.user' || event.data.from !== 'user') return []
    return event.data.content.flatMap((block) => (block.type === 'text' ? (block.name ?? []) : nameOfBlock(block)))
  })
  if (names.length === 0) return undefined
  return `Attached by the person before and not shown to you any more: ${names.slice(-MOST_NAMES).join(', ')}. Texts among them are in the past; a picture or a document has to be attached again.`
}

const MOST_NAMES = 20

function callsOfUnknownEnd({ state }: Lost): string | undefined {
  const unknown = state.calls.filter((call) => call.ended?.type === 'unknown').map((call) => call.content.name)
  return unknown.length > 0 ? `Not known whether it happened: ${unknown.join(', ')}. Look before you repeat it.` : undefined
}

/** Else the agent would begin a new list, and the person would see the old one stand still. */
function tasks({ events }: Lost): string | undefined {
  const todos = todosOf(events)
  if (todos.every(({ state }) => state === 'done')) return undefined
  return ['Your list of tasks, as you kept it last with todo:', ...todos.map(({ text, state }) => `- ${state}: ${text}`)].join('\n')
}

function planning({ state }: Lost): string | undefined {
  return state.mode === 'plan' ? modeNote('plan', 'ask') : undefined
}

/** What a wire begins with speaks of the sandbox. */
function placeOfCommands({ place }: Lost): string | undefined {
  return place && handsNote(place)
}

function goOn({ isWorking }: Lost): string | undefined {
  return isWorking ? 'Go on with what is in hand.' : undefined
}
