import { fail, type Workspace } from '@tabwright/protocol'
import type { FolderPlan, ImportedFiles, ImportSource, WrittenFolder } from '../client/api'
import type { SessionWorker } from '../client/worker-api'
import type { Commands } from '../core/commands'
import type { FolderLink, KeptFile, KeptFolder } from '../io/folder-idb'
import { digestBytes } from '../io/hash-noble'
import { folderMemory } from '../io/side-memory'
import { brokenOff } from '../portable/project-folder/broken-off'
import { bytesIn, diskFolder, filesIn, nameOf, type FolderIgnore } from '../portable/project-folder/disk-folder'
import { makePlan, type Plan, type PlannedFile } from '../portable/project-folder/make-plan'
import { inOrder, writePlan } from '../portable/project-folder/write-plan'
import { PROJECT_LIMITS } from '../portable/project-import/project-limits'
import { readProject } from '../portable/project-import/read-project'
import type { ProjectFile, ReadProgress } from '../portable/project-import/project-file'
import { folderIgnore, trackedPaths } from './folder-ignore'
import { contentOfBytes } from './file-text'

/** What a folder of the disk is linked to. */
export interface FolderPlace {
  readonly workspace: Pick<Workspace, 'list' | 'blob'>
  readonly platform: { readonly folder?: KeptFolder }
}

type FolderCommands = Pick<Commands, 'importFiles' | 'folderStarted' | 'folderEnded'>
type FolderSource = Extract<ImportSource, { readonly type: 'folder' }>

/** A session's folder: read into the workspace, compared with it, and written back where the person says so. */
export interface FolderCalls extends Pick<SessionWorker, 'folder' | 'planFolder' | 'readConflict' | 'writeFolder'> {
  importFolder(source: FolderSource, progress: ReadProgress): Promise<ImportedFiles>
}

export function linkedFolder(opened: () => Promise<FolderPlace>, commands: () => Promise<FolderCommands>): FolderCalls {
  const forgotten = folderMemory()
  const place = async (): Promise<{ readonly workspace: FolderPlace['workspace']; readonly folder: KeptFolder }> => {
    const { workspace, platform } = await opened()
    return { workspace, folder: platform.folder ?? forgotten }
  }
  // The newest plan, as it was shown: what is written is what it says, whatever the workspace has become.
  let planned: { readonly id: string; readonly plan: Plan } | undefined
  return {
    importFolder: async (source, progress) => {
      await commands()
      const { folder } = await place()
      const { files, leftOut, ignored } = await reached(source.name, () => readFolder(source, progress))
      const counts = await (await commands()).importFiles(files, source.name)
      await link(folder, source, files)
      planned = undefined
      return { ...counts, leftOut, ignored }
    },
    folder: async () => (await place()).folder.read(),
    planFolder: async () => {
      await commands()
      const { workspace, folder } = await place()
      const link = await linkOf(folder)
      const disk = diskFolder(link.handle)
      const plan = await reached(link.name, async () => {
        await isThere(link.handle)
        await settle({ folder, disk, name: link.name, blob: (hash) => workspace.blob(hash) }, await commands())
        return makePlan({ base: await folder.files(), here: workspace.list(), disk })
      })
      await folder.note(plan.agreed)
      planned = { id: crypto.randomUUID(), plan }
      return shown(planned.id, link.name, plan)
    },
    readConflict: async (id, path) => {
      const file = planned?.id === id ? planned.plan.files.find((one) => one.path === path) : undefined
      if (file === undefined) return fail('stale', 'What was shown is not what would be written any more; look again.')
      return bothSides(file, await place())
    },
    writeFolder: async (id, overwrite) => {
      await commands()
      const { workspace, folder } = await place()
      const link = await linkOf(folder)
      if (planned?.id !== id) return fail('stale', 'What was shown is not what would be written any more. Nothing was written; look again.')
      const { plan } = planned
      planned = undefined
      await reached(link.name, () => isThere(link.handle))
      const over = new Set(overwrite)
      const files = inOrder(plan.files.filter(({ path, fate }) => fate !== 'conflict' || over.has(path)))
      if (files.length === 0) return { folder: link.name, written: 0, removed: 0, failed: [] }
      return written(files, link, { workspace, folder, commands: await commands() })
    },
  }
}

/** Writes these files; what is about to be done is in the log and beside the link before the first of them is touched. */
async function written(
  files: readonly PlannedFile[],
  { name, handle }: FolderLink,
  {
    workspace,
    folder,
    commands,
  }: { readonly workspace: Pick<Workspace, 'blob'>; readonly folder: KeptFolder; readonly commands: FolderCommands },
): Promise<WrittenFolder> {
  const begun = files.map(({ path, here }) => ({ path, hash: here?.hash ?? null }))
  await commands.folderStarted({ folder: name, files: begun })
  await folder.begin(begun)
  const done = await writePlan(files, {
    disk: diskFolder(handle),
    blob: (hash) => workspace.blob(hash),
    note: (path, file) => folder.note(new Map([[path, file]])),
  })
  const result: WrittenFolder = { folder: name, ...done }
  await commands.folderEnded(result)
  await folder.begin(undefined)
  return result
}

