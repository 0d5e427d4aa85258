import { assertNever, fail, type FileChange, type FileEntry, type FilesWish, type WorkspaceDraft } from '@tabwright/protocol'
import type { Fact } from './fact'
import { deltaTo, isSameSide, sideAfter, sideBefore } from './history/side'
import type { Entry, Journal } from './journal'
import type { Ports } from './ports'

/** What a person does with whole files, beside editing one. */
export interface OwnFilesCommands {
  /**
   * One change of the workspace, with a checkpoint in front of it where something goes away from its place.
   * @returns what became of each file, for {@link OwnFilesCommands.undoFiles}
   * @throws FailureError `not_found` when it is not there, `bad_input` when there is something else where it is to go. Nothing is changed then
   */
  changeFiles(wish: FilesWish): Promise<readonly FileChange[]>
  /** Takes it back. @throws FailureError `stale` naming files that changed since, `not_found` when contents are gone. Nothing is changed then */
  undoFiles(changes: readonly FileChange[]): Promise<void>
}

export function createOwnFiles(ports: Ports, journal: Journal): OwnFilesCommands {
  return {
    changeFiles: async (wish) => {
      let made: readonly FileChange[] = []
      await journal.write(async () => {
        const draft = ports.workspace.draft()
        await change(draft, wish)
        const files = draft.delta()
        made = await ports.describe(files)
        return entryOf(made, files, checkpointOf(wish))
      })
      return made
    },
    undoFiles: async (changes) => {
      await journal.write(async () => {
        const moved = changes.filter((one) => !isSameSide(sideAfter(one), ports.workspace.stat(one.path) ?? null))
        if (moved.length > 0)
          fail('stale', `${named(moved.map(({ path }) => path))} changed since. Nothing was taken back; Rewind shows each file.`)
        const files = await deltaTo(ports.workspace, new Map(changes.map((one) => [one.path, sideBefore(one)])))
        return entryOf(await ports.describe(files), files)
      })
    },
  }
}

function entryOf(changes: readonly FileChange[], files: NonNullable<Entry['files']>, checkpoint?: string): Entry {
  if (changes.length === 0) return { facts: [] }
  const before: readonly Fact[] = checkpoint === undefined ? [] : [{ type: 'checkpoint.made', data: { name: checkpoint } }]
  return { facts: [...before, { type: 'workspace.changed', data: { by: 'user', changes } }], files }
}

const MAX_SHOWN = 60

/** Only what is not where it was any more has to be found again. */
function checkpointOf(wish: FilesWish): string | undefined {
  if (wish.type === 'remove') return `Before deleting ${shown(wish.path)}`
  return wish.type === 'move' ? `Before renaming ${shown(wish.from)}` : undefined
}

const shown = (path: string): string => (path.length > MAX_SHOWN ? `…${path.slice(-MAX_SHOWN)}` : path)

const named = (paths: readonly string[]): string =>
  paths.length > 3 ? `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more` : paths.join(', ')

async function change(draft: WorkspaceDraft, wish: FilesWish): Promise<void> {
  switch (wish.type) {
    case 'folder':
      return makeFolder(draft, bare(wish.path))
    case 'remove': {
      for (const { path } of entriesAt(draft, wish.path)) draft.remove(path)
      return
    }
    case 'copy':
    case 'move':
      return place(draft, wish)
    default:
      return assertNever(wish)
  }
}

const bare = (path: string): string => path.replace(/\/+$/, '')

function makeFolder(draft: WorkspaceDraft, path: string): void {
  if (isTaken(draft, path)) fail('bad_input', `${path} exists already. Nothing was changed.`)
  draft.write(path, new Uint8Array(), { mode: 'folder' })
}

function isTaken(draft: WorkspaceDraft, path: string): boolean {
  return draft.stat(path) !== undefined || draft.list().some((file) => file.path.startsWith(`${path}/`))
}

/** A file, or a folder with all that is in it. */
function entriesAt(draft: WorkspaceDraft, path: string): readonly FileEntry[] {
  const at = bare(path)
  const isBelow = (file: FileEntry): boolean => file.path === at || file.path.startsWith(`${at}/`)
  const found = path.endsWith('/')
    ? [...draft.list(), ...draft.folders()].filter(isBelow)
    : [draft.stat(at)].filter((one) => one !== undefined)
  return found.length > 0 ? found : fail('not_found', `There is no ${path} in the workspace any more. Nothing was changed.`)
}

async function place(draft: WorkspaceDraft, { type, from, to }: Extract<FilesWish, { type: 'copy' | 'move' }>): Promise<void> {
  const [source, target] = [bare(from), bare(to)]
  const entries = entriesAt(draft, from)
  if (isTaken(draft, target)) fail('bad_input', `${target} exists already. Nothing was changed.`)
  if (`${target}/`.startsWith(`${source}/`)) fail('bad_input', `${source} cannot be put into itself. Nothing was changed.`)
  const contents = await Promise.all(entries.map(async (entry) => ({ entry, bytes: await draft.read(entry.path) })))
  if (type === 'move') for (const { path } of entries) draft.remove(path)
  for (const { entry, bytes } of contents) {
    const { mode, mtime, hash, permissions } = entry
    const at = target + entry.path.slice(source.length)
    draft.write(at, bytes, { mode, hash, mtime, ...(permissions !== undefined && { permissions }) })
  }
}
