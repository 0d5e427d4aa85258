import { assertNever, fail, type FileEntry, type Workspace } from '@tabwright/protocol'
import type { ExportedFile } from '../client/api'
import type { SessionWorker } from '../client/worker-api'
import type { Commands } from '../core/commands'
import type { History } from '../core/history/history'
import { filePatch, type PatchedFile, type PatchSide } from '../portable/project-export/project-patch'
import { projectZip, type ZipFile } from '../portable/project-export/project-zip'
import type { FolderCalls } from './linked-folder'
import { renamedFiles, type LoneFile } from './renamed-files'
import { readProject } from '../portable/project-import/read-project'

/** What import and export work on. */
export interface ProjectPlace {
  readonly workspace: Pick<Workspace, 'list' | 'stat' | 'blob'>
  readonly history: Pick<History, 'past' | 'compare' | 'read'>
}

/** Whole projects in and out of a session's workspace. Anybody may take files out; bringing some in is the writer's. */
export function projectFiles(
  opened: () => Promise<ProjectPlace>,
  commands: () => Promise<Pick<Commands, 'importFiles'>>,
  importFolder: FolderCalls['importFolder'],
): Pick<SessionWorker, 'importFiles' | 'exportFiles'> {
  return {
    importFiles: async (source, progress) => {
      if (source.type === 'folder') return importFolder(source, seldom(progress))
      // Before the reading: who may not write is told at once.
      await commands()
      const { files, leftOut } = await readProject(source, seldom(progress))
      const counts = await (await commands()).importFiles(files, source.name)
      return { ...counts, leftOut }
    },
    exportFiles: async (what) => {
      const place = await opened()
      switch (what.type) {
        case 'file':
          return oneFile(place, what.path)
        case 'folder':
          return folderZip(place, what.path.replace(/\/+$/, ''))
        case 'everything':
          return { name: 'files.zip', file: await projectZip(contents(place, place.workspace.list())) }
        case 'patch':
          return patch(place)
        default:
          return assertNever(what)
      }
    },
  }
}

/** Messages between threads cost: a few a second are enough for an eye. */
const TOLD_MS = 100

function seldom(progress: (done: number, of: number) => void): (done: number, of: number) => void {
  let told = 0
  return (done, of) => {
    const now = performance.now()
    if (now - told < TOLD_MS) return
    told = now
    progress(done, of)
  }
}

async function* contents({ workspace }: ProjectPlace, entries: readonly FileEntry[], from = ''): AsyncGenerator<ZipFile> {
  for (const { path, hash, mode, mtime } of entries) yield { path: path.slice(from.length), bytes: await workspace.blob(hash), mode, mtime }
}

const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

async function oneFile({ workspace }: ProjectPlace, path: string): Promise<ExportedFile> {
  const entry = workspace.stat(path) ?? fail('not_found', `There is no ${path} in the workspace any more.`)
  return { name: lastOf(path), file: new Blob([(await workspace.blob(entry.hash)).slice()]) }
}

async function folderZip(place: ProjectPlace, folder: string): Promise<ExportedFile> {
  const entries = place.workspace.list().filter(({ path }) => path.startsWith(`${folder}/`))
  if (entries.length === 0) return fail('not_found', `There are no files in ${folder} any more.`)
  const above = folder.slice(0, folder.lastIndexOf('/') + 1)
  return { name: `${lastOf(folder)}.zip`, file: await projectZip(contents(place, entries, above)) }
}

async function patch({ history, workspace }: ProjectPlace): Promise<ExportedFile> {
  const from = beginning(await history.past())
  const files: PatchedFile[] = []
  for (const { path, modes } of await history.compare(from, 'now')) {
    const [old, now] = [await history.read(path, from), await history.read(path, 'now')]
    files.push({ path, before: sideOf(old, modes?.before), after: sideOf(now, workspace.stat(path)?.mode) })
  }
  const text = withRenames(files).map(filePatch).join('')
  if (text === '') return fail('not_found', 'Nothing was changed in this session yet, so there is no patch.')
  return { name: 'changes.patch', file: new Blob([text], { type: 'text/x-diff' }) }
}

/** A file that is gone and one that came are one part of the patch where one became the other. */
function withRenames(files: readonly PatchedFile[]): readonly PatchedFile[] {
  const lone = (side: 'before' | 'after'): readonly LoneFile[] =>
    files.flatMap((file) => {
      const [one, other] = side === 'before' ? [file.before, file.after] : [file.after, file.before]
      return one === null || other !== null || one.mode === 'symlink' ? [] : [{ path: file.path, bytes: one.bytes }]
    })
  const renamed = renamedFiles(lone('before'), lone('after'))
  const sources = new Map(files.map((file) => [file.path, file.before]))
  const gone = new Set([...renamed.values()].map(({ path }) => path))
  return files.flatMap((file) => {
    const from = renamed.get(file.path)
    if (from) return [{ ...file, before: sources.get(from.path) ?? null, from }]
    return gone.has(file.path) ? [] : [file]
  })
}

/** A folder of its own is nothing to git. */
function sideOf(bytes: Uint8Array | null, mode: FileEntry['mode'] | null | undefined): PatchSide | null {
  return bytes === null || mode === 'folder' ? null : { bytes, mode: mode ?? 'file' }
}

/** What a session began with: what it was given before anybody worked in it. */
function beginning({ moves }: Awaited<ReturnType<History['past']>>): number {
  const works = moves.findIndex(({ by }) => by !== 'seed' && by !== 'import')
  return moves.at(works === -1 ? -1 : works - 1)?.seq ?? 0
}
