import {
  blobHash,
  type BlobHash,
  CHANGE_ANSWER,
  DIRECTORY_LIMITS,
  type ChangeAnswer,
  type DirectoryChange,
  type DirectoryEntry,
  fail,
  FailureError,
  LOOK_ANSWER,
  type LookAnswer,
  modePermissions,
  staysThere,
  type WorkspaceDraft,
  type WorkspaceReader,
} from '@tabwright/protocol'
import { ask, type CallDirectory } from './directory'
import {
  cameNote,
  emptyAbove,
  entryAt,
  type Found,
  goneIn,
  hashAt,
  isLeft,
  isOfKind,
  listed,
  pathsOf,
  replacedNote,
  standsNote,
  take,
  whyNot,
} from './draft-entries'
import { packed } from './change-packs'
import { readContents } from './read-contents'

/** What a look and what followed came to, in words. */
export interface Synced {
  /** Nothing was brought over: see {@link TooMuchThere}. */
  readonly isApart?: true
  /** Sentences for the person and the model: what was not brought over, and why. */
  readonly notes: readonly string[]
}

/** What directory and workspace agreed about at a path. */
interface Agreed {
  readonly stamp: string
}

/** Somebody changed the file there while it was changed here. */
interface Apart {
  readonly stamp: string
  /** Content of the workspace, as whoever is told of it has it. */
  readonly here: BlobHash | null
}

/** What a look and what came with it led to. */
interface TakenIn extends Synced {
  readonly found: Found
  /** Paths that are to go there. */
  readonly changedHere: ReadonlySet<string>
  /** Paths that came in. */
  readonly came: ReadonlySet<string>
}

/** What goes there, by what was found there. */
interface Sending {
  readonly found: Found
  readonly changes: readonly DirectoryChange[]
}

/** Paths that a look may leave out: as many as git can tell of. */
const MOST_LEFT = 200_000

/** A directory above the limit is not kept in step. */
export class TooMuchThere extends FailureError {
  constructor(tooMuch: string) {
    const message = `The directory has ${tooMuch} that git does not ignore, more than can be kept in step. Remove some, have git ignore what is made, or give a folder below it.`
    super({ code: 'too_large', message })
  }
}

interface SyncOptions {
  readonly session: string
  readonly call: CallDirectory
  /** Whether a content was ever one of this session. */
  readonly knows: (hash: BlobHash) => Promise<boolean>
}

/**
 * Keeps a directory and the workspace in step. The workspace is the master copy: what changed here goes there, and what changed there comes
 * back as changes of the draft. Where both changed a file, neither is written over: it is said, and whatever is made of it here then goes.
 */
export class DirectorySync {
  readonly #options: SyncOptions
  /** By path; undefined before the first look. */
  #agreed: Map<string, Agreed> | undefined
  /** Content here of what was agreed. */
  #here: WorkspaceReader | undefined
  readonly #apart = new Map<string, Apart>()
  /** What others changed there and the last command's draft was given: contents before and after. */
  readonly #brought = new Map<string, { readonly was: BlobHash | null; readonly came: BlobHash | null }>()
  /** The same, while it is under way. */
  #was: ReadonlyMap<string, BlobHash | null> = new Map()
  /** Changed here before the last look, and to go there with the next command. */
  #pending: ReadonlySet<string> = new Set()
  /** What was found just now, for the command that it was looked at for. */
  #fresh: Found | undefined
  #hooks: readonly string[] | undefined
  /** Sentences for the next command. */
  readonly #untold: string[] = []
  /** What is told of a path that cannot be brought over, by the state that it was said of. */
  readonly #told = new Map<string, string>()

  constructor(options: SyncOptions) {
    this.#options = options
  }

  /** Files that git runs there by itself, as of the last look; undefined before the first. */
  get hooks(): readonly string[] | undefined {
    return this.#hooks
  }

  /** In front of a command: what others changed there comes in, what changed here goes out. */
  before(draft: WorkspaceDraft, signal: AbortSignal): Promise<Synced> {
    return this.#orForget(() => this.#before(draft, signal))
  }

