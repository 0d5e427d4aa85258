import {
  handsName,
  isJsonObject,
  MODE_NAMES,
  parseJson,
  type Approval,
  type CallRow,
  type Cleared,
  type NoticeRow,
  type Rung,
  type Row,
  type SessionEvent,
  type SessionStatus,
} from '@tabwright/protocol'
import { guardWords } from './guards/guards'
import { firstLine } from './quality/ladder'
import { folderEndedText, folderStartedText } from './folder-words'

type Notice = (tone: NoticeRow['tone'], text: string, more?: Pick<NoticeRow, 'partial' | 'code'>) => NoticeRow

function leakWords({ fetch, host }: SessionEvent<'leak.stopped'>['data']): string {
  const what = fetch === undefined ? `A call of ${host}` : `A request to ${host}`
  return `${what} held the decoy token of this session, which nobody has a use for. It was not sent: something told the agent to send what it finds.`
}

/** Facts that a person should read in the conversation, in one sentence each. */
export function noticeOf(event: SessionEvent): NoticeRow | undefined {
  const notice: Notice = (tone, text, more = {}) => ({ type: 'notice', key: `n${event.seq}`, tone, text, ...more })
  switch (event.type) {
    case 'model.failed':
      return failedNotice(event, notice)
    case 'turn.ended':
      return endNotice(event, notice)
    case 'guard.answered': {
      const words = guardWords(event.data.point, event.data.answers)
      return words === undefined ? undefined : notice('warn', words)
    }
    case 'quality.checked':
      return checkNotice(event, notice)
    case 'escalation.raised':
      return event.data.rung === 'human' ? undefined : notice('info', RUNG_WORDS[event.data.rung])
    case 'loop.noticed':
      return event.data.how === 'stopped'
        ? undefined
        : notice('info', `The agent made the same calls with the same results ${event.data.times} times in a row and was told so.`)
    case 'wire.mismatched':
      return mismatchNotice(event, notice)
    case 'call.late':
      return notice('info', 'A tool that was stopped came to its end later. Its result and its changes were dropped.')
    case 'mode.chosen':
    case 'hands.chosen':
      return notice('info', event.type === 'mode.chosen' ? modeWords(event.data) : handsWords(event.data))
    case 'network.chosen':
      return notice('info', event.data.open ? 'You opened the network again for this session.' : 'You closed the network for this session.')
    case 'leak.stopped':
      return notice('warn', leakWords(event.data))
    case 'call.requested':
      return notice('info', `The program ${event.data.by} asked for this through the relay; the agent did not.`)
    case 'rule.revoked':
      return notice('info', 'You took back what you had allowed for this session.')
    case 'checkpoint.made':
      return notice('info', `Checkpoint: ${event.data.name}`)
    case 'history.rewound':
      return notice('info', 'The conversation went back to here.')
    case 'history.restored':
      return restoredNotice(event, notice)
    case 'folder.started':
      return notice('info', folderStartedText(event.data))
    case 'folder.ended':
      return notice(event.data.failed.length > 0 ? 'warn' : 'info', folderEndedText(event.data))
    case 'context.loaded':
      return notice(
        'info',
        event.data.text === null
          ? `${event.data.path} is gone; the agent was told.`
          : `Instructions from ${event.data.path} were given to the agent.`,
      )
    default:
      return undefined
  }
}

function failedNotice({ data: { failure, partial, retryAt } }: SessionEvent<'model.failed'>, notice: Notice): NoticeRow | undefined {
  if (failure.code === 'aborted')
    return partial ? notice('info', 'You stopped the answer here. This part is not in the model’s context.', { partial }) : undefined
  // Why no other attempt follows is said by the end of the turn, once.
  if (retryAt === undefined)
    return partial ? notice('info', 'The answer ended here. This part is not in the model’s context.', { partial }) : undefined
  return notice('warn', failure.message, { code: failure.code, ...(partial && { partial }) })
}

const RUNG_WORDS: Readonly<Record<Exclude<Rung, 'human'>, string>> = {
  retry: 'The agent was told what failed, and tries again.',
  approach: 'The agent was told to take another approach.',
  model: 'Another approach did not help: the work goes on with the stronger model.',
}

function checkNotice({ data: { verdict, by, words } }: SessionEvent<'quality.checked'>, notice: Notice): NoticeRow {
  const what = by === 'command' ? 'Your check' : 'The look at the answer that you set'
  if (verdict === 'passed') return notice('info', `${what} passed.`)
  if (verdict === 'none') return notice('warn', `${what} could not be made, so nothing is known of it: ${firstLine(words)}`)
  // What a command printed stands in its own row.
  return notice('warn', by === 'command' ? `${what} failed.` : `${what} failed: ${firstLine(words)}`)
}

