import { assertNever, failureOf, type InboxRow } from '@tabwright/protocol'
import type { Commands } from './commands'
import type { Driver } from './driver'
import type { Journal } from './journal'
import type { Ports } from './ports'

/** Acts on what was posted for this session by other tabs, and by this one before it became the writer. */
export interface InboxReader {
  /** Looks once, after any look that is under way. Resolves when every command that it found has been acted on. */
  look(): Promise<void>
}

/** What carries a command out. */
export interface InboxHands {
  readonly ports: Pick<Ports, 'log' | 'session'>
  readonly journal: Journal
  readonly driver: Driver
  readonly commands: Commands
}

/**
 * Only the session's writer reads it. Each command is acted on once, in order, and its row goes in the transaction of the fact that it
 * led to. Messages and wishes for a summary are left to the loop, which takes them where the conversation has a place for them.
 */
export function createInboxReader(hands: InboxHands): InboxReader {
  const { ports, driver } = hands
  let last: Promise<void> = Promise.resolve()
  const lookNow = async (): Promise<void> => {
    const rows = await ports.log.readInbox(ports.session)
    for (const row of rows) await act(hands, row)
    if (rows.some(isForLoop)) driver.wake()
  }
  return {
    look: () => {
      const mine = last.then(lookNow)
      last = mine.catch(() => undefined)
      return mine
    },
  }
}

/** Taken where the conversation has a place for it, not here. */
function isForLoop({ message }: InboxRow): boolean {
  return message.type === 'message' || message.type === 'compact' || message.type === 'execute'
}

async function act(hands: InboxHands, row: InboxRow): Promise<void> {
  if (isForLoop(row)) return
  try {
    await carryOut(hands, row)
  } catch (error) {
    const { code } = failureOf(error)
    if (!NO_LONGER_FITS.has(code)) throw error
    // Answered or gone meanwhile: the log says so to whoever looks. Refused if this is not the writer any more.
    await hands.journal.write({ facts: [], taken: [row.n] })
  }
}

const NO_LONGER_FITS: ReadonlySet<string> = new Set(['stale', 'bad_input', 'not_permitted', 'unavailable'])

function carryOut({ driver, commands }: InboxHands, { n, message }: InboxRow): Promise<void> {
  const taken = [n]
  switch (message.type) {
    case 'message':
    case 'compact':
    case 'execute':
      return Promise.resolve()
    case 'decide':
      return commands.decide(message.answer, taken)
    case 'resolve':
      return commands.resolve(message, taken)
    case 'answer':
      return commands.answer(message, taken)
    case 'edit':
      return commands.edit(message.edit, taken)
    case 'mode':
      return commands.setMode(message.mode, taken)
    case 'hands':
      return commands.setHands(message.hands, taken, message.automatic)
    case 'raise':
      return commands.raise({ scope: message.scope, unit: message.unit, by: message.by }, taken)
    case 'network':
      return commands.setNetwork(message.open, taken)
    case 'revoke':
      return commands.revokeRule(message.rule, taken)
    case 'stop':
      return driver.stop(taken)
    case 'retry':
      return driver.retry(taken)
    default:
      return assertNever(message)
  }
}
