import { FailureError, type SessionId } from '@tabwright/protocol'
import { openDB } from 'idb'
import { DATABASE_VERSION, upgradeStores, type Handle, type Schema } from './database-schema'
import { isLostConnection, nameOf, openFailure, storageFailure } from './storage-failure'

export type { Handle, Schema, WriteTx } from './database-schema'

const BLOCKED_MS = 5_000
const BALLAST_BYTES = 5_000_000
const BALLAST_KEY = 'ballast'

/** The connection to everything that is kept. */
export interface Database {
  /**
   * Runs `task` on a live connection. When the connection turns out to be dead it is opened once more and the task runs once more,
   * so a task that writes must notice that its first try went through.
   * @throws FailureError `storage_full`, `storage_off`, `newer`, `busy`, `unavailable`
   */
  run<T>(task: (handle: Handle) => Promise<T>): Promise<T>
  /** Frees the 5 MB kept for this moment. False: there were none. */
  releaseBallast(): Promise<boolean>
  /** The ballast was freed, by whichever tab, and could not be put back yet: storage is full. False before this connection first filled it. */
  isBallastSpent(): Promise<boolean>
  /** Puts the ballast back. False: there is no room for it. */
  fillBallast(): Promise<boolean>
  close(): void
}

export interface DatabaseOptions {
  readonly name?: string
  /** A newer build opened the database in another tab; this connection is closed and stays so. */
  readonly onOutdated?: () => void
  /** Another tab with an older build holds the database; given up after 5 s. */
  readonly onBlocked?: () => void
  /** That tab let go. */
  readonly onUnblocked?: () => void
}

/** @throws FailureError `storage_off` when the browser keeps nothing, `newer`, `busy` when an old tab blocks the upgrade */
export async function openDatabase(options: DatabaseOptions = {}): Promise<Database> {
  const connection = new Connection(options)
  await connection.open()
  return connection
}

class Connection implements Database {
  readonly #options: DatabaseOptions
  #handle: Promise<Handle> | undefined
  #outdated = false
  /** The ballast was to be put back: from then on its absence means something. */
  #wasFilled = false

  constructor(options: DatabaseOptions) {
    this.#options = options
  }

  open(): Promise<Handle> {
    if (this.#outdated) return Promise.reject(outdated())
    this.#handle ??= this.#connect()
    return this.#handle
  }

  async run<T>(task: (handle: Handle) => Promise<T>): Promise<T> {
    const handle = await this.open()
    try {
      return await task(handle)
    } catch (error) {
      if (!isLostConnection(error)) throw storageFailure(error)
    }
    this.#drop(handle)
    try {
      return await task(await this.open())
    } catch (error) {
      throw storageFailure(error)
    }
  }

  releaseBallast(): Promise<boolean> {
    return this.run(async (handle) => {
      const tx = handle.transaction('settings', 'readwrite', { durability: 'strict' })
      return writing(tx, async (keep) => {
        const there = (await tx.store.getKey(BALLAST_KEY)) !== undefined
        // Nothing but the delete: on a full disk not even a note of it could be stored.
        if (there) keep(tx.store.delete(BALLAST_KEY))
        return there
      })
    })
  }

  async isBallastSpent(): Promise<boolean> {
    return this.#wasFilled && (await this.run((handle) => handle.getKey('settings', BALLAST_KEY))) === undefined
  }

  async fillBallast(): Promise<boolean> {
    this.#wasFilled = true
    try {
      await this.run(async (handle) => {
        const tx = handle.transaction('settings', 'readwrite', { durability: 'relaxed' })
        await writing(tx, async (keep) => {
          const there = (await tx.store.getKey(BALLAST_KEY)) !== undefined
          if (!there) keep(tx.store.put({ key: BALLAST_KEY, value: incompressible(BALLAST_BYTES) }))
        })
      })
      return true
    } catch (error) {
      const full = storageFailure(error)
      if (full.failure.code === 'storage_full') return false
      throw full
    }
  }

  close(): void {
    const handle = this.#handle
    this.#handle = undefined
    if (handle) void handle.then((open) => open.close(), ignoreFailedOpen)
  }

  #drop(dead: Handle): void {
    dead.close()
    this.#handle = undefined
  }

