import type { Workspace } from '@tabwright/protocol'
import { pathClass } from './gate/path-class'
import { createDetector, secretsOfFile, type Detector, type Secret } from './gate/secrets'
import type { TextCodec } from './ports'

/** What a session knows to be secret: the values in its files, as they are and as they were since the session was opened here. */
export interface SecretShelf {
  /** For this moment's files. */
  detector(): Promise<Detector>
  close(): void
}

/** Of a longer file only so much is looked at: one that is longer holds other things than keys. */
const LONGEST = 512_000

/** @param planted secrets that are in no file */
export function createSecretShelf(workspace: Workspace, text: TextCodec, planted: readonly Secret[]): SecretShelf {
  const known = new Map<string, Secret>(planted.map((secret) => [secret.value, secret]))
  let stale: ReadonlySet<string> | 'all' = 'all'
  let built: Promise<Detector> | undefined
  const close = workspace.watch((paths) => {
    const changed = paths.filter(isSecretFile)
    if (changed.length === 0) return
    stale = stale === 'all' ? 'all' : new Set([...stale, ...changed])
    built = undefined
  })
  const build = async (): Promise<Detector> => {
    const paths = stale === 'all' ? workspace.list().map(({ path }) => path) : [...stale]
    stale = new Set()
    for (const path of paths.filter(isSecretFile)) {
      const entry = workspace.stat(path)
      if (!entry || entry.mode === 'symlink' || entry.mode === 'folder') continue
      const bytes = await workspace.read(path)
      for (const secret of secretsOfFile(path, text.decode(bytes.subarray(0, LONGEST)) ?? '')) known.set(secret.value, secret)
    }
    return createDetector([...known.values()])
  }
  return {
    close,
    detector: () =>
      (built ??= build().catch((error: unknown) => {
        stale = 'all'
        built = undefined
        throw error
      })),
  }
}

const isSecretFile = (path: string): boolean => pathClass(`/workspace/${path}`) === 'secret-file'
