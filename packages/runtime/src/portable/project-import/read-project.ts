import { BESIDE } from '../project-folder/broken-off'
import { fail, failureOf } from '@tabwright/protocol'
import { workspacePath } from '../../workspace/path'
import { createBreath } from '../breath'
import { refuseFor } from './entry-names'
import type { LeftOut, ProjectFile, ReadFiles, ReadProgress } from './project-file'
import { PROJECT_LIMITS, type ProjectLimits } from './project-limits'
import { isGzip, isTar, readTar } from './read-tar'
import { readZip } from './read-zip'

/** Where files come from: an archive that is unpacked, or files under the paths that they are to have. */
export type ProjectSource =
  | { readonly type: 'archive'; readonly name: string; readonly file: Blob }
  | { readonly type: 'files'; readonly name: string; readonly files: readonly { readonly path: string; readonly file: Blob }[] }

/**
 * Reads everything that is to be imported. An archive is refused as a whole, before anything of it is kept.
 * @throws FailureError `bad_input` or `too_large` with one sentence that names what is wrong
 */
export async function readProject(
  source: ProjectSource,
  progress: ReadProgress = () => undefined,
  limits: ProjectLimits = PROJECT_LIMITS,
): Promise<ReadFiles> {
  if (source.type === 'files') return readFiles(source, progress, limits)
  const { name, file } = source
  const refuse = refuseFor(name)
  if (file.size > limits.packed)
    return fail(
      'too_large',
      `${name} is larger than ${limits.packed / 1024 / 1024} MiB, the most that can be imported. Nothing was imported.`,
    )
  const options = { limits, refuse, progress }
  return readable(name, async () => ((await isGzip(file)) || (await isTar(file)) ? readTar(file, options) : readZip(file, options)))
}

/** A file of a disk can go away while it is read. */
async function readable<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof DOMException)) throw error
    return fail('not_found', `${name} could not be read: it was moved, changed or is locked. Nothing was imported.`)
  }
}

/** Files of a disk: what cannot be taken is left out and named, the rest comes. */
async function readFiles(
  { files }: Extract<ProjectSource, { type: 'files' }>,
  progress: ReadProgress,
  limits: ProjectLimits,
): Promise<ReadFiles> {
  const taken: ProjectFile[] = []
  const leftOut: LeftOut[] = []
  const chosen = files.filter(({ path, file }) => {
    const why = whyNot(path, file, limits)
    if (why !== undefined) leftOut.push({ path, why })
    return why === undefined
  })
  const size = chosen.reduce((sum, { file }) => sum + file.size, 0)
  if (chosen.length > limits.entries)
    return fail('too_large', `These are ${chosen.length} files, and ${limits.entries} is the limit. Nothing was imported.`)
  if (size > limits.unpacked)
    return fail('too_large', `These files are larger than ${limits.unpacked / 1024 / 1024} MiB together. Nothing was imported.`)
  const breath = createBreath()
  for (const [index, { path, file }] of chosen.entries()) {
    const bytes = await readable(path, async () => new Uint8Array(await file.arrayBuffer()))
    const mtime = file instanceof File ? file.lastModified : undefined
    taken.push({ path: workspacePath(path), bytes, mode: isScript(bytes) ? 'executable' : 'file', mtime })
    progress(index + 1, chosen.length)
    await breath()
  }
  return { files: taken, leftOut }
}

/** A browser does not tell permissions: what names its interpreter is meant to be run. */
const isScript = (bytes: Uint8Array): boolean => bytes[0] === 0x23 && bytes[1] === 0x21

function whyNot(path: string, file: Blob, limits: ProjectLimits): string | undefined {
  if (/(?:^|\/)node_modules\//.test(path)) return 'is of node_modules, which npm install brings back'
  if (/(?:^|\/)\.DS_Store$/.test(path)) return 'is of the system, not of the project'
  if (path.endsWith(BESIDE)) return 'is what a browser left of a write that broke off'
  if (file.size > limits.file) return `is larger than ${limits.file / 1e6} MB`
  try {
    workspacePath(path)
    return undefined
  } catch (error) {
    const { code, message } = failureOf(error)
    if (code !== 'bad_input') throw error
    return `has a name that cannot be kept: ${message}`
  }
}
