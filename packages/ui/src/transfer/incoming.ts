/** Files that a person brings: an archive that is unpacked, files under the paths that they are to have, or a folder to be linked to. */
export type IncomingFiles =
  | { readonly type: 'archive'; readonly name: string; readonly file: Blob }
  | { readonly type: 'files'; readonly name: string; readonly files: readonly IncomingFile[] }
  | {
      readonly type: 'folder'
      readonly name: string
      readonly folder: FileSystemDirectoryHandle
      /** Also what its `.gitignore` files leave out. */
      readonly takesIgnored?: boolean
    }

/** One file and its path in the workspace. */
export interface IncomingFile {
  readonly path: string
  readonly file: Blob
}

/** What a person takes out. */
export type OutgoingFiles =
  | { readonly type: 'file'; readonly path: string }
  | { readonly type: 'folder'; readonly path: string }
  | { readonly type: 'everything' }
  | { readonly type: 'patch' }

/** What can be taken out where the focus is: the file, and the folder that it is in. A folder's path ends in `/`. */
export function outgoingAt(focused: string): readonly Extract<OutgoingFiles, { readonly path: string }>[] {
  const slash = focused.lastIndexOf('/')
  return [
    ...(focused === '' || focused.endsWith('/') ? [] : [{ type: 'file', path: focused } as const]),
    ...(slash < 1 ? [] : [{ type: 'folder', path: focused.slice(0, slash) } as const]),
  ]
}

/** The endings that a choice of archives offers. */
export const ARCHIVES = '.zip,.tar,.tgz,.gz'

/** Whether a file of this name is unpacked when it comes alone. */
export function isArchive(name: string): boolean {
  return /\.(?:zip|tar|tgz|tar\.gz)$/i.test(name)
}

/** A file with the path that a choice of a folder gave it, or none. */
export type ChosenFile = File & { readonly webkitRelativePath?: string }

/** What was chosen in a dialog. Of a folder its content is taken: the folder is the workspace. Undefined: nothing was chosen. */
export function chosenFiles(list: readonly ChosenFile[]): IncomingFiles | undefined {
  const [first] = list
  if (first === undefined) return undefined
  if (list.length === 1 && isArchive(first.name) && !first.webkitRelativePath) return { type: 'archive', name: first.name, file: first }
  const files = list.map((file) => ({ path: belowTop(file.webkitRelativePath) ?? file.name, file }))
  return { type: 'files', name: first.webkitRelativePath?.split('/', 1)[0] || nameOf(files), files }
}

function belowTop(path: string | undefined): string | undefined {
  const slash = path?.indexOf('/') ?? -1
  return slash === -1 ? undefined : path?.slice(slash + 1)
}

function nameOf(files: readonly IncomingFile[]): string {
  return files.length === 1 ? (files[0]?.path ?? 'a file') : `${files.length} files`
}

/** A part of what was dropped, as the browser tells it. */
export interface DroppedEntry {
  readonly name: string
  readonly isDirectory: boolean
  file?(done: (file: File) => void, failed: (error: unknown) => void): void
  createReader?(): { readEntries(done: (entries: readonly DroppedEntry[]) => void, failed: (error: unknown) => void): void }
}

/** What was dropped. A folder keeps its name. Undefined: there was no file in it. */
export async function droppedFiles(entries: readonly DroppedEntry[]): Promise<IncomingFiles | undefined> {
  const files: IncomingFile[] = []
  for (const entry of entries) await collect(entry, '', files)
  const [first] = files
  if (first === undefined) return undefined
  if (files.length === 1 && entries.length === 1 && isArchive(first.path) && !first.path.includes('/'))
    return { type: 'archive', name: first.path, file: first.file }
  return { type: 'files', name: entries.length === 1 ? (entries[0]?.name ?? 'a folder') : nameOf(files), files }
}

async function collect(entry: DroppedEntry, folder: string, into: IncomingFile[]): Promise<void> {
  const path = `${folder}${entry.name}`
  if (!entry.isDirectory) {
    into.push({ path, file: await fileOf(entry) })
  } else if (entry.name === 'node_modules') {
    // Nobody waits for a hundred thousand files that are not taken: one stands for them, and is named as left out.
    into.push({ path: `${path}/…`, file: new Blob() })
  } else {
    for (const inner of await entriesOf(entry)) await collect(inner, `${path}/`, into)
  }
}

function fileOf(entry: DroppedEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file?.(resolve, reject))
}

/** A folder is read in portions until an empty one. */
async function entriesOf(folder: DroppedEntry): Promise<readonly DroppedEntry[]> {
  const reader = folder.createReader?.()
  const found: DroppedEntry[] = []
  for (;;) {
    const some =
      reader === undefined ? [] : await new Promise<readonly DroppedEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return found
    found.push(...some)
  }
}