/** A page that died in the middle of writing left no end in the log, and the browser half a file beside the one that it wrote. */
async function settle(
  { folder, name, ...sources }: { readonly folder: KeptFolder; readonly name: string } & Parameters<typeof brokenOff>[1],
  { folderEnded }: FolderCommands,
): Promise<void> {
  const begun = await folder.begun()
  if (begun === undefined) return
  await folderEnded({ folder: name, ...(await brokenOff(begun, sources)) })
  await folder.begin(undefined)
}

async function bothSides(
  { path, here }: PlannedFile,
  { workspace, folder }: { readonly workspace: FolderPlace['workspace']; readonly folder: KeptFolder },
): ReturnType<FolderCalls['readConflict']> {
  const { handle, name } = await linkOf(folder)
  const look = await reached(name, () => diskFolder(handle).look(path))
  const there = look.type === 'file' ? new Uint8Array(await look.file.arrayBuffer()) : null
  return { disk: there && contentOfBytes(there, 0), here: here && contentOfBytes(await workspace.blob(here.hash), 0) }
}

function shown(id: string, folder: string, { files, leftOut, theirs }: Plan): FolderPlan {
  return {
    id,
    folder,
    files: files.map(({ path, fate, here, disk }) => ({
      path,
      fate,
      here: here && { size: here.size },
      disk: disk && { size: disk.size, lastModified: disk.lastModified },
      ...(fate === 'add' && here?.mode === 'executable' && { losesBits: true }),
    })),
    leftOut,
    theirs,
  }
}

async function linkOf(folder: KeptFolder): Promise<FolderLink> {
  return (await folder.read()) ?? fail('not_found', 'This session is not linked to a folder of your disk. Import one first.')
}

/** From now on the session's folder is this one, and its files are as they were read. */
async function link(kept: KeptFolder, { name, folder }: FolderSource, files: readonly ProjectFile[]): Promise<void> {
  const read = new Map<string, KeptFile>(await keptOfSame(kept, folder))
  for (const { path, bytes, mtime = 0 } of files)
    read.set(path, { hash: await digestBytes(bytes), size: bytes.length, lastModified: mtime })
  await kept.link({ name, handle: folder }, read)
}

/** What the files of a folder were: those that it has no more were removed there, which writing back is not to undo. */
async function keptOfSame(kept: KeptFolder, folder: FileSystemDirectoryHandle): Promise<ReadonlyMap<string, KeptFile>> {
  const link = await kept.read()
  return link !== undefined && (await link.handle.isSameEntry(folder)) ? kept.files() : new Map()
}

type ReadFolder = Awaited<ReturnType<typeof readProject>> & { readonly ignored: readonly string[] }

async function readFolder({ name, folder, takesIgnored = false }: FolderSource, progress: ReadProgress): Promise<ReadFolder> {
  const files: { readonly path: string; readonly file: Blob }[] = []
  const ignored: string[] = []
  for await (const { path, file, isIgnored = false } of filesIn(folder, takesIgnored ? undefined : await ignoreOf(folder))) {
    if (isIgnored) ignored.push(path)
    else files.push({ path, file })
    // A disk is larger than any project: nobody waits for its last file to hear that it is too many.
    if (files.length > 2 * PROJECT_LIMITS.entries)
      return fail('too_large', `${name} has more than ${PROJECT_LIMITS.entries} files, which is the limit. Nothing was imported.`)
  }
  return { ...(await readProject({ type: 'files', name, files }, progress)), ignored: ignored.toSorted() }
}

/** Undefined: nothing is left out, because what git keeps track of cannot be told from the rest. */
async function ignoreOf(folder: FileSystemDirectoryHandle): Promise<FolderIgnore | undefined> {
  const index = await bytesIn(folder, ['.git', 'index'])
  const tracked = index === undefined ? new Set<string>() : trackedPaths(new Uint8Array(await index.arrayBuffer()))
  return tracked && folderIgnore(tracked)
}

/** @throws DOMException when the folder is gone or may not be looked at */
async function isThere(folder: FileSystemDirectoryHandle): Promise<void> {
  await folder.keys().next()
}

/** What the browser says about a folder, as a sentence. */
async function reached<T>(name: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    switch (nameOf(error)) {
      case 'NotFoundError':
        return fail(
          'not_found',
          `The folder ${name} is not where it was: it was moved, renamed or removed. The files here are kept; import it again from where it is now.`,
        )
      case 'NotAllowedError':
      case 'SecurityError':
        return fail(
          'not_permitted',
          `The browser does not let this page at the folder ${name}. The files here and there are as they were; allow it, then try again.`,
        )
      default:
        if (!(error instanceof DOMException)) throw error
        return fail(
          'unavailable',
          `Something in the folder ${name} could not be read (${error.name}). Nothing was changed here or there; try again.`,
        )
    }
  }
}