  async #connect(): Promise<Handle> {
    try {
      return await this.#openOrGiveUp()
    } catch (error) {
      this.#handle = undefined
      throw openFailure(error)
    }
  }

  #openOrGiveUp(): Promise<Handle> {
    return new Promise((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout> | undefined
      let givenUp = false
      const opening = openStores(this.#options.name ?? 'tabwright', {
        blocked: () => {
          this.#options.onBlocked?.()
          timer = setTimeout(() => {
            givenUp = true
            reject(blocked())
          }, BLOCKED_MS)
        },
        blocking: (newVersion) => this.#yield(newVersion),
        terminated: () => {
          this.#handle = undefined
        },
      })
      opening.then(
        (handle) => {
          clearTimeout(timer)
          // The other tab closed at last, but nobody waits any more: an open connection would only block the next one.
          if (timer !== undefined) this.#options.onUnblocked?.()
          if (givenUp) handle.close()
          else resolve(handle)
        },
        (error: unknown) => {
          clearTimeout(timer)
          reject(error)
        },
      )
    })
  }

  /** Another tab upgrades or deletes the database: let go at once. Transactions under way still complete. */
  #yield(newVersion: number | null): void {
    this.close()
    if (newVersion === null) return
    this.#outdated = true
    this.#options.onOutdated?.()
  }
}

interface OpenEvents {
  readonly blocked: () => void
  readonly blocking: (newVersion: number | null) => void
  readonly terminated: () => void
}

async function openStores(name: string, events: OpenEvents): Promise<Handle> {
  return openDB<Schema>(name, DATABASE_VERSION, {
    upgrade: (handle) => upgradeStores(handle),
    blocked: () => events.blocked(),
    blocking: (_current, newVersion) => events.blocking(newVersion),
    terminated: () => events.terminated(),
  })
}

/** The part of a transaction that {@link writing} needs. */
interface Writable {
  readonly done: Promise<void>
  readonly error: DOMException | null
  abort(): void
  commit(): void
}

/** Takes a request of a transaction that nobody awaits. */
export type Keep = (request: Promise<unknown>) => void

/**
 * Runs `body` inside `tx` and resolves once everything is durable, or throws the one error that tells why nothing was written.
 * `body` may await requests of this transaction only: any other promise ends it. `keep` takes the requests that nobody awaits.
 */
export async function writing<T>(tx: Writable, body: (keep: Keep) => Promise<T>): Promise<T> {
  const errors: unknown[] = []
  const note = (error: unknown): void => {
    errors.push(error)
  }
  // Handled from the start: a transaction may abort while the body waits for another request. Only its end is waited for: Chromium
  // leaves a request of a transaction that it aborts for want of room without any answer.
  const done = tx.done.catch(note)
  try {
    const result = await body((request) => void request.catch(note))
    tx.commit()
    await done
    if (errors.length === 0) return result
  } catch (error) {
    note(error)
    abort(tx, note)
    await done
  }
  // All requests of an aborted transaction fail with AbortError; the cause is the one that does not.
  throw [tx.error, ...errors].find((error) => error !== null && nameOf(error) !== 'AbortError') ?? errors[0]
}

function abort(tx: Writable, note: (error: unknown) => void): void {
  try {
    tx.abort()
  } catch (error) {
    // Aborted already, by the failed request itself.
    note(error)
  }
}

/** Every key that begins with this session, for stores keyed by [session, …]. */
export function sessionRange(session: SessionId): IDBKeyRange {
  // An array sorts after every number and every string.
  return IDBKeyRange.bound([session], [session, []])
}

// A database compresses what it stores; only random bytes weigh what they say.
function incompressible(size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  const most = 65_536
  for (let at = 0; at < size; at += most) crypto.getRandomValues(bytes.subarray(at, Math.min(at + most, size)))
  return bytes
}

/** What an old tab that blocks this one means to a person. */
export function blocked(): FailureError {
  return new FailureError({
    code: 'busy',
    message: 'Another tab runs an older version of the app and blocks this one. Close or reload that tab, then try again.',
  })
}

/** What a newer build in another tab means to a person. */
export function outdated(): FailureError {
  return new FailureError({
    code: 'newer',
    message: 'The app was updated in another tab. Reload this one to go on; everything written is kept.',
  })
}

function ignoreFailedOpen(): void {
  // Whoever asked for the connection was told why it failed; there is nothing to close.
}
