import { isJsonObject, type Json, type JsonObject, type TabSwitch, type TabSwitches } from '@tabwright/protocol'

/** A function of this tab as other programs see it. */
export interface TabFunction {
  readonly id:
    | 'list_sessions'
    | 'status'
    | 'get_events'
    | 'wait'
    | 'list_files'
    | 'read_file'
    | 'send_message'
    | 'create_session'
    | 'interrupt'
    | 'write_file'
    | 'execute'
  /** It is offered while one of these is not off. */
  readonly switches: readonly TabSwitch[]
  readonly description: string
  readonly request: JsonObject
  readonly response: JsonObject
}

const SESSION = { type: 'string', description: 'Id of a session, from list_sessions.' } as const
const NUMBER = { type: 'integer' } as const
const TEXT = { type: 'string' } as const

function object(properties: JsonObject, required: readonly string[] = []): JsonObject {
  return { type: 'object', properties, required, additionalProperties: false }
}

const STANDING = {
  state: { enum: ['idle', 'running', 'waiting', 'retrying', 'interrupted'] },
  approvals: { ...NUMBER, description: 'Calls that a person has to decide on. Nothing but a person can.' },
  queued: { ...NUMBER, description: 'Messages that the agent has not read yet.' },
  answer: { ...TEXT, description: 'What the agent said last.' },
} as const

const ENDED = {
  outcome: { enum: ['done', 'failed', 'denied', 'skipped', 'interrupted', 'unknown'] },
  text: { ...TEXT, description: 'What the agent would have read of it.' },
} as const

/** Everything there is to call. There is none that answers a permission prompt, and there never is to be. */
export const TAB_FUNCTIONS: readonly TabFunction[] = [
  {
    id: 'list_sessions',
    switches: ['list_sessions'],
    description: 'The sessions of this browser, newest first. Does not open them.',
    request: object({}),
    response: object({ sessions: { type: 'array', items: object({ session: SESSION, title: TEXT, state: TEXT, updatedAt: NUMBER }) } }),
  },
  {
    id: 'status',
    switches: ['status'],
    description: 'How a session stands now: whether its agent works, what it waits for and what it said last. Does not wait.',
    request: object({ session: SESSION }, ['session']),
    response: object(STANDING),
  },
  {
    id: 'get_events',
    switches: ['get_events'],
    description:
      'Facts of a session by their numbers, at most 200 and 512 KiB at once: those from `from` up to and with `to`. `next` is where to go on.',
    request: object({ session: SESSION, from: { ...NUMBER, minimum: 1 }, to: { ...NUMBER, minimum: 1 } }, ['session']),
    response: object({ events: { type: 'array', items: { type: 'object' } }, head: NUMBER, next: NUMBER }),
  },
  {
    id: 'wait',
    switches: ['wait'],
    description: 'Waits until the agent of a session rests or needs a person, or until the deadline of this call. Answers as status does.',
    request: object({ session: SESSION }, ['session']),
    response: object(STANDING),
  },
  {
    id: 'list_files',
    switches: ['list_files'],
    description: 'Paths and sizes of the files of a session.',
    request: object({ session: SESSION }, ['session']),
    response: object({ files: { type: 'array', items: object({ path: TEXT, size: NUMBER }) } }),
  },
  {
    id: 'read_file',
    switches: ['read_file'],
    description: 'A text file of a session, at most 256 KiB. Files that hold secrets, such as .env, are not given away.',
    request: object({ session: SESSION, path: TEXT }, ['session', 'path']),
    response: object({ text: TEXT }),
  },
  {
    id: 'send_message',
    switches: ['send_message_new', 'send_message'],
    description:
      'Asks the agent for something: in a session of its own, or in the one that is named where a person has switched that on. The agent is told which program wrote it, and a person decides on every effect. Answers as soon as the message is kept; wait for the rest.',
    request: object({ session: SESSION, text: TEXT, title: { ...TEXT, description: 'Of the new session.' } }, ['text']),
    response: object({ session: SESSION, message: NUMBER }),
  },
  {
    id: 'create_session',
    switches: ['create_session'],
    description: 'An empty session in which a person decides on every effect.',
    request: object({ title: TEXT }, ['title']),
    response: object({ session: SESSION }),
  },
  {
    id: 'interrupt',
    switches: ['interrupt'],
    description: 'Stops the agent of a session, as its stop button does. What it has done stays.',
    request: object({ session: SESSION }, ['session']),
    response: object({}),
  },
  {
    id: 'write_file',
    switches: ['write_file'],
    description:
      'Writes a text file of a session, whole. It waits until the session rests, passes the same rules as the agent’s own edits, and shows among the changes that a person reviews.',
    request: object({ session: SESSION, path: TEXT, text: TEXT }, ['session', 'path', 'text']),
    response: object(ENDED),
  },
  {
    id: 'execute',
    switches: ['execute'],
    description:
      'Runs one of the agent’s tools in a session, such as shell or edit_file but not ask_person or task, without asking the agent. It waits until the session rests, passes the same rules as the agent’s own calls, and a person may be asked; none can be answered from here.',
    request: object({ session: SESSION, tool: TEXT, input: { type: 'object' } }, ['session', 'tool', 'input']),
    response: object(ENDED),
  },
]

/** Those that are offered. */
export function offeredBy(switches: TabSwitches): readonly TabFunction[] {
  return TAB_FUNCTIONS.filter((one) => one.switches.some((id) => switches[id] !== 'off'))
}

/** These ask in the session itself, where their effect is judged, and not before. */
export const ASKS_WITHIN: ReadonlySet<TabFunction['id']> = new Set(['write_file', 'execute'])

/** The switch that a call falls under: a message into a session that is there is more than one that begins its own. */
export function switchOf({ id, switches }: TabFunction, data: Json | undefined): TabSwitch | undefined {
  if (id !== 'send_message') return switches[0]
  return isJsonObject(data) && data['session'] !== undefined ? 'send_message' : 'send_message_new'
}
