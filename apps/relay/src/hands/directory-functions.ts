import { randomUUID } from 'node:crypto'
import {
  CHANGE_ASKED,
  DIRECTORY_LIMITS,
  type DirectoryWord,
  FOLLOW_ASKED,
  type Json,
  LOOK_ASKED,
  type LookAsked,
  type Read,
  READ_ASKED,
  RUN_ASKED,
  STOP_ASKED,
} from '@tabwright/protocol'
import { EngineError } from '../engine/built-in'
import type { Confinement, OfferedFolder } from './confinement'
import { DirectoryFiles } from './directory-files'
import { lookAt, type Looked } from './directory-look'
import type { HandsFunction } from './hands-functions'
import { SessionShells } from './session-shells'

/** Looks that are not told to their end are kept for so many. */
const MOST_LOOKS = 8

const ABOUT: Readonly<Record<DirectoryWord, string>> = {
  look: 'Tells what the directory holds.',
  read: 'Gives contents of files.',
  change: 'Writes and removes files that are still as they were seen.',
  run: 'Starts a command in the shell of a session.',
  follow: 'Gives what a command wrote, and how it ended.',
  stop: 'Ends a command.',
}

/**
 * What a tab needs to make the directory the place of a session: its files in step with the session's, its commands as a shell that goes on.
 * Internal: no agent calls them, the tab does so once the call of its `shell` was let through.
 */
export function directoryFunctions(folder: OfferedFolder): readonly HandsFunction[] {
  const { name, root, confinement } = folder
  const files = new DirectoryFiles(root)
  const shells = new SessionShells(folder)
  const looks = new Looks(root, confinement)
  const offered = <T>(word: DirectoryWord, asked: Read<T>, run: (input: T, signal: AbortSignal) => Promise<Json>): HandsFunction => {
    const id = `${name}::hands::${word}`
    return {
      id,
      description: ABOUT[word],
      request: { type: 'object' },
      metadata: { internal: true },
      run: (data, signal) => run(parsed(id, asked, data), signal),
    }
  }
  return [
    offered('look', LOOK_ASKED, (asked) => looks.look(asked)),
    offered('read', READ_ASKED, async ({ items }) => json({ parts: await files.read(items) })),
    offered('change', CHANGE_ASKED, async ({ session, items }) => json({ items: await files.change(session, items) })),
    offered('run', RUN_ASKED, async (asked) => json(await shells.run(asked))),
    offered('follow', FOLLOW_ASKED, async ({ run }, signal) => json(await shells.follow(run, signal))),
    offered('stop', STOP_ASKED, ({ run }) => {
      shells.stop(run)
      return Promise.resolve({})
    }),
  ]
}

/** As it goes over the wire. */
function json(answer: object): Json {
  const plain: Json = JSON.parse(JSON.stringify(answer))
  return plain
}

function parsed<T>(id: string, asked: Read<T>, data: Json | undefined): T {
  const read = asked.safeParse(data ?? {})
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw new EngineError(
    'deserialization_error',
    `${id} was not called: ${issue?.path.map(String).join('.') || 'its payload'} does not fit.`,
  )
}

/** A look is told in pages of one moment. */
class Looks {
  readonly #root: string
  readonly #confinement: Confinement
  readonly #held = new Map<string, Looked>()

  constructor(root: string, confinement: Confinement) {
    this.#root = root
    this.#confinement = confinement
  }

  async look({ hashes = false, of, from = 0 }: LookAsked): Promise<Json> {
    const id = of ?? randomUUID()
    const found = of === undefined ? await lookAt(this.#root, this.#confinement, hashes) : this.#held.get(id)
    if (found === undefined) throw new EngineError('function_not_found', 'That look is gone; look again.')
    const { entries, left, tooMuch, hooks } = found
    const count = Math.max(entries.length, left.length)
    const to = from + fitting(found, from)
    if (to < count) this.#hold(id, found)
    else this.#held.delete(id)
    const page = { entries: entries.slice(from, to), left: left.slice(from, to) }
    return json({ look: id, ...page, count, ...(hooks !== undefined && { hooks: [...hooks] }), ...(tooMuch !== undefined && { tooMuch }) })
  }

  #hold(id: string, found: Looked): void {
    this.#held.set(id, found)
    const [oldest] = this.#held.keys()
    if (this.#held.size > MOST_LOOKS && oldest !== undefined) this.#held.delete(oldest)
  }
}

/** What stands around the names of an entry. */
const ROW = 300

/** How many from there on go into one answer. */
function fitting({ entries, left }: Looked, from: number): number {
  let room: number = DIRECTORY_LIMITS.pack
  for (let n = 0; n < DIRECTORY_LIMITS.page; n += 1) {
    room -= ROW + (entries[from + n]?.path.length ?? 0) + (left[from + n]?.length ?? 0)
    if (room < 0) return Math.max(n, 1)
  }
  return DIRECTORY_LIMITS.page
}
