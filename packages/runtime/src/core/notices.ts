import type { Cleared, NoticeRow, Row, SessionEvent, SessionStatus } from '@tabwright/protocol'

type Notice = (tone: NoticeRow['tone'], text: string, more?: Pick<NoticeRow, 'partial' | 'code'>) => NoticeRow

/** Facts that a person should read in the conversation, in one sentence each. */
export function noticeOf(event: SessionEvent): NoticeRow | undefined {
  const notice: Notice = (tone, text, more = {}) => ({ type: 'notice', key: `n${event.seq}`, tone, text, ...more })
  switch (event.type) {
    case 'model.failed': {
      const { failure, partial, retryAt } = event.data
      if (failure.code === 'aborted')
        return partial ? notice('info', 'You stopped the answer here. This part is not in the model’s context.', { partial }) : undefined
      if (retryAt === undefined && !partial) return undefined
      return notice('warn', failure.message, { code: failure.code, ...(partial && { partial }) })
    }
    case 'turn.ended':
      return endNotice(event, notice)
    case 'wire.mismatched':
      return mismatchNotice(event, notice)
    case 'call.late':
      return notice('info', 'A tool that was stopped came to its end later. Its result and its changes were dropped.')
    case 'checkpoint.made':
      return notice('info', `Checkpoint: ${event.data.name}`)
    case 'history.rewound':
      return notice('info', 'The conversation went back to here.')
    case 'history.restored':
      return restoredNotice(event, notice)
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
  return failure && notice(stop === 'budget' ? 'warn' : 'error', failure.message, { code: failure.code })
}

/** What the status depends on beside the newest fact. */
interface Screen {
  readonly pending: readonly unknown[]
  readonly unknowns: readonly unknown[]
  readonly status: SessionStatus
  readonly rows: readonly Row[]
  readonly attempt: number
}

/** What the session is doing after this fact, in words for the working line. */
export function statusAfter(screen: Screen, event: SessionEvent): SessionStatus {
  const running = (what: string): SessionStatus => ({ type: 'running', what, since: event.at })
  const asked = screen.pending.length + screen.unknowns.length
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
    case 'call.decided':
    case 'call.resolved':
    case 'call.ended':
      return screen.status.type === 'idle' ? screen.status : running('Working')
    case 'call.started': {
      const row = screen.rows.findLast((candidate) => candidate.type === 'call' && candidate.call === event.data.call)
      return running(row?.type === 'call' ? `Running ${row.name}` : 'Working')
    }
    default:
      return screen.status
  }
}
