import { ByteReader } from '../../../shell/commands/archive/byte-reader'
import { CutArchive, TarReader, type TarMember } from '../../../shell/commands/archive/tar/tar-reader'
import type { Input } from '../../../shell/streams/stream'
import { joined } from '../../../shell/text'
import { NpmError } from './npm-error'

/** A file of a package, below the package’s own folder. */
export interface PackageFile {
  readonly path: string
  readonly bytes: Uint8Array
  readonly isExecutable: boolean
}

/** A package is no larger than this, unpacked. */
const MOST_BYTES = 256 * 1024 * 1024
const MOST_FILES = 50_000

/** What {@link unpack} needs beside the bytes. */
export interface Unpacking {
  /** The package, for messages. */
  readonly what: string
  tick(): void
}

/** Reads a package’s archive. Links, devices and names that lead out of its folder are not taken. @throws NpmError TAR_BAD_ARCHIVE */
export async function unpack(archive: Uint8Array, { what, tick }: Unpacking): Promise<readonly PackageFile[]> {
  const bad = (why: string): NpmError => new NpmError('TAR_BAD_ARCHIVE', `${what}: ${why}. Nothing of it was installed.`)
  const input = gunzip(archive)
  const tar = new TarReader(
    new ByteReader(input, tick),
    { told: (message, isTrouble) => (isTrouble ? Promise.reject(bad(message)) : Promise.resolve()) },
    false,
  )
  const files = new Map<string, PackageFile>()
  let left = MOST_BYTES
  try {
    for (let member = await tar.next(); member !== undefined; member = await tar.next()) {
      const path = pathOf(member, bad)
      if (path === undefined) continue
      if (files.size >= MOST_FILES) throw bad(`it holds more than ${MOST_FILES} files`)
      const bytes = await contentOf(
        tar,
        () => {
          throw bad(`it holds more than ${MOST_BYTES / 1024 / 1024} MiB`)
        },
        left,
      )
      left -= bytes.length
      files.set(path, { path, bytes, isExecutable: (member.mode & 0o111) !== 0 })
    }
  } catch (thrown) {
    if (thrown instanceof CutArchive) throw bad('its archive ends in the middle')
    if (thrown instanceof TypeError) throw bad(`its archive cannot be read (${thrown.message})`)
    throw thrown
  } finally {
    input.close()
  }
  return [...files.values()]
}

/** Behind the first folder, whatever that is called. Undefined for what is no file. */
function pathOf({ kind, name }: TarMember, bad: (why: string) => NpmError): string | undefined {
  if (kind !== '0' && kind !== '\0') return undefined
  const names = name.split('/').filter((part) => part !== '' && part !== '.')
  if (name.startsWith('/') || names.some((part) => part === '..' || /[\0-\x1f\\]/.test(part)))
    throw bad(`its archive names a file outside of the package (${JSON.stringify(name.slice(0, 100))})`)
  return names.length < 2 || name.endsWith('/') ? undefined : names.slice(1).join('/')
}

async function contentOf(tar: TarReader, tooMuch: () => never, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  for (let part = await tar.data(); part.length > 0; part = await tar.data()) {
    size += part.length
    if (size > most) tooMuch()
    parts.push(part)
  }
  // Copied: a part of a larger buffer would keep all of it.
  return joined(parts).slice()
}

/** Unpacked piece by piece, so that nothing grows beyond what is looked at. */
function gunzip(archive: Uint8Array): Input {
  const source = new Blob([new Uint8Array(archive)]).stream()
  const reader = source.pipeThrough(new DecompressionStream('gzip')).getReader()
  return {
    read: async () => (await reader.read()).value,
    // Whoever ended it knows why.
    close: () => void reader.cancel().catch(() => undefined),
  }
}