/** The provider left old tool results out of what the model sees. */
export function clearedNotice(seq: number, { toolUses, tokens }: Cleared): NoticeRow {
  const results = toolUses === 1 ? 'one old tool result' : `${toolUses} old tool results`
  return {
    type: 'notice',
    key: `k${seq}`,
    tone: 'info',
    text: `The provider left out ${results}, ${tokens.toLocaleString('en')} tokens, of what the model sees. They stay in the log, and the agent can read them again.`,
  }
}

function mismatchNotice({ data }: SessionEvent<'wire.mismatched'>, notice: Notice): NoticeRow | undefined {
  if (data.how === 'refused')
    return notice(
      'warn',
      'The provider found that the model’s earlier thinking does not fit this conversation; it goes on without that thinking.',
    )
  if (data.blocks === 0) return undefined
  return notice(
    'warn',
    `The provider left out ${data.blocks} ${data.blocks === 1 ? 'block' : 'blocks'} of the model’s thinking that do not fit this conversation.`,
  )
}

function modeWords({ mode, by }: SessionEvent<'mode.chosen'>['data']): string {
  const name = MODE_NAMES[mode]
  return by === 'user' ? `Permission mode: ${name}` : `The session was opened again, so its permission mode is ${name}.`
}

function handsWords({ hands, by }: SessionEvent<'hands.chosen'>['data']): string {
  if (by === 'app')
    return hands.type === 'embedded'
      ? 'Commands run in the sandbox of this tab, until the project needs another place.'
      : `The project needs more than the sandbox has, so commands run from here on: ${handsName(hands)}`
  const open = hands.type === 'remote' && !hands.isConfined ? ', which nothing confines' : ''
  return `Commands run from here on: ${handsName(hands)}${open}`
}

function restoredNotice({ data }: SessionEvent<'history.restored'>, notice: Notice): NoticeRow | undefined {
  const { paths, kept } = data
  const files = (list: readonly string[]): string => (list.length === 1 ? `${list[0]}` : `${list.length} files`)
  if (paths.length + kept.length === 0) return undefined
  const back = paths.length > 0 ? `Put back as before: ${files(paths)}.` : ''
  const stayed = kept.length > 0 ? `Left as now: ${files(kept)}.` : ''
  return notice('info', [back, stayed].filter(Boolean).join(' '))
}

function endNotice(event: SessionEvent<'turn.ended'>, notice: Notice): NoticeRow | undefined {
  const { stop, failure } = event.data
  if (stop === 'interrupted') return notice('info', 'Stopped. Send a message to go on.')
  return failure && notice(stop === 'budget' || stop === 'requires-action' ? 'warn' : 'error', failure.message, { code: failure.code })
}

/** What the status depends on beside the newest fact. */
interface Screen {
  readonly pending: readonly Pick<Approval, 'within'>[]
  readonly unknowns: readonly unknown[]
  readonly questions: readonly unknown[]
  readonly status: SessionStatus
  readonly rows: readonly Row[]
  readonly attempt: number
}

/** What the session is doing after this fact, in words for the working line. */
export function statusAfter(screen: Screen, event: SessionEvent): SessionStatus {
  const running = (what: string): SessionStatus => ({ type: 'running', what, since: event.at })
  // A command of the person's own waits beside whatever the session does.
  const asked = screen.pending.filter(({ within }) => within !== 'terminal').length + screen.unknowns.length + screen.questions.length
  if (asked > 0) return { type: 'waiting', approvals: asked }
  switch (event.type) {
    case 'turn.started':
      return running('Starting')
    case 'turn.ended':
      return { type: 'idle' }
    case 'model.requested':
      return running('Thinking')
    case 'model.failed': {
      const { failure, retryAt } = event.data
      return retryAt === undefined ? running('Stopping') : { type: 'retrying', failure, attempt: screen.attempt + 1, retryAt }
    }
    case 'message.assistant':
      // Of an answer that a rewind took back only the bill is left: it is no sign of work.
      return event.data.content.length === 0 ? screen.status : running('Reading the answer')
    case 'fetch.decided':
    case 'fetch.ended':
    case 'agent.noted':
      return screen.status.type === 'waiting' ? running('Working') : screen.status
    case 'question.answered':
    case 'call.decided':
    case 'call.resolved':
    case 'call.ended':
      return screen.status.type === 'idle' ? screen.status : running('Working')
    case 'call.started': {
      const row = screen.rows.findLast((candidate) => candidate.type === 'call' && candidate.call === event.data.call)
      return running(row?.type === 'call' ? `Running ${commandOf(row) ?? row.name}` : 'Working')
    }
    default:
      return screen.status
  }
}

const LONGEST_COMMAND = 60

/** The first line of a shell call's command, as much of it as a line of the screen has room for. */
function commandOf({ name, input }: CallRow): string | undefined {
  const value = name === 'shell' ? parseJson(input) : undefined
  const command = isJsonObject(value) ? value['command'] : undefined
  const line = typeof command === 'string' ? (command.trim().split('\n')[0] ?? '') : ''
  if (line === '') return undefined
  return line.length > LONGEST_COMMAND ? `${line.slice(0, LONGEST_COMMAND)}…` : line
}
