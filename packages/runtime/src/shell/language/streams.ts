import { textOf, joined } from '../text'
import { FsError } from '../tree/fs-error'
import type { Runner } from './runner'
import { ShellError } from './shell-error'

const CHUNK = 4096
/** Nobody has such a line; an endless file without newlines is one. */
const MOST_LINE = 64 * 1024 * 1024

/** A piece that was read. */
export interface ReadPiece {
  /** Without its separator. */
  readonly bytes: Uint8Array
  readonly isEnded: boolean
}

/**
 * Reads up to a separator and not a byte more, so that the next command finds what follows. Undefined at the end.
 * @throws FsError EBADF
 */
export async function readPiece(runner: Runner, descriptor: number, separator: number): Promise<ReadPiece | undefined> {
  const file = runner.process.files.get(descriptor)
  if (file === undefined) throw new FsError('EBADF', 'read')
  const parts: Uint8Array[] = []
  const isSeekable = file.unread !== undefined
  let size = 0
  for (;;) {
    runner.system.tick()
    const breath = runner.system.breathe()
    if (breath !== undefined) await breath
    const chunk =
      file.readUntil === undefined
        ? await file.read(isSeekable ? CHUNK : 1, runner.process)
        : await file.readUntil(separator, runner.process)
    if (chunk === undefined) return parts.length === 0 ? undefined : { bytes: joined(parts), isEnded: false }
    const at = chunk.indexOf(separator)
    if (at < 0) {
      size += chunk.length
      if (size > MOST_LINE)
        throw new ShellError(`read: a line of more than ${MOST_LINE / 1024 / 1024} MiB is more than this sandbox can hold`)
      parts.push(chunk)
      continue
    }
    parts.push(chunk.subarray(0, at))
    if (at + 1 < chunk.length) file.unread?.(chunk.length - at - 1)
    return { bytes: joined(parts), isEnded: true }
  }
}

/** A line as text, without its end; undefined at the end. */
export async function readLine(runner: Runner, descriptor: number): Promise<string | undefined> {
  const piece = await readPiece(runner, descriptor, 10)
  return piece === undefined ? undefined : textOf(piece.bytes)
}

/** All that is left to read on a descriptor. @throws FsError EBADF */
export async function readToEnd(runner: Runner, descriptor: number): Promise<string> {
  const file = runner.process.files.get(descriptor)
  if (file === undefined) throw new FsError('EBADF', 'read')
  const parts: Uint8Array[] = []
  for (let part = await file.read(65_536, runner.process); part !== undefined; part = await file.read(65_536, runner.process))
    parts.push(part)
  return textOf(joined(parts))
}