  /** What others changed there comes in; nothing goes out. */
  bring(draft: WorkspaceDraft, signal: AbortSignal): Promise<void> {
    return this.#orForget(() => this.#bring(draft, signal))
  }

  /** Behind a command: what it changed is the draft's. */
  after(draft: WorkspaceDraft, signal: AbortSignal): Promise<Synced> {
    return this.#orForget(() => this.#after(draft, signal))
  }

  /** Half of a round is no ground for the next one: that begins as the first did, by contents. */
  async #orForget<T>(round: () => Promise<T>): Promise<T> {
    try {
      return await round()
    } catch (thrown) {
      this.#agreed = undefined
      this.#here = undefined
      this.#fresh = undefined
      this.#pending = new Set()
      this.#apart.clear()
      this.#brought.clear()
      throw thrown
    }
  }

  async #before(draft: WorkspaceDraft, signal: AbortSignal): Promise<Synced> {
    const { found, notes, changedHere } = await this.#takeIn(draft, signal, this.#fresh)
    this.#fresh = undefined
    this.#pending = new Set()
    const sent = await this.#send(draft, { found, changes: this.#toSend(draft, found, changedHere) }, signal)
    await this.#remember(draft)
    return { notes: [...this.#untold.splice(0), ...notes, ...sent, ...this.#apartNotes()] }
  }

  async #bring(draft: WorkspaceDraft, signal: AbortSignal): Promise<void> {
    const { found, notes, changedHere, came } = await this.#takeIn(draft, signal)
    this.#pending = new Set([...changedHere].filter((path) => !came.has(path) && !this.#sent.has(path)))
    this.#sent.clear()
    this.#untold.push(...notes)
    this.#fresh = found
    await this.#remember(draft)
  }

  /** What others changed there, and what changed here that is still to go there. */
  async #takeIn(draft: WorkspaceDraft, signal: AbortSignal, fresh?: Found): Promise<TakenIn> {
    const isFirst = this.#agreed === undefined
    const found = fresh ?? (await this.#look(isFirst, signal))
    const agreed = (this.#agreed ??= new Map())
    const differs = this.#here === undefined ? pathsOf(draft) : draft.differsFrom(this.#here)
    const changedHere = new Set([...differs, ...this.#pending])
    const dropped = this.#notKept(draft, changedHere, found)
    const incoming = isFirst ? await this.#firstIn(found, draft, agreed) : [...this.#news(found, agreed), ...dropped]
    const comes = incoming.filter(({ path }) => isFirst || !changedHere.has(path))
    const gone = goneIn(found, agreed)
    const replaced = isFirst ? comes.filter(({ path }) => entryAt(draft, path) !== undefined).map(({ path }) => path) : []
    this.#was = new Map(comes.map(({ path }) => [path, hashAt(draft, path)]))
    const left = await this.#comeIn(comes, draft, signal)
    this.#goOut(gone, draft, changedHere)
    for (const { path, stamp } of incoming) if (!isFirst && changedHere.has(path)) this.#setApart(path, stamp, draft)
    const came = isFirst ? [] : [...this.#was.keys(), ...gone.filter((path) => !changedHere.has(path))]
    const notes = [...cameNote(came), ...replacedNote(replaced), ...left]
    return { found, notes, changedHere, came: new Set(this.#was.keys()) }
  }

  /** What came is known by both contents: nothing says yet that it will be kept. */
  async #remember(draft: WorkspaceDraft): Promise<void> {
    await draft.settle()
    for (const [path, before] of this.#was) this.#brought.set(path, { was: before, came: hashAt(draft, path) })
    this.#here = draft.draft()
  }

  async #after(draft: WorkspaceDraft, signal: AbortSignal): Promise<Synced> {
    const agreed = this.#agreed ?? fail('unexpected', 'The directory was not looked at before the command.')
    const found = await this.#look(false, signal)
    const incoming = this.#news(found, agreed)
    const notes = await this.#comeIn(
      incoming.filter(({ path }) => !this.#apart.has(path)),
      draft,
      signal,
    )
    this.#goOut(goneIn(found, agreed), draft, new Set(this.#apart.keys()))
    for (const { path, stamp } of incoming) if (this.#apart.has(path)) this.#setApart(path, stamp, draft)
    this.#here = draft.draft()
    return { notes }
  }

  /**
   * What others had changed there came with a call of which nothing was kept: it is not the call's to take back. It comes once more, and is
   * taken off what changed here.
   */
  #notKept(draft: WorkspaceDraft, changedHere: Set<string>, found: Found): readonly DirectoryEntry[] {
    const again: DirectoryEntry[] = []
    for (const [path, { was, came }] of this.#brought) {
      const entry = found.entries.get(path)
      const now = hashAt(draft, path)
      if (now === came || now !== was || entry === undefined || entry.stamp !== this.#agreed?.get(path)?.stamp) continue
      changedHere.delete(path)
      again.push(entry)
    }
    this.#brought.clear()
    return again
  }

  /** Files whose state is another than the one that was agreed on, or said to be left out. */
  #news(found: Found, agreed: ReadonlyMap<string, Agreed>): readonly DirectoryEntry[] {
    return [...found.entries.values()].filter(({ path, stamp, kind }) => {
      const known = agreed.get(path)
      if (known === undefined) return this.#told.get(path) !== stamp
      // A folder is another one with whatever happens in it.
      return kind !== 'folder' && known.stamp !== stamp
    })
  }

  async #look(hashes: boolean, signal: AbortSignal): Promise<Found> {
    const { call } = this.#options
    const entries = new Map<string, DirectoryEntry>()
    const left = new Set<string>()
    let from = 0
    let data: { hashes: boolean } | { of: string; from: number } = { hashes }
    for (;;) {
      const page: LookAnswer = await ask(call, 'look', { data, answer: LOOK_ANSWER, signal })
      this.#hooks = page.hooks
      if (page.tooMuch !== undefined) throw new TooMuchThere(page.tooMuch)
      const known = entries.size + left.size
      for (const entry of page.entries) entries.set(entry.path, entry)
      for (const path of page.left) left.add(path)
      if (entries.size > DIRECTORY_LIMITS.files || left.size > MOST_LEFT)
        return fail('too_large', 'The directory tells of more files than can be kept in step. Nothing was taken.')
      from += Math.max(page.entries.length, page.left.length)
      if (from >= page.count) return { entries, left }
      if (entries.size + left.size === known)
        return fail('unexpected', 'The directory tells of fewer files than it says it has. Nothing was taken.')
      data = { of: page.look, from }
    }
  }

  /** Nothing is known of the past: what is the same is agreed, what this session once had there is older, all else is news. */
  async #firstIn(found: Found, draft: WorkspaceDraft, agreed: Map<string, Agreed>): Promise<readonly DirectoryEntry[]> {
    await draft.settle()
    const news: DirectoryEntry[] = []
    for (const entry of found.entries.values()) {
      const here = entryAt(draft, entry.path)
      const isSame =
        here !== undefined && (entry.kind === 'folder' ? here.mode === 'folder' : here.hash === entry.hash && isOfKind(here, entry))
      const isOlder = !isSame && here !== undefined && entry.hash !== undefined && (await this.#options.knows(blobHash(entry.hash)))
      if (isSame || isOlder) agreed.set(entry.path, { stamp: entry.stamp })
      else news.push(entry)
      if (isSame) this.#sent.add(entry.path)
    }
    return news
  }

  /** Paths that are the same on both sides as of the first look. */
  readonly #sent = new Set<string>()

  #toSend(draft: WorkspaceDraft, found: Found, changedHere: ReadonlySet<string>): readonly DirectoryChange[] {
    const changes: DirectoryChange[] = []
    for (const path of changedHere) {
      if (staysThere(path) || this.#sent.has(path) || this.#waits(path, draft)) continue
      const seen = this.#apart.get(path)?.stamp ?? this.#agreed?.get(path)?.stamp ?? null
      const here = entryAt(draft, path)
      if (here === undefined) {
        const there = found.entries.get(path)
        if (seen !== null && there !== undefined) changes.push({ type: 'remove', path, seen, above: emptyAbove(draft, path) })
        else this.#agreed?.delete(path)
      } else if (here.mode === 'folder') changes.push({ type: 'folder', path, permissions: here.permissions ?? modePermissions('folder') })
      else
        changes.push({
          type: 'file',
          path,
          seen,
          kind: here.mode,
          permissions: here.permissions ?? modePermissions(here.mode),
          mtime: here.mtime,
          bytes: '',
          hasParts: false,
        })
    }
    this.#sent.clear()
    return [...changes.filter(({ type }) => type === 'remove'), ...changes.filter(({ type }) => type !== 'remove')]
  }

  /** Both changed it, and nobody has made anything of that here since it was said. */
  #waits(path: string, draft: WorkspaceDraft): boolean {
    const apart = this.#apart.get(path)
    return apart !== undefined && apart.here === hashAt(draft, path)
  }

  async #send(draft: WorkspaceDraft, { found, changes }: Sending, signal: AbortSignal): Promise<string[]> {
    const notes: string[] = []
    for (const pack of await packed(draft, changes)) {
      const { items } = await ask(this.#options.call, 'change', {
        data: { session: this.#options.session, items: pack.map((one) => ({ ...one })) },
        answer: CHANGE_ANSWER,
        signal,
      })
      for (const [n, item] of items.entries()) {
        const asked = pack[n]
        if (asked === undefined || asked.type === 'part') continue
        if ('stale' in item && isLeft(found, item.path)) notes.push(standsNote(item.path))
        else this.#took(draft, item, notes)
      }
    }
    return notes
  }

  #took(draft: WorkspaceDraft, item: ChangeAnswer['items'][number], notes: string[]): void {
    if ('stamp' in item) {
      this.#apart.delete(item.path)
      if (item.stamp === null) this.#agreed?.delete(item.path)
      else this.#agreed?.set(item.path, { stamp: item.stamp })
    } else if ('stale' in item) this.#setApart(item.path, '', draft)
    else notes.push(`[not written to the directory: ${item.problem}]`)
  }

  #setApart(path: string, stamp: string, draft: WorkspaceDraft): void {
    this.#agreed?.set(path, { stamp })
    this.#apart.set(path, { stamp, here: hashAt(draft, path) })
  }

  #apartNotes(): string[] {
    const paths = [...this.#apart.keys()]
    if (paths.length === 0) return []
    return [
      `[changed in the directory and here, so neither was written over: ${listed(paths)}. The command saw the directory's version. Look at it there with cat, then write here what it shall be; that goes there.]`,
    ]
  }

  /** Contents that are not those of the draft become it. */
  async #comeIn(entries: readonly DirectoryEntry[], draft: WorkspaceDraft, signal: AbortSignal): Promise<string[]> {
    const notes: string[] = []
    const leave = (entry: DirectoryEntry, why: string): void => {
      // Said once of each state of it.
      notes.push(`[left out of the workspace: ${why}]`)
      this.#told.set(entry.path, entry.stamp)
      this.#agreed?.delete(entry.path)
    }
    const wanted = entries.filter((entry) => {
      const why = whyNot(draft, entry)
      if (why !== undefined) leave(entry, why)
      return why === undefined
    })
    const contents = await readContents(
      this.#options.call,
      wanted.filter(({ kind }) => kind !== 'folder'),
      signal,
    )
    for (const entry of wanted.toSorted((a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder'))) {
      const content = entry.kind === 'folder' ? { bytes: new Uint8Array(), stamp: entry.stamp } : contents.get(entry.path)
      if (content === undefined || 'problem' in content) {
        leave(entry, content?.problem ?? `${entry.path} could not be read.`)
        continue
      }
      take(draft, entry, content.bytes)
      this.#agreed?.set(entry.path, { stamp: content.stamp })
      this.#apart.delete(entry.path)
      this.#told.delete(entry.path)
    }
    return notes
  }

  /** What is gone there is gone here, but for what was changed here: that stays, and goes there anew. */
  #goOut(paths: readonly string[], draft: WorkspaceDraft, except: ReadonlySet<string>): void {
    for (const path of paths) {
      this.#agreed?.delete(path)
      this.#apart.delete(path)
      if (!except.has(path) && entryAt(draft, path) !== undefined) draft.remove(path)
    }
  }
}
